"""What happened, on its way to those who may know of it."""

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.model import JSON, Channel, Guild, Message


@dataclass(frozen=True, slots=True, eq=False)
class Event:
    """Something that happened: Discord's name and data, where, and (if not everybody there) for whom.

    `bot` and `people` say whether the bot's gateway and the people's pages hear of it at all.
    """

    name: str
    data: JSON
    guild: Guild | None = None
    channel: Channel | None = None
    message: Message | None = None
    only: frozenset[int] | None = None
    bot: bool = True
    people: bool = True


Listener = Callable[[Event], None]


class Bus:
    """Hands every event to every listener, in the order in which things happened."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Add a listener; the function that is returned takes it away again."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def publish(self, event: Event) -> None:
        """Tell all listeners."""
        for listener in tuple(self._listeners):
            listener(event)
