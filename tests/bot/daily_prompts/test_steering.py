"""The queue, breaks and prompts that people wrote, on both databases."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.clock import MovableClock
from bot.daily_prompts.answers.erase import DailyPromptsEraser
from bot.daily_prompts.answers.service import Answers
from bot.daily_prompts.model import Because, RunState
from bot.daily_prompts.service import reasons_of
from bot.daily_prompts.steering import store
from bot.daily_prompts.steering.model import SUGGESTION, NotATherapist, NotFound, Standing
from bot.daily_prompts.steering.service import Steering
from bot.outbox.model import Permanent, Receipt
from bot.privacy.contract import Whose
from tests.bot.daily_prompts.world import MONDAY, SATURDAY, TUESDAY, World, at
from tests.support.groups import ALICE, BEN, MARIA, tuesday


@pytest.fixture
def clock():
    return MovableClock(SATURDAY, frozen=True)


class Room(World):
    """A world in which therapists steer."""

    def __init__(self, database, vault, clock):
        super().__init__(database, vault, clock)
        self.vault = vault
        self.steering = Steering(database, vault, self.outbox, self.groups, self.chooser, self.prompts)
        self.laid_before = []
        self.outbox.deliver_with(SUGGESTION, self.lay_before)

    async def lay_before(self, row, now):
        self.laid_before.append(row.ref["own"])
        return Receipt()

    @property
    def group(self):
        group = self.groups.get("tuesday")
        assert group is not None
        return group

    def ids(self):
        return [prompt for _, _, _, prompt in self.posted]


@pytest.fixture
async def room(database, vault, clock):
    room = Room(database, vault, clock)
    await room.have(tuesday(clock.now()))
    await room.tick()
    yield room
    await room.outbox.settle()


async def test_the_queue_is_posted_in_its_order_and_then_the_rotation_goes_on(room):
    for prompt_id in ("medal", "toast"):
        await room.steering.enqueue(room.group, MARIA, prompt_id, room.clock.now())
    await room.until(at(date(2026, 11, 25), 9))
    assert room.ids()[:2] == ["medal", "toast"]
    assert room.ids()[2] not in {"medal", "toast"}
    first = (await room.runs())[0]
    assert [reason.because for reason in reasons_of(first)] == [Because.QUEUED]
    assert (await room.steering.panel(room.group, MARIA, room.clock.now())).queue == []


async def test_what_was_taken_from_the_queue_and_could_not_be_posted_goes_back_to_its_front(room):
    for prompt_id in ("medal", "toast"):
        await room.steering.enqueue(room.group, MARIA, prompt_id, room.clock.now())
    room.answer = Permanent("discord.50013")
    await room.until(at(MONDAY, 9))
    room.answer = None
    await room.until(at(TUESDAY, 9))
    assert room.ids() == ["medal"]


async def test_a_day_within_a_break_is_recorded_as_skipped_and_takes_nothing_from_the_queue(room):
    await room.steering.enqueue(room.group, MARIA, "medal", room.clock.now())
    await room.steering.take_break(room.group, MARIA, MONDAY, MONDAY)
    await room.until(at(TUESDAY, 9))
    assert [run.state for run in await room.runs()] == [RunState.SKIPPED, RunState.POSTED]
    assert room.ids() == ["medal"]


async def test_a_plan_knows_breaks_and_the_queue(room):
    await room.steering.enqueue(room.group, MARIA, "medal", room.clock.now())
    await room.steering.take_break(room.group, MARIA, TUESDAY, TUESDAY)
    first, second, third = await room.prompts.plan(room.group, room.clock.now(), 3)
    assert first.choice.prompt.id == "medal"
    assert second.skipped
    assert second.choice is None
    assert third.choice is not None


async def test_skipping_twice_leaves_out_two_days(room):
    assert (await room.steering.skip_next(room.group, MARIA, room.clock.now())).day == MONDAY
    assert (await room.steering.skip_next(room.group, MARIA, room.clock.now())).day == TUESDAY


async def test_a_swap_never_brings_back_what_was_swapped_away(room):
    seen = {(await room.prompts.plan(room.group, room.clock.now(), 1))[0].choice.prompt.id}
    for _ in range(12):
        prompt = await room.steering.swap(room.group, MARIA, room.clock.now())
        assert prompt.id not in seen
        seen.add(prompt.id)
    assert len((await room.steering.panel(room.group, MARIA, room.clock.now())).queue) == 1
    await room.until(at(MONDAY, 9))
    assert room.ids() == [prompt.id]


async def test_a_swap_before_a_queued_prompt_lets_it_come_the_day_after(room):
    await room.steering.enqueue(room.group, MARIA, "medal", room.clock.now())
    stand_in = await room.steering.swap(room.group, MARIA, room.clock.now())
    await room.until(at(TUESDAY, 9))
    assert room.ids() == [stand_in.id, "medal"]


async def test_nobody_but_a_therapist_steers(room):
    now = room.clock.now()
    acts = [
        room.steering.panel(room.group, ALICE, now),
        room.steering.enqueue(room.group, ALICE, "medal", now),
        room.steering.dequeue(room.group, ALICE, 1),
        room.steering.write_own(room.group, ALICE, "x", None, now),
        room.steering.swap(room.group, ALICE, now),
        room.steering.skip_next(room.group, ALICE, now),
        room.steering.take_break(room.group, ALICE, MONDAY, MONDAY),
        room.steering.end_break(room.group, ALICE, 1),
    ]
    for act in acts:
        with pytest.raises(NotATherapist):
            await act
    suggested = await room.steering.suggest(room.group, ALICE, "x", now)
    with pytest.raises(NotATherapist):
        await room.steering.decide(suggested.key, ALICE, accept=True, now=now)


async def test_an_unknown_prompt_is_not_queued(room):
    with pytest.raises(NotFound):
        await room.steering.enqueue(room.group, MARIA, "nonsense", room.clock.now())


async def test_what_a_therapist_wrote_is_sealed_and_posted(room):
    own = await room.steering.write_own(room.group, MARIA, "What do you hear?", None, room.clock.now())
    async with room.database.read() as tx:
        from sqlalchemy import select

        raw = (await tx.execute(select(store.own.c.text))).scalar_one()
    assert b"hear" not in raw.blob
    await room.until(at(MONDAY, 9))
    assert room.ids() == [own.prompt_id]
    prompt = await room.prompts.shown((await room.runs())[0])
    assert prompt.text == "What do you hear?"
    assert prompt.why == "It comes from this group."


async def test_a_suggestion_waits_until_one_therapist_decides(room):
    suggested = await room.steering.suggest(room.group, ALICE, "Which song?", room.clock.now())
    await room.outbox.settle()
    await room.tick()
    assert room.laid_before == [suggested.key]
    await room.until(at(MONDAY, 9))
    assert suggested.prompt_id not in room.ids()
    now = room.clock.now()
    assert (await room.steering.decide(suggested.key, MARIA, accept=True, now=now)).first
    assert not (await room.steering.decide(suggested.key, MARIA, accept=True, now=now)).first
    await room.until(at(date(2026, 11, 25), 9))
    assert room.ids().count(suggested.prompt_id) == 1


async def test_a_declined_suggestion_does_not_come(room):
    suggested = await room.steering.suggest(room.group, ALICE, "Which song?", room.clock.now())
    await room.steering.decide(suggested.key, MARIA, accept=False, now=room.clock.now())
    assert (await room.steering.own(suggested.key)).standing is Standing.DECLINED
    await room.until(at(MONDAY, 9))
    assert suggested.prompt_id not in room.ids()


async def test_an_erased_suggestion_that_was_queued_is_passed_over(room):
    suggested = await room.steering.suggest(room.group, ALICE, "Which song?", room.clock.now())
    await room.steering.decide(suggested.key, MARIA, accept=True, now=room.clock.now())
    eraser = DailyPromptsEraser(
        Answers(room.database, room.vault, room.outbox, room.groups, room.tell_therapists), room.vault
    )
    whose = Whose(ALICE)
    async with room.database.read() as tx:
        assert [held.what for held in await eraser.holdings(tx, whose)] == ["own_prompts"]
        assert (await eraser.export_member(tx, whose))["own_prompts"][0]["text"] == "Which song?"
    async with room.database.write() as tx:
        await eraser.erase_member(tx, whose, room.clock.now())
    with pytest.raises(NotFound):
        await room.steering.decide(suggested.key, MARIA, accept=True, now=room.clock.now())
    await room.until(at(MONDAY, 9))
    assert len(room.ids()) == 1
    assert (await room.steering.panel(room.group, MARIA, room.clock.now())).queue[0][1] is None


async def test_the_queue_of_another_group_cannot_be_touched(room):
    await room.steering.enqueue(room.group, MARIA, "medal", room.clock.now())
    async with room.database.read() as tx:
        (entry,) = await store.queued(tx, "tuesday")
    from dataclasses import replace

    other = replace(room.group, key="friday")
    assert not await room.steering.dequeue(other, MARIA, entry.id)
    assert await room.steering.dequeue(room.group, MARIA, entry.id)
    assert not await room.steering.dequeue(room.group, MARIA, entry.id)


async def test_after_a_year_what_people_wrote_is_forgotten(room):
    old = await room.steering.suggest(room.group, BEN, "old", room.clock.now())
    await room.steering.take_break(room.group, MARIA, date(2026, 11, 23), date(2026, 11, 24))
    later = room.clock.now() + timedelta(days=380)
    await room.steering.run_due(datetime.fromtimestamp(later.timestamp(), UTC))
    assert await room.steering.own(old.key) is None
    async with room.database.read() as tx:
        assert await store.breaks_of(tx, "tuesday") == []
