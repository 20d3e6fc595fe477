"""Daily prompts on both databases: claimed once, posted once, caught up or recorded as missed."""

import asyncio
import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.clock import MovableClock
from bot.daily_prompts.answers import store as answers_store
from bot.daily_prompts.library import Shelf
from bot.daily_prompts.model import GRACE, POST, Because, Depth, Fit, RunState
from bot.daily_prompts.service import reasons_of
from bot.groups.model import DailyPromptTimes
from bot.outbox.model import Permanent, Temporary
from tests.bot.daily_prompts.build import write
from tests.bot.daily_prompts.world import MONDAY, SATURDAY, TUESDAY, OpenCase, World, at, copy_of, local, times
from tests.support.groups import CIRCLE, tuesday


@pytest.fixture
def clock():
    return MovableClock(SATURDAY, frozen=True)


@pytest.fixture
async def world(database, vault, clock):
    world = World(database, vault, clock)
    await world.have(tuesday(clock.now()))
    return world


async def test_a_week_brings_five_prompts_each_at_nine_in_the_groups_zone(world):
    await world.tick()
    await world.until(at(date(2026, 11, 29), 12))
    assert [day for _, day, _, _ in world.posted] == [MONDAY + timedelta(days=n) for n in range(5)]
    assert {(local(when).hour, local(when).minute) for _, _, when, _ in world.posted} == {(9, 0)}
    assert len({prompt for _, _, _, prompt in world.posted}) == 5
    assert [run.state for run in await world.runs()] == [RunState.POSTED] * 5
    assert all(run.message_id and run.channel_id == CIRCLE for run in await world.runs())


async def test_a_group_imported_after_todays_time_starts_tomorrow(database, vault):
    clock = MovableClock(at(MONDAY, 9, 1), frozen=True)
    world = World(database, vault, clock)
    await world.have(tuesday(clock.now()))
    await world.until(at(TUESDAY, 12))
    assert [day for _, day, _, _ in world.posted] == [TUESDAY]


async def test_a_post_missed_by_less_than_two_hours_is_caught_up(world):
    await world.tick()
    world.clock.advance(at(MONDAY, 10, 59) - world.clock.now())
    await world.tick()
    assert [(day, when) for _, day, when, _ in world.posted] == [(MONDAY, at(MONDAY, 10, 59))]


async def test_a_post_missed_by_more_is_recorded_as_missed_and_the_next_comes_in_time(world):
    await world.tick()
    world.clock.advance(at(MONDAY, 11, 1) - world.clock.now())
    await world.tick()
    assert world.posted == []
    assert [run.state for run in await world.runs()] == [RunState.MISSED]
    await world.until(at(TUESDAY, 9))
    assert [day for _, day, _, _ in world.posted] == [TUESDAY]


async def test_every_day_of_a_long_absence_is_recorded_and_only_the_last_is_posted(world):
    await world.tick()
    world.clock.advance(at(date(2026, 12, 3), 9, 30) - world.clock.now())
    await world.tick()
    assert [day for _, day, _, _ in world.posted] == [date(2026, 12, 3)]
    runs = await world.runs()
    assert Counter(run.state for run in runs) == {RunState.MISSED: 8, RunState.POSTED: 1}
    assert len({run.turn.day for run in runs}) == 9


async def test_a_missed_prompt_does_not_count_as_had(world):
    await world.tick()
    world.clock.advance(at(MONDAY, 13) - world.clock.now())
    await world.tick()
    assert (await world.runs())[0].prompt_id is None


async def test_two_processes_on_one_database_post_once(database, vault, clock):
    one, other = World(database, vault, clock), World(database, vault, clock)
    await one.have(tuesday(clock.now()), *(copy_of(f"g{n}") for n in range(7)))
    await other.groups.refresh(clock.now())
    for day in range(2):
        clock.advance(at(MONDAY + timedelta(days=day), 9) - clock.now())
        await asyncio.gather(one.tick(), other.tick())
    posted = Counter((key, day) for key, day, _, _ in one.posted + other.posted)
    assert set(posted.values()) == {1}
    assert len(posted) == 8 * 2


