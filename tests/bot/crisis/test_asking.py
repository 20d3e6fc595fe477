"""Presses: stored once, paged at once, and only the one who told it can say more about a report."""

from datetime import timedelta

import pytest
from pydantic import SecretStr

from bot.crisis.cases.model import ASKED_ANSWER, MEMBER_STATUS, MEMBER_TEXT, OUTSIDE, PAGE, CaseState, Source
from bot.crisis.cases.service import Cases
from bot.crisis.member.asking import Asking, Press, forget_reporter, reports_by
from bot.crisis.member.status import TOKEN_LIVES, Answer, MemberStatus
from bot.crisis.outside.targets import OutsideTarget, OutsideTargets
from bot.crisis.screening import Level
from bot.outbox import store as outbox_store
from bot.outbox.model import Receipt, RowState
from bot.outbox.service import Outbox
from bot.privacy.contract import Whose
from tests.support.groups import ALICE, BEN, CIRCLE, MARIA, TOM, with_tuesday


class Scene:
    """A group whose pages always arrive, and somebody who presses."""

    def __init__(self, database, groups, clock):
        self.clock, self.database = clock, database
        self.outbox = Outbox(database, clock)
        targets = OutsideTargets([OutsideTarget("maria_phone", MARIA, SecretStr("json://127.0.0.1"))])
        self.cases = Cases(database, self.outbox, groups, targets)
        self.asking = Asking(database, self.cases)
        self.status = MemberStatus(database, self.outbox)
        self.group = groups.get("tuesday")
        self.pages, self.edits = [], []
        for kind in (PAGE, MEMBER_TEXT, MEMBER_STATUS):
            self.outbox.deliver_with(kind, self.page)
        self.outbox.deliver_with(ASKED_ANSWER, self.edit)

    async def page(self, row, _now):
        self.pages.append(row.kind)
        return Receipt(1, len(self.pages))

    async def edit(self, row, now):
        case = await self.cases.get(row.ref["case"])
        assert case is not None
        self.edits.append((await self.status.standing(case, now)).shows)
        return Receipt()

    async def help_now(self, press=1, by=ALICE):
        (raised,) = await self.asking.help_now([self.group], Press(by, CIRCLE, press), self.clock.now())
        await self.outbox.settle()
        return raised

    async def report(self, press=9, about=BEN, by=ALICE, message=None):
        raised = await self.asking.report(self.group, about, Press(by, CIRCLE, press, message), self.clock.now())
        await self.outbox.settle()
        return raised


@pytest.fixture
async def scene(database, vault, clock):
    scene = Scene(database, await with_tuesday(database, vault, clock.now()), clock)
    yield scene
    await scene.outbox.settle()


async def test_the_same_press_is_one_case_and_one_page(scene):
    first, again = await scene.help_now(), await scene.help_now()
    assert first.opened
    assert again.repeated
    assert first.case.level is Level.HIGH
    assert first.case.source is Source.ASKED
    assert scene.pages.count(PAGE) == 1
    assert scene.pages.count(MEMBER_TEXT) == 0


async def test_a_report_about_oneself_is_ones_own_case(scene):
    raised = await scene.report(about=ALICE)
    assert (raised.case.member_id, raised.case.source) == (ALICE, Source.ASKED)
    assert [each.case.id for each in await scene.status.own_open(ALICE, scene.clock.now())] == [raised.case.id]


async def test_what_others_told_is_no_case_of_ones_own_to_see(scene):
    await scene.report()
    assert await scene.status.own_open(BEN, scene.clock.now()) == []
    assert await scene.status.own_open(ALICE, scene.clock.now()) == []


async def test_nobody_but_the_reporter_answers_the_question(scene):
    case = (await scene.report()).case
    now = scene.clock.now()
    assert not await scene.asking.in_danger_now(case.id, 9, BEN, now)
    assert not await scene.asking.in_danger_now(case.id, 8, ALICE, now)
    assert await scene.asking.no_danger_now(case.id, 9, TOM, now) is None
    assert (await scene.cases.get(case.id)).level is Level.HIGH


