"""What all acts of people share: who acts, where, and a refusal in plain words."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sandbox import access
from sandbox.errors import ApiError, NotAllowed, in_words
from sandbox.interactions.desk import Desk
from sandbox.model import Channel, Guild, Message, User
from sandbox.registry import Registry

Named = int | str | User | Channel | Guild | Message | Mapping[str, Any]


def as_id(thing: object) -> int:
    """Give the id of a thing that is named by its id, as itself or in Discord's shape."""
    given = thing.get("id") if isinstance(thing, Mapping) else getattr(thing, "id", thing)
    try:
        return int(str(given))
    except ValueError:
        raise NotAllowed(f"{given!r} is no id.") from None


@contextmanager
def in_plain_words() -> Iterator[None]:
    """Turn Discord's refusals into plain words."""
    try:
        yield
    except ApiError as error:
        raise NotAllowed(in_words(error)) from error


class Base:
    """Finds people, channels and messages as a person sees them."""

    def __init__(self, world: Registry, desk: Desk) -> None:
        self.world = world
        self.desk = desk

    def _person(self, named: Named) -> User:
        person = self.world.users.get(as_id(named))
        if person is None or person.bot or person.id == self.world.application.owner_id:
            raise NotAllowed(f"There is nobody with the id {as_id(named)} who can be played.")
        return person

    def _channel(self, person: User, named: Named) -> Channel:
        channel = self.world.channels.get(as_id(named))
        if channel is None or not access.can_view(self.world, channel, person.id):
            raise NotAllowed(f"{person.display_name or person.name} sees no channel with the id {as_id(named)}.")
        return channel

    def _message(self, person: User, channel: Channel, named: Named) -> Message:
        message = channel.messages.get(as_id(named))
        if message is None or not self._sees(person, channel, message):
            raise NotAllowed(f"{person.display_name or person.name} sees no message with the id {as_id(named)} here.")
        return message

    def _sees(self, person: User, channel: Channel, message: Message) -> bool:
        if message.only_for is not None:
            return message.only_for == person.id and not message.dismissed
        return access.can_view(self.world, channel, person.id)

    def _guild(self, named: Named) -> Guild:
        guild = self.world.guilds.get(as_id(named))
        if guild is None:
            raise NotAllowed(f"There is no server with the id {as_id(named)}.")
        return guild
