"""The rhythm of the week: a fortnight with two sessions and restarts, what members hand over, what therapists set."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import MovableClock
from bot.daily_prompts.sessions.handed import Tried
from bot.groups import toml_file
from sandbox import Permission
from tests.support.groups import ALICE, BEN, CARE, CIRCLE, MARIA, SESSION, TOM, TUESDAY
from tests.support.harness import journey

IMPORTED = datetime(2026, 11, 8, 12, tzinfo=UTC)
SUNDAY = datetime(2026, 11, 15, 12, tzinfo=UTC)
FIRST = datetime(2026, 11, 17, 23, tzinfo=UTC)
WEEK, DAY, HOUR = timedelta(days=7), timedelta(days=1), timedelta(hours=1)
END = timedelta(minutes=90)
NINE = timedelta(hours=14)  # 9:00 in New York, in UTC


@pytest.fixture
def clock():
    return MovableClock(IMPORTED, frozen=True)


async def begin(story, text=TUESDAY + SESSION):
    """Go to the Sunday before the first session, past the gentle first week, and tell when the group meets."""
    story.clock.advance(SUNDAY - story.clock.now())
    await story.start()
    await meets(story, text)


async def meets(story, text):
    story.clock.advance(timedelta(seconds=1))
    await story.parts.groups.save(toml_file.parse(text, story.clock.now()), story.clock.now())
    await story.parts.groups.refresh(story.clock.now())
    await story.tick()


async def at(story, moment):
    story.clock.advance(moment - story.clock.now())
    await story.tick()
    await story.skip(seconds=15)


def walk(components):
    for component in components:
        yield component
        yield from walk(component.get("components", []))
        if "component" in component:
            yield from walk([component["component"]])


def words_of(message):
    parts = [message.get("content", "")]
    parts += [c.get("content") or c.get("label") or "" for c in walk(message["components"])]
    return "\n".join(filter(None, parts))


def button(message, ending):
    return next(c["custom_id"] for c in walk(message["components"]) if c.get("custom_id", "").endswith(ending))


def field(modal, name):
    return next(c for c in walk(modal["components"]) if c.get("custom_id") == name)


async def press(story, person, message, ending, channel=CIRCLE):
    pressed = await story.people.press(person, channel, message, button(message, ending))
    return await story.people.answer(pressed)


async def send(story, person, opened, **values):
    return await story.answer(await story.people.submit(person, opened["modal"]["id"], values))


async def close(story, person=MARIA):
    return await story.people.answer(await story.people.command(person, CIRCLE, "session close"))


async def shown(story, person, name):
    used = await story.people.command(person, CIRCLE, name)
    return (await story.people.answer(used))["message"]


async def prompt_at(story, moment):
    await at(story, moment)
    return await story.expect(ALICE, CIRCLE, "Today's prompt")


async def why(story, person=ALICE):
    return await story.answer(await story.people.command(person, CIRCLE, "prompt why"))


@pytest.fixture
async def quiet(tmp_path, clock):
    """A group without daily prompts, so that only what belongs to sessions is posted."""
    async with journey(tmp_path, clock, start=False) as story:
        await begin(story, ALONE)
        yield story


async def before_the_session(story):
    """Monday and Tuesday: the prompt for the eve, the reminder, what two members bring, the digest."""
    await prompt_at(story, SUNDAY.replace(hour=0) + DAY + NINE)
    assert "made for the day before a session" in await why(story)
    await at(story, FIRST - DAY)
    reminder = await story.expect(BEN, CIRCLE, "Our next session")
    assert f"<t:{int(FIRST.timestamp())}:F>" in words_of(reminder)
    await story.restart()
    await story.tick()
    opened = await press(story, ALICE, reminder, ":open")
    told = await send(story, ALICE, opened, text="the talk with my sister", reader="named")
    assert "Kept for the therapists of Tuesday circle, with your name" in told
    told = await send(story, BEN, await press(story, BEN, reminder, ":open"), text="sleep", reader="nameless")
    assert "without your name" in told
    await prompt_at(story, FIRST.replace(hour=14))
    await story.nothing_more()
    await at(story, FIRST - 3 * HOUR)
    digest = await story.expect(MARIA, CARE, "Before the session")
    assert "2 sent" in digest["content"]
    assert "sister" not in digest["content"]
    assert f"<@{ALICE}>" in words_of(await story.expect(MARIA, CARE, "the talk with my sister"))
    nameless = await story.expect(MARIA, CARE, "sleep")
    assert str(BEN) not in str(nameless["components"])
    await story.nothing_more()


async def after_the_session(story):
    """Tuesday night: one thing to take away, and the session is closed, not at the first try."""
    await at(story, FIRST + END)
    after = await story.expect(ALICE, CIRCLE, "One thing I take away")
    assert "This week" not in words_of(after)
    opened = await press(story, ALICE, after, ":answer")
    told = await send(story, ALICE, opened, text="I was heard", audience="anonymous", need="none")
    assert "without your name" in told
    await story.expect(BEN, int(after["id"]), "I was heard")
    opened = await close(story)
    assert field(opened["modal"], "next")["value"] == "2026-11-24 18:00"
    values = {"theme": ["boundaries"], "skill": "saying now", "practice": "Say no once, kindly.", "next": ""}
    told = await send(story, MARIA, opened, **values)
    assert "I know no exercise called **saying now**. Did you mean **Saying no**?" in told
    await story.restart()
    refused = story.people.messages(MARIA, CIRCLE)[-1]
    again = await press(story, MARIA, refused, ":close")
    assert field(again["modal"], "practice")["value"] == "Say no once, kindly."
    assert field(again["modal"], "skill")["value"] == "saying now"
    told = await send(story, MARIA, again, **{**values, "skill": "saying no"})
    for part in ("The session is closed", "Theme: boundaries", "Saying no", "Say no once, kindly."):
        assert part in told
    await story.parts.outbox.settle()
    after = next(m for m in story.people.messages(ALICE, CIRCLE) if m["id"] == after["id"])
    for part in ("This week", "Theme: boundaries", "Say no once, kindly.", "Tried it", "Not yet"):
        assert part in words_of(after)


async def the_week(story):
    """Wednesday to Monday: the prompts follow, and the practice is spoken of."""
    wednesday = FIRST.replace(hour=14) + DAY
    await prompt_at(story, wednesday)
    assert "made for the day after a session" in await why(story)
    post = await prompt_at(story, wednesday + DAY)
    assert "The small practice of this week: Say no once, kindly." in words_of(post)
    assert "It is the small practice from the last session." in await why(story)
    assert "Nothing was noted" in words_of((await press(story, MARIA, post, ":tried"))["message"])
    noted = await press(story, BEN, post, ":partly")
    assert "Noted for you: Partly. The therapists see a count without names" in words_of(noted["message"])
    noted = await press(story, ALICE, post, ":tried")
    named = await press(story, ALICE, noted["message"], ":name")
    assert "with your name" in words_of(named["message"])
    await prompt_at(story, wednesday + 2 * DAY)
    assert "The exercise of this week is saying no." in await why(story)
    await prompt_at(story, wednesday + 5 * DAY)


async def the_second_session(story):
    """Monday and Tuesday again: the reminder with the practice, the digest with counts and its picture."""
    await at(story, FIRST + WEEK - DAY)
    assert "Say no once, kindly." in words_of(await story.expect(ALICE, CIRCLE, "Our next session"))
    await story.restart()
    await story.tick()
    await prompt_at(story, FIRST.replace(hour=14) + WEEK)
    await at(story, FIRST + WEEK - 3 * HOUR)
    digest = await story.expect(MARIA, CARE, "Before the session")
    text = digest["content"]
    assert "tried it: 1; partly: 1; not yet: 0" in text
    assert f"They say so with their name: <@{ALICE}> (Tried it)" in text
    assert str(BEN) not in text
    assert "Things to take away that were shared after the last session: 1" in text
    assert "Tried it: 1; Partly: 1; Not yet: 0" in digest["attachments"][0]["description"]
    await at(story, FIRST + WEEK + END)
    await story.expect(ALICE, CIRCLE, "One thing I take away")
    await story.nothing_more()


@pytest.mark.long
async def test_a_fortnight_with_two_sessions_and_restarts(tmp_path, clock):
    async with journey(tmp_path, clock, start=False) as story:
        await begin(story)
        await before_the_session(story)
        await after_the_session(story)
        await the_week(story)
        await the_second_session(story)


async def test_the_same_in_spanish(quiet):
    story = quiet
    await meets(story, ALONE.replace('language = "en"', 'language = "es"'))
    await at(story, FIRST - DAY)
    reminder = await story.expect(BEN, CIRCLE, "Nuestra próxima sesión")
    told = await send(story, ALICE, await press(story, ALICE, reminder, ":open"), text="mi hermana", reader="named")
    assert "Guardado para los terapeutas" in told
    await at(story, FIRST - 3 * HOUR)
    await story.expect(MARIA, CARE, "Para llevar a la sesión: se enviaron 1")
    await story.expect(MARIA, CARE, "mi hermana")
    await at(story, FIRST + END)
    await story.expect(ALICE, CIRCLE, "Algo que me llevo de la sesión")
    values = {"theme": ["boundaries"], "practice": "Di que no una vez", "next": ""}
    told = await send(story, MARIA, await close(story), **values, skill="decir no")
    assert "No conozco ningún ejercicio llamado **decir no**. ¿Querías decir **Decir que no**?" in told
    again = await press(story, MARIA, story.people.messages(MARIA, CIRCLE)[-1], ":close")
    told = await send(story, MARIA, again, **values, skill="Decir que no")
    assert "La sesión está cerrada" in told
    await story.parts.outbox.settle()
    after = story.people.messages(ALICE, CIRCLE)[-1]
    noted = await press(story, ALICE, after, ":not_yet")
    assert "Anotado para ti: Todavía no." in words_of(noted["message"])
    await at(story, FIRST + WEEK - DAY)
    await story.expect(BEN, CIRCLE, "Una pequeña práctica: Di que no una vez")
    await at(story, FIRST + WEEK - 3 * HOUR)
    digest = await story.expect(MARIA, CARE, "todavía no: 1")
    assert (
        "Gráfico de barras. La pequeña práctica (Lo probé: 0; En parte: 0; Todavía no: 1)"
        in digest["attachments"][0]["description"]
    )
    await story.nothing_more()


async def test_nothing_is_posted_that_a_therapist_did_not_set_up(tmp_path, clock):
    text = ALONE.removesuffix(SESSION)
    async with journey(tmp_path, clock, start=False) as story:
        await begin(story, text)
        for days in range(15):
            await at(story, SUNDAY + timedelta(days=days, hours=1))
        await story.nothing_more()
        off = SESSION + 'remind_before = "off"\ndigest_before = "off"\ntakeaway = false\n'
        await meets(story, text + off)
        for days in range(16, 30):
            await at(story, SUNDAY + timedelta(days=days))
        await story.nothing_more()


async def test_while_a_case_weighs_on_the_group_the_reminder_asks_for_nothing(quiet):
    story = quiet
    await story.people.say(ALICE, CIRCLE, "i want to kill myself")
    await story.expect(MARIA, CARE, "Case")
    await at(story, FIRST - DAY)
    reminder = await story.expect(BEN, CIRCLE, "Come as you are")
    assert "Is there something that you want to bring?" not in words_of(reminder)


async def test_what_is_brought_is_screened_like_every_word(quiet):
    story = quiet
    used = await story.people.command(BEN, CIRCLE, "session bring")
    opened = await story.people.answer(used)
    told = await send(story, BEN, opened, text="i want to kill myself", reader="only_me")
    assert "988" in told
    assert "Kept, for you alone" in told
    await story.expect(MARIA, CARE, "Case")


async def test_what_is_ones_own_is_shown_changed_and_taken_back(quiet):
    story = quiet
    opened = await story.people.answer(await story.people.command(ALICE, CIRCLE, "session bring"))
    await send(story, ALICE, opened, text="*my* words", reader="named")
    mine = await shown(story, ALICE, "session next")
    assert "for the therapists, with your name" in words_of(mine)
    assert "words" not in words_of(await shown(story, BEN, "session next"))
    opened = await press(story, ALICE, mine, ":open")
    assert field(opened["modal"], "text")["value"] == "*my* words"
    await send(story, ALICE, opened, text="other words", reader="named")
    await at(story, FIRST - DAY)
    await story.expect(BEN, CIRCLE, "Our next session")
    await at(story, FIRST - 3 * HOUR)
    await story.expect(MARIA, CARE, "1 sent")
    await story.expect(MARIA, CARE, "other words")
    gone = await press(story, ALICE, await shown(story, ALICE, "session next"), ":remove")
    assert "Taken back" in words_of(gone["message"])
    await story.parts.outbox.settle()
    assert not any("other words" in words_of(m) for m in story.people.messages(MARIA, CARE))


async def test_members_can_neither_close_nor_steer(quiet):
    story = quiet
    for name in ("session close", "session panel"):
        assert "Only the therapists" in await story.answer(await story.people.command(BEN, CIRCLE, name))


async def test_two_therapists_who_close_at_once_do_not_overwrite_each_other(quiet):
    story = quiet
    await at(story, FIRST - DAY)
    await story.expect(BEN, CIRCLE, "Our next session")
    await at(story, FIRST + HOUR)
    await story.expect(MARIA, CARE, "Before the session") if story.bot_messages(MARIA, CARE) else None
    one, two = await close(story, MARIA), await close(story, TOM)
    values = {"theme": ["none"], "skill": "", "next": ""}
    assert "is closed" in await send(story, MARIA, one, **values, practice="A walk.")
    told = await send(story, TOM, two, **values, practice="Ten breaths.")
    assert f"<@{MARIA}> closed this session" in told
    kept = await press(story, TOM, story.people.messages(TOM, CIRCLE)[-1], ":close")
    assert field(kept["modal"], "practice")["value"] == "Ten breaths."
    assert (
        await story.parts.sessions.around(story.parts.groups.get("tuesday"), clock_of(story))
    ).last.practice == "A walk."
    assert "is closed" in await send(story, TOM, kept, **values, practice="Ten breaths.")


def clock_of(story):
    return story.clock.now()


async def test_the_next_session_can_be_moved_left_out_and_set_on_discord(quiet):
    story = quiet
    panel = await shown(story, MARIA, "session panel")
    assert "Tuesday at 18:00, 90 minutes, every week (America/New_York)" in words_of(panel)
    assert "Server calendar: off" in words_of(panel)
    opened = await press(story, MARIA, panel, ":move")
    assert "I could not read **soon**" in await send(story, MARIA, opened, next="soon")
    opened = await press(story, MARIA, panel, ":move")
    assert "is over already" in await send(story, MARIA, opened, next="2026-11-14 18:00")
    opened = await press(story, MARIA, panel, ":move")
    assert "The next session is" in await send(story, MARIA, opened, next="2026-11-18 17:30")
    group = story.parts.groups.get("tuesday")
    moved = datetime(2026, 11, 18, 22, 30, tzinfo=UTC)
    assert await story.parts.sessions.next_session(group, clock_of(story)) == moved
    left_out = await press(story, MARIA, await shown(story, MARIA, "session panel"), ":leave_out")
    assert "is left out" in words_of(left_out["message"])
    assert await story.parts.sessions.next_session(group, clock_of(story)) == FIRST + WEEK
    story.clock.advance(timedelta(minutes=1))
    opened = await press(story, MARIA, panel, ":set_times")
    values = {"days": ["mon", "thu"], "at": "7 pm", "minutes": "60", "weeks": "2", "starting": "2026-11-16"}
    told = await send(story, MARIA, opened, **values)
    assert "I could not read **7 pm** as a time of day" in told
    assert "Monday, Thursday · 7 pm · 60 · 2 · 2026-11-16" in told
    opened = await press(story, MARIA, panel, ":set_times")
    assert "The times are set" in await send(story, MARIA, opened, **{**values, "at": "19:00"})
    panel = words_of(await shown(story, MARIA, "session panel"))
    assert "Monday, Thursday at 19:00, 60 minutes, every 2 weeks from 2026-11-16" in panel
    group = story.parts.groups.get("tuesday")
    assert await story.parts.sessions.next_session(group, clock_of(story)) == datetime(2026, 11, 17, 0, tzinfo=UTC)


async def test_where_nothing_may_be_attached_the_digest_comes_without_its_chart(quiet):
    story = quiet
    guild, me = story.sandbox.world.guilds[1001], story.sandbox.world.bot.id
    for moment, channel, contains in (
        (FIRST - DAY, CIRCLE, "Our next session"),
        (FIRST - 3 * HOUR, CARE, "Before the session"),
        (FIRST + END, CIRCLE, "One thing I take away"),
    ):
        await at(story, moment)
        await story.expect(MARIA, channel, contains)
    group = story.parts.groups.get("tuesday")
    last = (await story.parts.sessions.around(group, clock_of(story))).last
    await story.parts.handing.tried(last, ALICE, Tried.PARTLY, clock_of(story))
    await story.people.permissions(guild, guild.members[me].roles[0], deny=Permission.ATTACH_FILES)
    await at(story, FIRST + WEEK - 3 * HOUR)
    digest = await story.expect(MARIA, CARE, "Before the session")
    assert digest["attachments"] == []


ALONE = TUESDAY[: TUESDAY.index("[group.daily_prompts]")] + TUESDAY[TUESDAY.index("[group.escalation]") :] + SESSION
SEES, HIDDEN = (Permission.VIEW_CHANNEL, Permission.NONE), (Permission.NONE, Permission.VIEW_CHANNEL)
MAY_VISIT = Permission.VIEW_CHANNEL | Permission.CONNECT


def room(story, name, may=MAY_VISIT | Permission.CREATE_EVENTS, **others):
    """Add a voice channel for members, therapists and the bot, and for roles that are named."""
    world = story.sandbox.world
    guild = world.guilds[1001]
    roles = {role.name: role for role in guild.roles.values()}
    seen_by = dict.fromkeys([roles["members"], roles["therapists"], *(roles[other] for other in others)], SEES)
    overwrites = {guild: HIDDEN, **seen_by, world.bot: (may, Permission.NONE)}
    return world.add_voice_channel(guild, name=name, overwrites=overwrites)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda story: CIRCLE, "is no voice channel. An event without one shows to the whole server"),
        (lambda story: 7, "is not there, or I cannot see it"),
        (lambda story: room(story, "hall", visitors=True).id, "can be seen by others than this group (<@&6003>"),
        (lambda story: room(story, "shut", MAY_VISIT).id, "I need: Create Events"),
    ],
)
async def test_a_session_stays_off_the_calendar_where_others_would_see_it_and_the_panel_says_why(quiet, make, says):
    story = quiet
    await meets(story, ALONE + f"event_channel = {make(story)}\n")
    await story.expect(MARIA, CARE, "could not be put on the server's calendar")
    assert says in words_of(await shown(story, MARIA, "session panel"))
    assert story.sandbox.world.guilds[1001].events == {}


async def test_a_session_is_on_the_calendar_once_moves_with_it_and_goes_when_it_is_left_out(quiet):
    story = quiet
    events = story.sandbox.world.guilds[1001].events
    voice = room(story, "room")
    await meets(story, ALONE + f"event_channel = {voice.id}\n")
    (event,) = events.values()
    assert (event.channel_id, event.starts_at, event.name) == (voice.id, FIRST, "Session")
    await story.restart()
    await story.tick()
    assert len(events) == 1
    panel = await shown(story, MARIA, "session panel")
    assert "Server calendar: on" in words_of(panel)
    await send(story, MARIA, await press(story, MARIA, panel, ":move"), next="2026-11-18 18:00")
    await story.parts.outbox.settle()
    assert [event.starts_at for event in events.values()] == [FIRST + DAY]
    await press(story, MARIA, await shown(story, MARIA, "session panel"), ":leave_out")
    await story.parts.outbox.settle()
    await story.tick()
    assert [event.starts_at for event in events.values()] == [FIRST + WEEK]
    await story.nothing_more()
