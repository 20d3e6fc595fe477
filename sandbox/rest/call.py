"""A request to the REST API as the handlers see it, and how handlers are found."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sandbox.errors import refused
from sandbox.limits.form import refuse
from sandbox.model import JSON, Channel, Guild, Message, User
from sandbox.registry import Registry

if TYPE_CHECKING:
    from sandbox.interactions.desk import Desk

BOUNDARY_OF_IDS = 2**64


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a request."""

    index: int
    filename: str
    content: bytes


@dataclass(slots=True)
class Call:
    """One request: its path's parameters, its query, its body and its files."""

    world: Registry
    desk: "Desk"
    parameters: Mapping[str, str]
    query: Mapping[str, str]
    body: Any = None
    files: list[Upload] = field(default_factory=list)
    reason: str | None = None

    @property
    def me(self) -> User:
        """Give the bot, which is whoever asks."""
        return self.world.bot

    @property
    def form(self) -> JSON:
        """Give the body, which must be an object."""
        if self.body is None:
            return {}
        if not isinstance(self.body, dict):
            raise refused(50109)
        return self.body

    def id(self, name: str) -> int:
        """Give an id from the path."""
        return snowflake(self.parameters[name], name)

    def text(self, name: str) -> str:
        """Give a text from the path."""
        return self.parameters[name]

    def guild(self) -> Guild:
        """Find the server in the path; one that the bot is not in is as good as unknown."""
        guild = self.world.guild(self.id("guild_id"))
        if self.me.id not in guild.members:
            raise refused(50001)
        return guild

    def channel(self) -> Channel:
        """Find the channel in the path."""
        return self.world.channel(self.id("channel_id"))

    def message(self, channel: Channel) -> Message:
        """Find the message in the path."""
        return self.world.message(channel, self.id("message_id"))

    def number(self, name: str, default: int, low: int, high: int) -> int:
        """Give a whole number from the query, within its bounds."""
        given = self.query.get(name)
        if given is None:
            return default
        if not given.isdigit() or not low <= int(given) <= high:
            raise refuse(name, "NUMBER_TYPE_MAX", f"int value should be between {low} and {high}.")
        return int(given)

    def flag(self, name: str) -> bool:
        """Give a yes or no from the query."""
        return self.query.get(name, "").lower() in ("1", "true")


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: status and JSON body; None means an empty one."""

    status: int = 204
    body: Any = None


Handler = Callable[[Call], Reply]


@dataclass(frozen=True, slots=True)
class Route:
    """A method and a path with parameters in braces, and who answers."""

    method: str
    path: str
    handler: Handler
    needs_token: bool = True


def ok(body: Any) -> Reply:
    """Answer with a body."""
    return Reply(200, body)


def created(body: Any) -> Reply:
    """Answer that something was made."""
    return Reply(201, body)


def done() -> Reply:
    """Answer without a body."""
    return Reply()


def snowflake(given: object, path: str) -> int:
    """Read an id that came as text or number."""
    try:
        value = int(str(given))
    except ValueError:
        value = -1
    if not 0 <= value < BOUNDARY_OF_IDS:
        raise refuse(path, "NUMBER_TYPE_COERCE", f'Value "{given}" is not snowflake.')
    return value


def moment(given: object, path: str) -> datetime:
    """Read an ISO 8601 date with its offset."""
    try:
        value: datetime | None = datetime.fromisoformat(str(given))
    except ValueError:
        value = None
    if value is None or value.tzinfo is None:
        raise refuse(path, "DATE_TIME_TYPE_PARSE", f"Could not parse {given}. Should be ISO8601.")
    return value


def read_json(raw: bytes) -> Any:
    """Read a JSON body."""
    try:
        return json.loads(raw) if raw else None
    except ValueError:
        raise refused(50109) from None
