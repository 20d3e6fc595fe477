"""How far every watched channel has been read, so that nothing said during a gap is missed.

A position moves with the tick, in one batch, and never past a message that is still being handled. So whatever is
lost in a crash lies after the stored position, and is read again at the next start; cases are idempotent by message.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Boolean, Column, String, Table, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.engine import Database
from bot.storage.schema import Snowflake, kept, metadata
from bot.storage.types import Moment

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


@dataclass(frozen=True, slots=True)
class Position:
    """How far a channel has been read; `group_key` is None for direct messages."""

    channel_id: int
    message_id: int
    group_key: str | None
    is_dm: bool


@dataclass(slots=True)
class _Channel:
    group_key: str | None
    is_dm: bool
    stored: int = 0
    handled: int = 0
    under_way: set[int] = field(default_factory=set)

    def safe(self) -> int:
        """Return the newest message before which nothing is under way."""
        return min([self.handled, *(message - 1 for message in self.under_way)])


class Watermarks:
    """Follows what is being read, and writes the positions down."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._channels: dict[int, _Channel] = {}

    async def load(self) -> list[Position]:
        """Read every stored position, at a start."""
        async with self._database.read() as tx:
            rows = (await tx.execute(select(watermarks))).all()
        for row in rows:
            channel = self._channels.setdefault(row.channel_id, _Channel(row.group_key, row.is_dm))
            channel.stored = max(channel.stored, row.message_id)
            channel.handled = max(channel.handled, row.message_id)
        return [Position(row.channel_id, row.message_id, row.group_key, row.is_dm) for row in rows]

    def knows(self, channel_id: int) -> bool:
        """Say whether this channel has a position."""
        return channel_id in self._channels

    def position(self, channel_id: int) -> int | None:
        """Return the message up to which everything has been handled, or None for an unknown channel."""
        channel = self._channels.get(channel_id)
        return None if channel is None else channel.safe()

    async def begin(self, channel_id: int, start: int, now: datetime, *, group_key: str | None, is_dm: bool) -> None:
        """Begin to watch a channel from `start` on, durably, before its first message is handled."""
        if channel_id in self._channels:
            return
        self._channels[channel_id] = _Channel(group_key, is_dm, stored=start, handled=start)
        async with self._database.write() as tx:
            await _store(tx, Position(channel_id, start, group_key, is_dm), now)

    @contextmanager
    def handling(self, channel_id: int, message_id: int) -> Iterator[None]:
        """Hold the position back while a message is handled; one that fails stays ahead of it and is read again."""
        channel = self._channels.get(channel_id)
        if channel is None:
            yield
            return
        channel.under_way.add(message_id)
        yield
        channel.under_way.discard(message_id)
        channel.handled = max(channel.handled, message_id)

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
    dialect = sqlite if tx.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(watermarks).values(
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
