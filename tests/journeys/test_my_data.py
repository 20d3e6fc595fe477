"""What is kept about somebody: shown, handed over, erased, wherever it lies."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import LargeBinary, select, update

from bot.crisis.cases.store import cases
from bot.schema import whole_schema
from sandbox.acts import guilds
from sandbox.scene import OSCAR
from tests.support.groups import ALICE, BEN, CARE, CIRCLE, MARIA, SERVER, names
from tests.support.harness import journey

EPHEMERAL = 64
CASE_TABLES = {"cases", "case_signals", "case_events", "case_erasures", "outbox"}


@pytest.fixture
async def story(tmp_path, clock):
    async with journey(tmp_path, clock) as story:
        yield story


def walk(components):
    for component in components:
        yield component
        yield from walk(component.get("components", []))


def words_of(message):
    return "\n".join([message["content"], *(c["content"] for c in walk(message["components"]) if "content" in c)])


def button(message, ending):
    return next(c for c in walk(message["components"]) if c.get("custom_id", "").endswith(ending))["custom_id"]


async def used(story, person, command, channel=CIRCLE):
    answer = await story.people.command(person, channel, command)
    told = await story.answer(answer)
    assert told
    message = (await story.people.answer(answer))["message"]
    assert message["flags"] & EPHEMERAL
    return message


async def press(story, person, message, ending, channel=CIRCLE):
    pressed = await story.people.press(person, channel, message, button(message, ending))
    answer = await story.people.answer(pressed)
    assert answer["state"] == "answered"
    return next(m for m in story.people.messages(person, channel) if m["id"] == message["id"])


async def share(story, person, text, audience):
    opened = (await story.people.answer(await story.people.command(person, CIRCLE, "win")))["modal"]
    await story.answer(await story.people.submit(person, opened["id"], {"text": text, "audience": audience}))


async def lives_in(story):
    """Alice leaves a trace wherever one can be left."""
    await share(story, ALICE, "I kept this", "only_me")
    await share(story, ALICE, "I shared this", "group")
    card = await story.expect(BEN, CIRCLE, "I shared this")
    await share(story, BEN, "Ben's win", "group")
    bens = await story.expect(ALICE, CIRCLE, "Ben's win")
    for person, of in ((ALICE, bens), (BEN, card)):
        await story.people.answer(await story.people.press(person, CIRCLE, of, button(of, "cheer")))
    await story.people.say(ALICE, CIRCLE, "call me on 415-555-2671")
    thread = await story.private_thread(ALICE)
    await story.expect(ALICE, thread, "a phone number")
    await story.people.say(ALICE, await story.people.dm(ALICE), "hello")
    await story.expect(ALICE, None, "Nobody reads this box")
    await story.tick()
    return card, bens


async def traces(story, person):
    """Name the tables in which a person's id is found, in any column, also inside of lists and texts."""
    found = set()
    async with story.parts.database.read() as tx:
        for table in whole_schema().sorted_tables:
            plain = [column for column in table.c if not isinstance(column.type, LargeBinary)]
            rows = (await tx.execute(select(*plain))).all()
            if any(names(person, value) for row in rows for value in row):
                found.add(table.name)
    return found


async def test_show_counts_what_is_kept_and_shows_no_words(story):
    await lives_in(story)
    shown = words_of(await used(story, ALICE, "my-data show"))
    for line in (
        "shared or kept: 2",
        "cheered somebody on: 1",
        "contact details in the last day: 1",
        "threads between us",
    ):
        assert line in shown, line
    assert "I kept this" not in shown
    assert "in confidence" in shown
    await story.nothing_more()


async def test_show_says_so_when_there_is_nothing(story):
    shown = words_of(await used(story, OSCAR, "my-data show", await story.people.dm(OSCAR)))
    assert "Nothing that I could show you here" in shown


async def test_export_hands_over_everything_in_a_file_that_only_they_see(story):
    await lives_in(story)
    message = await used(story, ALICE, "my-data export")
    (attached,) = message["attachments"]
    assert attached["filename"] == "my-data.json"
    data = json.loads(story.sandbox.world.files[int(attached["id"])].content)
    assert sorted(win["text"] for win in data["progress"]["wins"]) == ["I kept this", "I shared this"]
    assert data["boundaries"]["notes"][0]["about"] == "phone"
    assert set(data) >= {"progress", "boundaries", "privacy", "crisis", "outbox", "daily_prompts", "groups"}
    assert not names(BEN, json.dumps(data))
    await story.nothing_more()


async def test_an_erase_is_shown_first_done_by_the_button_and_leaves_no_trace(story):
    card, bens = await lives_in(story)
    assert await traces(story, ALICE) >= {"wins", "win_cheers", "boundary_notes", "private_threads", "outbox"}
    preview = await used(story, ALICE, "my-data erase")
    assert "cannot be brought back" in words_of(preview)
    assert await traces(story, ALICE), "a preview erases nothing"
    done = await press(story, ALICE, preview, ":erase")
    assert "Done. It is erased." in words_of(done)
    await story.tick()
    assert await traces(story, ALICE) == set()
    shown = {m["id"]: m for m in story.people.messages(BEN, CIRCLE)}
    assert card["id"] not in shown
    labels = [c.get("label") for c in walk(shown[bens["id"]]["components"])]
    assert "Cheering you on" in labels, "her cheer is not counted any more"
    await story.nothing_more()


