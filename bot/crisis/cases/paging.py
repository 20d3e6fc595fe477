"""Pages: a row for every target of a step, and what follows when one was sent or could not be."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crisis.cases import policy, store
from bot.crisis.cases.model import OUTSIDE, PAGE, PAGES, Case
from bot.crisis.on_call.model import Whom
from bot.crisis.outside.reach import Reach
from bot.crisis.outside.targets import OutsideTargets
from bot.groups.model import Group
from bot.groups.service import Groups
from bot.outbox.model import NewRow, Receipt, RetryPlan, Row, RowState
from bot.outbox.service import Kind, Outbox
from bot.outbox.store import outbox

CARE, DIRECT, OUT = "care", "dm", "outside"

DIRECT_AFTER = timedelta(seconds=5)
"""A direct message follows the care channel after this time, unless the channel has failed before."""
OUTSIDE_AFTER = timedelta(seconds=10)
"""A target outside Discord follows after this time, unless what comes before it has failed."""
REPEAT_AFTER = timedelta(seconds=60)
"""Further messages of one member page one target at most this often; a new step or a graver level never waits."""
OUTSIDE_REST = timedelta(minutes=15)
"""While Discord cannot be reached, a case's pages outside it come at most this often once the chain went round."""

_WAITING = (RowState.WAITING.value, RowState.LEASED.value)