async def test_a_day_that_has_had_its_prompt_gets_no_second_one_when_the_time_changes(world):
    await world.tick()
    await world.until(at(MONDAY, 9))
    assert len(world.posted) == 1
    await world.have(replace(tuesday(SATURDAY), daily_prompts=times(15)))
    await world.until(at(MONDAY, 18))
    assert len(world.posted) == 1
    await world.until(at(TUESDAY, 15))
    assert [(day, local(when).hour) for _, day, when, _ in world.posted] == [(MONDAY, 9), (TUESDAY, 15)]


async def test_a_time_moved_later_on_the_same_day_is_kept(world):
    await world.tick()
    await world.until(at(MONDAY, 8))
    await world.have(replace(tuesday(SATURDAY), daily_prompts=times(15)))
    await world.until(at(MONDAY, 16))
    assert [local(when).hour for _, _, when, _ in world.posted] == [15]


async def test_a_change_of_zone_is_followed(world):
    await world.tick()
    await world.have(replace(tuesday(SATURDAY), zone=ZoneInfo("Europe/Berlin")))
    await world.until(at(MONDAY, 12))
    (_, _, when, _), *rest = world.posted
    assert local(when, ZoneInfo("Europe/Berlin")).hour == 9
    assert rest == []


async def test_a_group_without_daily_prompts_gets_none_and_can_have_them_again(world):
    await world.tick()
    await world.have(replace(tuesday(SATURDAY), daily_prompts=None))
    await world.until(at(TUESDAY, 12))
    assert world.posted == []
    await world.have(tuesday(SATURDAY))
    await world.until(at(date(2026, 11, 25), 12))
    assert [day for _, day, _, _ in world.posted] == [date(2026, 11, 25)]


async def test_a_change_of_name_does_not_disturb_the_timer(world):
    await world.tick()
    await world.until(at(MONDAY, 9, 30))
    await world.have(replace(tuesday(SATURDAY), name="Another name"))
    await world.until(at(TUESDAY, 9))
    assert [day for _, day, _, _ in world.posted] == [MONDAY, TUESDAY]


async def test_a_post_that_fails_for_good_is_recorded_and_told_to_the_therapists(world):
    await world.tick()
    world.answer = Permanent("discord.50013")
    await world.until(at(MONDAY, 9))
    (run,) = await world.runs()
    assert (run.state, run.problem) == (RunState.FAILED, "discord.50013")
    assert world.told == [("tuesday", "daily_prompts.notice.not_posted")]
    world.answer = None
    await world.until(at(TUESDAY, 9))
    assert [day for _, day, _, _ in world.posted] == [TUESDAY]


async def test_an_outage_is_waited_out_for_two_hours_and_then_the_prompt_is_missed(world):
    await world.tick()
    world.answer = Temporary("unreachable")
    await world.until(at(MONDAY, 9), timedelta(hours=1))
    await world.until(at(MONDAY, 10, 50), timedelta(minutes=5))
    assert (await world.runs())[0].state is RunState.WAITING
    await world.until(at(MONDAY, 11, 10), timedelta(minutes=5))
    (run,) = await world.runs()
    assert run.state is RunState.MISSED
    world.answer = None
    await world.until(at(MONDAY, 16))
    assert world.posted == []


async def test_an_outage_that_ends_in_time_costs_nothing_but_the_delay(world):
    await world.tick()
    world.answer = Temporary("unreachable")
    await world.until(at(MONDAY, 9), timedelta(hours=1))
    await world.until(at(MONDAY, 10), timedelta(minutes=1))
    world.answer = None
    await world.until(at(MONDAY, 10, 10), timedelta(minutes=1))
    assert [day for _, day, _, _ in world.posted] == [MONDAY]


