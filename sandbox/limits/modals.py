"""What a modal may hold."""

from sandbox.limits import components as parts
from sandbox.limits.form import Form
from sandbox.model import JSON

# Source: Discord's documentation, component reference and interaction callbacks.
TITLE, LABEL, LABEL_DESCRIPTION, INPUT, INPUT_PLACEHOLDER, TOP_LEVEL = 45, 45, 100, 4000, 100, 5
LABELLED, FILE_UPLOAD, RADIO, CHECKBOX_GROUP, CHECKBOX = 18, 19, 21, 22, 23
IN_LABEL = (*parts.SELECTS, parts.TEXT_INPUT, FILE_UPLOAD, RADIO, CHECKBOX_GROUP, CHECKBOX)


def check(form: JSON) -> None:
    """Check the data of a modal."""
    errors = Form()
    errors.text("data.title", form.get("title"), 1, TITLE)
    errors.text("data.custom_id", form.get("custom_id"), 1, parts.CUSTOM_ID)
    components = form.get("components") or []
    if not 1 <= len(components) <= TOP_LEVEL:
        errors.length("data.components", 1, TOP_LEVEL)
    everything = list(parts.walk(components, "data.components"))
    parts.check_unique(errors, everything)
    for path, component in everything:
        _check_one(errors, path, component)
    errors.done()


def _check_one(errors: Form, path: str, component: JSON) -> None:
    kind = component.get("type")
    if path.count(".") == 2 and kind not in (parts.ROW, LABELLED, parts.TEXT):  # noqa: PLR2004 - the top level
        errors.add(f"{path}.type", "UNION_TYPE_CHOICES", 'Value of field "type" must be one of (1, 10, 18).')
    if kind == parts.ROW:
        if [child.get("type") for child in component.get("components") or []] != [parts.TEXT_INPUT]:
            errors.add(f"{path}.components", "UNION_TYPE_CHOICES", "In a modal a row holds one text input.")
    elif kind == parts.TEXT:
        errors.text(f"{path}.content", component.get("content"), 1, INPUT)
    elif kind == LABELLED:
        _check_label(errors, path, component)
    else:
        parts.require_custom_id(errors, path, component)
        errors.text(f"{path}.custom_id", component.get("custom_id"), 0, parts.CUSTOM_ID)
        _check_field(errors, path, component)


def _check_label(errors: Form, path: str, component: JSON) -> None:
    errors.text(f"{path}.label", component.get("label"), 1, LABEL)
    errors.text(f"{path}.description", component.get("description"), 0, LABEL_DESCRIPTION)
    inner = component.get("component")
    if not isinstance(inner, dict):
        errors.required(f"{path}.component")
    elif inner.get("type") not in IN_LABEL:
        shown = ", ".join(str(kind) for kind in IN_LABEL)
        errors.add(f"{path}.component.type", "UNION_TYPE_CHOICES", f'Value of field "type" must be one of ({shown}).')


def _check_field(errors: Form, path: str, component: JSON) -> None:
    kind = component.get("type")
    if kind == parts.TEXT_INPUT:
        _check_text_input(errors, path, component)
    elif kind in parts.SELECTS:
        parts.check_select(errors, path, component)
    elif kind == RADIO:
        parts.check_options(errors, path, component.get("options") or [], 2, 10)
    elif kind == CHECKBOX_GROUP:
        parts.check_options(errors, path, component.get("options") or [], 1, 10)
    if kind in (CHECKBOX_GROUP, FILE_UPLOAD):
        errors.number(f"{path}.min_values", component.get("min_values"), 0, 10)
        errors.number(f"{path}.max_values", component.get("max_values"), 1, 10)


def _check_text_input(errors: Form, path: str, component: JSON) -> None:
    errors.choice(f"{path}.style", component.get("style"), (1, 2))
    errors.text(f"{path}.label", component.get("label"), 0, LABEL)
    errors.text(f"{path}.placeholder", component.get("placeholder"), 0, INPUT_PLACEHOLDER)
    errors.text(f"{path}.value", component.get("value"), 0, INPUT)
    errors.number(f"{path}.min_length", component.get("min_length"), 0, INPUT)
    errors.number(f"{path}.max_length", component.get("max_length"), 1, INPUT)
    if path.endswith(".component"):
        return
    errors.text(f"{path}.label", component.get("label") or None, 1, LABEL)