async def test_pressing_twice_or_after_a_restart_is_answered_and_erases_only_once(story):
    await lives_in(story)
    preview = await used(story, ALICE, "my-data erase")
    await story.restart()
    await press(story, ALICE, preview, ":erase")
    again = await used(story, ALICE, "my-data erase")
    assert "nothing that could be erased" in words_of(again)
    await story.nothing_more()


async def test_keeping_everything_erases_nothing(story):
    await lives_in(story)
    before = await traces(story, ALICE)
    kept = await press(story, ALICE, await used(story, ALICE, "my-data erase"), ":keep")
    assert "Nothing was erased" in words_of(kept)
    assert await traces(story, ALICE) == before


async def test_an_open_alarm_outlives_the_erase_says_so_and_goes_when_it_is_closed(story):
    await lives_in(story)
    await story.people.say(ALICE, CIRCLE, "I want to kill myself")
    await story.expect(MARIA, CARE, "Case ")
    await story.tick()
    preview = await used(story, ALICE, "my-data erase")
    assert "not yet closed by your therapists: 1 This stays until" in words_of(preview)
    done = await press(story, ALICE, preview, ":erase")
    assert "not yet closed by your therapists: 1" in words_of(done)
    await story.tick()
    assert await traces(story, ALICE) <= CASE_TABLES
    await story.skip(minutes=5)
    await story.expect(MARIA, CARE, "Case ")

    async with story.parts.database.write() as tx:
        await tx.execute(update(cases).values(state="closed", next_page_at=None))
    await story.skip(minutes=1)
    assert await traces(story, ALICE) == set()


async def test_a_report_about_somebody_shows_nowhere_in_what_they_can_see(story):
    said = await story.people.say(ALICE, CIRCLE, "see you")
    await story.answer(await story.people.context(BEN, CIRCLE, "Tell a therapist privately", said, kind="message"))
    await story.expect(MARIA, CARE, "Somebody asked")
    assert "Nothing that I could show" in words_of(await used(story, ALICE, "my-data show"))
    message = await used(story, ALICE, "my-data export")
    data = json.loads(story.sandbox.world.files[int(message["attachments"][0]["id"])].content)
    assert data["crisis"]["alarms"] == []
    assert "1" not in words_of(await used(story, ALICE, "my-data erase"))


async def test_who_leaves_is_forgotten_after_thirty_days(story):
    await lives_in(story)
    await story.people.leave(ALICE, SERVER)
    await story.until(lambda: noted(story, ALICE))
    await story.skip(days=29)
    assert "wins" in await traces(story, ALICE)
    await story.skip(days=1, minutes=1)
    await story.skip(hours=2)
    assert await traces(story, ALICE) <= {"outbox"}
    await story.skip(days=31)
    await story.skip(hours=2)
    assert await traces(story, ALICE) == set()


async def noted(story, person):
    return person in await story.parts.departures.noted(SERVER)


async def test_who_leaves_or_comes_back_while_the_bot_is_away_is_noticed_at_the_start(story):
    await lives_in(story)
    await story.stop()
    await story.people.leave(ALICE, SERVER)
    await story.start()
    await story.until(lambda: noted(story, ALICE))
    await story.stop()
    await story.people.join(ALICE, SERVER)
    await story.start()

    async def forgotten():
        return not await noted(story, ALICE)

    await story.until(forgotten)
    assert await story.parts.departures.noted(SERVER) == []


async def test_when_the_bot_is_taken_off_a_server_everybodys_time_begins_and_ends_when_it_is_back(story):
    await lives_in(story)
    world = story.sandbox.world
    world.leave(world.guilds[SERVER], world.bot)
    await story.until(lambda: noted(story, ALICE))
    await story.until(lambda: noted(story, BEN))
    await story.restart()
    await story.skip(days=29)
    assert "wins" in await traces(story, ALICE)
    world.join(world.guilds[SERVER], world.bot)
    guilds.announce(world, world.guilds[SERVER])

    async def forgotten():
        return await story.parts.departures.noted(SERVER) == []

    await story.until(forgotten)
    await story.skip(days=2)
    assert "wins" in await traces(story, ALICE)


async def test_private_messages_are_a_choice_that_can_be_changed(story):
    shown = await used(story, ALICE, "private-messages")
    assert "Now it is the private thread" in words_of(shown)
    chosen = await press(story, ALICE, shown, "direct:choose")
    assert "Now it is the direct message" in words_of(chosen)
    await story.restart()
    await story.people.say(ALICE, CIRCLE, "alice@gmail.com")
    await story.expect(ALICE, None, "an e-mail address")
    back = await press(story, ALICE, chosen, "thread:choose")
    assert "Now it is the private thread" in words_of(back)
    story.clock.advance(timedelta(days=1))
    await story.people.say(ALICE, CIRCLE, "alice@gmail.com")
    thread = await story.private_thread(ALICE)
    await story.expect(ALICE, thread, "an e-mail address")
    await story.nothing_more()
