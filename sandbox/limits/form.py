"""Collects what is wrong with a request body, field by field, and refuses it in Discord's shape."""

from sandbox.errors import ApiError
from sandbox.model import JSON


class Form:
    """The errors of one request body; a path is written with dots, as in `embeds.0.title`."""

    def __init__(self) -> None:
        self.errors: JSON = {}

    def add(self, path: str, code: str, message: str) -> None:
        """Note what is wrong with a field."""
        place = self.errors
        for part in path.split("."):
            place = place.setdefault(part, {})
        place.setdefault("_errors", []).append({"code": code, "message": message})

    def done(self) -> None:
        """Refuse the request if anything is wrong."""
        if self.errors:
            raise ApiError(400, 50035, "Invalid Form Body", _unmixed(self.errors))

    def text(self, path: str, value: object, low: int, high: int) -> None:
        """Check a text's length; None counts as absent."""
        if value is None:
            if low:
                self.required(path)
        elif not isinstance(value, str):
            self.add(path, "STRING_TYPE_CONVERT", "Could not interpret this value as string.")
        elif len(value) > high or len(value) < low:
            self.length(path, low, high)

    def length(self, path: str, low: int, high: int) -> None:
        """Note that a text or a list has a wrong length."""
        if low:
            self.add(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {low} and {high} in length.")
        else:
            self.add(path, "BASE_TYPE_MAX_LENGTH", f"Must be {high} or fewer in length.")

    def objects(self, path: str, value: object) -> list[JSON]:
        """Check that a value is a list of objects; None counts as empty. Refuses at once if it is not."""
        if value is None:
            return []
        if not isinstance(value, list):
            self.add(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType.")
        else:
            for index, entry in enumerate(value):
                if not isinstance(entry, dict):
                    self.add(f"{path}.{index}", "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType.")
        self.done()
        return list(value) if isinstance(value, list) else []

    def number(self, path: str, value: object, low: int, high: int) -> None:
        """Check that a value is a whole number in a range; None counts as absent."""
        if value is None:
            return
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            self.add(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')
        elif value < low:
            self.add(path, "NUMBER_TYPE_MIN", f"int value should be greater than or equal to {low}.")
        elif value > high:
            self.add(path, "NUMBER_TYPE_MAX", f"int value should be less than or equal to {high}.")

    def required(self, path: str) -> None:
        """Note that a field is missing."""
        self.add(path, "BASE_TYPE_REQUIRED", "This field is required")

    def choice(self, path: str, value: object, choices: tuple[object, ...]) -> None:
        """Check that a value is one of a few; None counts as absent."""
        if value is not None and value not in choices:
            shown = ", ".join(str(choice) for choice in choices)
            self.add(path, "BASE_TYPE_CHOICES", f"Value must be one of ({shown}).")


def _unmixed(errors: JSON) -> JSON:
    """Leave out what is wrong with a whole thing where something is wrong with its parts: Discord tells one of both."""
    nested = {key: value for key, value in errors.items() if key != "_errors"}
    return {key: _unmixed(value) for key, value in nested.items()} if nested else errors


def refuse(path: str, code: str, message: str) -> ApiError:
    """Make the error for a single wrong field."""
    form = Form()
    form.add(path, code, message)
    return ApiError(400, 50035, "Invalid Form Body", form.errors)