FirstSent = Callable[[AsyncConnection, Case, datetime], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Target:
    """Where one page goes: `care`, `dm` with `to`, or `outside` with the `name` of a target (and whose it is)."""

    kind: str
    to: int | None = None
    name: str | None = None

    @property
    def ref(self) -> dict[str, Any]:
        """Return what the outbox row keeps of it."""
        return {
            "target": self.kind,
            **({"to": self.to} if self.to is not None else {}),
            **({"name": self.name} if self.name is not None else {}),
        }


class Pager:
    """Writes pages: first the care channel, then each person directly, then their targets outside Discord.

    Every target of a step and round is one outbox row, so that each fails apart from the others. What comes later in
    the order is brought forward when something before it fails.
    """

    def __init__(
        self, box: Outbox, groups: Groups, targets: OutsideTargets, reach: Reach, first_sent: FirstSent
    ) -> None:
        self._outbox = box
        self._groups = groups
        self._targets = targets
        self._reach = reach
        self._first_sent = first_sent
        box.declare(Kind(PAGE, crisis=True, on_done=self._sent, on_failed=self._failed))
        box.declare(Kind(OUTSIDE, crisis=True, retries=RetryPlan(tries=4), on_done=self._sent, on_failed=self._failed))

    async def write(
        self,
        tx: AsyncConnection,
        group: Group,
        case: Case,
        reached: Whom,
        now: datetime,
        *,
        handed_by: int | None = None,
    ) -> None:
        """Write a step's pages in the caller's transaction, to whom it reaches now; `handed_by` hands the case over."""
        await self._drop_repeats(tx, case, now)
        people = list(reached.people)
        named = group.escalation.last_resort if reached.last_resort else None
        targets = [Target(CARE), *(Target(DIRECT, to=person) for person in people)]
        targets += await self._outside(tx, case, people, named, now)
        for target in targets:
            row = _row(case, target, now)
            more: dict[str, Any] = {"people": people} if target.kind == CARE else {}
            more |= {"from": handed_by} if handed_by is not None else {}
            more |= {"nobody_on_call": True} if reached.nobody_on_call else {}
            await self._outbox.add(tx, replace(row, ref={**row.ref, **more}), now)
        details = {"step": case.step, "round": case.round, "people": people, "nobody_on_call": reached.nobody_on_call}
        outside = [target.name for target in targets if target.kind == OUT]
        await store.record(tx, case.id, "paged", now, details=details | ({"outside": outside} if outside else {}))

    async def repeat(self, tx: AsyncConnection, case: Case, now: datetime) -> None:
        """Page the current step's targets once more because of a further message, each when its time has come."""
        rows = await _rows(tx, case, or_(outbox.c.due_at > now - REPEAT_AFTER, outbox.c.state.in_(_WAITING)))
        for ref in await _last_wave(tx, case):
            target = _target(ref)
            before = [row for row in rows if _target(row["ref"]) == target]
            if any(row["state"] in _WAITING for row in before):
                continue
            due_at = max([now, *(row["due_at"] + REPEAT_AFTER for row in before)])
            await self._outbox.add(
                tx, replace(_row(case, target, now), ref={**ref, "repeat": True}, due_at=due_at), now
            )

    async def stop(self, tx: AsyncConnection, case: Case, now: datetime) -> None:
        """End a case's pages that are not sent yet."""
        for kind in PAGES:
            await self._outbox.supersede(tx, case.subject, kind, now)

    async def waiting(self, tx: AsyncConnection, case: Case) -> int:
        """Count a case's pages that are not sent yet."""
        return len(await _rows(tx, case, outbox.c.state == RowState.WAITING.value))

    async def care_failed(self, tx: AsyncConnection, row: Row) -> bool:
        """Say whether the care channel failed in the same step and round as this row."""
        query = select(outbox.c.ref).where(
            outbox.c.subject == row.subject,
            outbox.c.kind == PAGE,
            outbox.c.created_at == row.created_at,
            outbox.c.state == RowState.FAILED.value,
        )
        return any(ref["target"] == CARE for ref in (await tx.execute(query)).scalars())

    async def _outside(
        self, tx: AsyncConnection, case: Case, people: Sequence[int], last_resort: str | None, now: datetime
    ) -> list[Target]:
        if self._goes_seldom(case):
            newly = and_(outbox.c.kind == OUTSIDE, outbox.c.created_at > now - OUTSIDE_REST)
            if await _rows(tx, case, newly):
                return []
        found = self._targets.of(people)
        named = self._targets.named(last_resort) if last_resort else None
        if named is not None and named not in found:
            found.append(named)
        return [Target(OUT, to=each.therapist, name=each.name) for each in found]

    def _goes_seldom(self, case: Case) -> bool:
        """Say whether everybody has been tried and Discord is away: then hurrying on would only wear people out."""
        return self._reach.lost_since is not None and case.round > 1

    async def _drop_repeats(self, tx: AsyncConnection, case: Case, now: datetime) -> None:
        waiting = await _rows(tx, case, outbox.c.state == RowState.WAITING.value)
        stale = [row["id"] for row in waiting if row["ref"].get("repeat")]
        await tx.execute(
            update(outbox)
            .where(outbox.c.id.in_(stale), outbox.c.state == RowState.WAITING.value)
            .values(state=RowState.SUPERSEDED.value, finished_at=now)
        )

    async def _sent(self, tx: AsyncConnection, row: Row, receipt: Receipt, now: datetime) -> None:
        case = await store.get(tx, row.ref["case"])
        if case is None:
            return
        note = {"note": receipt.note} if receipt.note else {}
        await store.record(tx, case.id, "page_sent", now, details=_shown(row) | note)
        if await store.pages_sent(tx, case) == 1:
            await self._first_sent(tx, case, now)

    async def _failed(self, tx: AsyncConnection, row: Row, problem: str, now: datetime) -> None:
        """Bring what comes after a target forward; where a whole step failed, the next one is due."""
        case = await store.get(tx, row.ref["case"])
        if case is None:
            return
        await store.record(tx, case.id, "page_failed", now, details=_shown(row) | {"problem": problem})
        group = self._groups.get(case.group_key)
        if group is None or not case.rings:
            return
        wave = await _rows(tx, case, outbox.c.created_at == row.created_at)
        untried = [each["id"] for each in wave if each["state"] == RowState.WAITING.value and not each["attempts"]]
        await tx.execute(update(outbox).where(outbox.c.id.in_(untried), outbox.c.due_at > now).values(due_at=now))
        reached = any(each["state"] in (*_WAITING, RowState.DONE.value) for each in wave)
        if not reached and not self._goes_seldom(case) and policy.brings_forward(group, row.ref["step"]):
            await store.bring_forward(tx, case.id, row.ref["step"], row.ref["round"], now)


async def _rows(tx: AsyncConnection, case: Case, *conditions: Any) -> Sequence[RowMapping]:
    query = select(outbox).where(outbox.c.subject == case.subject, outbox.c.kind.in_(PAGES), *conditions)
    return (await tx.execute(query.order_by(outbox.c.id))).mappings().all()


async def _last_wave(tx: AsyncConnection, case: Case) -> list[dict[str, Any]]:
    """Return the references of the rows that were written last, all at one moment; repeats do not count."""
    rows = [row for row in await _rows(tx, case) if not row["ref"].get("repeat")]
    return [row["ref"] for row in rows if row["created_at"] == rows[-1]["created_at"]]


def _row(case: Case, target: Target, now: datetime) -> NewRow:
    after = {CARE: timedelta(0), DIRECT: DIRECT_AFTER, OUT: OUTSIDE_AFTER}[target.kind]
    kind = OUTSIDE if target.kind == OUT else PAGE
    ref = {"case": case.id, "step": case.step, "round": case.round, **target.ref}
    return NewRow(kind, case.subject, ref, case.group_key, due_at=now + after)


def _target(ref: Any) -> Target:
    return Target(ref["target"], ref.get("to"), ref.get("name"))


def _shown(row: Row) -> dict[str, object]:
    return {key: row.ref[key] for key in ("target", "to", "name", "step", "round", "repeat") if key in row.ref}
