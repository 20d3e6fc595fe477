"""An interaction and its states.

An interaction is *open* until the bot's first answer; then it is *answered* for good. Without an answer in time it is
*failed*. An answered one takes follow-ups until its token runs out.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, IntEnum

from sandbox.model import JSON, Channel, Message, User


class Kind(IntEnum):
    """Discord's interaction types."""

    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL = 5


class Callback(IntEnum):
    """Discord's kinds of first answers."""

    MESSAGE = 4
    DEFERRED_MESSAGE = 5
    DEFERRED_UPDATE = 6
    UPDATE = 7
    CHOICES = 8
    MODAL = 9


class State(Enum):
    """Where an interaction stands."""

    OPEN = "open"
    ANSWERED = "answered"
    FAILED = "failed"


@dataclass(slots=True, eq=False)
class Interaction:
    """Something that a person used: a command, a component or a modal."""

    id: int
    token: str
    kind: Kind
    user: User
    channel: Channel
    created_at: datetime
    data: JSON
    message: Message | None = None
    cause: "Interaction | None" = None
    command: JSON | None = None
    state: State = State.OPEN
    callback: Callback | None = None
    original: Message | None = None
    loading: bool = False
    modal: JSON | None = None
    form: JSON | None = None
    choices: list[JSON] = field(default_factory=list)
    settled: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def first_cause(self) -> "Interaction":
        """Give the interaction that led to this one's modal, or this one."""
        return self.cause or self