async def test_yes_after_somebody_took_it_pages_again(scene):
    case = (await scene.report()).case
    await scene.cases.acknowledge(case.id, TOM, scene.clock.now())
    before = scene.pages.count(PAGE)
    assert await scene.asking.in_danger_now(case.id, 9, ALICE, scene.clock.now())
    await scene.outbox.settle()
    now_is = await scene.cases.get(case.id)
    assert (now_is.level, now_is.state) == (Level.IMMINENT, CaseState.OPEN)
    assert scene.pages.count(PAGE) > before
    assert await scene.asking.no_danger_now(case.id, 9, ALICE, scene.clock.now()) is False


async def test_no_does_not_silence_a_second_report(scene):
    case = (await scene.report()).case
    await scene.report(press=10, by=TOM)
    assert await scene.asking.no_danger_now(case.id, 9, ALICE, scene.clock.now()) is False
    assert (await scene.cases.get(case.id)).level is Level.HIGH


async def test_a_listed_report_is_quiet_until_anything_further(scene):
    case = (await scene.report()).case
    for _ in range(2):
        assert await scene.asking.no_danger_now(case.id, 9, ALICE, scene.clock.now())
    listed = await scene.cases.get(case.id)
    assert (listed.level, listed.next_page_at) == (Level.CONCERN, None)
    assert await scene.cases.open_alarms("tuesday") == []
    before = scene.pages.count(PAGE)
    again = await scene.report(press=11)
    assert again.graver
    assert scene.pages.count(PAGE) > before


async def test_a_report_that_was_listed_rings_nobody_any_more_on_any_way(scene):
    case = (await scene.report()).case
    assert await scene.asking.no_danger_now(case.id, 9, ALICE, scene.clock.now())
    async with scene.database.read() as tx:
        states = {row["kind"]: row["state"] for row in await outbox_store.results_of(tx, case.subject)}
    assert states[OUTSIDE] == RowState.SUPERSEDED
    assert not (await scene.cases.get(case.id)).rings


async def test_taking_a_listed_report_does_not_bring_its_pages_back(scene):
    case = (await scene.report()).case
    await scene.asking.no_danger_now(case.id, 9, ALICE, scene.clock.now())
    await scene.cases.acknowledge(case.id, TOM, scene.clock.now())
    before = len(scene.pages)
    await scene.cases.run_due(scene.clock.advance(timedelta(hours=1)))
    await scene.outbox.settle()
    assert len(scene.pages) == before


async def test_a_reporter_who_erases_leaves_the_report_without_a_name(scene):
    case = (await scene.report()).case
    await scene.asking.no_danger_now(case.id, 9, ALICE, scene.clock.now())
    async with scene.database.write() as tx:
        assert len(await reports_by(tx, Whose(ALICE))) == 1
        await forget_reporter(tx, Whose(ALICE))
        assert await reports_by(tx, Whose(ALICE)) == []
    assert ALICE not in [event.by_id for event in await scene.cases.history(case)]
    assert (await scene.cases.get(case.id)).waits


async def test_an_answer_is_brought_up_to_date_once_a_change_and_forgotten_in_time(scene):
    case = (await scene.help_now()).case
    await scene.status.answered(Answer(77, case.id, "token"), "stored", scene.clock.now())
    for _ in range(2):
        await scene.status.run_due(scene.clock.now())
        await scene.outbox.settle()
    await scene.status.run_due(scene.clock.advance(TOKEN_LIVES / 7))
    await scene.outbox.settle()
    await scene.cases.acknowledge(case.id, TOM, scene.clock.now())
    await scene.status.run_due(scene.clock.now())
    await scene.outbox.settle()
    assert scene.edits == ["sent", "sent_slow", "seen"]
    await scene.status.run_due(scene.clock.advance(TOKEN_LIVES))
    assert await scene.status.answer(77) is None
