"""How far every watched channel has been read, so that nothing said during a gap is missed.

A position moves with the tick, in one batch, and never past a message that is still being handled, was not heard or
could not be handled. So whatever is lost in a crash lies after the stored position, and is read again at the next
start; cases are idempotent by message.
"""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import Boolean, Column, String, Table, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.engine import Database
from bot.storage.schema import Snowflake, kept, metadata
from bot.storage.types import Moment
from bot.storage.upsert import upsert

watermarks = Table(
    "watermarks",
    metadata,
    Column("channel_id", Snowflake, primary_key=True),
    Column("group_key", String(40)),
    Column("is_dm", Boolean, nullable=False),
    Column("message_id", Snowflake, nullable=False),
    Column("moved_at", Moment, nullable=False),
    info=kept(eraser="crisis", retention="as long as the channel is watched"),
)

_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=7), timedelta(minutes=1)
_NOT_YET = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Position:
    """How far a channel has been read; `group_key` is None for direct messages."""

    channel_id: int
    message_id: int
    group_key: str | None
    is_dm: bool


@dataclass(slots=True)
class _Channel:
    """One channel: `behind` is set while what was said after that message has to be read back."""

    group_key: str | None
    is_dm: bool
    stored: int = 0
    handled: int = 0
    behind: int | None = None
    under_way: set[int] = field(default_factory=set)

    def safe(self) -> int:
        """Return the newest message up to which nothing is missing or under way."""
        reached = self.handled if self.behind is None else self.behind
        return min([reached, *(message - 1 for message in self.under_way)])

    def fall_behind(self, after: int) -> None:
        """Have what was said after a message read back."""
        self.behind = after if self.behind is None else min(self.behind, after)


ReadBack = Callable[[], Awaitable[None]]


class Watermarks:
    """Follows what is being read, and writes the positions down.

    A channel is *behind* after a start, while its shard is deaf, and after a message that could not be handled. What is
    said meanwhile is handled, and its position stays where it is until what is missing has been read back.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._channels: dict[int, _Channel] = {}
        self._deaf: set[int] = set()
        self._not_heard: set[int] = set()
        self._read_back: ReadBack | None = None
        self._wait = _FIRST_WAIT
        self._again_at = _NOT_YET

    async def load(self) -> None:
        """Read every stored position, at a start, before anything is heard."""
        async with self._database.read() as tx:
            rows = (await tx.execute(select(watermarks))).all()
        for row in rows:
            at = row.message_id
            self._channels[row.channel_id] = _Channel(row.group_key, row.is_dm, stored=at, handled=at, behind=at)

    def knows(self, channel_id: int) -> bool:
        """Say whether this channel has a position."""
        return channel_id in self._channels

    def position(self, channel_id: int) -> int | None:
        """Return the message up to which everything has been handled, or None for an unknown channel."""
        channel = self._channels.get(channel_id)
        return None if channel is None else channel.safe()

    def behind(self, group_key: str | None) -> dict[int, int]:
        """Return a group's channels (None: direct messages) that are behind, and after which message each."""
        return {
            channel_id: channel.behind
            for channel_id, channel in self._channels.items()
            if channel.behind is not None and channel.group_key == group_key
        }

    def missing_after(self, channel_id: int) -> int | None:
        """Return the message after which a channel has to be read back; None where nothing is missing."""
        channel = self._channels.get(channel_id)
        return None if channel is None else channel.behind

    def read_back_to(self, channel_id: int, before: int, to: int | None) -> bool:
        """Note how far reading back has come since `before` (None: to its end); False if it fell behind meanwhile."""
        channel = self._channels.get(channel_id)
        if channel is None or channel.behind != before:
            return False
        channel.handled = max(channel.handled, before)
        channel.behind = to
        return True

    def lost(self, shard: int) -> None:
        """Note that a shard hears nothing: what is said from now on may have to be read back."""
        self._deaf.add(shard)
        for channel_id, channel in self._channels.items():
            if channel.behind is None:
                channel.behind = channel.safe()
                self._not_heard.add(channel_id)

    def resumed(self, shard: int) -> None:
        """Note that a shard was told what it had missed."""
        self._deaf.discard(shard)
        if not self._deaf:
            for channel_id in self._not_heard:
                self._channels[channel_id].behind = None
            self._not_heard.clear()

    def began(self) -> None:
        """Note that every shard hears again, and that nobody has told them what they missed."""
        self._deaf.clear()
        self._not_heard.clear()

    def read_back_with(self, read_back: ReadBack) -> None:
        """Register who reads back what is behind."""
        self._read_back = read_back

    async def run_due(self, now: datetime) -> bool:
        """Have read back what is behind, if anything is; says whether something was.

        While something cannot be handled, each wait is twice the last one, up to a minute: a message that breaks
        something every time must not keep Discord and the log busy.
        """
        if self._read_back is None or self._deaf or now < self._again_at <= now + _LONGEST_WAIT:
            return False
        if not self._is_behind():
            return False
        await self._read_back()
        self._wait = min(self._wait * 2, _LONGEST_WAIT) if self._is_behind() else _FIRST_WAIT
        self._again_at = now + self._wait if self._is_behind() else now
        return True

    def _is_behind(self) -> bool:
        return any(channel.behind is not None for channel in self._channels.values())

    async def begin(self, channel_id: int, start: int, now: datetime, *, group_key: str | None, is_dm: bool) -> None:
        """Begin to watch a channel from `start` on, durably, before its first message is handled."""
        if channel_id in self._channels:
            return
        behind = None if is_dm else start  # a conversation begins with the message that is at hand
        self._channels[channel_id] = _Channel(group_key, is_dm, stored=start, handled=start, behind=behind)
        try:
            async with self._database.write() as tx:
                await _store(tx, Position(channel_id, start, group_key, is_dm), now)
        except BaseException:
            self._channels[channel_id].fall_behind(start)  # the message that began it has not been handled
            raise

    @contextmanager
    def handling(self, channel_id: int, message_id: int) -> Iterator[None]:
        """Hold the position back while a message is handled; one that fails is read again with the next tick."""
        channel = self._channels.get(channel_id)
        if channel is None:
            yield
            return
        channel.under_way.add(message_id)
        try:
            yield
        except BaseException:
            channel.fall_behind(message_id - 1)
            self._not_heard.discard(channel_id)
            raise
        else:
            channel.handled = max(channel.handled, message_id)
        finally:
            channel.under_way.discard(message_id)

    async def flush(self, now: datetime) -> int:
        """Write the positions that moved, in one transaction; ordinary messages cause no other write."""
        moved = {key: c for key, c in self._channels.items() if c.safe() > c.stored}
        if not moved:
            return 0
        positions = [Position(key, c.safe(), c.group_key, c.is_dm) for key, c in moved.items()]
        async with self._database.write() as tx:
            for position in positions:
                await _store(tx, position, now)
        for position in positions:
            self._channels[position.channel_id].stored = position.message_id
        return len(positions)


async def _store(tx: AsyncConnection, position: Position, now: datetime) -> None:
    statement = upsert(tx, watermarks).values(
        channel_id=position.channel_id,
        group_key=position.group_key,
        is_dm=position.is_dm,
        message_id=position.message_id,
        moved_at=now,
    )
    statement = statement.on_conflict_do_update(
        index_elements=["channel_id"],
        set_={"message_id": statement.excluded.message_id, "moved_at": statement.excluded.moved_at},
        where=watermarks.c.message_id < statement.excluded.message_id,
    )
    await tx.execute(statement)
