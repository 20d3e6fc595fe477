"""Keeping what a member reads true: the status of private answers, and the word after two minutes of silence.

A press is answered ephemerally, and such an answer can be edited for fifteen minutes with its token. The row keeps the
token for that time and no longer.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Column, ForeignKey, RowMapping, String, Table, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crisis.cases import store
from bot.crisis.cases.model import ASKED_ANSWER, MEMBER_STATUS, MEMBER_TEXT, Case, CaseState, Progress, Source
from bot.crisis.cases.policy import MEMBER_SLOW
from bot.outbox.model import NewRow, Receipt, Row
from bot.outbox.service import Kind, Outbox
from bot.outbox.store import outbox as outbox_table
from bot.storage.engine import Database
from bot.storage.schema import Snowflake, kept, metadata
from bot.storage.types import Moment
from bot.storage.upsert import upsert

IsArmed = Callable[[str], Awaitable[bool]]

TOKEN_LIVES = timedelta(minutes=14)
"""Discord takes edits for fifteen minutes; the last one is for the way there."""
_CLOSED = CaseState.CLOSED.value
_OWN = (Source.SCREENING.value, Source.ASKED.value)

answers = Table(
    "case_answers",
    metadata,
    Column("message_id", Snowflake, primary_key=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False, index=True),
    Column("token", String(300), nullable=False),
    Column("shows", String(20), nullable=False),
    Column("until", Moment, nullable=False),
    info=kept(eraser="crisis", retention="15 minutes"),
)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a case stands for the member whom it is about, as far as a text may say it."""

    case: Case
    progress: Progress
    slow: bool
    about_other: bool
    asked: bool

    @property
    def shows(self) -> str:
        """Name what a text that is true now shows."""
        return f"{self.progress.word}_slow" if self.slow else self.progress.word


@dataclass(frozen=True, slots=True)
class Answer:
    """An ephemeral answer that can still be edited."""

    message_id: int
    case_id: int
    token: str


class MemberStatus:
    """Says how a case stands, and lets the texts that a member has be edited when that changes."""

    def __init__(self, database: Database, outbox: Outbox, is_armed: IsArmed | None = None) -> None:
        self._database = database
        self._outbox = outbox
        self._is_armed = is_armed
        outbox.declare(Kind(ASKED_ANSWER, crisis=True))

    async def standing(self, case: Case, now: datetime) -> Standing:
        """Say how a case stands now."""
        async with self._database.read() as tx:
            found = await standing(tx, case, now)
        return await self._with_alarm(found)

    async def own_open(self, member_id: int, now: datetime) -> list[Standing]:
        """Return how a member's own cases stand; what others told about them in confidence is not among them."""
        async with self._database.read() as tx:
            found = [
                await standing(tx, case, now) for case in await _open_about(tx, member_id) if await _is_own(tx, case)
            ]
        return [await self._with_alarm(each) for each in found]

    async def _with_alarm(self, found: Standing) -> Standing:
        """Add whether the group's alarm is set up: where it is not, the member is told so."""
        armed = self._is_armed is None or await self._is_armed(found.case.group_key)
        return replace(found, progress=replace(found.progress, armed=armed))

    async def answered(self, answer: Answer, shows: str, now: datetime) -> None:
        """Remember an ephemeral answer for as long as it can be edited."""
        values = {
            "message_id": answer.message_id,
            "case_id": answer.case_id,
            "token": answer.token,
            "shows": shows,
            "until": now + TOKEN_LIVES,
        }
        async with self._database.write() as tx:
            await tx.execute(upsert(tx, answers).values(**values).on_conflict_do_nothing())

    async def answer(self, message_id: int) -> Answer | None:
        """Return an answer that can still be edited."""
        async with self._database.read() as tx:
            row = (await tx.execute(select(answers).where(answers.c.message_id == message_id))).mappings().first()
        return None if row is None else Answer(row["message_id"], row["case_id"], row["token"])

    async def run_due(self, now: datetime) -> int:
        """Bring answers up to date that say less than is true, and forget those that cannot be edited any more."""
        async with self._database.read() as tx:
            rows = (await tx.execute(select(answers))).mappings().all()
            stale = [row for row in rows if row["until"] > now and await _differs(tx, row, now)]
        if len(rows) == 0:
            return 0
        async with self._database.write() as tx:
            await tx.execute(delete(answers).where(answers.c.until <= now))
            for row in stale:
                await self._bring_up_to_date(tx, row, now)
        if stale:
            self._outbox.poke()
        return len(stale)

    async def _bring_up_to_date(self, tx: AsyncConnection, row: RowMapping, now: datetime) -> None:
        case = await store.get(tx, row["case_id"])
        if case is None:
            return
        shows = (await standing(tx, case, now)).shows
        changed = await tx.execute(
            update(answers)
            .where(answers.c.message_id == row["message_id"], answers.c.shows == row["shows"])
            .values(shows=shows)
        )
        if changed.rowcount == 1:
            ref = {"case": case.id, "answer": row["message_id"]}
            new = NewRow(ASKED_ANSWER, case.subject, ref, case.group_key, expires_at=row["until"])
            await self._outbox.add(tx, new, now)


def after_silence(case: Case, now: datetime) -> NewRow:
    """Make the row that looks, two minutes after a member was told, whether anybody has seen it."""
    return NewRow(MEMBER_STATUS, case.subject, {"case": case.id}, case.group_key, due_at=now + MEMBER_SLOW)


async def noted(tx: AsyncConnection, row: Row, receipt: Receipt, now: datetime) -> None:
    """Write into the case's history that the member was told about the delay."""
    await store.record(tx, row.ref["case"], "member_told_slow", now, details={"claimed": receipt.note})


async def standing(tx: AsyncConnection, case: Case, now: datetime) -> Standing:
    """Say how a case stands now, in the caller's transaction."""
    progress = await store.progress(tx, case)
    since = case.alarm_at or case.opened_at
    signals = await store.signals_of(tx, case.id)
    return Standing(
        case=case,
        progress=progress,
        slow=not progress.seen and now - since >= MEMBER_SLOW,
        about_other=await speaks_to_helper(tx, case),
        asked=bool(signals) and all(signal.source is Source.ASKED for signal in signals),
    )


async def speaks_to_helper(tx: AsyncConnection, case: Case, *, if_none: bool = False) -> bool:
    """Tell whether the newest text to the member speaks to somebody who wrote about another person."""
    query = (
        select(outbox_table.c.ref)
        .where(outbox_table.c.subject == case.subject, outbox_table.c.kind == MEMBER_TEXT)
        .order_by(outbox_table.c.id.desc())
    )
    refs: Sequence[dict[str, object]] = (await tx.execute(query)).scalars().all()
    return next((bool(ref.get("other")) for ref in refs if "edit" not in ref), if_none)


async def _differs(tx: AsyncConnection, row: RowMapping, now: datetime) -> bool:
    case = await store.get(tx, row["case_id"])
    return case is not None and (await standing(tx, case, now)).shows != row["shows"]


async def _open_about(tx: AsyncConnection, member_id: int) -> list[Case]:
    query = select(store.cases).where(store.cases.c.member_id == member_id, store.cases.c.state != _CLOSED)
    return [store.as_case(row) for row in (await tx.execute(query.order_by(store.cases.c.id))).mappings()]


async def _is_own(tx: AsyncConnection, case: Case) -> bool:
    return any(signal.source.value in _OWN for signal in await store.signals_of(tx, case.id))
