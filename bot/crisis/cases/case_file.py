"""Everything that a therapist sees of a case; every look is logged in the same transaction."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crisis.cases import closing_store, store
from bot.crisis.cases.closing_model import Closing, FollowUp
from bot.crisis.cases.holding import Holding
from bot.crisis.cases.model import PAGES, Case, CaseEvent, CaseState, KnownSignal, NotATherapist
from bot.crisis.member.plan import store as plan_store
from bot.crisis.notes import store as notes_store
from bot.crisis.notes.model import Note
from bot.groups.model import Group
from bot.outbox.store import outbox
from bot.storage.engine import Database
from bot.storage.vault import Vault

_EARLIER = 5
_PAGES = 12


@dataclass(frozen=True, slots=True)
class PageResult:
    """What became of one page; its target is `care`, `dm` (with `to`) or `outside` (with a `name`)."""

    target: str
    to: int | None
    name: str | None
    state: str
    problem: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case with all that belongs to it."""

    case: Case
    group: Group
    signals: list[KnownSignal]
    history: list[CaseEvent]
    pages: list[PageResult]
    closing: Closing | None
    follow_ups: list[FollowUp]
    earlier: list[tuple[Case, Closing | None]]
    notes: list[Note]
    has_plan: bool = False
    """Whether the member has a safety plan and lets their therapists know; never what is in it."""


class CaseFiles:
    """Opens a case to a therapist of its group."""

    def __init__(self, database: Database, vault: Vault, holding: Holding) -> None:
        self._database = database
        self._vault = vault
        self._holding = holding

    async def open(self, case_id: int, by_id: int, now: datetime) -> CaseFile:
        """Return a case with all that belongs to it, and log the look; raises NotATherapist, CaseNotFound."""
        async with self._database.write() as tx:
            case, group = await self._holding.case_for(tx, case_id, by_id)
            await closing_store.look(tx, case_id, by_id, now)
            earlier = [
                (each, await closing_store.closing_of(tx, each.id, self._vault))
                for each in await _earlier(tx, case, _EARLIER)
            ]
            return CaseFile(
                case=case,
                group=group,
                signals=await store.signals_of(tx, case_id),
                history=await store.history(tx, case_id),
                pages=await _pages(tx, case),
                closing=await closing_store.closing_of(tx, case_id, self._vault),
                follow_ups=await closing_store.follow_ups_of(tx, case_id),
                earlier=earlier,
                notes=await notes_store.of_member(tx, case.group_key, case.member_id, _EARLIER),
                has_plan=await plan_store.announced(tx, case.group_key, case.member_id),
            )

    async def listed(self, group: Group, by_id: int, now: datetime) -> list[Case]:
        """Return a group's open cases to one of its therapists, and log that they looked; raises NotATherapist."""
        if by_id not in group.therapists:
            raise NotATherapist
        async with self._database.write() as tx:
            found = await store.open_cases(tx, group.key)
            for case in found:
                await closing_store.look(tx, case.id, by_id, now)
        return found

    async def looks(self, case_id: int) -> list[tuple[int, datetime]]:
        """Return who looked at a case and when."""
        async with self._database.read() as tx:
            return await closing_store.looks_at(tx, case_id)


async def _earlier(tx: AsyncConnection, case: Case, limit: int) -> list[Case]:
    """Return the member's earlier cases in the group, newest first."""
    table = store.cases
    query = (
        select(table)
        .where(
            table.c.group_key == case.group_key,
            table.c.member_id == case.member_id,
            table.c.id != case.id,
            table.c.state == CaseState.CLOSED.value,
        )
        .order_by(table.c.id.desc())
        .limit(limit)
    )
    return [store.as_case(row) for row in (await tx.execute(query)).mappings()]


async def _pages(tx: AsyncConnection, case: Case) -> list[PageResult]:
    """Return what became of the newest pages, newest first."""
    query = (
        select(outbox)
        .where(outbox.c.subject == case.subject, outbox.c.kind.in_(PAGES))
        .order_by(outbox.c.id.desc())
        .limit(_PAGES)
    )
    return [
        PageResult(
            target=row["ref"]["target"],
            to=row["ref"].get("to"),
            name=row["ref"].get("name"),
            state=row["state"],
            problem=row["problem"],
            at=row["finished_at"] or row["due_at"],
        )
        for row in (await tx.execute(query)).mappings()
    ]
