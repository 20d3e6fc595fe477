"""Pages: a row for each target, in order, each failing apart; how often one target is asked."""

from datetime import timedelta
from itertools import pairwise

import pytest
from pydantic import SecretStr

from bot.crisis.cases.model import MEMBER_TEXT, OUTSIDE, PAGE, Signal, Source
from bot.crisis.cases.service import Cases
from bot.crisis.outside.reach import Reach
from bot.crisis.outside.targets import OutsideTarget, OutsideTargets
from bot.crisis.screening import Level
from bot.outbox.model import Permanent, Receipt
from bot.outbox.service import Outbox
from tests.support.groups import ALICE, BEN, CIRCLE, MARIA, TOM, with_tuesday

PHONE, MAIL, HOOK = "maria_phone", "maria_mail", "tom_hook"


class Targets:
    """Every target of the imagination: it takes what comes, or refuses what is named."""

    def __init__(self, cases, outbox, reach):
        self.cases, self.outbox, self.reach = cases, outbox, reach
        self.got = []
        self.refused = set()
        for kind in (PAGE, OUTSIDE):
            outbox.deliver_with(kind, self.take)
        outbox.deliver_with(MEMBER_TEXT, self.text)

    async def take(self, row, now):
        name = row.ref.get("name") or row.ref.get("to") or row.ref["target"]
        if name in self.refused:
            raise Permanent("gone")
        self.got.append(name)
        return Receipt(1, len(self.got))

    async def text(self, row, now):
        case = await self.cases.get(row.ref["case"])
        return Receipt(2, 99, note=(await self.cases.progress(case)).word)

    async def at(self, moment):
        """Let what is due at this moment go out, and return it."""
        self.got.clear()
        await self.outbox.settle()
        await self.cases.run_due(moment)
        await self.outbox.run_due(moment)
        await self.outbox.settle()
        return list(self.got)


@pytest.fixture
async def targets(sqlite_database, vault, clock):
    groups = await with_tuesday(sqlite_database, vault, clock.now())
    outbox, reach = Outbox(sqlite_database, clock), Reach()
    known = OutsideTargets(
        OutsideTarget(name, whose, SecretStr("json://127.0.0.1"))
        for name, whose in ((PHONE, MARIA), (MAIL, MARIA), (HOOK, TOM))
    )
    yield Targets(Cases(sqlite_database, outbox, groups, known, reach), outbox, reach)
    await outbox.settle()


def said(clock, message=1, member=ALICE, level=Level.HIGH):
    return Signal(
        group_key="tuesday", key=f"message:{message}", member_id=member, level=level, source=Source.SCREENING,
        channel_id=CIRCLE, message_id=message, said_at=clock.now(),
    )  # fmt: skip


async def test_the_care_channel_comes_first_then_the_person_then_their_targets(targets, clock):
    await targets.cases.raise_case(said(clock), clock.now())
    assert await targets.at(clock.now()) == ["care"]
    assert await targets.at(clock.advance(timedelta(seconds=5))) == [MARIA]
    assert await targets.at(clock.advance(timedelta(seconds=5))) == [PHONE, MAIL]
    assert await targets.at(clock.advance(timedelta(minutes=5))) == ["care"]
    assert await targets.at(clock.advance(timedelta(seconds=10))) == [TOM, HOOK]


async def test_where_the_care_channel_fails_the_others_do_not_wait(targets, clock):
    targets.refused = {"care"}
    await targets.cases.raise_case(said(clock), clock.now())
    await targets.outbox.settle()
    assert targets.got == [MARIA, PHONE, MAIL]


async def test_a_step_of_which_one_target_was_reached_is_not_cut_short(targets, clock):
    targets.refused = {"care", MARIA, PHONE}
    raised = await targets.cases.raise_case(said(clock), clock.now())
    await targets.at(clock.now())
    assert await targets.at(clock.advance(timedelta(minutes=1))) == []
    case = await targets.cases.get(raised.case.id)
    assert case is not None
    assert case.step == 0


async def test_a_step_that_failed_everywhere_makes_the_next_one_due(targets, clock):
    targets.refused = {"care", MARIA, PHONE, MAIL}
    raised = await targets.cases.raise_case(said(clock), clock.now())
    assert await targets.at(clock.now()) == [TOM, HOOK]
    case = await targets.cases.get(raised.case.id)
    assert case is not None
    assert case.step == 1


async def test_further_messages_page_a_target_once_in_a_minute(targets, clock):
    await targets.cases.raise_case(said(clock), clock.now())
    await targets.at(clock.advance(timedelta(seconds=10)))
    for message in (2, 3, 4):
        await targets.cases.raise_case(said(clock, message), clock.advance(timedelta(seconds=1)))
    assert await targets.at(clock.now()) == []
    assert await targets.at(clock.advance(timedelta(seconds=60))) == ["care", MARIA, PHONE, MAIL]
    assert await targets.at(clock.advance(timedelta(minutes=3))) == []


async def test_a_graver_message_and_another_member_never_wait(targets, clock):
    await targets.cases.raise_case(said(clock), clock.now())
    await targets.at(clock.advance(timedelta(seconds=10)))
    targets.got.clear()
    await targets.cases.raise_case(said(clock, 2, level=Level.IMMINENT), clock.now())
    await targets.cases.raise_case(said(clock, 3, member=BEN), clock.now())
    await targets.outbox.settle()
    assert targets.got == ["care", "care"]


async def test_repeats_that_wait_end_with_the_step(targets, clock):
    await targets.cases.raise_case(said(clock), clock.now())
    await targets.at(clock.advance(timedelta(minutes=4, seconds=30)))
    for message in (2, 3):  # the first goes out, the second would have to wait for a minute
        await targets.cases.raise_case(said(clock, message), clock.now())
        await targets.outbox.settle()
    assert await targets.at(clock.advance(timedelta(seconds=30))) == ["care"]
    assert await targets.at(clock.advance(timedelta(seconds=31))) == [TOM, HOOK]


async def test_while_discord_is_away_pages_outside_come_less_often_after_the_first_round(targets, clock):
    targets.refused = {"care", MARIA, TOM}
    targets.reach.lost(clock.now())
    await targets.cases.raise_case(said(clock), clock.now())
    outside = []
    for _ in range(60):
        outside.append([name for name in await targets.at(clock.now()) if name in (PHONE, MAIL, HOOK)])
        clock.advance(timedelta(minutes=1))
    rung = [minute for minute, names in enumerate(outside) if names]
    assert rung[:3] == [0, 5, 10]
    assert len(rung) == 6
    assert all(later - earlier >= 15 for earlier, later in pairwise(rung[2:]))
    targets.reach.back()
    assert await targets.at(clock.advance(timedelta(minutes=5)))


async def test_the_last_resort_is_asked_where_the_chain_says_so(targets, clock, sqlite_database):
    from dataclasses import replace

    from bot.crisis.on_call.model import Whom

    groups = targets.cases._groups
    group = groups.get("tuesday")
    with_last = replace(group, escalation=replace(group.escalation, last_resort=HOOK))
    raised = await targets.cases.raise_case(said(clock), clock.now())
    async with sqlite_database.write() as tx:
        await targets.cases._pager.write(tx, with_last, raised.case, Whom((MARIA,), last_resort=True), clock.now())
    assert HOOK in await targets.at(clock.advance(timedelta(seconds=10)))
