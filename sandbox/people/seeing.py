"""What a person sees: servers, channels, messages and events."""

import asyncio
from collections.abc import Callable

from sandbox import access
from sandbox.acts.mentions import notified
from sandbox.errors import NotAllowed
from sandbox.ids import iso
from sandbox.model import JSON, Channel, ChannelType, Guild, Message, User
from sandbox.payloads import channels as channel_payload
from sandbox.payloads import messages as payload
from sandbox.payloads import users
from sandbox.people.base import Base, Named, as_id
from sandbox.people.streams import Stream

Where = Callable[[JSON], bool]
LOOK_AGAIN_S = 0.02


async def _set_or_later(changed: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(changed.wait(), LOOK_AGAIN_S)
    except TimeoutError:
        return


class Seeing(Base):
    """What a person sees."""

    def everyone(self) -> JSON:
        """List who can be played, and the bot."""
        hidden = {self.world.bot.id, self.world.application.owner_id}
        people = [
            {"id": str(user.id), "name": user.display_name or user.name, "about": user.about}
            for user in self.world.users.values()
            if user.id not in hidden and not user.bot
        ]
        return {"people": people, "bot": users.user(self.world.bot)}

    def state(self, person: Named) -> JSON:
        """Give everything that a person sees."""
        who = self._person(person)
        joined = [guild for guild in self.world.guilds.values() if who.id in guild.members]
        direct = [c for c in self.world.channels.values() if c.type is ChannelType.DM and who.id in c.recipients]
        return {
            "me": users.user(who),
            "dms_open": who.dms_open,
            "guilds": [self._guild_state(who, guild) for guild in joined],
            "dms": [self._channel_state(who, channel) for channel in direct],
            "clock": iso(self.world.ids.now()),
        }

    def _guild_state(self, who: User, guild: Guild) -> JSON:
        seen = [c for c in guild.channels.values() if access.can_view(self.world, c, who.id)]
        seen.sort(key=lambda c: (c.position, c.id))
        return {
            "id": str(guild.id),
            "name": guild.name,
            "owner_id": str(guild.owner_id),
            "channels": [self._channel_state(who, c) for c in seen if not c.thread],
            "threads": [self._channel_state(who, c) for c in seen if c.thread and not c.thread.archived],
            "members": [users.member(member) for member in guild.members.values()],
            "roles": [users.role(role) for role in guild.roles.values()],
        }

    def _channel_state(self, who: User, channel: Channel) -> JSON:
        read = self.world.read.get((who.id, channel.id), 0)
        unread = [m for m in channel.messages.values() if m.id > read and m.author_id != who.id]
        return channel_payload.channel(self.world, channel, who.id) | {
            "can_send": access.may_send(self.world, channel, who.id),
            "unread": len([message for message in unread if self._sees(who, channel, message)]),
        }

    def messages(self, person: Named, channel: Named, limit: int = 50) -> list[JSON]:
        """List the newest messages that a person sees in a channel, oldest first; they count as read then."""
        who = self._person(person)
        where = self._channel(who, channel)
        seen = self._visible(who, where)
        if seen:
            self.world.read[who.id, where.id] = seen[-1].id
        return [payload.message(self.world, message, who.id) for message in seen[-limit:]]

    def _visible(self, who: User, where: Channel) -> list[Message]:
        seen = [message for message in where.messages.values() if self._sees(who, where, message)]
        return sorted(seen, key=lambda message: message.id)

    def events(self, person: Named) -> Stream:
        """Listen to what happens, as a person sees it; close it afterwards."""
        return Stream(self.world, self._person(person).id)

    def notified(self, message: Named) -> list[int]:
        """List the ids of those whom a message notifies."""
        for channel in self.world.channels.values():
            found = channel.messages.get(as_id(message))
            if found:
                return sorted(notified(self.world, found))
        raise NotAllowed(f"There is no message with the id {as_id(message)}.")

    async def expect_message(
        self,
        person: Named,
        channel: Named | None = None,
        where: Where | None = None,
        *,
        after: Named | None = None,
        within: float = 3,
    ) -> JSON:
        """Wait until a person sees a message by the bot that fits, in a channel or in the conversation with the bot.

        The first one that fits counts, also if it is there already; `after` leaves out older ones.
        """
        who = self._person(person)
        least = as_id(after) if after is not None else 0

        def look() -> JSON | None:
            found = self._watched(who, channel)
            for message in self._visible(who, found) if found else []:
                if message.author_id != self.world.bot.id or message.id <= least:
                    continue
                body = payload.message(self.world, message, who.id)
                if where is None or where(body):
                    return body
            return None

        wanted = "in the conversation with the bot" if channel is None else f"in channel {as_id(channel)}"
        return await self._until(look, f"{who.display_name} saw no fitting message {wanted}", within)

    def _watched(self, who: User, channel: Named | None) -> Channel | None:
        if channel is None:
            return self.world.directs.get(frozenset({who.id, self.world.bot.id}))
        found = self.world.channels.get(as_id(channel))
        return found if found and access.can_view(self.world, found, who.id) else None

    async def until(self, condition: Callable[[], object], within: float = 3) -> None:
        """Wait until a condition holds; it is looked at whenever something happens, and every moment besides."""
        await self._until(lambda: {} if condition() else None, "the condition did not come true", within)

    async def _until(self, look: Callable[[], JSON | None], complaint: str, within: float) -> JSON:
        changed = asyncio.Event()
        stop = self.world.bus.listen(lambda _event: changed.set())
        try:
            async with asyncio.timeout(within):
                while (found := look()) is None:
                    changed.clear()
                    await _set_or_later(changed)
        except TimeoutError:
            raise TimeoutError(f"{complaint} within {within} s") from None
        finally:
            stop()
        return found
