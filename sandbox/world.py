"""Builds the world: servers, channels, roles and people, before or after the start."""
# ruff: noqa: A002 - an id is called an id

from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.acts import channels, guilds, threads
from sandbox.model import Channel, ChannelType, Guild, Member, Overwrite, Role, User
from sandbox.permissions import EVERYONE_DEFAULT, Permission
from sandbox.registry import Registry

Overwrites = Mapping[Any, tuple[Permission, Permission]]  # by role, person, server (for @everyone) or id


class World(Registry):
    """All that exists, and how to add to it. Every id may be given; small ones are fine."""

    def add_person(
        self, *, name: str, id: int | None = None, about: str = "", dms_open: bool = True, locale: str = "en-US"
    ) -> User:
        """Add somebody who can be played."""
        username = name.lower().replace(" ", "_")
        person = User(self._id(id), username, name, about, dms_open=dms_open, locale=locale)
        self.users[person.id] = person
        return person

    def add_guild(
        self,
        *,
        name: str,
        owner: User,
        id: int | None = None,
        everyone: Permission = EVERYONE_DEFAULT,
        bot_permissions: Permission = Permission.NONE,
        with_bot: bool = True,
    ) -> Guild:
        """Add a server with its owner and, unless told otherwise, the bot.

        `bot_permissions` go to the bot's own role, as an invitation grants them; @everyone's come on top.
        """
        guild = Guild(self._id(id), name, owner.id)
        guild.roles[guild.id] = Role(guild.id, guild.id, "@everyone", everyone)
        self.guilds[guild.id] = guild
        guild.members[owner.id] = Member(owner, guild.id, self.ids.moment())
        if with_bot:
            self.add_bot(guild, bot_permissions)
        return guild

    def add_bot(self, guild: Guild, permissions: Permission = Permission.NONE) -> Member:
        """Invite the bot into a server with these permissions."""
        role = Role(self.ids.snowflake(), guild.id, self.bot.name, permissions, managed=True, bot_id=self.bot.id)
        guilds.add_role(self, guild, role)
        member = Member(self.bot, guild.id, self.ids.moment(), [role.id])
        guild.members[self.bot.id] = member
        guilds.announce(self, guild)
        return member

    def remove_bot(self, guild: Guild) -> None:
        """Throw the bot out of a server."""
        guilds.remove_bot(self, guild)

    def set_available(self, guild: Guild, *, available: bool) -> None:
        """Let a server fail for a while, or come back."""
        guild.available = available
        if available:
            guilds.announce(self, guild, known=True)
        else:
            guilds.withdraw(self, guild, outage=True)

    def add_role(
        self,
        guild: Guild,
        *,
        name: str,
        id: int | None = None,
        permissions: Permission = Permission.NONE,
        mentionable: bool = False,
        position: int | None = None,
        color: int = 0,
    ) -> Role:
        """Add a role; without a position it stands below all others, so that the bot may handle it."""
        role = Role(self._id(id), guild.id, name, permissions, color=color, mentionable=mentionable)
        return guilds.add_role(self, guild, role, position=position)

    def join(self, guild: Guild, person: User, roles: Iterable[Role] = ()) -> Member:
        """Make a person a member of a server."""
        return guilds.join(self, guild, person, [role.id for role in roles])

    def leave(self, guild: Guild, person: User) -> None:
        """Take a person out of a server."""
        guilds.leave(self, guild, person)

    def add_text_channel(
        self,
        guild: Guild,
        *,
        name: str,
        id: int | None = None,
        topic: str | None = None,
        overwrites: Overwrites | None = None,
        category: Channel | None = None,
        nsfw: bool = False,
        slowmode: int = 0,
    ) -> Channel:
        """Add a text channel; an overwrite is a pair of what it allows and what it denies."""
        channel = self._channel(guild, ChannelType.TEXT, name, id, overwrites, category)
        channel.topic, channel.nsfw, channel.slowmode = topic, nsfw, slowmode
        return channels.add(self, guild, channel)

    def add_voice_channel(
        self,
        guild: Guild,
        *,
        name: str,
        id: int | None = None,
        overwrites: Overwrites | None = None,
        category: Channel | None = None,
    ) -> Channel:
        """Add a voice channel."""
        return channels.add(self, guild, self._channel(guild, ChannelType.VOICE, name, id, overwrites, category))

    def add_category(
        self, guild: Guild, *, name: str, id: int | None = None, overwrites: Overwrites | None = None
    ) -> Channel:
        """Add a category."""
        return channels.add(self, guild, self._channel(guild, ChannelType.CATEGORY, name, id, overwrites, None))

    def add_thread(
        self,
        parent: Channel,
        *,
        name: str,
        owner: User,
        id: int | None = None,
        private: bool = False,
        members: Iterable[User] = (),
    ) -> Channel:
        """Start a thread in a channel."""
        guild = self.guilds[parent.guild_id or 0]
        thread = threads.start(self, guild, parent, owner.id, name, private=private, thread_id=id)
        for person in members:
            guilds.enter_thread(self, thread, person.id)
        return thread

    def _id(self, given: int | None) -> int:
        return self.ids.snowflake() if given is None else given

    def _channel(
        self,
        guild: Guild,
        kind: ChannelType,
        name: str,
        given: int | None,
        overwrites: Overwrites | None,
        category: Channel | None,
    ) -> Channel:
        return Channel(
            self._id(given),
            kind,
            guild.id,
            name,
            position=len(guild.channels),
            parent_id=category.id if category else None,
            overwrites=self.overwrites(guild, overwrites or {}),
        )

    @staticmethod
    def overwrites(guild: Guild, wanted: Overwrites) -> dict[int, Overwrite]:
        """Turn (allow, deny) pairs into overwrites; an id is a role's if the server has such a role."""
        made = {}
        for target, (allow, deny) in wanted.items():
            target_id = target if isinstance(target, int) else target.id
            made[target_id] = Overwrite(target_id, 0 if target_id in guild.roles else 1, allow, deny)
        return made
