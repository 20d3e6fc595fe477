"""A case's life after the first page: taken, run out, contacted, handed over, and what the member says to it."""

import asyncio
from datetime import timedelta

import pytest

from bot.crisis.cases.holding import Holding
from bot.crisis.cases.model import CaseNotFound, CaseState, MemberSays, NotATherapist
from bot.crisis.cases.notices import Notices
from bot.crisis.screening import Level
from tests.bot.crisis.test_cases import care, cases, signal_at  # noqa: F401  (fixtures)
from tests.support.groups import ALICE, BEN, MARIA, TOM, tuesday


@pytest.fixture
def holding(cases, care, database):  # noqa: F811
    notices = Notices(database, care.outbox)
    return Holding(database, care.outbox, cases._groups, cases, notices)


@pytest.fixture
async def case(cases, care, clock):  # noqa: F811
    raised = await cases.raise_case(signal_at(clock), clock.now())
    await care.outbox.settle()
    return raised.case


def later(clock, **step):
    return clock.advance(timedelta(**step))


def in_care(care):  # noqa: F811
    return [(round_, step) for round_, step, target, _ in care.pages if target == "care"]


async def kinds_of(cases, case):  # noqa: F811
    return [event.kind for event in await cases.history(case)]


async def test_a_press_without_contact_runs_out_and_the_pages_go_on_from_step_one(cases, care, case, clock):  # noqa: F811
    await cases.run_due(later(clock, minutes=5))
    await care.outbox.settle()
    await cases.acknowledge(case.id, MARIA, clock.now())
    assert await cases.run_due(later(clock, minutes=19)) == 0
    assert await cases.run_due(later(clock, minutes=1)) == 1
    await care.outbox.settle()
    assert in_care(care) == [(1, 0), (1, 1), (2, 0)]
    now = await cases.get(case.id)
    assert now.waits
    assert now.acknowledged_by is None
    assert "ran_out" in await kinds_of(cases, case)
    assert await cases.run_due(later(clock, minutes=5)) == 1


async def test_what_the_member_reads_stays_true_after_a_press_ran_out(cases, care, case, clock):  # noqa: F811
    await cases.acknowledge(case.id, MARIA, clock.now())
    assert (await cases.progress(await cases.get(case.id))).word == "seen"
    await cases.run_due(later(clock, minutes=20))
    assert (await cases.progress(await cases.get(case.id))).word == "seen_again"


async def test_contact_ends_the_waiting(cases, care, holding, case, clock):  # noqa: F811
    await cases.acknowledge(case.id, MARIA, clock.now())
    moved = await holding.contacted(case.id, MARIA, later(clock, minutes=10))
    assert moved.done
    assert moved.case.state is CaseState.CONTACTED
    assert await cases.run_due(later(clock, days=2)) == 0
    assert (await cases.progress(moved.case)).word == "contacted"


async def test_contact_by_somebody_who_never_pressed_takes_the_case_too(cases, care, holding, case, clock):  # noqa: F811
    moved = await holding.contacted(case.id, TOM, clock.now())
    assert (moved.case.acknowledged_by, moved.case.contacted_by) == (TOM, TOM)
    late = await holding.contacted(case.id, MARIA, clock.now())
    assert not late.done
    assert late.case.contacted_by == TOM


async def test_of_two_who_made_contact_at_once_one_is_recorded(cases, care, holding, case, clock):  # noqa: F811
    both = await asyncio.gather(
        holding.contacted(case.id, MARIA, clock.now()), holding.contacted(case.id, TOM, clock.now())
    )
    assert sorted(each.done for each in both) == [False, True]
    assert len({each.case.contacted_by for each in both}) == 1


async def test_a_graver_signal_pages_from_step_one_even_after_contact(cases, care, holding, case, clock):  # noqa: F811
    await holding.contacted(case.id, MARIA, clock.now())
    graver = await cases.raise_case(signal_at(clock, message=2, level=Level.IMMINENT), clock.now())
    await care.outbox.settle()
    assert graver.graver
    assert (graver.case.state, graver.case.contacted_by, graver.case.seen_at) == (CaseState.OPEN, None, None)
    assert in_care(care)[-1] == (1, 0)
    assert (await cases.progress(graver.case)).word == "sent"


@pytest.mark.parametrize(("minutes", "pages"), [(19, False), (20, True)])
async def test_a_press_covers_further_signals_for_a_while_only(cases, care, holding, case, clock, minutes, pages):  # noqa: F811
    await holding.contacted(case.id, MARIA, clock.now())
    again = await cases.raise_case(signal_at(clock, message=2), later(clock, minutes=minutes))
    assert again.graver is pages


async def test_a_hand_over_pages_its_receiver_at_once_and_then_the_chain(cases, care, holding, case, clock):  # noqa: F811
    await cases.acknowledge(case.id, MARIA, clock.now())
    moved = await holding.hand_over(case.id, MARIA, TOM, clock.now())
    await care.outbox.settle()
    await care.outbox.run_due(later(clock, seconds=5))
    assert moved.case.waits
    assert care.pages[1:] == [(2, -1, "care", None), (2, -1, "dm", TOM)]
    await cases.run_due(later(clock, minutes=5))
    await care.outbox.settle()
    assert in_care(care)[-1] == (2, 0)
    assert (await cases.acknowledge(case.id, TOM, clock.now())).first


async def test_a_hand_over_that_the_care_channel_refuses_does_not_wait(cases, care, holding, case, clock):  # noqa: F811
    care.refuses = True
    await holding.hand_over(case.id, MARIA, TOM, clock.now())
    await care.outbox.settle()
    await care.outbox.run_due(clock.now())
    assert care.pages[-1] == (2, -1, "dm", TOM)


async def test_a_case_goes_to_a_therapist_of_the_group_only(cases, care, holding, case, clock):  # noqa: F811
    for act in (
        holding.contacted(case.id, BEN, clock.now()),
        holding.hand_over(case.id, BEN, TOM, clock.now()),
        holding.hand_over(case.id, MARIA, BEN, clock.now()),
    ):
        with pytest.raises(NotATherapist):
            await act
    with pytest.raises(CaseNotFound):
        await holding.contacted(case.id + 1, MARIA, clock.now())
    assert (await cases.get(case.id)).state is CaseState.OPEN


@pytest.mark.parametrize("what", list(MemberSays))
async def test_what_a_member_says_informs_and_closes_nothing(cases, care, holding, case, clock, what):  # noqa: F811
    group = tuesday(clock.now())
    said = await holding.member_said(group, ALICE, what, clock.now())
    assert said.id == case.id
    assert (await cases.get(case.id)).waits
    assert f"member_said_{what.value}" in await kinds_of(cases, case)
    assert await holding.member_said(group, BEN, what, clock.now()) is None
