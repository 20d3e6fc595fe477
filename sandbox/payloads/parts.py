"""Message components and polls as Discord gives them back: numbered, with every default filled in."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import count

from sandbox.ids import iso
from sandbox.model import JSON
from sandbox.payloads.embeds import attached
from sandbox.registry import Registry

ROW, BUTTON, STRING_SELECT, TEXT_INPUT = 1, 2, 3, 4
SELECTS = (3, 5, 6, 7, 8)
SECTION, TEXT, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER, LABEL = 9, 10, 11, 12, 13, 14, 17, 18
FOR_SELECTS: dict[int, JSON] = {kind: {"min_values": 1, "max_values": 1} for kind in SELECTS}
DEFAULTS: dict[int, JSON] = FOR_SELECTS | {
    THUMBNAIL: {"description": None, "spoiler": False},
    FILE: {"spoiler": False, "name": None, "size": None},
    SEPARATOR: {"spacing": 1, "divider": True},
    CONTAINER: {"accent_color": None, "spoiler": False},
    TEXT_INPUT: {"label": None, "min_length": None, "max_length": None},
}


def settle(
    world: Registry, components: list[JSON], uploaded: Mapping[str, JSON], *, in_modal: bool = False
) -> list[JSON]:
    """Turn sent components into stored ones; only in a modal a select can be required."""
    return list(Settler(world, components, uploaded, set() if in_modal else {"required"}).settled())


class Settler:
    """Numbers the components of one message that have no number yet and fills in their defaults."""

    def __init__(
        self, world: Registry, components: list[JSON], uploaded: Mapping[str, JSON], dropped: set[str]
    ) -> None:
        self._world = world
        self._dropped = {"type", "id"} | dropped
        self._components = components
        self._uploaded = uploaded
        self._taken = {part["id"] for part in _all(components) if part.get("id")}
        self._numbers = count(1)

    def settled(self) -> Iterator[JSON]:
        """Give the stored components."""
        for component in self._components:
            yield self._settle(component)

    def _number(self) -> int:
        return next(number for number in self._numbers if number not in self._taken)

    def _settle(self, sent: JSON) -> JSON:
        kind = int(sent["type"])
        body: JSON = {"type": kind, "id": sent.get("id") or self._number()} | DEFAULTS.get(kind, {})
        for key, value in sent.items():
            if key not in self._dropped and (value is not None or key in DEFAULTS.get(kind, {})):
                body[key] = self._value(key, value)
        return body

    def _value(self, key: str, value: object) -> object:
        if key == "components" and isinstance(value, list):
            return [self._settle(child) for child in value]
        if key in ("accessory", "component") and isinstance(value, dict):
            return self._settle(value)
        if key in ("media", "file") and isinstance(value, dict):
            return self._media(value)
        if key == "items" and isinstance(value, list):
            return [self._item(item) for item in value]
        if key == "emoji" and isinstance(value, dict):
            return {name: part for name, part in value.items() if part is not None}
        if key == "options" and isinstance(value, list):
            return [self._option(option) for option in value]
        return value

    def _option(self, option: JSON) -> JSON:
        body = {key: value for key, value in option.items() if value is not None}
        if "emoji" in body:
            body["emoji"] = {name: part for name, part in body["emoji"].items() if part is not None}
        return body

    def _item(self, item: JSON) -> JSON:
        return {
            "media": self._media(item["media"]),
            "description": item.get("description"),
            "spoiler": bool(item.get("spoiler")),
        }

    def _media(self, sent: JSON) -> JSON:
        file = attached(str(sent["url"]), self._uploaded)
        body: JSON = {"id": str(self._world.ids.snowflake()), "width": None, "height": None, "content_type": None}
        if file is None:
            return body | {"url": sent["url"], "proxy_url": sent["url"]}
        kept = ("url", "proxy_url", "width", "height", "content_type")
        return body | {key: file[key] for key in kept if key in file} | {"attachment_id": file["id"]}


def _all(components: list[JSON]) -> Iterator[JSON]:
    for component in components:
        yield component
        yield from _all(component.get("components") or [])
        yield from _all([part for key in ("accessory", "component") if (part := component.get(key))])


def poll(world: Registry, sent: JSON | None) -> JSON | None:
    """Turn a sent poll into a stored one."""
    if sent is None:
        return None
    return {
        "question": sent["question"],
        "answers": [
            {"answer_id": number, "poll_media": answer["poll_media"]}
            for number, answer in enumerate(sent["answers"], 1)
        ],
        "expiry": iso(world.ids.now() + timedelta(hours=int(sent.get("duration") or 24))),
        "allow_multiselect": bool(sent.get("allow_multiselect")),
        "layout_type": int(sent.get("layout_type") or 1),
        "results": {"answer_counts": [], "is_finalized": False},
    }
