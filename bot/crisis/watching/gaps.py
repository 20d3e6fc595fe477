"""Gaps: when the bot heard nothing, so that the therapists know from when to when, once for each incident.

Until when each shard has listened is written with the tick. A gap that the gateway's resume did not replay, and that is
longer than a minute, makes an incident of every group on that shard; a further gap soon after belongs to the same one.
Each incident has one notice in the care channel, without a mention, which is edited as it goes on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Column, ForeignKey, Integer, RowMapping, Table, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.groups.model import Group
from bot.log import get
from bot.outbox import store as outbox_store
from bot.outbox.model import NewRow, RetryPlan, RowState, Temporary
from bot.outbox.service import Kind, Outbox
from bot.storage.engine import Database
from bot.storage.schema import RowId, kept, metadata
from bot.storage.types import Moment
from bot.storage.upsert import upsert

log = get("crisis")

GAP = "crisis.gap"

SHORTEST = timedelta(seconds=60)
"""A shorter gap is not worth a word; what was said in it is read all the same."""
SAME_INCIDENT = timedelta(minutes=30)
"""A gap that begins so soon after the last one ended goes on with its incident."""
_KEEP = timedelta(days=90)
_WORTH = timedelta(hours=24)

listening = Table(
    "listening",
    metadata,
    Column("shard", Integer, primary_key=True, autoincrement=False),
    Column("heard_until", Moment, nullable=False),
    info=kept(eraser="crisis", retention="one row for each shard, always the newest"),
)

gaps = Table(
    "gaps",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("group_key", ForeignKey("groups.key"), nullable=False, index=True),
    Column("started_at", Moment, nullable=False),
    Column("ended_at", Moment, nullable=False),
    Column("times", Integer, nullable=False),
    Column("read_at", Moment),
    info=kept(eraser="crisis", retention="90 days"),
)


@dataclass(frozen=True, slots=True)
class Gap:
    """An incident: `times` gaps from `started_at` to `ended_at`; `read_at` is set once what was said in it is read."""

    id: int
    group_key: str
    started_at: datetime
    ended_at: datetime
    times: int
    read_at: datetime | None

    @property
    def subject(self) -> str:
        """Its name in the outbox."""
        return f"gap:{self.id}"


class Gaps:
    """Knows which shards listen, writes down until when, and makes incidents of what was not heard."""

    def __init__(self, database: Database, outbox: Outbox) -> None:
        self._database = database
        self._outbox = outbox
        self._listening: set[int] = set()
        outbox.declare(Kind(GAP, crisis=True, retries=RetryPlan(tries=10)))

    def lost(self, shard: int) -> None:
        """Note that a shard hears nothing any more."""
        self._listening.discard(shard)

    async def resumed(self, shard: int, now: datetime) -> None:
        """Note that a shard hears again and was told what it had missed."""
        self._listening.add(shard)
        await self.run_due(now)

    async def run_due(self, now: datetime) -> int:
        """Write down that the shards which listen have listened until now."""
        if not self._listening:
            return 0
        async with self._database.write() as tx:
            for shard in sorted(self._listening):
                await _heard(tx, shard, now)
        return len(self._listening)

    async def began(self, shards: Iterable[int], groups: Iterable[tuple[int, Group]], now: datetime) -> list[int]:
        """Note that these shards listen anew; returns the incidents of the groups (shard, group) that missed something.

        What these shards were told anew has to be read back now; `read_back` notes that it was.
        """
        deaf = [shard for shard in shards if shard not in self._listening]
        found: list[int] = []
        async with self._database.write() as tx:
            rows = await tx.execute(select(listening).where(listening.c.shard.in_(deaf)))
            until = {row.shard: row.heard_until for row in rows}
            for shard, group in groups:
                since = max(until.get(shard, now), group.imported_at)
                if now - since > SHORTEST:
                    found.append(await self._incident(tx, group, since, now))
            for shard in deaf:
                await _heard(tx, shard, now)
        self._listening.update(deaf)
        if found:
            log.info("heard_nothing_for_a_while", count=len(found))
            self._outbox.poke()
        return found

    async def read_back(self, incidents: Iterable[int], now: datetime) -> None:
        """Note that what was said during these incidents has been read."""
        async with self._database.write() as tx:
            for gap_id in incidents:
                row = await tx.execute(update(gaps).where(gaps.c.id == gap_id).values(read_at=now).returning(gaps))
                await self._tell(tx, _gap(row.mappings().one()), now)
        self._outbox.poke()

    async def get(self, gap_id: int) -> Gap | None:
        """Return an incident."""
        async with self._database.read() as tx:
            row = (await tx.execute(select(gaps).where(gaps.c.id == gap_id))).mappings().first()
        return None if row is None else _gap(row)

    async def notice_of(self, gap: Gap, before: int) -> tuple[int, int] | None:
        """Return channel and message of the notice that the care channel has; `before` is the row that asks.

        Raises Temporary while an earlier row is being sent, so that two never post one notice each.
        """
        async with self._database.read() as tx:
            rows = await outbox_store.results_of(tx, gap.subject)
        if any(row["id"] < before and row["state"] == RowState.LEASED.value for row in rows):
            raise Temporary("after_the_one_before")
        done = [row for row in rows if row["state"] == RowState.DONE.value and row["message_id"] is not None]
        return (done[-1]["channel_id"], done[-1]["message_id"]) if done else None

    async def forget_old(self, now: datetime) -> int:
        """Delete incidents that are over for 90 days."""
        async with self._database.write() as tx:
            return (await tx.execute(delete(gaps).where(gaps.c.ended_at < now - _KEEP))).rowcount

    async def _incident(self, tx: AsyncConnection, group: Group, since: datetime, now: datetime) -> int:
        """Go on with the group's newest incident if it has hardly ended, else begin one."""
        newest = select(gaps).where(gaps.c.group_key == group.key).order_by(gaps.c.id.desc()).limit(1)
        before = (await tx.execute(newest)).mappings().first()
        if before is not None and since - before["ended_at"] <= SAME_INCIDENT:
            values = {"ended_at": now, "times": before["times"] + 1, "read_at": None}
            statement = update(gaps).where(gaps.c.id == before["id"]).values(values)
            row = (await tx.execute(statement.returning(gaps))).mappings().one()
        else:
            fresh = {"group_key": group.key, "started_at": since, "ended_at": now, "times": 1}
            row = (await tx.execute(insert(gaps).values(fresh).returning(gaps))).mappings().one()
        await self._tell(tx, _gap(row), now)
        return int(row["id"])

    async def _tell(self, tx: AsyncConnection, gap: Gap, now: datetime) -> None:
        await self._outbox.supersede(tx, gap.subject, GAP, now)
        row = NewRow(GAP, gap.subject, {"gap": gap.id}, gap.group_key, expires_at=now + _WORTH)
        await self._outbox.add(tx, row, now)


async def _heard(tx: AsyncConnection, shard: int, now: datetime) -> None:
    statement = upsert(tx, listening).values(shard=shard, heard_until=now)
    await tx.execute(
        statement.on_conflict_do_update(index_elements=["shard"], set_={"heard_until": statement.excluded.heard_until})
    )


def _gap(row: RowMapping) -> Gap:
    return Gap(**{name: row[name] for name in ("id", "group_key", "started_at", "ended_at", "times", "read_at")})