async def test_an_open_case_turns_the_days_gentle_and_after_three_days_they_are_ordinary_again(world):
    await world.tick()
    world.cases = [OpenCase("tuesday", at(MONDAY, 8), waits=False)]
    await world.until(at(date(2026, 11, 28), 9))
    library = world.prompts.library("en")
    gentle = [any(r.because is Because.GENTLE for r in reasons_of(run)) for run in await world.runs()]
    # The first week is gentle anyway, so look at what kind of gentleness it is.
    kinds = [
        next(r.values["fit"] for r in reasons_of(run) if r.because is Because.GENTLE) for run in await world.runs()
    ]
    assert all(gentle)
    assert kinds == [Fit.HEAVY_DAY] * 3 + [Fit.FIRST_WEEK] * 2
    assert all(library.prompts[prompt].depth is not Depth.DEEP for _, _, _, prompt in world.posted)


async def test_another_groups_case_weighs_on_nobody_else(world):
    await world.tick()
    world.cases = [OpenCase("thursday", at(MONDAY, 8), waits=True)]
    await world.until(at(MONDAY, 9))
    (run,) = await world.runs()
    assert Fit.HEAVY_DAY not in {r.values.get("fit") for r in reasons_of(run)}


async def test_a_run_remembers_why(world):
    await world.tick()
    await world.until(at(MONDAY, 9))
    (run,) = await world.runs()
    told = {reason.because for reason in reasons_of(run)}
    assert {Because.GENTLE, Because.THEME_TURN, Because.NEW, Because.DEPTH} == told


async def test_a_plan_is_what_is_posted(world):
    await world.tick()
    planned = await world.prompts.plan(world.groups.get("tuesday"), world.clock.now(), 10)
    await world.until(planned[-1].turn.at)
    assert [(each.turn.day, each.choice.prompt.id) for each in planned if each.choice] == [
        (day, prompt) for _, day, _, prompt in world.posted
    ]


async def test_a_spanish_group_gets_spanish_prompts_and_an_unknown_language_english_ones(database, vault, clock):
    world = World(database, vault, clock)
    await world.have(copy_of("g1", language="es"), copy_of("g2", language="fr"))
    await world.until(at(MONDAY, 9))
    by_group = {key: prompt for key, _, _, prompt in world.posted}
    assert by_group["g1"] in world.prompts.library("es").prompts
    assert by_group["g2"] in world.prompts.library("en").prompts


async def test_a_prompt_that_an_edit_takes_away_before_it_is_posted_is_replaced(database, vault, clock, tmp_path):
    text = 'theme = "changes"\n[[prompt]]\nid = "{}"\ntext = "A?"\nwhy = "B."\n'
    folder = write(tmp_path / "own", a=text.format("first"))
    world = World(database, vault, clock, Shelf(lambda _: [folder]))
    await world.have(tuesday(clock.now()))
    world.answer = Temporary("unreachable")
    await world.until(at(MONDAY, 9))
    assert (await world.runs())[0].prompt_id == "first"
    write(tmp_path / "own", a=text.format("second"))
    world.answer = None
    await world.until(at(MONDAY, 9, 10), timedelta(minutes=2))
    assert [prompt for _, _, _, prompt in world.posted] == ["second"]
    assert (await world.runs())[0].prompt_id == "second"


async def test_a_broken_edit_leaves_the_last_good_prompts_in_force(database, vault, clock, tmp_path):
    folder = write(tmp_path / "own", a='theme = "changes"\n[[prompt]]\nid = "a"\ntext = "A?"\nwhy = "B."\n')
    world = World(database, vault, clock, Shelf(lambda _: [folder]))
    await world.have(tuesday(clock.now()))
    await world.until(at(MONDAY, 9))
    write(tmp_path / "own", a="theme = [")
    await world.until(at(TUESDAY, 9))
    assert [prompt for _, _, _, prompt in world.posted] == ["a", "a"]


