"""Checks what a person chose in a component or filled into a modal, as Discord's own client would."""

from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.errors import NotAllowed
from sandbox.interactions.options import Chooser
from sandbox.model import JSON

ROW, TEXT, LABELLED = 1, 10, 18
BUTTON, STRING_SELECT, TEXT_INPUT, USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT = range(2, 9)
FILE_UPLOAD, RADIO, CHECKBOX_GROUP, CHECKBOX = 19, 21, 22, 23
SELECTS = (STRING_SELECT, USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT)
LONGEST_INPUT = 4000


def as_list(value: Any) -> list[Any]:
    """Make a list of one value, several or none."""
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple | set) else [value]


def chosen(component: JSON, given: Iterable[Any], chooser: Chooser, *, required: bool | None = None) -> list[str]:
    """Check the values of a select, a checkbox group or a file upload; only in a form can one be required or not."""
    values = list(given)
    low, high = component.get("min_values"), component.get("max_values")
    kind = component["type"]
    low = max(low or 0, int(required)) if required is not None else int(low or 0)
    if high is None:
        high = len(component.get("options") or []) if kind == CHECKBOX_GROUP else 1
    if not values and required is False:
        return []
    if not low <= len(values) <= high:
        raise NotAllowed(f"Choose {low} to {high} here, not {len(values)}.")
    if len({str(value) for value in values}) != len(values):
        raise NotAllowed("The same can be chosen only once.")
    return [_take(component, value, chooser) for value in values]


def _take(component: JSON, value: Any, chooser: Chooser) -> str:
    kind = component["type"]
    if kind == USER_SELECT:
        return chooser.user(value)
    if kind == ROLE_SELECT:
        return chooser.role(value)
    if kind == MENTIONABLE_SELECT:
        return chooser.mentionable(value)
    if kind == CHANNEL_SELECT:
        return chooser.place(value, component.get("channel_types"))
    if kind == FILE_UPLOAD:
        return chooser.file(value)
    return option_value(component, value)


def option_value(component: JSON, value: Any) -> str:
    """Give the value of an option that is named by its value or its label."""
    for option in component.get("options") or []:
        if value in (option["value"], option["label"]):
            return str(option["value"])
    raise NotAllowed(f"{value!r} is none of the options.")


def submitted(components: list[JSON], values: Mapping[str, Any], chooser: Chooser) -> list[JSON]:
    """Give a modal's data as Discord submits it, every field checked."""
    known = {field["custom_id"] for field in fields(components)}
    strangers = sorted(set(values) - known)
    if strangers:
        raise NotAllowed(f"The form has no field {', '.join(strangers)}.")
    return [_submit(component, values, chooser) for component in components]


def fields(components: list[JSON]) -> list[JSON]:
    """List the fields of a modal that can be filled in."""
    inner = [c.get("component") or (c.get("components") or [None])[0] for c in components if c["type"] != TEXT]
    return [field for field in inner if field]


def _submit(component: JSON, values: Mapping[str, Any], chooser: Chooser) -> JSON:
    head = {"type": component["type"], "id": component["id"]}
    if component["type"] == TEXT:
        return head
    if component["type"] == ROW:
        field = component["components"][0]
        return head | {"components": [_field(field, values.get(field["custom_id"]), chooser, "This field")]}
    field = component["component"]
    return head | {"component": _field(field, values.get(field["custom_id"]), chooser, component["label"])}


def _field(field: JSON, value: Any, chooser: Chooser, label: str) -> JSON:
    kind = field["type"]
    head = {"type": kind, "id": field["id"], "custom_id": field["custom_id"]}
    required = field.get("required", True)
    try:
        if kind == TEXT_INPUT:
            return head | {"value": _text(field, value, required=required)}
        if kind == CHECKBOX:
            return head | {"value": _tick(field, value)}
        if kind == RADIO:
            return head | {"value": _radio(field, value, required=required)}
        given = _defaults(field) if value is None else as_list(value)
        return head | {"values": chosen(field, given, chooser, required=required)}
    except NotAllowed as error:
        raise NotAllowed(f"{label}: {error}") from None


def _defaults(field: JSON) -> list[Any]:
    options = [option["value"] for option in field.get("options") or [] if option.get("default")]
    return options or [entry["id"] for entry in field.get("default_values") or []]


def _text(field: JSON, value: Any, *, required: bool) -> str:
    text = field.get("value", "") if value is None else value
    if not isinstance(text, str):
        raise NotAllowed("this takes a text.")
    if not text and not required:
        return ""
    low, high = field.get("min_length") or int(required), field.get("max_length") or LONGEST_INPUT
    if not low <= len(text) <= high:
        raise NotAllowed(f"write {low} to {high} characters.")
    return text


def _tick(field: JSON, value: Any) -> bool:
    ticked = bool(field.get("default")) if value is None else value
    if not isinstance(ticked, bool):
        raise NotAllowed("this is ticked or not: true or false.")
    return ticked


def _radio(field: JSON, value: Any, *, required: bool) -> str | None:
    given = as_list(value) or _defaults(field)
    if len(given) > 1:
        raise NotAllowed("choose one.")
    if not given:
        if required:
            raise NotAllowed("choose one.")
        return None
    return option_value(field, given[0])
