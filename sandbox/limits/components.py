"""What the components of a message or a modal may hold."""

from collections.abc import Iterator

from sandbox.limits.form import Form
from sandbox.model import JSON

# Source: Discord's documentation, component reference.
ROWS, BUTTONS_A_ROW, IN_ALL, TEXT_IN_ALL = 5, 5, 40, 4000
LABEL, CUSTOM_ID, URL, PLACEHOLDER, OPTIONS, OPTION_TEXT = 80, 100, 512, 150, 25, 100
ROW, BUTTON, STRING_SELECT, TEXT_INPUT = 1, 2, 3, 4
SELECTS = (3, 5, 6, 7, 8)
SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER = 9, 10, 11, 12, 13, 14, 17
TOP_LEVEL_V2 = (ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR, CONTAINER)
IN_CONTAINER = (ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR)
LINK, PREMIUM = 5, 6
STYLES = (1, 2, 3, 4, LINK, PREMIUM)

Located = tuple[str, JSON]


def walk(components: list[JSON], path: str) -> Iterator[Located]:
    """Go through all components with their paths; refuses what is no list of objects."""
    for index, component in enumerate(Form().objects(path, components)):
        yield from _walk_one(component, f"{path}.{index}")


def _walk_one(component: JSON, path: str) -> Iterator[Located]:
    yield path, component
    yield from walk(component.get("components") or [], f"{path}.components")
    for key in ("accessory", "component"):
        if isinstance(component.get(key), dict):
            yield from _walk_one(component[key], f"{path}.{key}")


