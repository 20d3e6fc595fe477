"""Several prompts a day, what runs low, and two processes at work on one database."""

import asyncio
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from bot.clock import MovableClock
from bot.daily_prompts.library import Shelf
from bot.daily_prompts.model import RunState
from bot.daily_prompts.steering import store as steering_store
from bot.groups.model import DailyPromptTimes
from bot.outbox.model import Temporary
from bot.storage.engine import Database
from tests.bot.daily_prompts.build import write
from tests.bot.daily_prompts.world import (
    MONDAY,
    SATURDAY,
    World,
    at,
    copy_of,
    local,
)
from tests.support.groups import tuesday


@pytest.fixture
def clock():
    return MovableClock(SATURDAY, frozen=True)


@pytest.fixture
async def world(database, vault, clock):
    world = World(database, vault, clock)
    await world.have(tuesday(clock.now()))
    return world


async def test_two_prompts_a_day_come_each_in_its_time_and_none_twice(world):
    await world.have(replace(tuesday(SATURDAY), daily_prompts=DailyPromptTimes.at(time(9), time(18), days=("mon",))))
    await world.until(at(MONDAY, 23))
    assert [(day, local(when).hour) for _, day, when, _ in world.posted] == [(MONDAY, 9), (MONDAY, 18)]
    assert len({prompt for _, _, _, prompt in world.posted}) == 2
    assert [run.turn.place for run in await world.runs()] == [0, 1]


async def test_each_slot_of_a_day_is_caught_up_for_itself_but_never_two_at_once(world):
    every = DailyPromptTimes.at(time(9), time(10), time(18), days=("mon",))
    await world.have(replace(tuesday(SATURDAY), daily_prompts=every))
    await world.tick()
    world.clock.advance(at(MONDAY, 10, 30) - world.clock.now())
    await world.tick()
    assert [run.state for run in await world.runs()] == [RunState.MISSED, RunState.POSTED]
    await world.until(at(MONDAY, 19))
    assert [local(when).hour for _, _, when, _ in world.posted] == [10, 18]


async def test_a_post_that_an_outage_holds_up_gives_way_to_the_next_slot(world):
    await world.have(replace(tuesday(SATURDAY), daily_prompts=DailyPromptTimes.at(time(9), time(10), days=("mon",))))
    world.answer = Temporary("unreachable")
    await world.until(at(MONDAY, 9))
    await world.until(at(MONDAY, 10, 20), timedelta(minutes=4))
    world.answer = None
    await world.until(at(MONDAY, 11), timedelta(minutes=4))
    assert [run.state for run in await world.runs()] == [RunState.MISSED, RunState.POSTED]


async def test_a_second_time_added_in_the_day_is_kept_and_the_first_is_not_repeated(world):
    await world.until(at(MONDAY, 12))
    await world.have(replace(tuesday(SATURDAY), daily_prompts=DailyPromptTimes.at(time(9), time(15), days=("mon",))))
    await world.until(at(MONDAY, 20))
    assert [local(when).hour for _, _, when, _ in world.posted] == [9, 15]


async def test_therapists_hear_once_that_their_queue_runs_low_and_not_when_they_fill_it(world):
    ids = list(world.prompts.library("en").prompts)[:5]
    async with world.database.write() as tx:
        for prompt_id in ids:
            await steering_store.enqueue(tx, "tuesday", prompt_id, world.clock.now())
    await world.until(at(date(2026, 12, 4), 12))
    assert [prompt for _, _, _, prompt in world.posted][:5] == ids
    assert world.told == [("tuesday", "daily_prompts.notice.low_queue")]


async def test_when_many_themes_run_low_therapists_hear_of_it_once_in_a_month(sqlite_database, vault, clock, tmp_path):
    themes = ("changes", "patterns", "strengths")
    texts = {
        theme: f'theme = "{theme}"\n'
        + "".join(f'[[prompt]]\nid = "{theme}-{n}"\ntext = "A?"\nwhy = "B."\n' for n in range(4))
        for theme in themes
    }
    folder = write(tmp_path / "own", **texts)
    world = World(sqlite_database, vault, clock, Shelf(lambda _: [folder]))
    await world.have(replace(tuesday(clock.now()), daily_prompts=DailyPromptTimes.at(time(9))))
    await world.until(at(date(2026, 12, 14), 12))
    assert world.told == [("tuesday", "daily_prompts.notice.low_library")]


@pytest.mark.long
async def test_two_processes_on_one_postgresql_post_two_hundred_groups_of_one_minute_once_each(
    postgres_url, vault, clock
):
    async with process(postgres_url, vault, clock) as one, process(postgres_url, vault, clock) as other:
        await one.have(*(copy_of(f"g{n}") for n in range(200)))
        await other.groups.refresh(clock.now())
        await one.tick()
        clock.advance(at(MONDAY, 9) - clock.now())
        await asyncio.gather(one.tick(), other.tick())
        posted = Counter(key for key, _, _, _ in one.posted + other.posted)
    assert len(posted) == 200
    assert set(posted.values()) == {1}
    assert one.posted, "both took their part"
    assert other.posted, "both took their part"


@asynccontextmanager
async def process(url, vault, clock):
    """A bot process of its own: nothing is shared with another but the database."""
    database = Database(url)
    try:
        yield World(database, vault, clock)
    finally:
        await database.close()
