"""Writing, editing, reacting, threads and direct conversations."""

import base64
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from sandbox import access, media
from sandbox.acts import direct
from sandbox.acts import messages as message_acts
from sandbox.acts import reactions as reaction_acts
from sandbox.acts import threads as thread_acts
from sandbox.acts.guilds import exit_thread
from sandbox.bus import Event
from sandbox.errors import NotAllowed
from sandbox.limits import message as limits
from sandbox.model import JSON, Attachment, Channel
from sandbox.payloads import channels as channel_payload
from sandbox.payloads import messages as payload
from sandbox.payloads import users
from sandbox.people.base import Base, Named, as_id, in_plain_words
from sandbox.permissions import Permission

File = Mapping[str, Any]


class Talking(Base):
    """What a person does with messages."""

    async def say(
        self,
        person: Named,
        channel: Named,
        content: str = "",
        *,
        reply_to: Named | None = None,
        files: Iterable[File] = (),
        spoiler: bool = False,
    ) -> JSON:
        """Write a message. A file is `{"name", "base64"}` or `{"name", "content": bytes}`."""
        who = self._person(person)
        where = self._channel(who, channel)
        draft = message_acts.Draft(content=content, attachments=[self._file(file, spoiler=spoiler) for file in files])
        if reply_to is not None:
            draft.reference = {"message_id": str(as_id(reply_to))}
        with in_plain_words():
            limits.check_create({"content": content}, has_files=bool(draft.attachments))
            self._require_writing(who.id, where)
            message = message_acts.send(self.world, who.id, where, draft)
        self.world.read[who.id, where.id] = message.id
        return payload.message(self.world, message, who.id)

    def _require_writing(self, user_id: int, channel: Channel) -> None:
        guild = self.world.guild_of(channel)
        if guild and access.is_timed_out(guild.members[user_id], self.world.ids.now()):
            raise NotAllowed("You are in a time-out in this server and cannot write.")
        self._require_patience(user_id, channel)

    def _require_patience(self, user_id: int, channel: Channel) -> None:
        exempt = Permission.BYPASS_SLOWMODE | Permission.MANAGE_MESSAGES | Permission.MANAGE_CHANNELS
        if not channel.slowmode or access.in_channel(self.world, channel, user_id) & exempt:
            return
        last = max((m.created_at for m in channel.messages.values() if m.author_id == user_id), default=None)
        wait = last + timedelta(seconds=channel.slowmode) - self.world.ids.now() if last else timedelta(0)
        if wait >= timedelta(seconds=1):
            raise NotAllowed(f"Slow mode is on here: wait {round(wait.total_seconds())} seconds.")

    def _file(self, file: File, *, spoiler: bool) -> Attachment:
        content = file["content"] if "content" in file else base64.b64decode(str(file["base64"]))
        name = media.safe_name(str(file["name"]))
        name = f"SPOILER_{name}" if spoiler and not name.startswith("SPOILER_") else name
        made = media.attachment(self.world.ids.snowflake(), name, content, file.get("description"))
        self.world.files[made.id] = made
        return made

    async def edit(self, person: Named, channel: Named, message: Named, content: str) -> JSON:
        """Change one's own message."""
        who = self._person(person)
        found = self._message(who, self._channel(who, channel), message)
        with in_plain_words():
            limits.check_edit({"content": content}, found)
            changed = message_acts.edit_own(self.world, who.id, found, message_acts.Change(content=content))
        return payload.message(self.world, changed, who.id)

    async def delete(self, person: Named, channel: Named, message: Named) -> None:
        """Delete one's own message, or another's with the permission."""
        who = self._person(person)
        where = self._channel(who, channel)
        found = self._message(who, where, message)
        if found.only_for is not None:
            raise NotAllowed("A message that only you see can be dismissed, not deleted.")
        with in_plain_words():
            if found.author_id != who.id:
                access.require(self.world, where, who.id, Permission.MANAGE_MESSAGES)
            message_acts.delete(self.world, found)

    async def react(self, person: Named, channel: Named, message: Named, emoji: str) -> None:
        """React to a message."""
        who = self._person(person)
        where = self._channel(who, channel)
        with in_plain_words():
            reaction_acts.add(self.world, where, self._message(who, where, message), who.id, emoji)

    async def unreact(self, person: Named, channel: Named, message: Named, emoji: str) -> None:
        """Take one's own reaction back."""
        who = self._person(person)
        where = self._channel(who, channel)
        with in_plain_words():
            reaction_acts.remove(self.world, where, self._message(who, where, message), who.id, emoji)

    async def type(self, person: Named, channel: Named) -> None:
        """Show that a person is typing."""
        who = self._person(person)
        where = self._channel(who, channel)
        if not access.may_send(self.world, where, who.id):
            raise NotAllowed("You cannot write here.")
        data: JSON = {"channel_id": str(where.id), "user_id": str(who.id)}
        data["timestamp"] = int(self.world.ids.now().timestamp())
        guild = self.world.guild_of(where)
        if guild:
            data |= {"guild_id": str(guild.id), "member": users.member(guild.members[who.id])}
        self.world.publish(Event("TYPING_START", data, guild=guild, channel=where))

    async def pin(self, person: Named, channel: Named, message: Named, *, pinned: bool = True) -> None:
        """Pin a message, or unpin it."""
        who = self._person(person)
        where = self._channel(who, channel)
        with in_plain_words():
            access.require(self.world, where, who.id, Permission.PIN_MESSAGES)
            found = self._message(who, where, message)
            message_acts.set_pin(self.world, where, found, pinned=pinned)
            if pinned:
                message_acts.announce_pin(self.world, where, found, who.id)

    async def dm(self, person: Named, with_: Named | None = None) -> JSON:
        """Open a direct conversation, with the bot unless somebody else is named."""
        who = self._person(person)
        other = self.world.bot if with_ is None else self.world.users.get(as_id(with_))
        if other is None or other is who:
            raise NotAllowed("There is nobody of that id to talk to.")
        if not self.world.share_a_guild(who.id, other.id):
            raise NotAllowed("You share no server with this person.")
        return channel_payload.channel(self.world, direct.open_between(self.world, who.id, other.id), who.id)

    async def dms(self, person: Named, *, accept: bool) -> None:
        """Say whether a person takes direct messages from the server's members."""
        self._person(person).dms_open = accept

    async def thread(
        self, person: Named, channel: Named, name: str, *, message: Named | None = None, private: bool = False
    ) -> JSON:
        """Start a thread, from a message or by itself."""
        who = self._person(person)
        parent = self._channel(who, channel)
        guild = self.world.guild_of(parent)
        if guild is None:
            raise NotAllowed("There are no threads in a direct conversation.")
        source = None if message is None else self._message(who, parent, message)
        with in_plain_words():
            made = thread_acts.start(self.world, guild, parent, who.id, name, private=private, source=source)
        return channel_payload.channel(self.world, made, who.id)

    async def join_thread(self, person: Named, thread: Named) -> None:
        """Enter a thread."""
        who = self._person(person)
        with in_plain_words():
            thread_acts.join(self.world, self._channel(who, thread), who.id)

    async def leave_thread(self, person: Named, thread: Named) -> None:
        """Leave a thread."""
        who = self._person(person)
        exit_thread(self.world, self._channel(who, thread), who.id)

    async def add_to_thread(self, person: Named, thread: Named, member: Named) -> None:
        """Put somebody into a thread."""
        who = self._person(person)
        with in_plain_words():
            thread_acts.add_member(self.world, self._channel(who, thread), who.id, as_id(member))

    async def unfurl(self, channel: Named, message: Named, embeds: list[JSON]) -> JSON:
        """Add a link's preview to a message, as Discord does by itself: an update that is no edit."""
        with in_plain_words():
            found = self.world.message(self.world.channel(as_id(channel)), as_id(message))
        return payload.message(self.world, message_acts.unfurl(self.world, found, embeds))
