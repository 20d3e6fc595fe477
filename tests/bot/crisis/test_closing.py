"""Closing a case: a verdict and a line, follow-ups to a named therapist, and what is erased then."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.crisis.cases import closing_store
from bot.crisis.cases.case_file import CaseFiles
from bot.crisis.cases.closing import Closing
from bot.crisis.cases.closing_model import FOLLOW_UP, FollowUpKind, NeedsContact, NobodyNamed, NothingSaid, Outcome
from bot.crisis.cases.erase import CrisisEraser
from bot.crisis.cases.figures import MonthlyFigures
from bot.crisis.cases.holding import Holding
from bot.crisis.cases.model import NOBODY, CaseNotFound, CaseState, NotATherapist, Source, Verdict
from bot.crisis.cases.notices import Notices
from bot.outbox.model import Receipt
from bot.privacy.contract import Whose
from tests.bot.crisis.test_cases import care, cases, signal_at  # noqa: F401  (fixtures)
from tests.support.groups import ALICE, BEN, MARIA, TOM, tuesday

DONE = "Rang her, she is with her sister."
ALL = tuple(FollowUpKind)


class Desk:
    """A therapist's desk: everything that closes a case, and what it puts to people."""

    def __init__(self, database, vault, care):  # noqa: F811
        self.database, self.care, self.cases = database, care, care.cases
        groups = care.cases._groups
        self.holding = Holding(database, care.outbox, groups, care.cases, Notices(database, care.outbox))
        self.session = None
        self.closing = Closing(
            database, vault, care.outbox, groups, care.cases, self.holding, next_session=self.next_session
        )
        self.files = CaseFiles(database, vault, self.holding)
        self.eraser = CrisisEraser(database)
        self.put = []
        care.outbox.deliver_with(FOLLOW_UP, self.follow_up)

    async def next_session(self, group, after):
        return self.session

    async def follow_up(self, row, now):
        self.put.append(row.ref["therapist"])
        return Receipt(1, 1)

    async def run(self, now):
        await self.closing.run_due(now)
        await self.care.outbox.settle()
        return len(self.put)


@pytest.fixture
def desk(database, vault, care):  # noqa: F811
    return Desk(database, vault, care)


@pytest.fixture
async def case(desk, clock):
    raised = await desk.cases.raise_case(signal_at(clock), clock.now())
    await desk.care.outbox.settle()
    return raised.case


def outcome(verdict=Verdict.FALSE_ALARM, **more):
    return Outcome(verdict, more.pop("done", DONE), member_told=True, **more)


async def closed(desk, case, clock, **more):
    return await desk.closing.close(case.id, MARIA, outcome(**more), clock.now())


async def test_a_closed_case_has_a_verdict_and_a_sealed_line(desk, case, clock, database):
    moved = await closed(desk, case, clock)
    assert moved.done
    assert (moved.case.state, moved.case.closed_by) == (CaseState.CLOSED, MARIA)
    file = await desk.files.open(case.id, TOM, clock.now())
    assert (file.closing.verdict, file.closing.done) == (Verdict.FALSE_ALARM, DONE)
    async with database.read() as tx:
        row = (await tx.execute(closing_store.closings.select())).one()
    assert DONE.encode() not in row.done.blob


async def test_a_closed_case_pages_nobody_and_the_next_alarm_opens_a_new_one(desk, case, clock):
    await closed(desk, case, clock)
    assert await desk.cases.run_due(clock.advance(timedelta(days=1))) == 0
    again = await desk.cases.raise_case(signal_at(clock, message=2), clock.now())
    assert again.opened
    assert again.case.id != case.id
    file = await desk.files.open(again.case.id, MARIA, clock.now())
    assert [(each.id, how.verdict) for each, how in file.earlier] == [(case.id, Verdict.FALSE_ALARM)]


@pytest.mark.parametrize("verdict", [Verdict.REAL, Verdict.WORRYING])
async def test_what_was_no_false_alarm_is_closed_after_contact_only(desk, case, clock, verdict):
    with pytest.raises(NeedsContact):
        await closed(desk, case, clock, verdict=verdict)
    assert (await desk.cases.get(case.id)).waits
    await desk.holding.contacted(case.id, MARIA, clock.now())
    assert (await closed(desk, case, clock, verdict=verdict)).done


async def test_a_message_that_could_not_be_read_is_about_nobody_to_be_contacted(desk, clock):
    fault = replace(signal_at(clock, member=NOBODY, told=False), source=Source.FAULT)
    raised = await desk.cases.raise_case(fault, clock.now())
    assert (await closed(desk, raised.case, clock, verdict=Verdict.WORRYING)).done


async def test_without_a_line_or_a_name_nothing_is_closed(desk, case, clock):
    with pytest.raises(NothingSaid):
        await closed(desk, case, clock, done="  ")
    with pytest.raises(NobodyNamed):
        await closed(desk, case, clock, follow_ups=ALL)
    with pytest.raises(NobodyNamed):
        await closed(desk, case, clock, follow_ups=ALL, follow_up_by=BEN)
    assert (await desk.cases.get(case.id)).waits


