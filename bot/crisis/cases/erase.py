"""What crisis care keeps of a person, and how it goes: a closed case at once, an open one as soon as it is closed."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ForeignKey, RowMapping, Table, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crisis.cases.closing_store import closings, follow_ups, looks
from bot.crisis.cases.model import DIRECT_ANSWER, CaseState, Source
from bot.crisis.cases.store import cases, events, signals
from bot.crisis.member.status import answers
from bot.crisis.notes.store import notes
from bot.crisis.outside import clinic_codes
from bot.crisis.screening import Level
from bot.crisis.watching.memory import remembered
from bot.log import get
from bot.outbox.erase import rows_about
from bot.outbox.store import outbox
from bot.privacy.contract import Holding, Whose, counted
from bot.storage.engine import Database
from bot.storage.schema import kept, metadata
from bot.storage.types import Moment
from bot.storage.upsert import upsert

log = get("crisis")

_CLOSED = CaseState.CLOSED.value
_OWN_WORDS = (Source.SCREENING.value, Source.ASKED.value, Source.NOTE.value)
_KEPT_CLOSED = timedelta(days=365)
_KEPT_NOTES = timedelta(days=90)

asked = Table(
    "case_erasures",
    metadata,
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    Column("asked_at", Moment, nullable=False),
    info=kept(eraser="crisis", retention="until the case is closed and erased"),
)


class CrisisEraser:
    """Says, hands over and erases what crisis care keeps.

    A person is told of alarms that their own words raised. What somebody else told the therapists in confidence is
    not listed, because the reporter was promised that; it is erased all the same.
    """

    name = "crisis"

    def __init__(self, database: Database) -> None:
        self._database = database

    async def holdings(self, tx: AsyncConnection, whose: Whose) -> list[Holding]:
        """Count alarms, open and closed, what screening remembers, and cases that the person took as a therapist."""
        own = await _own_words(tx, whose)
        closed = {row["case_id"] for row in own if row["state"] == _CLOSED}
        still_open = {row["case_id"] for row in own if row["state"] != _CLOSED}
        return [
            *counted("alarms_closed", len(closed)),
            *counted("alarms_open", len(still_open), "open_alarm"),
            *counted("concern_notes", len(await _notes(tx, whose))),
            *counted("looks_at_cases", len(await _looks(tx, whose))),
            *counted("screening_memory", len(await _memory(tx, whose))),
            *counted("direct_answers", len(await rows_about(tx, whose, only=[DIRECT_ANSWER]))),
            *counted("cases_taken", await _taken(tx, whose), "case_of_another"),
        ]

    async def export_member(self, tx: AsyncConnection, whose: Whose) -> Mapping[str, Any]:
        """Return the alarms that the person's own words raised, and what screening remembers."""
        alarms = [
            {
                "group": row["group_key"],
                "level": Level(row["level"]).word,
                "said_at": row["said_at"].isoformat(),
                "state": row["state"],
                "found": row["entries"],
                "channel": str(row["channel_id"]),
                "message": str(row["message_id"]),
            }
            for row in await _own_words(tx, whose)
        ]
        memory = [
            {
                "group": row["group_key"],
                "kind": row["kind"],
                "entry": row["entry"],
                "level": Level(row["level"]).word,
                "at": row["at"].isoformat(),
            }
            for row in await _memory(tx, whose)
        ]
        noted = [
            {"group": row["group_key"], "said_at": row["said_at"].isoformat(), "found": row["entries"]}
            for row in await _notes(tx, whose)
        ]
        looked = [at.isoformat() for at in await _looks(tx, whose)]
        return {"alarms": alarms, "screening_memory": memory, "concern_notes": noted, "looks_by_therapists": looked}

    async def erase_member(self, tx: AsyncConnection, whose: Whose, now: datetime) -> None:
        """Erase closed cases, also those of reports, and note that the open ones go when they are closed."""
        query = select(cases.c.id, cases.c.state).where(cases.c.member_id == whose.member_id, whose.within(cases))
        for row in (await tx.execute(query)).all():
            if row.state == _CLOSED:
                await _erase_case(tx, row.id)
            else:
                await _erase_later(tx, row.id, now)
        await tx.execute(delete(remembered).where(remembered.c.member_id == whose.member_id, whose.within(remembered)))
        await tx.execute(delete(notes).where(notes.c.member_id == whose.member_id, whose.within(notes)))
        answered = await rows_about(tx, whose, only=[DIRECT_ANSWER])
        ended = [row["id"] for row in answered if row["finished_at"] is not None]
        await tx.execute(delete(outbox).where(outbox.c.id.in_(ended)))

    async def run_due(self, now: datetime) -> int:
        """Erase the cases that were closed since somebody asked for it, and what is old; returns how many cases."""
        query = (
            select(cases.c.id, cases.c.group_key, cases.c.member_id)
            .join(asked, cases.c.id == asked.c.case_id)
            .where(cases.c.state == _CLOSED)
        )
        async with self._database.read() as tx:
            due = (await tx.execute(query)).all()
        for case in due:
            async with self._database.write() as tx:
                await clinic_codes.erase_with_case(tx, case.group_key, case.member_id)
                await _erase_case(tx, case.id)
        old = await self._old_cases(now)
        if due or old:
            log.info("closed_cases_erased", count=len(due) + len(old))
        await self._forget_notes(now)
        return len(due) + len(old)

    async def _old_cases(self, now: datetime) -> list[int]:
        """Erase the cases that were closed a year ago."""
        query = select(cases.c.id).where(cases.c.state == _CLOSED, cases.c.closed_at < now - _KEPT_CLOSED)
        async with self._database.read() as tx:
            old = list((await tx.execute(query)).scalars())
        for case_id in old:
            async with self._database.write() as tx:
                await _erase_case(tx, case_id)
        return old

    async def _forget_notes(self, now: datetime) -> None:
        """Erase the concern notes that somebody settled long ago."""
        query = select(notes.c.id).where(notes.c.settled_at < now - _KEPT_NOTES)
        async with self._database.read() as tx:
            old = list((await tx.execute(query)).scalars())
        if old:
            async with self._database.write() as tx:
                await tx.execute(delete(notes).where(notes.c.id.in_(old)))


