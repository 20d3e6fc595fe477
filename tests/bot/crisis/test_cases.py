"""Cases: one open case a member, its page written with it, taken by one therapist."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.crisis.cases import store
from bot.crisis.cases.model import (
    MEMBER_STATUS,
    MEMBER_TEXT,
    PAGE,
    CaseNotFound,
    CaseState,
    NotATherapist,
    Signal,
    Source,
)
from bot.crisis.cases.policy import MEMBER_SLOW
from bot.crisis.cases.service import Cases
from bot.crisis.screening import Level
from bot.outbox import store as outbox_store
from bot.outbox.model import Permanent, Receipt
from bot.outbox.service import Outbox
from tests.support.groups import ALICE, BEN, CIRCLE, MARIA, TOM, with_tuesday
from tests.support.outbox_rows import open_counts


class Care:
    """A care channel of the imagination: it takes pages, or refuses them."""

    def __init__(self, cases, outbox):
        self.cases = cases
        self.outbox = outbox
        self.pages = []
        self.texts = []
        self.refuses = False
        outbox.deliver_with(PAGE, self.page)
        outbox.deliver_with(MEMBER_TEXT, self.text)

    async def page(self, row, now):
        if self.refuses and row.ref["target"] == "care":
            raise Permanent("discord.10003")
        self.pages.append((row.ref["round"], row.ref["step"], row.ref["target"], row.ref.get("to")))
        return Receipt(1, len(self.pages))

    async def text(self, row, now):
        self.texts.append("edit" if "edit" in row.ref else "new")
        case = await self.cases.get(row.ref["case"])
        return Receipt(2, 99, note=(await self.cases.progress(case)).word)


@pytest.fixture
async def care(database, vault, clock):
    groups = await with_tuesday(database, vault, clock.now())
    outbox = Outbox(database, clock)
    care = Care(Cases(database, outbox, groups), outbox)
    yield care
    await outbox.settle()


@pytest.fixture
def cases(care):
    return care.cases


def signal_at(clock, message=1, member=ALICE, level=Level.HIGH, **more):
    return Signal(
        group_key="tuesday", key=f"message:{message}", member_id=member, level=level, source=Source.SCREENING,
        channel_id=CIRCLE, message_id=message, said_at=clock.now(), entries=("ideation.die",), **more,
    )  # fmt: skip


async def test_a_signal_opens_a_case_and_its_page_goes_out_at_once(cases, clock, care):
    raised = await cases.raise_case(signal_at(clock), clock.now())
    assert raised.opened
    await care.outbox.settle()
    assert care.pages == [(1, 0, "care", None)]
    assert [event.kind for event in await cases.history(raised.case)][:2] == ["opened", "paged"]


async def test_the_same_message_twice_is_one_case_and_one_page(cases, clock, care):
    first = await cases.raise_case(signal_at(clock), clock.now())
    second = await cases.raise_case(signal_at(clock), clock.now())
    await care.outbox.settle()
    assert second.repeated
    assert second.case.id == first.case.id
    assert len(care.pages) == 1


async def test_a_further_message_joins_the_open_case_without_a_page_of_its_own(cases, clock, care):
    await cases.raise_case(signal_at(clock), clock.now())
    joined = await cases.raise_case(signal_at(clock, message=2), clock.now())
    await care.outbox.settle()
    assert not joined.opened
    assert not joined.graver
    assert len(care.pages) == 1
    assert [signal.message_id for signal in await cases.signals(joined.case)] == [1, 2]


async def test_a_graver_message_pages_from_the_top_even_after_somebody_took_the_case(cases, clock, care):
    raised = await cases.raise_case(signal_at(clock), clock.now())
    await cases.acknowledge(raised.case.id, MARIA, clock.now())
    graver = await cases.raise_case(signal_at(clock, message=2, level=Level.IMMINENT), clock.now())
    await care.outbox.settle()
    assert graver.graver
    assert graver.case.waits
    assert care.pages[-1] == (1, 0, "care", None)


async def test_an_edit_that_turns_graver_pages_again(cases, clock, care):
    await cases.raise_case(signal_at(clock), clock.now())
    edited = await cases.raise_case(signal_at(clock, level=Level.IMMINENT), clock.now())
    await care.outbox.settle()
    assert edited.graver
    assert len(care.pages) == 2


async def test_two_members_have_two_cases(cases, clock, care):
    await cases.raise_case(signal_at(clock), clock.now())
    await cases.raise_case(signal_at(clock, message=2, member=BEN), clock.now())
    await care.outbox.settle()
    assert len(await cases.open_cases("tuesday")) == 2
    assert len(care.pages) == 2


async def test_the_chain_goes_down_and_round_while_nobody_answers(cases, clock, care):
    await cases.raise_case(signal_at(clock), clock.now())
    await care.outbox.settle()
    for _ in range(5):
        assert await cases.run_due(clock.now()) == 0
        assert await cases.run_due(clock.advance(timedelta(minutes=5))) == 1
        await care.outbox.settle()
    in_care = [(round_, step) for round_, step, target, _ in care.pages if target == "care"]
    assert in_care == [(1, 0), (1, 1), (1, 2), (2, 0), (2, 1), (2, 2)]


async def test_after_a_long_outage_one_page_comes_and_not_a_flood(cases, clock, care):
    await cases.raise_case(signal_at(clock), clock.now())
    await care.outbox.settle()
    assert await cases.run_due(clock.advance(timedelta(hours=8))) == 1
    assert await cases.run_due(clock.now()) == 0


async def test_only_the_first_presser_gets_the_case(cases, clock):
    raised = await cases.raise_case(signal_at(clock), clock.now())
    results = await asyncio.gather(
        cases.acknowledge(raised.case.id, MARIA, clock.now()), cases.acknowledge(raised.case.id, TOM, clock.now())
    )
    assert sorted(result.first for result in results) == [False, True]
    winner = next(result.case.acknowledged_by for result in results if result.first)
    assert all(result.case.acknowledged_by == winner for result in results)


async def test_a_member_cannot_take_a_case(cases, clock):
    raised = await cases.raise_case(signal_at(clock), clock.now())
    with pytest.raises(NotATherapist):
        await cases.acknowledge(raised.case.id, BEN, clock.now())
    with pytest.raises(CaseNotFound):
        await cases.acknowledge(raised.case.id + 1, MARIA, clock.now())


async def test_pages_stop_once_somebody_has_it(cases, clock, care):
    raised = await cases.raise_case(signal_at(clock), clock.now())
    await care.outbox.settle()
    await cases.acknowledge(raised.case.id, MARIA, clock.now())
    assert await cases.run_due(clock.advance(timedelta(minutes=19))) == 0
    assert len(care.pages) == 1


async def test_a_care_channel_that_refuses_leads_to_the_people_themselves(cases, clock, care):
    care.refuses = True
    await cases.raise_case(signal_at(clock), clock.now())
    await care.outbox.settle()
    await care.outbox.run_due(clock.now())
    assert care.pages == [(1, 0, "dm", MARIA)]


async def test_where_nothing_can_be_sent_the_chain_goes_round_at_its_own_pace(cases, clock, care):
    async def refuse(row, now):
        raise Permanent("discord.50007")

    care.outbox.deliver_with(PAGE, refuse)
    raised = await cases.raise_case(signal_at(clock), clock.now())
    for _ in range(20):
        await care.outbox.settle()
        await care.outbox.run_due(clock.now())
        await cases.run_due(clock.now())
    case = await cases.get(raised.case.id)
    assert case is not None
    assert (case.round, case.step) == (1, 2)
    kinds = [event.kind for event in await cases.history(case)]
    assert kinds.count("paged") == 3
    assert kinds.count("page_failed") == 7
    assert await cases.run_due(clock.advance(timedelta(minutes=5))) == 1


async def test_the_member_is_told_once_within_the_quiet_time_and_the_page_still_comes(cases, clock, care):
    await cases.raise_case(signal_at(clock), clock.now())
    again = await cases.raise_case(signal_at(clock, message=2), clock.advance(timedelta(minutes=5)))
    assert not again.told
    later = await cases.raise_case(signal_at(clock, message=3), clock.advance(timedelta(minutes=31)))
    assert later.told


async def test_nobody_writes_to_a_person_whom_a_report_is_about(cases, clock, care):
    report = replace(signal_at(clock, told=False), source=Source.REPORT)
    raised = await cases.raise_case(report, clock.now())
    await care.outbox.settle()
    assert raised.opened
    assert care.texts == []


async def test_case_page_and_text_are_committed_together_or_not_at_all(cases, clock, database, monkeypatch):
    async def broken(*_args):
        raise RuntimeError("the power went out")

    monkeypatch.setattr(cases, "_write_member_text", broken)
    with pytest.raises(RuntimeError):
        await cases.raise_case(signal_at(clock), clock.now())
    assert await cases.open_cases() == []
    async with database.read() as tx:
        assert await open_counts(tx) == {}
        assert await store.known_signal(tx, "tuesday", "message:1") is None


async def test_many_signals_for_one_member_at_once_make_one_case(cases, clock):
    raised = await asyncio.gather(*(cases.raise_case(signal_at(clock, message=n), clock.now()) for n in range(1, 9)))
    assert len({each.case.id for each in raised}) == 1
    assert sum(each.opened for each in raised) == 1


async def test_a_case_has_a_code_that_can_be_said_on_the_phone(cases, clock):
    raised = await cases.raise_case(signal_at(clock), clock.now())
    assert len(raised.case.code) == 3
    assert not set(raised.case.code) & set("AEIOU01L")
    assert raised.case.state is CaseState.OPEN


async def test_a_clock_that_was_put_back_silences_no_case(care, clock):
    raised = await care.cases.raise_case(signal_at(clock), clock.now())
    await care.outbox.settle()
    yesterday = clock.now() - timedelta(days=1)
    assert await care.cases.run_due(yesterday) == 1
    assert (await care.cases.get(raised.case.id)).step == 1
    assert await care.cases.run_due(yesterday) == 0


async def test_a_graver_alarm_too_is_looked_at_after_two_minutes_of_silence(cases, clock, care, database):
    raised = await cases.raise_case(signal_at(clock), clock.now())
    await care.outbox.settle()
    later = clock.advance(timedelta(minutes=5))
    await cases.raise_case(signal_at(clock, message=2, level=Level.IMMINENT), later)
    async with database.read() as tx:
        rows = await outbox_store.results_of(tx, raised.case.subject)
    looks = [row["due_at"] for row in rows if row["kind"] == MEMBER_STATUS]
    assert looks[-1] == later + MEMBER_SLOW