def check(errors: Form, components: list[JSON], *, v2: bool) -> None:
    """Check the components of a message."""
    allowed = TOP_LEVEL_V2 if v2 else (ROW,)
    if not v2 and len(components) > ROWS:
        errors.length("components", 1, ROWS)
    for index, component in enumerate(components):
        _check_type(errors, f"components.{index}", component, allowed)
    everything = list(walk(components, "components"))
    if len(everything) > IN_ALL:
        errors.add("components", "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", f"Must be {IN_ALL} or fewer in total.")
    check_unique(errors, everything)
    texts = sum(len(c.get("content") or "") for _, c in everything if c.get("type") == TEXT)
    if texts > TEXT_IN_ALL:
        text = f"The total text exceeds {TEXT_IN_ALL} characters"
        errors.add("components", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", text)
    for path, component in everything:
        check_one(errors, path, component)


def _check_type(errors: Form, path: str, component: JSON, allowed: tuple[int, ...]) -> None:
    if component.get("type") not in allowed:
        shown = ", ".join(str(kind) for kind in allowed)
        errors.add(f"{path}.type", "UNION_TYPE_CHOICES", f'Value of field "type" must be one of ({shown}).')


def check_unique(errors: Form, everything: list[Located]) -> None:
    """Check that no custom_id and no component id comes twice."""
    seen: set[tuple[str, object]] = set()
    for path, component in everything:
        for key in ("custom_id", "id"):
            value = component.get(key)
            if value and (key, value) in seen:
                code = "COMPONENT_CUSTOM_ID_DUPLICATED" if key == "custom_id" else "COMPONENT_ID_DUPLICATED"
                errors.add(f"{path}.{key}", code, f"Component {key.replace('_', ' ')} cannot be duplicated")
            seen.add((key, value))


def check_one(errors: Form, path: str, component: JSON) -> None:
    """Check one component by its type."""
    kind = component.get("type")
    errors.text(f"{path}.custom_id", component.get("custom_id"), 0, CUSTOM_ID)
    if kind == ROW:
        _check_row(errors, path, component)
    elif kind == BUTTON:
        _check_button(errors, path, component)
    elif kind in SELECTS:
        check_select(errors, path, component)
    elif kind == SECTION:
        _check_section(errors, path, component)
    elif kind == TEXT:
        errors.text(f"{path}.content", component.get("content"), 1, TEXT_IN_ALL)
    elif kind in (GALLERY, THUMBNAIL, FILE, CONTAINER):
        _check_display(errors, path, component)


def _check_row(errors: Form, path: str, row: JSON) -> None:
    children = row.get("components") or []
    selects = [child for child in children if child.get("type") in SELECTS]
    if not 1 <= len(children) <= BUTTONS_A_ROW:
        errors.length(f"{path}.components", 1, BUTTONS_A_ROW)
    if selects and len(children) > 1:
        errors.add(f"{path}.components", "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The specified component exceeds the width")
    for index, child in enumerate(children):
        _check_type(errors, f"{path}.components.{index}", child, (BUTTON, *SELECTS, TEXT_INPUT))


def _check_button(errors: Form, path: str, button: JSON) -> None:
    errors.choice(f"{path}.style", button.get("style"), STYLES)
    errors.text(f"{path}.label", button.get("label"), 0, LABEL)
    style = button.get("style")
    if style == LINK:
        errors.text(f"{path}.url", button.get("url"), 1, URL)
        if button.get("custom_id"):
            text = "A custom id and url cannot both be specified"
            errors.add(path, "COMPONENT_CUSTOM_ID_AND_URL_MUTUALLY_EXCLUSIVE", text)
    elif style != PREMIUM:
        if button.get("url"):
            errors.add(f"{path}.url", "COMPONENT_URL_NOT_ALLOWED", "Only link buttons have a url")
        require_custom_id(errors, path, button)
    if style != PREMIUM and not button.get("label") and not button.get("emoji"):
        errors.add(path, "BUTTON_COMPONENT_EMPTY", "A button needs a label or an emoji")


def require_custom_id(errors: Form, path: str, component: JSON) -> None:
    """Check that a component that can be used has a custom_id."""
    if not component.get("custom_id"):
        errors.add(f"{path}.custom_id", "COMPONENT_CUSTOM_ID_REQUIRED", "A custom id is required")


def check_select(errors: Form, path: str, select: JSON) -> None:
    """Check a select of any kind."""
    require_custom_id(errors, path, select)
    errors.text(f"{path}.placeholder", select.get("placeholder"), 0, PLACEHOLDER)
    errors.number(f"{path}.min_values", select.get("min_values"), 0, OPTIONS)
    errors.number(f"{path}.max_values", select.get("max_values"), 1, OPTIONS)
    low, high = select.get("min_values", 1), select.get("max_values", 1)
    if low is not None and high is not None and low > high:
        errors.add(f"{path}.min_values", "SELECT_COMPONENT_MIN_VALUES", "min_values must not exceed max_values")
    if select.get("type") == STRING_SELECT:
        options = select.get("options") or []
        check_options(errors, path, options, 1, OPTIONS)
        if high is not None and high > len(options):
            errors.add(f"{path}.max_values", "SELECT_COMPONENT_MAX_VALUES", "max_values exceeds the number of options")


def check_options(errors: Form, path: str, options: list[JSON], low: int, high: int) -> None:
    """Check the options of a select, a radio group or a checkbox group."""
    if not low <= len(options) <= high:
        errors.length(f"{path}.options", low, high)
    values: set[str] = set()
    for index, option in enumerate(options):
        at = f"{path}.options.{index}"
        errors.text(f"{at}.label", option.get("label"), 1, OPTION_TEXT)
        errors.text(f"{at}.value", option.get("value"), 1, OPTION_TEXT)
        errors.text(f"{at}.description", option.get("description"), 0, OPTION_TEXT)
        if option.get("value") in values:
            text = "The specified option value is already used"
            errors.add(f"{at}.value", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", text)
        values.add(str(option.get("value")))


def _check_section(errors: Form, path: str, section: JSON) -> None:
    texts = section.get("components") or []
    if not 1 <= len(texts) <= 3:  # noqa: PLR2004 - the documented limit
        errors.length(f"{path}.components", 1, 3)
    for index, text in enumerate(texts):
        _check_type(errors, f"{path}.components.{index}", text, (TEXT,))
    accessory = section.get("accessory")
    if not accessory:
        errors.required(f"{path}.accessory")
    else:
        _check_type(errors, f"{path}.accessory", accessory, (BUTTON, THUMBNAIL))


def _check_display(errors: Form, path: str, component: JSON) -> None:
    kind = component["type"]
    if kind == CONTAINER:
        for index, child in enumerate(component.get("components") or []):
            _check_type(errors, f"{path}.components.{index}", child, IN_CONTAINER)
        return
    if kind == FILE:
        if not str((component.get("file") or {}).get("url") or "").startswith("attachment://"):
            errors.add(f"{path}.file.url", "URL_TYPE_INVALID_SCHEME", "Only attachment:// is supported here.")
        return
    items = component.get("items") or [] if kind == GALLERY else [component]
    if kind == GALLERY and not 1 <= len(items) <= 10:  # noqa: PLR2004 - the documented limit
        errors.length(f"{path}.items", 1, 10)
    for item in items:
        errors.text(f"{path}.description", item.get("description"), 0, 1024)
        errors.text(f"{path}.media.url", (item.get("media") or {}).get("url"), 1, 2048)