async def test_only_a_therapist_closes(desk, case, clock):
    with pytest.raises(NotATherapist):
        await desk.closing.close(case.id, BEN, outcome(), clock.now())
    with pytest.raises(CaseNotFound):
        await desk.closing.close(case.id + 1, MARIA, outcome(), clock.now())


async def test_of_two_who_close_at_once_one_does(desk, case, clock):
    both = await asyncio.gather(
        desk.closing.close(case.id, MARIA, outcome(), clock.now()),
        desk.closing.close(case.id, TOM, outcome(), clock.now()),
    )
    assert sorted(each.done for each in both) == [False, True]
    assert len({each.case.closed_by for each in both}) == 1
    assert [event.kind for event in await desk.cases.history(case)].count("closed") == 1


async def test_follow_ups_are_put_to_the_named_therapist_each_once(desk, case, clock):
    desk.session = clock.now() + timedelta(days=6)
    await closed(desk, case, clock, follow_ups=ALL, follow_up_by=TOM)
    counts = [await desk.run(clock.advance(timedelta(hours=hours))) for hours in (23, 1, 47, 1, 47, 1, 100)]
    assert counts == [0, 1, 1, 2, 2, 3, 3]
    assert desk.put == [TOM, TOM, TOM]


async def test_without_a_known_session_its_follow_up_comes_after_a_week(desk, case, clock):
    await closed(desk, case, clock, follow_ups=(FollowUpKind.SESSION,), follow_up_by=TOM)
    assert await desk.run(clock.advance(timedelta(days=6, hours=23))) == 0
    assert await desk.run(clock.advance(timedelta(hours=1))) == 1


async def test_a_follow_up_is_noted_once_and_by_therapists_only(desk, case, clock):
    await closed(desk, case, clock, follow_ups=(FollowUpKind.DAY,), follow_up_by=TOM)
    async with desk.database.read() as tx:
        (follow_up,) = await closing_store.follow_ups_of(tx, case.id)
    with pytest.raises(NotATherapist):
        await desk.closing.follow_up_done(follow_up.id, BEN, clock.now())
    assert (await desk.closing.follow_up_done(follow_up.id, TOM, clock.now()))[1]
    late, first = await desk.closing.follow_up_done(follow_up.id, MARIA, clock.now())
    assert not first
    assert late.done_by == TOM
    assert await desk.run(clock.advance(timedelta(days=2))) == 0


async def test_an_open_case_outlives_an_erase_and_goes_once_it_is_closed(desk, case, clock):
    whose = Whose(ALICE)
    async with desk.database.write() as tx:
        held = {holding.what: holding.stays for holding in await desk.eraser.holdings(tx, whose)}
        await desk.eraser.erase_member(tx, whose, clock.now())
    assert held["alarms_open"] == "open_alarm"
    assert await desk.eraser.run_due(clock.now()) == 0
    assert await desk.cases.run_due(clock.advance(timedelta(minutes=5))) == 1
    moved = await closed(desk, case, clock, follow_ups=ALL, follow_up_by=TOM)
    assert moved.will_be_erased
    assert await desk.eraser.run_due(clock.now()) == 1
    assert await desk.cases.get(case.id) is None
    assert await desk.run(clock.advance(timedelta(days=9))) == 0


async def test_a_closed_case_is_kept_for_a_year(desk, case, clock):
    await closed(desk, case, clock, follow_ups=ALL, follow_up_by=TOM)
    await desk.files.open(case.id, MARIA, clock.now())
    assert await desk.eraser.run_due(clock.advance(timedelta(days=365))) == 0
    assert await desk.eraser.run_due(clock.advance(timedelta(days=1))) == 1


async def test_every_look_is_logged_and_a_member_sees_when_not_who(desk, case, clock):
    await desk.files.open(case.id, MARIA, clock.now())
    with pytest.raises(NotATherapist):
        await desk.files.open(case.id, BEN, clock.now())
    assert await desk.files.looks(case.id) == [(MARIA, clock.now())]
    async with desk.database.read() as tx:
        handed = await desk.eraser.export_member(tx, Whose(ALICE))
    assert handed["looks_by_therapists"] == [clock.now().isoformat()]


async def test_the_months_figures_count_pages_waits_and_verdicts(desk, case, clock):
    await desk.cases.acknowledge(case.id, MARIA, clock.advance(timedelta(minutes=4)))
    await closed(desk, case, clock)
    other = (await desk.cases.raise_case(signal_at(clock, message=2, member=BEN), clock.now())).case
    await desk.holding.contacted(other.id, TOM, clock.now())
    await closed(desk, other, clock, verdict=Verdict.REAL)
    figures = MonthlyFigures(desk.database)
    month = await figures.month(tuesday(clock.now()), 0, clock.now())
    assert (month.opened, month.closed, month.false_share) == (2, 2, 0.5)
    assert month.pages_sent >= 1
    assert month.to_acknowledge == timedelta(minutes=4)
    assert month.entries == [("ideation.die", {Verdict.FALSE_ALARM: 1, Verdict.REAL: 1})]
    assert (await figures.month(tuesday(clock.now()), 1, clock.now())).opened == 0
