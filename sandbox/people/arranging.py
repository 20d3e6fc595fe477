"""Joining, leaving, and how a server is arranged: roles, permissions, channels, AutoMod."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sandbox import access
from sandbox.acts import channels as channel_acts
from sandbox.acts import guilds as guild_acts
from sandbox.acts import threads as thread_acts
from sandbox.acts.visibility import noticing
from sandbox.errors import NotAllowed
from sandbox.model import JSON, Channel, ChannelType, Guild, Member, Overwrite
from sandbox.payloads import channels as channel_payload
from sandbox.payloads import guilds as guild_payload
from sandbox.people.base import Base, Named, as_id, in_plain_words
from sandbox.permissions import Permission
from sandbox.rest.automod import make
from sandbox.rest.channels import tidy_name

BLOCK, ALERT = 1, 2


class Arranging(Base):
    """What happens to a server; joining, leaving, kicks, bans and `automod` as a person, the rest from outside."""

    async def join(self, person: Named, guild: Named) -> None:
        """Enter a server."""
        who, where = self._person(person), self._guild(guild)
        if who.id in where.bans:
            raise NotAllowed("You are banned from this server.")
        guild_acts.join(self.world, where, who)

    async def leave(self, person: Named, guild: Named) -> None:
        """Leave a server."""
        who, where = self._person(person), self._guild(guild)
        if who.id not in where.members:
            raise NotAllowed("You are not in this server.")
        if who.id == where.owner_id:
            raise NotAllowed("The owner cannot leave the server.")
        guild_acts.leave(self.world, where, who)

    async def kick(self, person: Named, guild: Named, member: Named) -> None:
        """Throw somebody out of a server, as one who may."""
        who, where = self._person(person), self._guild(guild)
        found = self._member(where, member)
        with in_plain_words():
            access.require_in_guild(self.world, where, who.id, Permission.KICK_MEMBERS)
            access.require_above_member(where, who.id, found)
        guild_acts.leave(self.world, where, found.user)

    async def ban(self, person: Named, guild: Named, member: Named, reason: str | None = None) -> None:
        """Ban somebody from a server, as one who may."""
        who, where = self._person(person), self._guild(guild)
        found = self._member(where, member)
        with in_plain_words():
            access.require_in_guild(self.world, where, who.id, Permission.BAN_MEMBERS)
            access.require_above_member(where, who.id, found)
        guild_acts.ban(self.world, where, found.user, reason)

    def _member(self, guild: Guild, member: Named) -> Member:
        if as_id(member) not in guild.members:
            raise NotAllowed(f"{as_id(member)} is not in this server.")
        return guild.members[as_id(member)]

    async def roles(self, member: Named, guild: Named, roles: Iterable[Any]) -> None:
        """Give a member exactly these roles."""
        where = self._guild(guild)
        wanted = [as_id(role) for role in roles]
        strangers = [role_id for role_id in wanted if role_id not in where.roles]
        if strangers:
            raise NotAllowed(f"The server has no role with the id {strangers[0]}.")
        guild_acts.set_roles(self.world, where, self._member(where, member), wanted)

    async def nickname(self, member: Named, guild: Named, nick: str | None) -> None:
        """Give a member a nickname, or take it away."""
        where = self._guild(guild)
        found = self._member(where, member)
        found.nick = nick
        guild_acts.update_member(self.world, where, found)

    async def time_out(self, member: Named, guild: Named, until: datetime | None) -> None:
        """Time a member out until then, or end the time-out."""
        where = self._guild(guild)
        found = self._member(where, member)
        found.timed_out_until = until
        guild_acts.update_member(self.world, where, found)

    async def permissions(
        self, guild: Named, target: Any, *, channel: Named | None = None, allow: int = 0, deny: int = 0
    ) -> None:
        """Set a channel's overwrite for a role or a member, or (without a channel) a role's permissions.

        Without a channel `allow` adds to and `deny` takes from what the role has.
        """
        where, target_id = self._guild(guild), as_id(target)
        if channel is None:
            self._change_role(where, target_id, Permission(allow), Permission(deny))
            return
        place = where.channels.get(as_id(channel))
        if place is None:
            raise NotAllowed(f"The server has no channel with the id {as_id(channel)}.")
        kind = 0 if target_id in where.roles else 1
        overwrite = Overwrite(target_id, kind, Permission(allow), Permission(deny))
        channel_acts.set_overwrite(self.world, where, place, overwrite)

    def _change_role(self, guild: Guild, role_id: int, allow: Permission, deny: Permission) -> None:
        role = guild.roles.get(role_id)
        if role is None:
            raise NotAllowed(f"The server has no role with the id {role_id}.")
        with noticing(self.world, guild):
            role.permissions = (role.permissions | allow) & ~deny
        guild_acts.update_role(self.world, guild, role)

    async def channel(
        self,
        guild: Named,
        name: str,
        *,
        kind: int = 0,
        overwrites: Mapping[Any, tuple[int, int]] | None = None,
    ) -> JSON:
        """Make a channel; overwrites are pairs of what is allowed and what is denied, by the target's id."""
        where = self._guild(guild)
        made = Channel(self.world.ids.snowflake(), ChannelType(kind), where.id, tidy_name(name, kind))
        made.position = len(where.channels)
        for target, (allow, deny) in (overwrites or {}).items():
            target_id = as_id(target)
            of = 0 if target_id in where.roles else 1
            made.overwrites[target_id] = Overwrite(target_id, of, Permission(int(allow)), Permission(int(deny)))
        return channel_payload.channel(self.world, channel_acts.add(self.world, where, made))

    async def delete_channel(self, channel: Named) -> None:
        """Delete a channel or a thread."""
        found = self.world.channels.get(as_id(channel))
        guild = self.world.guild_of(found) if found else None
        if found is None or guild is None:
            raise NotAllowed(f"There is no channel with the id {as_id(channel)}.")
        if found.thread:
            thread_acts.delete(self.world, guild, found)
        else:
            channel_acts.delete(self.world, guild, found)

    async def archive(self, thread: Named, *, archived: bool = True, locked: bool | None = None) -> None:
        """Archive a thread, or open it again; and lock or unlock it."""
        found = self.world.channels.get(as_id(thread))
        if found is None or found.thread is None:
            raise NotAllowed(f"There is no thread with the id {as_id(thread)}.")
        found.thread.archived = archived
        found.thread.archived_at = self.world.ids.moment()
        found.thread.locked = found.thread.locked if locked is None else locked
        channel_acts.publish_thread(self.world, found, "UPDATE")

    async def automod(self, person: Named, guild: Named, keywords: Iterable[str], alert_channel: Named | None) -> JSON:
        """Make a rule that blocks messages with these keywords and reports them in a channel."""
        who, where = self._person(person), self._guild(guild)
        actions: list[JSON] = [{"type": BLOCK, "metadata": {}}]
        if alert_channel is not None:
            actions.append({"type": ALERT, "metadata": {"channel_id": str(as_id(alert_channel))}})
        form: JSON = {
            "name": "Keywords",
            "event_type": 1,
            "trigger_type": 1,
            "trigger_metadata": {"keyword_filter": list(keywords)},
            "actions": actions,
            "enabled": True,
        }
        with in_plain_words():
            access.require_in_guild(self.world, where, who.id, Permission.MANAGE_GUILD)
            return guild_payload.rule(make(self.world, where, who.id, form))
