"""What therapists type and set: days and exercises read kindly, nothing lost, the digest counted, the chart drawn."""

from collections import Counter
from datetime import UTC, datetime, time
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

from bot.daily_prompts.answers.model import Answer, Audience, new_key
from bot.daily_prompts.answers.store import add as add_answer
from bot.daily_prompts.choosing import Chooser
from bot.daily_prompts.library import Shelf
from bot.daily_prompts.model import RunState, Theme, Turn
from bot.daily_prompts.sessions.chart import WIDTH, Bars, draw
from bot.daily_prompts.sessions.digest import Digests
from bot.daily_prompts.sessions.leading import NEW, Leading, NotBegun, Opened, SessionGone, Typed
from bot.daily_prompts.sessions.model import SessionState
from bot.daily_prompts.sessions.reading import moment_in, near, skill_in, written
from bot.daily_prompts.skills.library import Skills
from bot.daily_prompts.steering.model import NotATherapist
from bot.daily_prompts.store import begin_run
from bot.words import Library
from tests.bot.daily_prompts.test_sessions import END, FIRST, WEEK, World
from tests.support.groups import ALICE, BEN, MARIA, SESSION, TOM, TUESDAY

NEW_YORK = ZoneInfo("America/New_York")
SKILLS = Skills.load().of("en")
SPANISH = Skills.load().of("es")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("2026-12-01 18:00", datetime(2026, 12, 1, 23, tzinfo=UTC)),
        (" 2026/12/1, 9:30 ", datetime(2026, 12, 1, 14, 30, tzinfo=UTC)),
        ("2026-12-01T18.00", datetime(2026, 12, 1, 23, tzinfo=UTC)),
        ("2026-12-01", datetime(2026, 12, 2, 0, tzinfo=UTC)),
        ("2027-03-14 02:30", datetime(2027, 3, 14, 7, tzinfo=UTC)),
        ("2026-13-01 18:00", None),
        ("2026-12-01 25:00", None),
        ("next Tuesday", None),
        ("", None),
    ],
)
def test_a_day_and_a_time_are_read_in_the_groups_zone(typed, read):
    assert moment_in(typed, NEW_YORK, time(19)) == read
    if read is not None:
        assert moment_in(written(read, NEW_YORK), NEW_YORK, None) == read
    assert moment_in("2026-12-01", NEW_YORK, None) is None


def test_an_exercise_is_known_by_its_name_its_id_or_its_beginning():
    for typed in ("Saying no", "  saying NO ", "saying_no", "saying"):
        assert skill_in(typed, SKILLS) is SKILLS["saying_no"]
    assert skill_in("s", SKILLS) is None
    assert skill_in("", SKILLS) is None
    assert near("saying now", SKILLS) is SKILLS["saying_no"]
    assert near("senses", SKILLS) is SKILLS["five_senses"]
    assert near("xyzzy", SKILLS) is None
    assert skill_in("decir que no", SPANISH) is SPANISH["saying_no"]


@pytest.fixture
async def world(sqlite_database, vault, clock):
    world = await World(sqlite_database, vault, clock).begin()
    world.leading = Leading(sqlite_database, vault, world.outbox, world.groups, world.sessions)
    return world


async def opened_with(world, **typed):
    opened = await world.leading.open(world.group, MARIA, SKILLS, world.clock.now())
    return Opened(opened.session_key, opened.revision, Typed(**typed))


async def close(world, opened, by=MARIA):
    return await world.leading.close(world.group, opened, by, SKILLS, world.clock.now())


async def test_only_therapists_lead(world):
    for act in (
        world.leading.open(world.group, ALICE, SKILLS, FIRST),
        world.leading.close(world.group, Opened(NEW, 0, Typed()), ALICE, SKILLS, FIRST),
        world.leading.move_next(world.group, ALICE, "2026-12-01 18:00", FIRST),
        world.leading.leave_out_next(world.group, ALICE, FIRST),
        world.leading.set_times(world.group, ALICE, world.group.session, FIRST),
    ):
        with pytest.raises(NotATherapist):
            await act


async def test_a_session_that_has_not_begun_today_cannot_be_closed_yet(world):
    await world.tick(FIRST - END)
    with pytest.raises(NotBegun) as refusal:
        await world.leading.open(world.group, MARIA, SKILLS, world.clock.now())
    assert refusal.value.starts_at == FIRST


async def test_a_group_can_set_its_week_before_its_first_planned_session(world):
    closed = await close(world, await opened_with(world, theme="changes"))
    assert not closed.troubles
    assert (closed.session.state, closed.session.theme) == (SessionState.OVER, Theme.CHANGES)
    assert closed.next_at == FIRST
    with pytest.raises(SessionGone):
        await close(world, Opened("0" * 24, 0, Typed()))


async def test_everything_that_cannot_be_used_is_named_at_once_and_all_of_it_is_kept(world):
    await world.tick(FIRST + END)
    typed = {"theme": "strengths", "skill": "juggling", "practice": "Say hello.", "next": "soon"}
    closed = await close(world, await opened_with(world, **typed))
    assert [trouble.text for trouble in closed.troubles] == ["unreadable", "unknown_skill"]
    again = await world.leading.open(world.group, MARIA, SKILLS, world.clock.now())
    assert again.typed == Typed(**typed)
    assert closed.session.closed_at is None
    for moment, says in (("2020-01-01 18:00", "past"), ("2031-01-01 18:00", "far")):
        closed = await close(world, await opened_with(world, next=moment))
        assert [trouble.text for trouble in closed.troubles] == [says]


