"""The outbox at work: leases rows, hands them to their deliverers, and records how it ended."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import Clock
from bot.errors import StorageError
from bot.log import get
from bot.outbox import store
from bot.outbox.model import (
    Deliverer,
    NewRow,
    Permanent,
    Receipt,
    RetryPlan,
    Row,
    RowState,
    SendProblem,
    Superseded,
    Temporary,
)
from bot.outbox.policy import DELIVERY_LIMIT, next_try
from bot.storage.engine import Database
from bot.storage.presence import Presence

log = get("outbox")

OnDone = Callable[[AsyncConnection, Row, Receipt, datetime], Awaitable[None]]
OnFailed = Callable[[AsyncConnection, Row, str, datetime], Awaitable[None]]

_AT_ONCE = 10
_KEEP = timedelta(days=30)


async def _nothing_done(_tx: AsyncConnection, _row: Row, _receipt: Receipt, _now: datetime) -> None:
    return None


async def _nothing_failed(_tx: AsyncConnection, _row: Row, _problem: str, _now: datetime) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Kind:
    """What a feature says of one kind of row.

    `on_done` and `on_failed` run in the transaction that ends the row, so that a feature's own record of it
    ("sent", "could not be sent") cannot differ from the outbox's. `crisis` kinds must have a deliverer at the start.
    """

    name: str
    crisis: bool = False
    retries: RetryPlan = field(default_factory=RetryPlan)
    on_done: OnDone = _nothing_done
    on_failed: OnFailed = _nothing_failed


class Outbox:
    """Sends what must reach a person, at least once.

    A row is waiting, then leased by one sender, then done, failed or superseded. Only a confirmed send makes it
    done. A process that dies in the middle leaves a lease that runs out, and the row is tried again.
    """

    def __init__(self, database: Database, clock: Clock, presence: Presence | None = None) -> None:
        self._database = database
        self._clock = clock
        self._presence = presence or Presence(database)
        self._owner = str(self._presence.number)
        self._kinds: dict[str, Kind] = {}
        self._deliverers: dict[str, Deliverer] = {}
        self._tasks: set[asyncio.Task[int]] = set()

    def declare(self, kind: Kind) -> None:
        """Make a kind known; its feature's service does this when it is wired."""
        if kind.name in self._kinds:
            raise ValueError(f"two features declare the outbox kind {kind.name}")
        self._kinds[kind.name] = kind

    def deliver_with(self, kind: str, deliverer: Deliverer) -> None:
        """Register who sends a kind; a cog does this when it loads."""
        if kind not in self._kinds:
            raise ValueError(f"no feature declares the outbox kind {kind}")
        self._deliverers[kind] = deliverer

    def stop_delivering(self, kind: str) -> None:
        """Take a deliverer away (its cog was unloaded); rows of this kind wait untouched."""
        self._deliverers.pop(kind, None)

    def undelivered_crisis_kinds(self) -> list[str]:
        """Name the crisis kinds that nobody delivers; the start must not go on while there is one."""
        return sorted(name for name, kind in self._kinds.items() if kind.crisis and name not in self._deliverers)

    async def add(self, tx: AsyncConnection, row: NewRow, now: datetime) -> int:
        """Write a row together with its cause, in the caller's transaction."""
        if row.kind not in self._kinds:
            raise ValueError(f"no feature declares the outbox kind {row.kind}")
        return await store.add(tx, row, now)

    async def supersede(self, tx: AsyncConnection, subject: str, kind: str, now: datetime) -> int:
        """End a subject's unsent rows of a kind, in the caller's transaction."""
        return await store.supersede(tx, subject, [kind], now)

    def poke(self) -> None:
        """Try what is due at once, after a commit; the tick is the backstop."""
        task = asyncio.create_task(self.run_due(self._clock.now()))
        self._tasks.add(task)
        task.add_done_callback(self._poked)

    async def settle(self) -> None:
        """Wait for the sends that are under way."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def take_over(self, now: datetime) -> int:
        """Free what processes that have died had leased, without waiting for the leases to run out."""
        async with self._database.read() as tx:
            holders = await store.holders(tx)
        dead = await self._presence.dead(holders) if holders else set()
        if not dead:
            return 0
        async with self._database.write() as tx:
            return await store.release(tx, dead, now)

    async def run_due(self, now: datetime) -> int:
        """Send every row that is due and has a deliverer; returns how many were tried."""
        if not self._deliverers:
            return 0
        tried = 0
        while rows := await self._lease(now):
            tried += len(rows)
            await asyncio.gather(*(self._send(row) for row in rows))
            now = self._clock.now()  # what these sends have led to is due by now
        return tried

    async def forget_old(self, now: datetime) -> int:
        """Delete rows that ended more than 30 days ago."""
        async with self._database.write() as tx:
            return await store.forget_before(tx, now - _KEEP)

    async def _lease(self, now: datetime) -> list[Row]:
        """Lease no more than is sent at once: a row that waited for its turn could outlive its lease."""
        async with self._database.write() as tx:
            for late in await store.expire(tx, self._deliverers, now):
                await self._kinds[late.kind].on_failed(tx, late, "too late", now)
            urgent = [name for name, kind in self._kinds.items() if kind.crisis]
            return await store.lease(tx, self._deliverers, self._owner, _AT_ONCE, now, first=urgent)

    async def _send(self, row: Row) -> None:
        try:
            async with asyncio.timeout(DELIVERY_LIMIT.total_seconds()):
                receipt = await self._deliverers[row.kind](row, self._clock.now())
        except Superseded as problem:
            await self._end(row, RowState.SUPERSEDED, problem=problem.code)
        except Permanent as problem:
            await self._fail(row, problem.code)
        except Temporary as problem:
            await self._again(row, problem, uncertain=False)
        except TimeoutError:
            await self._again(row, Temporary("timeout"), uncertain=True)
        except Exception as error:
            log.error("deliverer_broke", kind=row.kind, row=row.id, exc_info=error)
            await self._again(row, Temporary(type(error).__name__), uncertain=True)
        else:
            await self._end(row, RowState.DONE, receipt=receipt)

    async def _end(
        self, row: Row, state: RowState, *, receipt: Receipt | None = None, problem: str | None = None
    ) -> None:
        now = self._clock.now()
        async with self._database.write() as tx:
            mine = await store.finish(tx, row, self._owner, state, now, receipt=receipt, problem=problem)
            if mine and state is RowState.DONE:
                await self._kinds[row.kind].on_done(tx, row, receipt or Receipt(), now)
        log.info("outbox_row_ended", kind=row.kind, row=row.id, state=state.value, attempts=row.attempts)

    async def _again(self, row: Row, problem: Temporary, *, uncertain: bool) -> None:
        now = self._clock.now()
        due_at = next_try(self._kinds[row.kind].retries, row.attempts, problem.retry_after, now)
        if due_at is None:
            await self._fail(row, problem.code)
            return
        since = (row.uncertain_since or now) if uncertain else row.uncertain_since
        async with self._database.write() as tx:
            await store.put_back(tx, row, self._owner, due_at, problem.code, uncertain_since=since)
        log.warning("outbox_row_waits", kind=row.kind, row=row.id, problem=problem.code, attempts=row.attempts)

    async def _fail(self, row: Row, problem: str) -> None:
        now = self._clock.now()
        async with self._database.write() as tx:
            if await store.finish(tx, row, self._owner, RowState.FAILED, now, problem=problem):
                await self._kinds[row.kind].on_failed(tx, row, problem, now)
        log.error("outbox_row_failed", kind=row.kind, row=row.id, problem=problem, attempts=row.attempts)

    def _poked(self, task: asyncio.Task[int]) -> None:
        self._tasks.discard(task)
        if task.cancelled() or task.exception() is None:
            return
        error = task.exception()
        code = "storage" if isinstance(error, StorageError) else "broken"
        log.error("outbox_poke_failed", problem=code, exc_info=error)


__all__ = ["Kind", "Outbox", "SendProblem"]