@pytest.mark.parametrize(
    ("zone", "when", "start", "days"),
    [
        ("America/New_York", time(2, 30), date(2027, 3, 12), 4),
        ("America/New_York", time(1, 30), date(2027, 11, 5), 4),
        ("Africa/Cairo", time(0, 0), date(2027, 4, 28), 4),
        ("America/Nuuk", time(23, 30), date(2027, 3, 26), 4),
        ("Pacific/Auckland", time(9, 0), date(2027, 4, 2), 4),
    ],
)
async def test_days_on_which_clocks_change_bring_one_prompt_each(sqlite_database, vault, zone, when, start, days):
    there = ZoneInfo(zone)
    clock = MovableClock(datetime.combine(start, time(0), tzinfo=UTC) - timedelta(hours=20), frozen=True)
    world = World(sqlite_database, vault, clock)
    await world.have(replace(tuesday(clock.now()), zone=there, daily_prompts=DailyPromptTimes.at(when)))
    await world.tick()
    await world.until(datetime.combine(start + timedelta(days=days), when, tzinfo=there))
    counted = Counter(day for _, day, _, _ in world.posted)
    assert set(counted.values()) == {1}
    assert {start + timedelta(days=n) for n in range(days)} <= set(counted)


@pytest.mark.long
async def test_a_simulated_month_with_restarts_at_random_moments_loses_and_doubles_nothing(database, vault, clock):
    chance = random.Random(20261121)
    world = World(database, vault, clock)
    keys = [f"g{n}" for n in range(12)]
    zones = ["America/New_York", "Europe/Madrid", "Asia/Kolkata", "Pacific/Auckland", "America/Sao_Paulo", "UTC"]
    await world.have(
        *(
            copy_of(key, zone=ZoneInfo(zones[n % 6]), daily_prompts=times(6 + n, 15 * (n % 4)))
            for n, key in enumerate(keys)
        )
    )
    posted = []
    end = clock.now() + timedelta(days=30)
    while clock.now() < end:
        clock.advance(timedelta(minutes=chance.choice([10, 45, 75, 110])))
        if chance.random() < 0.3:  # a process that was killed between its commit and its sending
            world.outbox.stop_delivering(POST)
            await world.prompts.run_due(clock.now())
            await world.outbox.settle()
            posted += world.posted
            world = World(database, vault, clock)
            await world.groups.refresh(clock.now())
        await world.tick()
    posted += world.posted
    counted = Counter((key, day) for key, day, _, _ in posted)
    assert set(counted.values()) == {1}
    for number, key in enumerate(keys):
        zone = ZoneInfo(zones[number % 6])
        runs = await world.runs(key)
        assert {run.state for run in runs} == {RunState.POSTED}
        first = local(SATURDAY, zone).date()
        due = [first + timedelta(days=n) for n in range(31)]
        wanted = {
            day
            for day in due
            if day.weekday() < 5 and SATURDAY < at(day, 6 + number, 15 * (number % 4), zone) <= end - GRACE
        }
        assert wanted <= {run.turn.day for run in runs}
        prompts = [run.prompt_id for run in runs]
        assert len(set(prompts)) == len(prompts)


async def test_a_group_for_which_nothing_is_left_is_told_so_and_gets_nothing(database, vault, clock, tmp_path):
    text = 'theme = "changes"\n[[prompt]]\nid = "a"\ntext = "A?"\nwhy = "B."\ntopics = ["food"]\n'
    world = World(database, vault, clock, Shelf(lambda _: [write(tmp_path / "own", a=text)]))
    await world.have(tuesday(clock.now()))
    async with database.write() as tx:
        await answers_store.rest(tx, "tuesday", 4001, ["food"])
    await world.until(at(TUESDAY, 9))
    assert world.posted == []
    assert [run.state for run in await world.runs()] == [RunState.FAILED] * 2
    assert world.told == [("tuesday", "daily_prompts.notice.nothing_left")] * 2