async def erase_asked(tx: AsyncConnection, case_id: int) -> bool:
    """Say whether the member asked to be erased, or left, while this case was open."""
    return (await tx.execute(select(asked.c.case_id).where(asked.c.case_id == case_id))).first() is not None


async def _own_words(tx: AsyncConnection, whose: Whose) -> Sequence[RowMapping]:
    query = (
        select(signals, cases.c.state)
        .join(cases, cases.c.id == signals.c.case_id)
        .where(cases.c.member_id == whose.member_id, signals.c.source.in_(_OWN_WORDS), whose.within(cases))
        .order_by(signals.c.id)
    )
    return (await tx.execute(query)).mappings().all()


async def _memory(tx: AsyncConnection, whose: Whose) -> Sequence[RowMapping]:
    query = select(remembered).where(remembered.c.member_id == whose.member_id, whose.within(remembered))
    return (await tx.execute(query.order_by(remembered.c.id))).mappings().all()


async def _notes(tx: AsyncConnection, whose: Whose) -> Sequence[RowMapping]:
    query = select(notes).where(notes.c.member_id == whose.member_id, whose.within(notes)).order_by(notes.c.id)
    return (await tx.execute(query)).mappings().all()


async def _looks(tx: AsyncConnection, whose: Whose) -> list[datetime]:
    """Return when therapists looked at the member's alarms; which therapist is not theirs to hand out."""
    query = (
        select(looks.c.at)
        .distinct()
        .join(cases, cases.c.id == looks.c.case_id)
        .join(signals, signals.c.case_id == cases.c.id)
        .where(cases.c.member_id == whose.member_id, signals.c.source.in_(_OWN_WORDS), whose.within(cases))
        .order_by(looks.c.at)
    )
    return list((await tx.execute(query)).scalars())


async def _taken(tx: AsyncConnection, whose: Whose) -> int:
    query = select(func.count()).where(cases.c.acknowledged_by == whose.member_id, whose.within(cases))
    return int((await tx.execute(query)).scalar_one())


async def _erase_later(tx: AsyncConnection, case_id: int, now: datetime) -> None:
    await tx.execute(upsert(tx, asked).values(case_id=case_id, asked_at=now).on_conflict_do_nothing())


async def _erase_case(tx: AsyncConnection, case_id: int) -> None:
    """Erase a case with its signals, its history and the record of its pages."""
    await tx.execute(delete(outbox).where(outbox.c.subject == f"case:{case_id}"))
    for table in (asked, answers, signals, events, closings, follow_ups, looks):
        await tx.execute(delete(table).where(table.c.case_id == case_id))
    await tx.execute(delete(cases).where(cases.c.id == case_id))
