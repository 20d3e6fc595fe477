"""The ways in that are no message: *I need my therapist*, and *Tell a therapist privately*.

A press stores the case and its page at once; whatever is asked afterwards can only make it graver or, if the reporter
says that nobody is in danger, calmer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crisis.cases import store
from bot.crisis.cases.model import Case, CaseState, Raised, Signal, Source
from bot.crisis.cases.service import Cases
from bot.crisis.cases.store import cases as case_table
from bot.crisis.cases.store import events, signals
from bot.crisis.screening import Level
from bot.groups.model import Group
from bot.privacy.contract import Whose
from bot.storage.engine import Database

REPORTED = "reported"
NO_DANGER = "no_danger_now"
_BY_REPORTER = (REPORTED, NO_DANGER)
"""Events of a case that name who told it."""
LISTED = "listed"


@dataclass(frozen=True, slots=True)
class Press:
    """Somebody's press: who, where, by which interaction, and the message it is about (None: no message)."""

    by_id: int
    channel_id: int
    interaction_id: int
    message_id: int | None = None
    in_dm: bool = False


class Asking:
    """Takes presses. Every act is keyed by its interaction, so that a repeat is the same press."""

    def __init__(self, database: Database, cases: Cases) -> None:
        self._database = database
        self._cases = cases

    async def help_now(self, groups: Sequence[Group], press: Press, now: datetime) -> list[Raised]:
        """Page the therapists of each group for the presser, at high, at once."""
        return [await self._cases.raise_case(_signal(group, press, press.by_id, now), now) for group in groups]

    async def report(self, group: Group, about: int | None, press: Press, now: datetime) -> Raised:
        """Page for a worry about somebody else (None: about somebody who is not named), and note who told it.

        A worry about oneself, or about nobody who can be named, is a case of the person who told it.
        """
        raised = await self._cases.raise_case(_signal(group, press, about or press.by_id, now), now)
        async with self._database.write() as tx:
            if await self._report(tx, raised.case.id, press.by_id, press.interaction_id) is None:
                details = {"press": press.interaction_id, "about": about is not None and about != press.by_id}
                await store.record(tx, raised.case.id, REPORTED, now, by_id=press.by_id, details=details)
        return raised

    async def in_danger_now(self, case_id: int, press_id: int, by_id: int, now: datetime) -> bool:
        """Make a report imminent and page from the first step; False if it is not this person's report."""
        async with self._database.read() as tx:
            case = await store.get(tx, case_id)
            row = await self._report(tx, case_id, by_id, press_id)
            known = None if case is None else await _signal_of(tx, case, press_id)
        if case is None or row is None or known is None:
            return False
        signal = Signal(
            group_key=case.group_key,
            key=known["key"],
            member_id=case.member_id,
            level=Level.IMMINENT,
            source=Source(known["source"]),
            channel_id=known["channel_id"],
            message_id=known["message_id"],
            said_at=known["said_at"],
            in_dm=known["in_dm"],
            told=False,
        )
        await self._cases.raise_case(signal, now)
        return True

    async def no_danger_now(self, case_id: int, press_id: int, by_id: int, now: datetime) -> bool | None:
        """Stop the pages of a report, which stays listed; False if others gave reason to go on, None if not theirs."""
        async with self._database.write() as tx:
            case = await store.get(tx, case_id)
            if case is None or await self._report(tx, case_id, by_id, press_id) is None:
                return None
            own = await _signal_of(tx, case, press_id)
            others = [each for each in await store.signals_of(tx, case_id) if own is None or each.key != own["key"]]
            if any(each.level >= Level.HIGH for each in others) or case.level > Level.HIGH:
                return False
            await store.record(tx, case_id, NO_DANGER, now, by_id=by_id)
            if await _list(tx, case):
                if own is not None:
                    lower = update(signals).where(signals.c.id == own["id"]).values(level=int(Level.CONCERN))
                    await tx.execute(lower)
                await store.record(tx, case_id, LISTED, now)
                await self._cases.stop_paging(tx, case, now)
        return True

    @staticmethod
    async def _report(tx: AsyncConnection, case_id: int, by_id: int, press_id: int) -> RowMapping | None:
        query = select(events).where(events.c.case_id == case_id, events.c.kind == REPORTED, events.c.by_id == by_id)
        rows = (await tx.execute(query)).mappings().all()
        return next((row for row in rows if row["details"].get("press") == press_id), None)


async def reports_by(tx: AsyncConnection, whose: Whose) -> list[RowMapping]:
    """Return what a person has told therapists in confidence: when, in which group."""
    query = (
        select(events.c.id, events.c.at, case_table.c.group_key)
        .join(case_table, case_table.c.id == events.c.case_id)
        .where(events.c.kind == REPORTED, events.c.by_id == whose.member_id, whose.within(case_table))
        .order_by(events.c.id)
    )
    return list((await tx.execute(query)).mappings())


async def forget_reporter(tx: AsyncConnection, whose: Whose) -> None:
    """Take a person's name off what they told; the cases stay for those they are about."""
    theirs = select(case_table.c.id).where(whose.within(case_table))
    told = events.c.kind.in_(_BY_REPORTER), events.c.by_id == whose.member_id, events.c.case_id.in_(theirs)
    await tx.execute(update(events).where(*told).values(by_id=None))


async def _signal_of(tx: AsyncConnection, case: Case, press_id: int) -> RowMapping | None:
    query = select(signals).where(signals.c.case_id == case.id, signals.c.key.in_(_keys(press_id)))
    return (await tx.execute(query)).mappings().first()


async def _list(tx: AsyncConnection, case: Case) -> bool:
    """Take an open case down to a note: nothing is paged until a graver signal; False if it has moved on."""
    result = await tx.execute(
        update(case_table)
        .where(
            case_table.c.id == case.id,
            case_table.c.state == CaseState.OPEN.value,
            case_table.c.level == int(case.level),
        )
        .values(level=int(Level.CONCERN), next_page_at=None)
    )
    return result.rowcount == 1


def _keys(press_id: int) -> tuple[str, str]:
    return f"report:{press_id}", f"help:{press_id}"


def _signal(group: Group, press: Press, about: int, now: datetime) -> Signal:
    own = about == press.by_id
    report, asked = _keys(press.interaction_id)
    return Signal(
        group_key=group.key,
        key=asked if own else report,
        member_id=about,
        level=Level.HIGH,
        source=Source.ASKED if own else Source.REPORT,
        channel_id=press.channel_id,
        message_id=press.message_id or press.interaction_id,
        said_at=now,
        in_dm=press.in_dm or press.message_id is None,  # then there is no message that a therapist could open
        told=False,
    )
