"""Cases: raised, paged, taken. Every act is one transaction, and doing it twice is doing it once."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crisis.cases import moves, policy, store
from bot.crisis.cases.model import (
    MEMBER_STATUS,
    MEMBER_TEXT,
    Acknowledged,
    Case,
    CaseEvent,
    CaseNotFound,
    CaseState,
    KnownSignal,
    NotATherapist,
    Progress,
    Raised,
    Signal,
)
from bot.crisis.cases.paging import Pager
from bot.crisis.member import status as member_status
from bot.crisis.on_call.model import Whom
from bot.crisis.on_call.store import whom
from bot.crisis.outside.reach import Reach
from bot.crisis.outside.targets import OutsideTargets
from bot.crisis.screening import Level
from bot.groups.model import Group
from bot.groups.service import Groups
from bot.log import get
from bot.outbox.model import NewRow, Receipt, RetryPlan, Row
from bot.outbox.service import Kind, Outbox
from bot.storage.engine import Database

log = get("crisis")

_BATCH = 50
_MEMBER_TEXT_WORTH = timedelta(hours=1)


class Cases:
    """Raises cases, pages down the chain until somebody takes one, and records what became of every page.

    The row says when a case's next page is due. One member of a group has at most one case that is not closed; further
    signals join it. Case, history, first page and the member's text are committed together, before anything is sent.
    An acknowledgement runs out unless contact is recorded (`Holding`), and the pages go on from the first step.
    """

    def __init__(
        self,
        database: Database,
        outbox: Outbox,
        groups: Groups,
        targets: OutsideTargets | None = None,
        reach: Reach | None = None,
        is_armed: Callable[[str], Awaitable[bool]] | None = None,
    ) -> None:
        self._is_armed = is_armed
        self._database = database
        self._outbox = outbox
        self._groups = groups
        self._pager = Pager(outbox, groups, targets or OutsideTargets(), reach or Reach(), self.write_status)
        outbox.declare(
            Kind(
                MEMBER_TEXT,
                crisis=True,
                retries=RetryPlan(tries=12),
                on_done=self._member_text_sent,
                on_failed=self._member_text_failed,
            )
        )
        outbox.declare(Kind(MEMBER_STATUS, crisis=True, on_done=member_status.noted))

    async def raise_case(self, signal: Signal, now: datetime) -> Raised:
        """Open a case for a signal, or let it join the member's open one; the pages are tried at once."""
        group = self._groups.get(signal.group_key)
        if group is None:
            raise LookupError(f"no group {signal.group_key}")
        async with self._database.write() as tx:
            raised = await self._raise(tx, group, signal, now)
        log.info(
            "signal", case=raised.case.code, level=signal.level.word, opened=raised.opened, graver=raised.graver,
            repeated=raised.repeated, late=signal.late,
        )  # fmt: skip
        if not raised.repeated:
            self._outbox.poke()
        return raised

    async def rehearse(self, signal: Signal, now: datetime) -> tuple[Case, int]:
        """Raise a case and take it back at once, before anybody is paged; returns it and how many pages it had."""
        group = self._groups.get(signal.group_key)
        if group is None:
            raise LookupError(f"no group {signal.group_key}")
        async with self._database.rehearsal() as tx:
            raised = await self._raise(tx, group, signal, now)
            return raised.case, await self._pager.waiting(tx, raised.case)

    async def acknowledge(self, case_id: int, by_id: int, now: datetime) -> Acknowledged:
        """Give the case to the presser, if nobody was first; raises NotATherapist, CaseNotFound."""
        async with self._database.write() as tx:
            case = await store.get(tx, case_id)
            if case is None:
                raise CaseNotFound
            group = self._groups.get(case.group_key)
            if group is None or by_id not in group.therapists:
                raise NotATherapist
            taken = await self._take(tx, group, case, by_id, now)
            if taken is None:  # somebody was faster: read again who
                return Acknowledged(await store.get(tx, case_id) or case, first=False)
        log.info("case_acknowledged", case=taken.code)
        self._outbox.poke()
        return Acknowledged(taken, first=True)

    async def open_for(self, signal: Signal, by_id: int, now: datetime) -> Case:
        """Open a case for a therapist, who has it at once; where the member has an open one, the signal joins that.

        Raises NotATherapist.
        """
        group = self._groups.get(signal.group_key)
        if group is None or by_id not in group.therapists:
            raise NotATherapist
        async with self._database.write() as tx:
            raised = await self._raise(tx, group, signal, now)
            taken = await self._take(tx, group, raised.case, by_id, now) if raised.opened else None
        log.info("case_opened_by_therapist", case=raised.case.code, opened=raised.opened)
        self._outbox.poke()
        return taken or raised.case

    async def run_due(self, now: datetime) -> int:
        """Page the next step of every case that is due, also of one whose acknowledgement ran out; returns how many."""
        async with self._database.read() as tx:
            waiting = await store.due(tx, now, now + policy.longest_wait(self._groups.all()), _BATCH)
        written = 0
        for case in waiting:
            group = self._groups.get(case.group_key)
            if group is not None:
                written += await self._page_next(case, group, now)
        if written:
            self._outbox.poke()
        return written

    async def get(self, case_id: int) -> Case | None:
        """Return one case."""
        async with self._database.read() as tx:
            return await store.get(tx, case_id)

    async def signals(self, case: Case) -> list[KnownSignal]:
        """Return where a case came from, oldest first: channels, messages and entries, never a text."""
        async with self._database.read() as tx:
            return await store.signals_of(tx, case.id)

    async def history(self, case: Case) -> list[CaseEvent]:
        """Return everything that happened to a case, oldest first."""
        async with self._database.read() as tx:
            return await store.history(tx, case.id)

    async def level_of_message(self, group_key: str, message_id: int) -> Level:
        """Return the level under which a message is recorded, none if it is not."""
        async with self._database.read() as tx:
            return await store.level_of_message(tx, group_key, message_id)

    async def faults(self) -> list[tuple[str, int, int]]:
        """Return group, channel and message of everything that could not be screened, to try it again."""
        async with self._database.read() as tx:
            return await store.faults(tx)

    async def screened_after_all(self, group_key: str, message_id: int, now: datetime) -> None:
        """Note that a message which could not be screened has been screened; its fault case stays for a person."""
        async with self._database.write() as tx:
            case_id = await store.settle_fault(tx, group_key, message_id)
            if case_id is not None:
                await store.record(tx, case_id, "screened_after_all", now)

    async def edited_away(self, group_key: str, key: str, level: Level, now: datetime) -> None:
        """Note that a message of a case now says less; the case stays as it is."""
        async with self._database.write() as tx:
            known = await store.known_signal(tx, group_key, key)
            if known is not None and level < known[1]:
                await store.record(tx, known[0], "edited_away", now, details={"level": level.word})

    async def message_deleted(self, group_key: str, message_id: int, now: datetime) -> None:
        """Note that a message of a case was deleted; the case stays as it is."""
        async with self._database.read() as tx:
            found = await store.cases_of_message(tx, group_key, message_id)
        if found:
            async with self._database.write() as tx:
                for case_id in found:
                    await store.record(tx, case_id, "message_deleted", now)

    async def care_failed(self, row: Row) -> bool:
        """Say whether the care channel could not be reached with the page that this row belongs to."""
        async with self._database.read() as tx:
            return await self._pager.care_failed(tx, row)

    async def progress(self, case: Case) -> Progress:
        """Say what has happened so far, for a text that claims no more."""
        armed = self._is_armed is None or await self._is_armed(case.group_key)
        async with self._database.read() as tx:
            return replace(await store.progress(tx, case), armed=armed)

    async def last_member_text(self, case: Case) -> tuple[int, int] | None:
        """Return channel and message of the newest text that the member got about this case."""
        async with self._database.read() as tx:
            return await store.last_member_text(tx, case)

    async def open_alarms(self, group_key: str | None = None) -> list[Case]:
        """Return the open cases that weigh on a group: those that page, not what is only listed."""
        return [case for case in await self.open_cases(group_key) if case.level > Level.CONCERN]

    async def open_cases(self, group_key: str | None = None) -> list[Case]:
        """Return the cases that are not closed, gravest first, then oldest."""
        async with self._database.read() as tx:
            return await store.open_cases(tx, group_key)

    async def _take(self, tx: AsyncConnection, group: Group, case: Case, by_id: int, now: datetime) -> Case | None:
        taken = await moves.acknowledge(tx, case.id, by_id, policy.runs_out_at(group, case, now), now)
        if taken is not None:
            await store.record(tx, case.id, "acknowledged", now, by_id=by_id)
            await self.stop_paging(tx, taken, now)
            await self.write_status(tx, taken, now)
        return taken

    async def _raise(self, tx: AsyncConnection, group: Group, signal: Signal, now: datetime) -> Raised:
        known = await store.known_signal(tx, signal.group_key, signal.key)
        if known is not None and signal.level <= known[1]:
            case = await store.get(tx, known[0])
            assert case is not None, "a signal always belongs to a case"  # noqa: S101  (held by a foreign key)
            return Raised(case, repeated=True)
        raised = await self._open_or_join(tx, group, signal, now)
        if known is not None:
            await store.raise_signal(tx, signal, raised.case.id)
        elif not await store.claim_signal(tx, signal, raised.case.id):
            return Raised(raised.case, repeated=True)
        own_now = signal.told and not signal.about_other and await member_status.speaks_to_helper(tx, raised.case)
        if own_now or policy.tells_member(raised.case, signal, now):
            await self._write_member_text(tx, raised.case, signal, now)
            return replace(raised, told=True)
        return raised

    async def _open_or_join(self, tx: AsyncConnection, group: Group, signal: Signal, now: datetime) -> Raised:
        page = policy.first_page(group, now)
        case = await store.open_case_of(tx, signal.group_key, signal.member_id)
        while case is None:
            opened = await store.open_case(tx, signal, page, now)
            if opened is not None:
                details = {"level": signal.level.word, "source": signal.source.value, "late": signal.late}
                await store.record(tx, opened.id, "opened", now, details=details)
                await self._write_page(tx, group, opened, now)
                return Raised(opened, opened=True)
            case = await store.open_case_of(tx, signal.group_key, signal.member_id)
        if policy.pages_again(group, case, signal, now):
            return Raised(await self._page_anew(tx, group, case, signal, now), graver=True)
        await store.record(tx, case.id, "joined", now, details={"level": signal.level.word})
        if case.waits:
            await self._pager.repeat(tx, case, now)
        return Raised(case)

    async def _page_anew(self, tx: AsyncConnection, group: Group, before: Case, signal: Signal, now: datetime) -> Case:
        """Start the chain anew for a signal; what the member was told of a therapist is true no longer."""
        page = policy.first_page(group, now)
        case = await store.reopen(tx, before, max(before.level, signal.level), page, now)
        await store.record(tx, case.id, "pages_again", now, details={"level": signal.level.word})
        await self._write_page(tx, group, case, now)
        if not policy.tells_member(case, signal, now):
            await self.write_status(tx, case, now)
            await self._outbox.add(tx, member_status.after_silence(case, now), now)
        return case

    async def _page_next(self, case: Case, group: Group, now: datetime) -> int:
        async with self._database.write() as tx:
            if case.state is CaseState.ACKNOWLEDGED:
                moved = await moves.run_out(tx, case, policy.ran_out(group, case, now))
            else:
                moved = await store.advance(tx, case, policy.next_page(group, case, now))
            if moved is None:
                return 0
            if case.state is CaseState.ACKNOWLEDGED:
                await store.record(tx, case.id, "ran_out", now, details={"had": case.acknowledged_by})
                await self.write_status(tx, moved, now)
            await self._write_page(tx, group, moved, now)
        return 1

    async def page_person(self, tx: AsyncConnection, group: Group, case: Case, to: int, by: int, now: datetime) -> None:
        """Page one therapist, to whom `by` hands the case over, on every way at once, in the caller's transaction."""
        await self._pager.write(tx, group, case, Whom((to,)), now, handed_by=by)

    async def stop_paging(self, tx: AsyncConnection, case: Case, now: datetime) -> None:
        """End the pages of a case that were not sent yet, in the caller's transaction."""
        await self._pager.stop(tx, case, now)

    async def _write_page(self, tx: AsyncConnection, group: Group, case: Case, now: datetime) -> None:
        reached = await whom(tx, group, case.step, now)
        await self._pager.write(tx, group, case, reached, now)

    async def _write_member_text(self, tx: AsyncConnection, case: Case, signal: Signal, now: datetime) -> None:
        ref = {"case": case.id, "member": signal.member_id, "channel": signal.channel_id, "in_dm": signal.in_dm}
        if signal.about_other and await member_status.speaks_to_helper(tx, case, if_none=True):
            ref["other"] = True  # once somebody has spoken of themselves, they are no longer spoken to as a helper
        row = NewRow(MEMBER_TEXT, case.subject, ref, case.group_key, expires_at=now + _MEMBER_TEXT_WORTH)
        await self._outbox.add(tx, row, now)
        await self._outbox.add(tx, member_status.after_silence(case, now), now)
        await store.member_told(tx, case.id, now)

    async def write_status(self, tx: AsyncConnection, case: Case, now: datetime) -> None:
        """Bring the text that the member already has up to date; where there is none, there is nothing to do."""
        where = await store.last_member_text(tx, case)
        if where is None:
            return
        ref = {"case": case.id, "member": case.member_id, "edit": {"channel": where[0], "message": where[1]}}
        await self._outbox.add(tx, NewRow(MEMBER_TEXT, case.subject, ref, case.group_key), now)

    async def _member_text_sent(self, tx: AsyncConnection, row: Row, receipt: Receipt, now: datetime) -> None:
        kind = "member_status_changed" if "edit" in row.ref else "member_text_sent"
        await store.record(tx, row.ref["case"], kind, now, details={"claimed": receipt.note})
        case = await store.get(tx, row.ref["case"])
        if case is not None and receipt.note != (await store.progress(tx, case)).word:
            await self.write_status(tx, case, now)  # more has happened while this text was on its way

    async def _member_text_failed(self, tx: AsyncConnection, row: Row, problem: str, now: datetime) -> None:
        await store.record(tx, row.ref["case"], "member_text_failed", now, details={"problem": problem})
