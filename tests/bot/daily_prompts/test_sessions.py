"""Sessions on both databases: each step once, on time, caught up or recorded as missed, never doubled."""

import asyncio
import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.daily_prompts.answers.model import ANSWER_GONE
from bot.daily_prompts.sessions import handed_store, store
from bot.daily_prompts.sessions.erase import SessionsEraser
from bot.daily_prompts.sessions.handed import Reader, Tried
from bot.daily_prompts.sessions.handing import Handing, NotTheAuthor
from bot.daily_prompts.sessions.model import BROUGHT, CHANGED, STEP, SessionState, StepKind, StepState
from bot.daily_prompts.sessions.planning import version
from bot.daily_prompts.sessions.service import Sessions
from bot.daily_prompts.steering import store as steering_store
from bot.groups import toml_file
from bot.groups.service import Groups
from bot.outbox.model import Permanent, Receipt
from bot.outbox.service import Kind, Outbox
from bot.privacy.contract import Whose
from bot.storage.engine import Database
from tests.support.groups import ALICE, BEN, CARE, CIRCLE, MARIA, SESSION, TUESDAY

FIRST = datetime(2026, 11, 24, 23, tzinfo=UTC)
WEEK = timedelta(days=7)
END = timedelta(minutes=90)


class World:
    """One bot process: its services, and a Discord that remembers what was shown."""

    def __init__(self, database, vault, clock):
        self.clock, self.database = clock, database
        self.outbox = Outbox(database, clock)
        self.groups = Groups(database, vault)
        self.cases, self.told, self.shown, self.gone = [], [], [], []
        self.refuse = None
        self.handing = Handing(database, vault, self.outbox)
        self.sessions = Sessions(
            database, vault, self.outbox, self.groups, self.handing, self.open_cases, self.tell_therapists
        )
        self.outbox.declare(Kind(ANSWER_GONE))
        self.outbox.deliver_with(STEP, self.deliver)
        self.outbox.deliver_with(CHANGED, self.change)
        self.outbox.deliver_with(BROUGHT, self.show_brought)
        self.outbox.deliver_with(ANSWER_GONE, self.take_away)

    async def open_cases(self):
        return self.cases

    async def tell_therapists(self, tx, group, text, now, places=None):
        self.told.append(text)

    async def deliver(self, row, now):
        if self.refuse:
            raise Permanent(self.refuse)
        session = await self.sessions.get(row.ref["session"])
        assert session is not None
        self.shown.append((session.slot.day, row.ref["step"], now))
        return Receipt(CIRCLE, 9000 + len(self.shown), note=version(session))

    async def change(self, row, now):
        self.shown.append((row.ref["message"], "changed", now))
        return Receipt(CIRCLE, row.ref["message"])

    async def show_brought(self, row, now):
        brought = await self.handing.get(row.ref["brought"])
        assert brought is not None
        self.shown.append((brought.text, "brought", now))
        return Receipt(CARE, 9000 + len(self.shown))

    async def take_away(self, row, now):
        self.gone.append(row.ref["message"])
        return Receipt()

    async def begin(self, text=TUESDAY + SESSION):
        self.clock.advance(timedelta(seconds=1))
        now = self.clock.now()
        await self.groups.save(toml_file.parse(text, now), now)
        await self.groups.refresh(now)
        await self.tick()
        return self

    async def tick(self, until=None):
        """Do what is due; what comes some seconds later, too."""
        if until is not None:
            self.clock.advance(until - self.clock.now())
        await self.sessions.run_due(self.clock.now())
        await self.outbox.settle()
        await self.outbox.run_due(self.clock.now() + timedelta(seconds=15))

    @property
    def group(self):
        return self.groups.get("tuesday")

    async def states(self):
        """Return what became of each step of each session, oldest session first."""
        found = {}
        for session in reversed(await self.sessions.of_group(self.group)):
            found[session.slot.day] = {
                k.value: r.state.value for k, r in (await self.sessions.steps_of(session.key)).items()
            }
        return found

    def kinds(self):
        return [kind for _, kind, _ in self.shown]


