"""A month of prompts on the sandbox, with a bot that is stopped and started, or killed, at random moments."""

import random
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.clock import MovableClock
from bot.daily_prompts.model import GRACE, RunState
from bot.daily_prompts.pace.model import Hours
from tests.support.groups import ALICE, CIRCLE
from tests.support.harness import journey

SATURDAY = datetime(2027, 2, 27, 17, 0, tzinfo=UTC)  # a change of clocks lies ahead: 14 March in New York
NEW_YORK, MADRID = ZoneInfo("America/New_York"), ZoneInfo("Europe/Madrid")
HEADING, LETTER = "Today's prompt", "A prompt from Tuesday circle"


@pytest.mark.long
@pytest.mark.timeout(300)
async def test_a_month_with_restarts_at_random_moments_brings_every_prompt_once(tmp_path):
    chance = random.Random(20270227)
    clock = MovableClock(SATURDAY, frozen=True)
    async with journey(tmp_path, clock) as story:
        await story.tick()
        group = story.parts.groups.get("tuesday")
        assert group is not None
        await story.parts.paces.deliver_at(group, ALICE, Hours(MADRID, time(20)), clock.now())
        end, starts = clock.now() + timedelta(days=31), 1
        while clock.now() < end:
            clock.advance(timedelta(minutes=chance.choice([50, 80, 110, 115])))
            if chance.random() < 0.1:
                if chance.random() < 0.5:  # what is due is written, and the process ends before it has sent it
                    await story.parts.daily_prompts.run_due(clock.now())
                    await story.parts.paces.run_due(clock.now())
                await story.restart()
                starts += 1
            await story.tick()
        runs = await story.parts.daily_prompts.runs_of(group, 60)
        posts = shown(story, CIRCLE, HEADING)
        direct = next(int(each["id"]) for each in story.people.state(ALICE)["dms"])
        letters = shown(story, direct, LETTER)
        threads = {message["id"] for message in posts if message.get("thread")}
    assert starts > 10
    assert {run.state for run in runs} == {RunState.POSTED}
    assert sorted(run.turn.day for run in runs) == weekdays_until(end)
    assert {int(message["id"]) for message in posts} == {run.message_id for run in runs}
    assert len(posts) == len(runs)
    assert len({run.prompt_id for run in runs}) == len(runs)
    assert threads == {message["id"] for message in posts}
    assert {run.turn.at.astimezone(NEW_YORK).time() for run in runs} == {time(9)}
    days = [datetime.fromisoformat(letter["timestamp"]).astimezone(MADRID).date() for letter in letters]
    assert days == weekdays_until(end)[: len(days)], "one a day, on the day of its prompt"
    assert len(days) >= len(runs) - 1


def weekdays_until(end: datetime) -> list[date]:
    """Return the days whose prompt was due so long before the end that it must have come."""
    first = SATURDAY.astimezone(NEW_YORK).date()
    days = [first + timedelta(days=n) for n in range(40)]
    due = {day: datetime.combine(day, time(9), tzinfo=NEW_YORK) for day in days if day.weekday() < 5}
    return [day for day, at in due.items() if at + GRACE <= end]


def shown(story, channel, heading):
    messages = story.people.messages(ALICE, channel, limit=1000)
    return [message for message in messages if heading in str(message["components"])]
