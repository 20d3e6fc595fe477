"""Finding one's way in a message's components, whichever generation they are of."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Message = Mapping[str, Any]
_BUTTON = 2


def components(message: Message) -> Iterator[Mapping[str, Any]]:
    """Yield every component of a message, however deep."""
    yield from _walk(message.get("components", []))


def custom_id(message: Message, ending: str) -> str:
    """Return the custom id of the component whose id ends so."""
    return next(str(c["custom_id"]) for c in components(message) if str(c.get("custom_id", "")).endswith(ending))


def labels(message: Message) -> list[str]:
    """Return what the buttons of a message are called."""
    return [str(c["label"]) for c in components(message) if c["type"] == _BUTTON]


def words_of(message: Message) -> str:
    """Return all text of a message."""
    return "\n".join(
        [message.get("content") or "", *(str(c["content"]) for c in components(message) if "content" in c)]
    )


def _walk(found: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for component in found:
        yield component
        yield from _walk(component.get("components", []))
