"""What the gateway says about being heard: shards that go deaf, that are told what they missed, or that begin anew."""

import discord
from discord.ext import commands

from bot.app import Parts
from bot.crisis.watching.gaps import GAP
from bot.outbox.model import Permanent, Receipt, Row, Superseded
from cogs.shared.delivery import discord_problems
from cogs.shared.places import served_here


class GapsCog(commands.Cog):
    """Follows the shards, and posts one notice for each incident."""

    def __init__(self, client: commands.AutoShardedBot, parts: Parts) -> None:
        self._client = client
        self._parts = parts

    async def cog_load(self) -> None:
        """Register what this cog sends."""
        self._parts.outbox.deliver_with(GAP, self.notice)

    async def cog_unload(self) -> None:
        """Take it back."""
        self._parts.outbox.stop_delivering(GAP)

    @commands.Cog.listener()
    async def on_shard_disconnect(self, shard_id: int) -> None:
        """Note that a shard hears nothing."""
        self._parts.gaps.lost(shard_id)
        self._parts.watermarks.lost(shard_id)

    @commands.Cog.listener()
    async def on_shard_resumed(self, shard_id: int) -> None:
        """Note that a shard was told what it had missed: no gap."""
        self._parts.watermarks.resumed(shard_id)
        await self._parts.gaps.resumed(shard_id, self._parts.clock.now())

    async def notice(self, row: Row, _now: object) -> Receipt:
        """Post an incident's notice, or edit the one that is there."""
        gap = await self._parts.gaps.get(row.ref["gap"])
        if gap is None:
            raise Superseded("gone")
        group = self._parts.groups.get(gap.group_key)
        if group is None:
            raise Permanent("group_unknown")
        words = self._parts.words.of(group.language)
        since, until = (f"<t:{int(moment.timestamp())}:f>" for moment in (gap.started_at, gap.ended_at))
        head = words("outside.gap.once" if gap.times == 1 else "outside.gap.several", since=since, until=until)
        text = f"{head} {words('outside.gap.read' if gap.read_at else 'outside.gap.reading')}"
        channel = self._client.get_partial_messageable(group.care, guild_id=group.server)
        with discord_problems():
            there = await self._parts.gaps.notice_of(gap, row.id)
            if there is not None:
                try:
                    await channel.get_partial_message(there[1]).edit(content=text)
                except discord.NotFound:
                    raise Superseded("notice_deleted") from None
                return Receipt(*there)
            sent = await channel.send(text, nonce=row.nonce)
        return Receipt(sent.channel.id, sent.id)


async def note_gap(client: commands.AutoShardedBot, parts: Parts) -> list[int]:
    """Note that every shard of this process listens; returns the incidents whose time has to be read back now."""
    shards = sorted(client.shards)
    count = client.shard_count or 1
    groups = [
        ((group.server >> 22) % count, group) for group in parts.groups.all() if served_here(client, group.server)
    ]
    return await parts.gaps.began(shards, groups, parts.clock.now())
