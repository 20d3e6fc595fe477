"""Members' pace at work: what they choose, and prompts that come to them at their own hour."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.daily_prompts.model import GRACE
from bot.daily_prompts.pace import policy, store
from bot.daily_prompts.pace.model import CLOSED, DIRECT, Hours, Pace, QuietHoursClash
from bot.groups.model import Group
from bot.groups.service import Groups
from bot.log import get
from bot.outbox.model import NewRow, RetryPlan, Row
from bot.outbox.service import Kind, Outbox
from bot.privacy.contract import Whose
from bot.storage.engine import Database

log = get("daily_prompts")

_BATCH = 20
_RETRIES = RetryPlan(tries=30)


class Paces:
    """Keeps every member's pace and brings prompts to those who asked for it. Nothing here is shown to anybody else.

    A row's `next_at` is its timer: it is wound to the next day in the transaction that writes what is sent, so that a
    prompt comes to somebody once at most.
    """

    def __init__(self, database: Database, outbox: Outbox, groups: Groups) -> None:
        self._database = database
        self._outbox = outbox
        self._groups = groups
        outbox.declare(Kind(DIRECT, retries=_RETRIES, on_failed=self._not_delivered))

    async def of(self, group: Group, member_id: int) -> Pace:
        """Return a member's pace."""
        async with self._database.read() as tx:
            return await store.get(tx, group.key, member_id)

    async def may_reach(self, group_key: str, member_id: int, now: datetime) -> bool:
        """Tell whether something that is not urgent may be sent to a member unasked: no pause, no quiet hours.

        Alarms, and answers to what a member has just done, do not ask.
        """
        async with self._database.read() as tx:
            return policy.may_reach(await store.get(tx, group_key, member_id), now)

    async def deliver_at(self, group: Group, member_id: int, hours: Hours, now: datetime) -> Pace:
        """Let prompts come by direct message at these hours, from the next one on; raises QuietHoursClash."""
        if policy.clash(hours):
            raise QuietHoursClash
        async with self._database.write() as tx:
            known = await store.get(tx, group.key, member_id, hold=True)
            next_at = policy.next_delivery(hours, now)
            pace = replace(known, hours=hours, direct=True, silent_since=None, next_at=next_at)
            await store.put(tx, pace)
        return pace

    async def stop_delivering(self, group: Group, member_id: int) -> Pace:
        """Send no more prompts by direct message; the hours are kept."""
        return await self._change(group, member_id, lambda pace: replace(pace, direct=False, next_at=None))

    async def pause(self, group: Group, member_id: int, until: datetime | None) -> Pace:
        """Send nothing unasked until a moment, or until the member comes back (None)."""
        return await self._change(group, member_id, lambda pace: replace(pace, away_until=until, left=until is None))

    async def come_back(self, group: Group, member_id: int) -> Pace:
        """End a pause; what came meanwhile is not made up for."""
        return await self._change(group, member_id, lambda pace: replace(pace, away_until=None, left=False))

    async def has_fallen_silent(self, member_id: int) -> bool:
        """Tell whether a member has to hear that direct messages did not reach them; they hear it once."""
        async with self._database.read() as tx:
            silent = any(row["silent_since"] is not None for row in await store.of_member(tx, Whose(member_id)))
        if not silent:
            return False
        async with self._database.write() as tx:
            return await store.speak_again(tx, member_id)

    async def run_due(self, now: datetime) -> int:
        """Write what has come due; returns how many members' hours had come."""
        handled = 0
        while claimed := await self._claim(now):
            handled += claimed
            self._outbox.poke()
        return handled

    async def _claim(self, now: datetime) -> int:
        async with self._database.write() as tx:
            due = await store.due(tx, now, _BATCH)
            for pace in due:
                await self._deliver(tx, pace, now)
            return len(due)

    async def _deliver(self, tx: AsyncConnection, pace: Pace, now: datetime) -> None:
        if pace.hours is None or pace.next_at is None:
            return
        wound = replace(pace, next_at=policy.next_delivery(pace.hours, now))
        if self._groups.get(pace.group_key) and policy.in_time(pace.next_at, now) and policy.may_reach(pace, now):
            for run_id in await store.unmet_runs(tx, pace, now - policy.FRESH):
                ref = {"run": run_id, "member": pace.member_id}
                row = NewRow(DIRECT, f"prompt:{run_id}", ref, pace.group_key, expires_at=pace.next_at + GRACE)
                await self._outbox.add(tx, row, now)
                wound = replace(wound, last_run_id=run_id)
        await store.put(tx, wound)

    async def _change(self, group: Group, member_id: int, change: Callable[[Pace], Pace]) -> Pace:
        async with self._database.write() as tx:
            pace = change(await store.get(tx, group.key, member_id, hold=True))
            await store.put(tx, pace)
        return pace

    async def _not_delivered(self, tx: AsyncConnection, row: Row, problem: str, now: datetime) -> None:
        if problem == CLOSED:
            await store.fall_silent(tx, row.group_key or "", row.ref["member"], now)
            log.info("direct_prompts_stopped", group_key=row.group_key)