async def test_a_closing_moves_the_next_session_and_shows_what_was_set(world):
    await world.tick(FIRST + END)
    before = world.kinds().count("changed")
    closed = await close(world, await opened_with(world, skill="saying no", next="2026-12-02 18:00"))
    assert closed.next_at is not None
    assert closed.next_at == datetime(2026, 12, 2, 23, tzinfo=UTC)
    assert closed.session.skill == "saying_no"
    await world.tick()
    assert world.kinds().count("changed") == before + 1


async def test_the_second_of_two_therapists_is_told_and_loses_nothing(world):
    await world.tick(FIRST + END)
    one, two = await opened_with(world, practice="A."), await opened_with(world, practice="B.")
    assert not (await close(world, one)).troubles
    late = await close(world, two, TOM)
    assert late.troubles[0].text == "other_first"
    assert late.session.practice == "A."
    again = await world.leading.open(world.group, TOM, SKILLS, world.clock.now())
    assert again.typed.practice == "B."
    assert not (await close(world, again, TOM)).troubles


async def test_the_times_that_a_therapist_sets_keep_the_other_settings(world):
    await world.begin(TUESDAY + SESSION + 'digest_before = "off"\n')
    world.clock.advance(END)
    times = world.group.session
    await world.leading.set_times(world.group, MARIA, type(times)(("fri",), time(12), END), world.clock.now())
    assert world.group.session.digest_before is None
    assert await world.sessions.next_session(world.group, world.clock.now()) == datetime(2026, 11, 27, 17, tzinfo=UTC)


async def test_the_digest_counts_what_was_shared_and_nothing_that_is_for_its_author_alone(world, vault):
    await world.tick(FIRST + END)
    chooser = Chooser(Shelf(), vault, Library.load())
    library = chooser.library("en")
    prompt = library.of_theme(Theme.STRENGTHS)[0].id
    now = world.clock.now()
    async with world.database.write() as tx:
        run = await begin_run(tx, "tuesday", Turn(now, now.date()), RunState.POSTED, prompt_id=prompt)
        assert run is not None
        for who, audience in ((ALICE, Audience.GROUP), (BEN, Audience.ONLY_ME)):
            answer = Answer(new_key(), run, "tuesday", who, "words", audience, None, now)
            await add_answer(tx, answer, vault)
    await world.tick(FIRST + WEEK - 3 * END)
    coming = (await world.sessions.of_group(world.group))[0]
    digest = await Digests(world.database, vault, chooser).before(world.group, coming, world.clock.now())
    assert digest.themes == Counter({Theme.STRENGTHS: 1})
    assert (digest.brought, digest.practice, digest.takeaways, digest.is_empty) == (0, None, 0, False)


def test_the_chart_is_the_same_for_the_same_counts_and_grows_with_its_rows():
    few = [Bars("Práctica", [("lo probé", 2), ("todavía no", 0)])]
    assert draw(few) == draw(few)
    assert draw(few) != draw([Bars("Práctica", [("lo probé", 1), ("todavía no", 0)])])
    with Image.open(BytesIO(draw(few))) as small, Image.open(BytesIO(draw(few * 3))) as large:
        assert small.size[0] == large.size[0] == WIDTH
        assert small.size[1] < large.size[1]


def test_letters_with_accents_are_drawn_with_their_marks():
    assert draw([Bars("ánimo", [("sí", 1)])]) != draw([Bars("animo", [("si", 1)])])
    for text in ("¿qué?", "ñ", "…", "漢字", "😀", "", "a" * 500):
        assert draw([Bars(text, [(text, 10**9)])])


async def test_a_next_session_that_is_left_as_it_is_stays_the_usual_one(world):
    await world.tick(FIRST + END / 2)
    opened = await world.leading.open(world.group, MARIA, SKILLS, world.clock.now())
    assert opened.typed.next == "2026-12-01 18:00"
    await close(world, opened)
    assert (await world.sessions.around(world.group, world.clock.now())).coming is None
    await world.tick(FIRST + END)
    coming = (await world.sessions.around(world.group, world.clock.now())).coming
    assert (coming.slot.starts_at, coming.by_hand) == (FIRST + WEEK, False)


async def test_the_post_after_a_session_follows_when_the_next_one_moves_or_is_left_out(world):
    await world.tick(FIRST + END)
    await close(world, await opened_with(world, theme="changes"))
    await world.tick()
    shown = world.kinds().count("changed")
    await world.leading.move_next(world.group, MARIA, "2026-12-02 18:00", world.clock.now())
    await world.tick()
    assert world.kinds().count("changed") == shown + 1
    await world.leading.leave_out_next(world.group, MARIA, world.clock.now())
    await world.tick()
    assert world.kinds().count("changed") == shown + 2


async def test_an_event_that_was_refused_is_tried_again_once_the_file_names_another_channel(world):
    world.refuse = "event_others"
    await world.begin(TUESDAY + SESSION + "event_channel = 7\n")
    assert world.told == ["sessions.notice.event_failed"]
    world.refuse = None
    await world.begin(TUESDAY + SESSION + "event_channel = 8\n")
    await world.begin(TUESDAY + SESSION + "event_channel = 8\ntakeaway = false\n")
    assert world.kinds() == ["event"]
