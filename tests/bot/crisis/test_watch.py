"""Watching: memory of 72 hours, replies, and a message that cannot be screened."""

from datetime import timedelta

import pytest

from bot.crisis.cases.model import MEMBER_TEXT, PAGE, Source
from bot.crisis.cases.service import Cases
from bot.crisis.notes.service import Notes
from bot.crisis.screening import Assessment, Evidence, Level, Remembered, View, ViewKind
from bot.crisis.watching.intake import Intake, Said
from bot.crisis.watching.memory import Memory
from bot.crisis.watching.watch import Watch
from bot.outbox.model import Receipt
from bot.outbox.service import Outbox
from tests.support.groups import ALICE, BEN, CIRCLE, MARIA, with_tuesday

TEXT = (View(ViewKind.TEXT, "something"),)


def evidence(kind, level):
    return Evidence(f"{kind}.entry", kind, "", "en", level, level, ViewKind.TEXT, 0, (0, 1), "s")


class Script:
    """A screener that says what it was told to say, and notes what it was given."""

    def __init__(self):
        self.answer = Assessment(Level.NONE)
        self.contexts = []
        self.broken = False

    def assess(self, views, context):
        self.contexts.append(context)
        if self.broken:
            raise ZeroDivisionError
        return self.answer


class Scene:
    """A group that is watched with a scripted screener."""

    def __init__(self, database, groups, outbox, clock):
        self.script, self.memory, self.clock = Script(), Memory(database), clock
        self.cases = Cases(database, outbox, groups)
        self._watch = Watch(
            lambda _group: self.script,
            self.memory,
            Intake(self.cases, Notes(database, outbox, groups, self.cases)),
            self.cases,
        )
        self._group = groups.get("tuesday")

    async def __call__(self, message, author=ALICE, **more):
        said = Said(author, CIRCLE, message, self.clock.now(), in_dm=False)
        return await self._watch.read(self._group, said, TEXT, self.clock.now(), told=False, **more)


@pytest.fixture
async def scene(database, vault, clock):
    groups = await with_tuesday(database, vault, clock.now())
    outbox = Outbox(database, clock)
    scene = Scene(database, groups, outbox, clock)

    async def deliver(_row, _now):
        return Receipt(note="sent")

    outbox.deliver_with(PAGE, deliver)
    outbox.deliver_with(MEMBER_TEXT, deliver)
    yield scene
    await outbox.settle()


async def test_evidence_is_remembered_for_72_hours_and_then_gone(scene):
    scene.script.answer = Assessment(Level.CONCERN, (evidence("hopelessness", Level.CONCERN),))
    await scene(1)
    scene.clock.advance(timedelta(hours=71))
    await scene(2)
    assert [row.kind for row in scene.script.contexts[-1].recent] == ["hopelessness"]
    assert await scene.memory.forget_old(scene.clock.advance(timedelta(hours=2))) == 1
    assert len(await scene.memory.recent("tuesday", ALICE, 10, scene.clock.now())) == 1


async def test_a_message_without_evidence_asks_nothing_of_the_past_and_writes_nothing(scene):
    await scene(1)
    assert len(scene.script.contexts) == 1
    assert await scene.memory.recent("tuesday", ALICE, 10, scene.clock.now()) == ()


async def test_reading_a_message_twice_remembers_it_once(scene):
    scene.script.answer = Assessment(Level.CONCERN, (evidence("wish", Level.CONCERN),))
    await scene(1)
    await scene(1)
    assert len(await scene.memory.recent("tuesday", ALICE, 10, scene.clock.now())) == 1
    assert scene.script.contexts[-1].recent == ()


async def test_nothing_is_remembered_of_a_therapist(scene):
    scene.script.answer = Assessment(Level.CONCERN, (evidence("wish", Level.CONCERN),))
    await scene(1, author=MARIA)
    assert scene.script.contexts[-1].author_is_therapist
    assert await scene.memory.recent("tuesday", MARIA, 10, scene.clock.now()) == ()


async def test_a_reply_is_read_with_the_level_of_what_it_answers(scene):
    scene.script.answer = Assessment(Level.HIGH, (evidence("ideation", Level.HIGH),))
    await scene(1)
    await scene(2, author=BEN, reply_to=1)
    assert scene.script.contexts[-1].parent_level is Level.HIGH


async def test_a_message_that_cannot_be_screened_opens_one_fault_case_for_the_group(scene):
    scene.script.broken = True
    first, second = await scene(1), await scene(2, author=BEN)
    assert first.assessment is None
    assert first.raised.opened
    assert not first.raised.told
    assert second.raised.case.id == first.raised.case.id
    assert first.raised.case.source is Source.FAULT
    assert [message for _, _, message in await scene.cases.faults()] == [1, 2]


async def test_a_message_that_is_screened_after_all_leaves_the_list_and_its_case_open(scene):
    scene.script.broken = True
    raised = (await scene(1)).raised
    await scene.cases.screened_after_all("tuesday", 1, scene.clock.now())
    assert await scene.cases.faults() == []
    assert [case.id for case in await scene.cases.open_cases()] == [raised.case.id]


async def test_editing_away_and_deleting_are_noted_and_keep_the_case(scene):
    scene.script.answer = Assessment(Level.HIGH, (evidence("ideation", Level.HIGH),))
    raised = (await scene(1)).raised
    await scene.cases.edited_away("tuesday", "message:1", Level.NONE, scene.clock.now())
    await scene.cases.message_deleted("tuesday", 1, scene.clock.now())
    kinds = [event.kind for event in await scene.cases.history(raised.case)]
    assert "edited_away" in kinds
    assert "message_deleted" in kinds
    assert len(await scene.cases.open_cases()) == 1


async def test_a_further_message_after_a_press_has_run_out_pages_again(scene):
    scene.script.answer = Assessment(Level.HIGH, (evidence("ideation", Level.HIGH),))
    raised = (await scene(1)).raised
    await scene.cases.acknowledge(raised.case.id, MARIA, scene.clock.now())
    scene.clock.advance(timedelta(minutes=19))
    assert not (await scene(2)).raised.graver
    scene.clock.advance(timedelta(minutes=1))
    again = (await scene(3)).raised
    assert again.graver
    assert again.case.waits


def test_what_is_remembered_has_no_field_for_a_text():
    assert set(Remembered.__dataclass_fields__) == {"entry", "kind", "level", "at", "raised"}