@pytest.fixture
async def world(database, vault, clock):
    return await World(database, vault, clock).begin()


@pytest.fixture
async def small_world(sqlite_database, vault, clock):
    return await World(sqlite_database, vault, clock).begin()


async def test_reminder_digest_and_takeaway_come_each_once_at_their_time(small_world):
    world = small_world
    while world.clock.now() < FIRST + WEEK + END:
        await world.tick(FIRST + timedelta(hours=3 * ((world.clock.now() - FIRST) // timedelta(hours=3) + 1)))
    kinds = [(kind, (at - (FIRST if day == date(2026, 11, 24) else FIRST + WEEK))) for day, kind, at in world.shown]
    hours = timedelta(hours=1)
    assert kinds == [
        ("remind", -24 * hours), ("digest", -3 * hours), ("takeaway", 3 * hours),
        ("remind", -24 * hours), ("digest", -3 * hours), ("takeaway", 3 * hours),
    ]  # fmt: skip


async def test_what_was_due_while_the_bot_was_off_is_caught_up_in_time_or_recorded_as_missed(world):
    await world.tick(FIRST - timedelta(hours=2))
    assert sorted(world.kinds()) == ["digest", "remind"]
    await world.tick(FIRST + END + timedelta(hours=13))
    assert sorted(world.kinds()) == ["digest", "remind"]
    assert (await world.states())[date(2026, 11, 24)]["takeaway"] == "missed"
    await world.tick(FIRST + 3 * WEEK - timedelta(days=2))
    assert sorted(world.kinds()) == ["digest", "remind"]
    states = await world.states()
    assert list(states) == [date(2026, 11, 24) + n * WEEK for n in range(4)]
    assert set(states[date(2026, 12, 1)].values()) == {"missed", "done"}
    assert world.told == []


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.long
async def test_restarts_at_random_times_neither_lose_nor_double_a_step(sqlite_database, vault, clock, seed):
    chance = random.Random(seed)
    world = await World(sqlite_database, vault, clock).begin()
    while clock.now() < FIRST + 2 * WEEK:
        await world.tick(clock.now() + timedelta(minutes=chance.choice([20, 70, 170])))
        if chance.random() < 0.2:
            clock.advance(timedelta(minutes=chance.choice([1, 40])))
            await world.sessions.run_due(clock.now())  # and then, at times, it ends between its commit and its sending
            await world.outbox.settle() if chance.random() < 0.5 else None
            ended, world = world, World(sqlite_database, vault, clock)
            world.shown = ended.shown
            await world.groups.refresh(clock.now())
    await world.outbox.settle()
    days = [date(2026, 11, 24), date(2026, 12, 1)]
    counted = Counter((day, kind) for day, kind, _ in world.shown if day in days)
    assert counted == {(day, kind): 1 for day in days for kind in ("remind", "digest", "takeaway")}


async def test_two_processes_on_one_database_do_each_step_once(database, vault, clock):
    one, two = await World(database, vault, clock).begin(), World(database, vault, clock)
    await two.groups.refresh(clock.now())
    for moment in (FIRST - timedelta(hours=24), FIRST - timedelta(hours=3), FIRST + END, FIRST + WEEK - END):
        clock.advance(moment - clock.now())
        await asyncio.gather(one.sessions.run_due(moment), two.sessions.run_due(moment))
        await one.outbox.settle()
        await two.outbox.settle()
        await asyncio.gather(one.outbox.run_due(moment), two.outbox.run_due(moment))
    counted = Counter((day, kind) for day, kind, _ in one.shown + two.shown)
    assert set(counted.values()) == {1}
    assert [kind for _, kind in sorted(counted)] == ["digest", "remind", "takeaway", "digest", "remind"]
    assert len(await one.sessions.of_group(one.group)) == 2


@pytest.mark.long
async def test_two_hundred_groups_that_meet_at_once_are_shared_by_two_processes_and_none_is_doubled(
    postgres_url, vault, clock
):
    database = Database(postgres_url)
    one, two = World(database, vault, clock), World(database, vault, clock)
    group = toml_file.parse(TUESDAY + SESSION, clock.now())[0]
    many = [replace(group, key=f"g{n}", circle=5000 + n) for n in range(200)]
    await one.groups.save(many, clock.now())
    clock.advance(FIRST - timedelta(hours=24) - clock.now())
    for each in (one, two):
        await each.groups.refresh(clock.now())
    await one.sessions.run_due(clock.now() - timedelta(seconds=1))
    await asyncio.gather(one.sessions.run_due(clock.now()), two.sessions.run_due(clock.now()))
    for each in (one, two):
        await each.outbox.settle()
    await asyncio.gather(one.outbox.run_due(clock.now()), two.outbox.run_due(clock.now()))
    assert len(one.shown) + len(two.shown) == 200
    async with database.read() as tx:
        ended = await tx.execute(select(store.session_steps.c.session_key, store.session_steps.c.state))
        states = {key: StepState(state) for key, state in ended}
    assert Counter(states.values()) == {StepState.DONE: 200}
    await database.close()


async def test_the_next_session_is_known_before_anything_is_planned_and_passes_over_breaks(small_world):
    now = small_world.clock.now()
    assert await small_world.sessions.next_session(small_world.group, now) == FIRST
    assert await small_world.sessions.next_session(replace(small_world.group, key="new"), now) == FIRST
    assert await small_world.sessions.next_session(replace(small_world.group, key="none", session=None), now) is None
    async with small_world.database.write() as tx:
        await steering_store.add_break(tx, "tuesday", date(2026, 11, 24), date(2026, 12, 1))
    assert await small_world.sessions.next_session(small_world.group, now) == FIRST + 2 * WEEK
    assert await small_world.sessions.next_session(small_world.group, FIRST) == FIRST + 2 * WEEK


async def test_the_first_session_after_a_past_moment_is_one_that_was_held(small_world):
    await small_world.tick(FIRST + WEEK + END)
    assert await small_world.sessions.next_session(small_world.group, FIRST - END) == FIRST
    assert await small_world.sessions.next_session(small_world.group, FIRST) == FIRST + WEEK


async def test_a_session_within_a_break_is_left_out_and_the_following_one_comes(world):
    async with world.database.write() as tx:
        await steering_store.add_break(tx, "tuesday", date(2026, 11, 24), date(2026, 11, 26))
    await world.tick(FIRST + WEEK - timedelta(hours=1))
    assert {day for day, _, _ in world.shown} == {date(2026, 12, 1)}
    first = (await world.sessions.of_group(world.group))[-1]
    assert (first.slot.day, first.state) == (date(2026, 11, 24), SessionState.LEFT_OUT)


async def test_nothing_is_posted_in_the_circle_on_a_day_of_a_break_but_the_therapists_get_their_digest(world):
    async with world.database.write() as tx:
        await steering_store.add_break(tx, "tuesday", date(2026, 11, 20), date(2026, 11, 23))
    await world.tick(FIRST - timedelta(hours=23))
    await world.tick(FIRST - timedelta(hours=3))
    assert world.kinds() == ["digest"]
    assert (await world.states())[date(2026, 11, 24)]["remind"] == "skipped"


async def test_a_moved_session_is_told_anew_and_the_following_one_is_as_usual(world):
    await world.tick(FIRST - timedelta(hours=23))
    moved_to = FIRST + timedelta(days=3)
    async with world.database.write() as tx:
        await world.sessions.planner.move(tx, world.group, moved_to, world.clock.now())
    assert await world.sessions.next_session(world.group, world.clock.now()) == moved_to
    await world.tick()
    assert world.kinds() == ["remind", "changed"]
    await world.tick(moved_to - timedelta(hours=24))
    await world.tick(moved_to - timedelta(hours=3))
    await world.tick(moved_to + END)
    assert world.kinds() == ["remind", "changed", "remind", "digest", "takeaway"]
    assert await world.sessions.next_session(world.group, world.clock.now()) == FIRST + WEEK


async def test_a_session_moved_past_the_next_one_takes_its_place(small_world):
    world = small_world
    async with world.database.write() as tx:
        await world.sessions.planner.move(tx, world.group, FIRST + WEEK, world.clock.now())
    await world.tick(FIRST + WEEK + END)
    assert await world.sessions.next_session(world.group, world.clock.now()) == FIRST + 2 * WEEK


async def test_changed_times_move_what_is_to_come_and_no_times_leave_it_out(world):
    await world.tick(FIRST - timedelta(hours=23))
    await world.begin(TUESDAY + SESSION.replace("18:00", "19:00"))
    assert world.kinds() == ["remind", "changed"]
    assert await world.sessions.next_session(world.group, world.clock.now()) == FIRST + timedelta(hours=1)
    await world.begin(TUESDAY.replace('country = "US"', 'country = "US"\nsession = false'))
    assert await world.sessions.next_session(world.group, world.clock.now()) is None
    await world.tick(FIRST + WEEK)
    assert world.kinds() == ["remind", "changed", "changed"]


async def test_a_step_that_discord_refuses_is_recorded_and_the_therapists_are_told(small_world):
    small_world.refuse = "discord.50013"
    await small_world.tick(FIRST - timedelta(hours=23))
    assert (await small_world.states())[date(2026, 11, 24)]["remind"] == "failed"
    assert small_world.told == ["sessions.notice.remind_failed"]


async def test_what_members_bring_waits_for_the_digest_and_late_ones_go_at_once(world):
    now = world.clock.now()
    await world.handing.bring(world.group, ALICE, "the argument at home", Reader.NAMED, now)
    await world.handing.bring(world.group, BEN, "for me", Reader.ONLY_ME, now)
    await world.tick(FIRST - timedelta(hours=4))
    assert "brought" not in world.kinds()
    await world.tick(FIRST - timedelta(hours=3))
    assert [what for what, kind, _ in world.shown if kind == "brought"] == ["the argument at home"]
    await world.handing.bring(world.group, BEN, "now for all", Reader.NAMELESS, world.clock.now())
    await world.tick()
    assert [what for what, kind, _ in world.shown if kind == "brought"] == ["the argument at home", "now for all"]
    await world.tick(FIRST + END)
    assert (await world.handing.own(world.group, None, ALICE)).brought is None


async def test_a_digest_that_comes_too_late_still_hands_over_what_was_sent(world):
    await world.handing.bring(world.group, ALICE, "not lost", Reader.NAMED, world.clock.now())
    await world.tick(FIRST + timedelta(minutes=30))
    assert [what for what, kind, _ in world.shown if kind == "brought"] == ["not lost"]
    assert (await world.states())[date(2026, 11, 24)]["digest"] == "missed"


async def test_what_was_handed_over_can_be_taken_back_by_its_author_only(small_world):
    world = small_world
    brought = await world.handing.bring(world.group, ALICE, "mine", Reader.NAMED, world.clock.now())
    await world.tick(FIRST - timedelta(hours=3))
    with pytest.raises(NotTheAuthor):
        await world.handing.take_back(brought.key, BEN, world.clock.now())
    assert await world.handing.take_back(brought.key, ALICE, world.clock.now())
    await world.tick()
    assert len(world.gone) == 1
    assert not await world.handing.take_back(brought.key, ALICE, world.clock.now())


async def test_a_change_replaces_what_was_brought_before(small_world):
    world = small_world
    await world.handing.bring(world.group, ALICE, "first", Reader.NAMED, world.clock.now())
    await world.handing.bring(world.group, ALICE, "second", Reader.ONLY_ME, world.clock.now())
    own = (await world.handing.own(world.group, None, ALICE)).brought
    assert (own.text, own.reader) == ("second", Reader.ONLY_ME)
    await world.tick(FIRST - timedelta(hours=3))
    assert "brought" not in world.kinds()


async def test_practice_is_counted_and_named_only_where_the_member_says_so(world):
    session = (await world.sessions.of_group(world.group))[0]
    now = world.clock.now()
    assert await world.handing.name(session, ALICE, named=True) is None
    await world.handing.tried(session, ALICE, Tried.NOT_YET, now)
    await world.handing.tried(session, ALICE, Tried.TRIED, now)
    await world.handing.tried(session, BEN, Tried.PARTLY, now)
    await world.handing.name(session, BEN, named=True)
    async with world.database.read() as tx:
        counts, named = await handed_store.tried_in(tx, session.key)
    assert counts == {Tried.TRIED: 1, Tried.PARTLY: 1}
    assert [by.member_id for by in named] == [BEN]
    assert await world.handing.untried(session, BEN)
    assert not await world.handing.untried(session, BEN)


async def test_all_of_it_is_handed_over_and_erased(world, vault):
    now = world.clock.now()
    session = (await world.sessions.of_group(world.group))[0]
    await world.handing.bring(world.group, ALICE, "mine", Reader.NAMED, now)
    await world.handing.bring(world.group, BEN, "his", Reader.NAMED, now)
    await world.handing.tried(session, ALICE, Tried.TRIED, now)
    closing = store.Closing(None, None, "a walk")
    async with world.database.write() as tx:
        assert await store.close(tx, session.key, 0, closing, ALICE, now, vault)
        assert not await store.close(tx, session.key, 0, closing, MARIA, now, vault)
    await world.tick(FIRST - timedelta(hours=3))
    eraser, whose = SessionsEraser(world.handing, vault), Whose(ALICE)
    async with world.database.write() as tx:
        told = {each.what: each.count for each in await eraser.holdings(tx, whose)}
        assert told == {"session_brings": 1, "session_practice": 1, "sessions_closed": 1}
        assert (await eraser.export_member(tx, whose))["session_brings"][0]["text"] == "mine"
        await eraser.erase_member(tx, whose, world.clock.now())
        assert await eraser.holdings(tx, whose) == []
    await world.tick()
    assert len(world.gone) == 1
    assert (await world.sessions.get(session.key)).practice == "a walk"
    assert (await world.handing.own(world.group, session, BEN)).brought is not None


async def test_what_was_handed_over_is_forgotten_after_90_days(small_world):
    world = small_world
    await world.handing.bring(world.group, ALICE, "mine", Reader.ONLY_ME, world.clock.now())
    await world.handing.forget_old(world.clock.now() + timedelta(days=89))
    assert (await world.handing.own(world.group, None, ALICE)).brought is not None
    await world.handing.forget_old(world.clock.now() + timedelta(days=91))
    assert (await world.handing.own(world.group, None, ALICE)).brought is None


async def test_a_sealed_text_lies_in_the_database_unreadable(small_world, tmp_path):
    await small_world.handing.bring(
        small_world.group, ALICE, "nobody reads this", Reader.NAMED, small_world.clock.now()
    )
    await small_world.database.close()
    assert b"nobody reads this" not in b"".join(path.read_bytes() for path in tmp_path.glob("*.sqlite3*"))


async def test_the_states_of_steps_only_go_forward(small_world):
    await small_world.tick(FIRST - timedelta(hours=23))
    key = (await small_world.sessions.of_group(small_world.group))[0].key
    now = small_world.clock.now()
    async with small_world.database.write() as tx:
        assert not await store.end_step(tx, key, StepKind.REMIND, StepState.FAILED, now)
        assert not await store.begin_step(tx, key, StepKind.REMIND, StepState.WAITING, now)
