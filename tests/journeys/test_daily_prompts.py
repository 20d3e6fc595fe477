"""The daily prompt as a circle sees it."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import MovableClock
from bot.daily_prompts.model import RunState
from sandbox import Fault, Permission
from sandbox.model import Overwrite
from tests.support.groups import ALICE, CARE, CIRCLE, MARIA
from tests.support.harness import journey

SATURDAY = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)  # noon in New York
HEADING = "Today's prompt"


@pytest.fixture
def clock():
    return MovableClock(SATURDAY, frozen=True)


@pytest.fixture
async def story(tmp_path, clock):
    async with journey(tmp_path, clock) as story:
        yield story


async def runs(story):
    return await story.parts.daily_prompts.runs_of(story.parts.groups.get("tuesday"))


async def monday_at(story, hour, minute=0):
    moment = datetime(2026, 11, 23, hour + 5, minute, tzinfo=UTC)
    story.clock.advance(moment - story.clock.now())
    await story.tick()


async def test_on_monday_at_nine_the_circle_has_a_prompt_and_nothing_else(story):
    await story.tick()
    await monday_at(story, 8, 59)
    await story.nothing_more()
    await monday_at(story, 9)
    post = await story.expect(ALICE, CIRCLE, HEADING)
    (run,) = await runs(story)
    prompt = story.parts.daily_prompts.library("en").prompts[run.prompt_id]
    text = str(post["components"])
    assert prompt.text in text
    assert f"-# Why this may help: {prompt.why}" in text
    assert post["content"] == ""
    assert post["flags"] & 1 << 15, "a Components V2 message"
    assert story.people.notified(post) == []
    await story.skip(hours=10)
    await story.nothing_more()


async def test_a_restart_at_any_moment_of_the_morning_makes_no_second_prompt(story):
    await story.tick()
    await monday_at(story, 9)
    await story.expect(ALICE, CIRCLE, HEADING)
    for _ in range(3):
        await story.restart()
        await story.skip(minutes=20)
    await story.nothing_more()


async def test_a_bot_that_was_down_at_nine_catches_up_at_half_past_ten(story):
    await story.tick()
    await story.stop()
    story.clock.advance(datetime(2026, 11, 23, 15, 30, tzinfo=UTC) - story.clock.now())
    await story.start()
    await story.tick()
    await story.expect(MARIA, CARE, "I heard nothing")
    await story.expect(ALICE, CIRCLE, HEADING)
    await story.nothing_more()


async def test_a_bot_that_was_down_until_noon_stays_quiet_and_notes_what_was_missed(story):
    await story.tick()
    await story.stop()
    story.clock.advance(datetime(2026, 11, 23, 17, 0, tzinfo=UTC) - story.clock.now())
    await story.start()
    await story.tick()
    assert [run.state for run in await runs(story)] == [RunState.MISSED]
    await story.expect(MARIA, CARE, "I heard nothing")
    await story.nothing_more()


async def test_an_answer_of_discord_that_is_lost_leads_to_one_prompt(story):
    await story.tick()
    story.sandbox.inflict(Fault("timeout", count=1, path=f"POST /channels/{CIRCLE}/messages", lose_answer=True))
    await monday_at(story, 9)
    await story.skip(minutes=30)
    await story.expect(ALICE, CIRCLE, HEADING)
    await story.nothing_more()


async def test_a_prompt_posted_by_a_process_that_died_is_found_in_the_channel_and_not_posted_again(story):
    await story.tick()
    await monday_at(story, 9)
    await story.expect(ALICE, CIRCLE, HEADING)
    (run,) = await runs(story)
    await forget_that_it_was_sent(story, run)
    await story.stop()
    story.clock.advance(timedelta(minutes=40))  # longer than Discord compares nonces
    await story.start()
    await story.skip(minutes=5)
    (again,) = await runs(story)
    assert again.state is RunState.POSTED
    assert again.message_id == run.message_id
    await story.expect(MARIA, CARE, "I heard nothing")
    await story.nothing_more()


async def forget_that_it_was_sent(story, run):
    """Put the rows back to how a kill -9 between Discord's answer and our commit would have left them."""
    from sqlalchemy import update

    from bot.daily_prompts.store import runs as runs_table
    from bot.outbox.store import outbox

    now = story.clock.now()
    async with story.parts.database.write() as tx:
        await tx.execute(
            update(runs_table)
            .where(runs_table.c.id == run.id)
            .values(state="waiting", message_id=None, channel_id=None)
        )
        await tx.execute(
            update(outbox)
            .where(outbox.c.subject == f"prompt:{run.id}")
            .values(state="leased", lease_by="999999", lease_until=now, finished_at=None, message_id=None)
        )


async def test_a_circle_that_the_bot_may_not_write_in_is_told_to_the_therapists(story):
    await story.tick()
    world = story.sandbox.world
    world.channels[CIRCLE].overwrites[world.bot.id] = Overwrite(world.bot.id, 1, deny=Permission.SEND_MESSAGES)
    await monday_at(story, 9)
    await story.expect(MARIA, CARE, "could not be posted in the circle")
    assert [run.state for run in await runs(story)] == [RunState.FAILED]
    await story.nothing_more()
