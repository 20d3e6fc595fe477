"""A member's own pace: hours, quiet, pauses, and prompts that come to them alone."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import MovableClock
from bot.daily_prompts.answers import store as answers_store
from bot.daily_prompts.answers.model import Mark
from bot.daily_prompts.pace.model import CLOSED, DIRECT, Hours, Pace, Quiet, QuietHoursClash
from bot.daily_prompts.pace.policy import FRESH, may_reach, next_delivery
from bot.daily_prompts.pace.reading import clock_in, zone_in, zones_like
from bot.daily_prompts.pace.service import Paces
from bot.outbox.model import Permanent, Receipt, Temporary
from tests.bot.daily_prompts.test_schedule import around_changes
from tests.bot.daily_prompts.world import MONDAY, SATURDAY, TUESDAY, World, at
from tests.support.groups import ALICE, BEN, tuesday

MADRID = ZoneInfo("Europe/Madrid")
EVENING = Hours(MADRID, time(20), Quiet(time(22), time(8)))


class Homes:
    """A bot process with members at home: what came to whom."""

    def __init__(self, world, clock):
        self.world, self.clock, self.sent, self.answer = world, clock, [], None
        self.paces = Paces(world.database, world.outbox, world.groups)
        world.outbox.deliver_with(DIRECT, self.deliver)
        self.group = world.groups.get("tuesday")

    async def deliver(self, row, now):
        if self.answer is not None:
            raise self.answer
        self.sent.append((row.ref["member"], row.ref["run"], now.astimezone(MADRID)))
        return Receipt(1, len(self.sent))

    async def until(self, moment, step=timedelta(hours=1)):
        while self.clock.now() < moment:
            self.clock.advance(min(step, moment - self.clock.now()))
            await self.world.prompts.run_due(self.clock.now())
            await self.world.outbox.run_due(self.clock.now())
            await self.paces.run_due(self.clock.now())
            await self.world.outbox.run_due(self.clock.now())
            await self.world.outbox.settle()


@pytest.fixture
def clock():
    return MovableClock(SATURDAY, frozen=True)


@pytest.fixture
async def homes(sqlite_database, vault, clock):
    return await homes_on(sqlite_database, vault, clock)


async def homes_on(database, vault, clock):
    world = World(database, vault, clock)
    await world.have(tuesday(clock.now()))
    await world.tick()
    return Homes(world, clock)


async def test_a_prompt_comes_once_at_the_members_own_hour_and_to_nobody_else(database, vault, clock):
    homes = await homes_on(database, vault, clock)
    await homes.paces.deliver_at(homes.group, ALICE, EVENING, homes.clock.now())
    await homes.until(at(date(2026, 11, 26), 18))
    assert [member for member, _, _ in homes.sent] == [ALICE] * 4
    assert {(when.hour, when.minute) for _, _, when in homes.sent} == {(20, 0)}
    assert len({run for _, run, _ in homes.sent}) == 4


async def test_without_a_choice_nothing_comes(homes):
    await homes.paces.pause(homes.group, BEN, None)
    await homes.paces.come_back(homes.group, BEN)
    await homes.until(at(TUESDAY, 18))
    assert homes.sent == []


async def test_a_prompt_that_was_answered_or_read_does_not_come_again(homes):
    await homes.paces.deliver_at(homes.group, ALICE, EVENING, homes.clock.now())
    await homes.until(at(MONDAY, 10))
    (run,) = await homes.world.runs()
    async with homes.world.database.write() as tx:
        await answers_store.mark(tx, run.id, "tuesday", ALICE, Mark.READ, homes.clock.now())
    await homes.until(at(MONDAY, 18))
    assert homes.sent == []


async def test_a_pause_ends_by_itself_and_what_came_meanwhile_does_not_pile_up(homes):
    await homes.paces.deliver_at(homes.group, ALICE, EVENING, homes.clock.now())
    await homes.paces.pause(homes.group, ALICE, at(date(2026, 11, 26), 1))
    await homes.until(at(date(2026, 11, 26), 18))
    assert [when.date() for _, _, when in homes.sent] == [date(2026, 11, 26)]


async def test_who_has_left_gets_nothing_until_they_come_back(homes):
    await homes.paces.deliver_at(homes.group, ALICE, EVENING, homes.clock.now())
    await homes.paces.pause(homes.group, ALICE, None)
    await homes.until(at(date(2026, 11, 25), 18))
    assert homes.sent == []
    await homes.paces.come_back(homes.group, ALICE)
    await homes.until(at(date(2026, 11, 26), 18))
    assert len(homes.sent) == 1


async def test_closed_direct_messages_end_the_sending_and_the_member_hears_of_it_once(database, vault, clock):
    homes = await homes_on(database, vault, clock)
    await homes.paces.deliver_at(homes.group, ALICE, EVENING, homes.clock.now())
    homes.answer = Permanent(CLOSED)
    await homes.until(at(MONDAY, 18))
    assert not (await homes.paces.of(homes.group, ALICE)).direct
    homes.answer = None
    await homes.until(at(TUESDAY, 18))
    assert homes.sent == []
    assert homes.world.told == [], "nobody else is told"
    assert await homes.paces.has_fallen_silent(ALICE)
    assert not await homes.paces.has_fallen_silent(ALICE)
    assert not await homes.paces.has_fallen_silent(BEN)


async def test_an_outage_is_waited_out_but_not_into_the_night(homes):
    await homes.paces.deliver_at(homes.group, ALICE, EVENING, homes.clock.now())
    homes.answer = Temporary("unreachable")
    await homes.until(at(MONDAY, 16, 30))  # half past ten in Madrid
    homes.answer = None
    await homes.until(at(MONDAY, 20))
    assert homes.sent == []
    assert (await homes.paces.of(homes.group, ALICE)).direct, "an outage is not the member's doing"
    await homes.until(at(TUESDAY, 15))
    assert [when.date() for _, _, when in homes.sent] == [TUESDAY]


async def test_an_hour_within_the_quiet_hours_is_refused(homes):
    night = replace(EVENING, at=time(23))
    with pytest.raises(QuietHoursClash):
        await homes.paces.deliver_at(homes.group, ALICE, night, homes.clock.now())


@given(around_changes, st.integers(0, 24 * 60 - 1))
def test_a_members_hour_comes_once_on_each_of_their_days(where, minute):
    zone = ZoneInfo(where[0])
    hours = Hours(zone, time(minute // 60, minute % 60))
    moment = datetime.combine(where[1], time(), tzinfo=UTC) - timedelta(days=2)
    met = []
    for _ in range(5):
        moment = next_delivery(hours, moment)
        met.append(moment)
    assert all(timedelta(hours=20) < later - earlier <= FRESH + timedelta(hours=1) for earlier, later in pairwise(met))


@pytest.mark.parametrize(
    ("quiet", "hour", "reached"),
    [
        (Quiet(time(22), time(8)), 23, False),
        (Quiet(time(22), time(8)), 7, False),
        (Quiet(time(22), time(8)), 8, True),
        (Quiet(time(12), time(14)), 13, False),
        (Quiet(time(12), time(14)), 14, True),
        (None, 3, True),
    ],
)
def test_quiet_hours_count_in_the_members_own_zone(quiet, hour, reached):
    pace = Pace("tuesday", ALICE, Hours(MADRID, time(20), quiet), direct=True)
    assert may_reach(pace, datetime(2026, 11, 23, hour, tzinfo=MADRID).astimezone(UTC)) is reached


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("8", time(8)),
        ("08:30", time(8, 30)),
        ("8.30", time(8, 30)),
        ("20h", time(20)),
        ("20h15", time(20, 15)),
        ("8:30 pm", time(20, 30)),
        ("12 am", time(0)),
        ("12 p.m.", time(12)),
        ("24:00", None),
        ("8:61", None),
        ("13 pm", None),
        ("in the morning", None),
        ("", None),
    ],
)
def test_hours_are_read_as_people_write_them(written, read):
    assert clock_in(written) == read


@pytest.mark.parametrize(
    ("written", "zone"),
    [
        ("Europe/Madrid", "Europe/Madrid"),
        ("madrid", "Europe/Madrid"),
        ("new york", "America/New_York"),
        ("Bogotá", "America/Bogota"),
        ("utc", "UTC"),
    ],
)
def test_a_city_is_enough_for_a_zone(written, zone):
    assert zone_in(written) == ZoneInfo(zone)


def test_an_unknown_zone_is_met_with_a_guess_and_nonsense_with_none():
    assert zone_in("Madird") is None
    assert "Europe/Madrid" in zones_like("Madird")
    assert zones_like("my kitchen") == []
