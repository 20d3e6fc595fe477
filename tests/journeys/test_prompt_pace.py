"""Somebody's own pace with the prompts, as they and the others see it."""

from datetime import UTC, datetime

import pytest

from bot.clock import MovableClock
from tests.journeys.test_prompt_answers import button, walk, words_of
from tests.support.groups import ALICE, BEN, CIRCLE
from tests.support.harness import journey

SUNDAY = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
MONDAY_NINE = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


@pytest.fixture
async def story(tmp_path):
    async with journey(tmp_path, MovableClock(SUNDAY, frozen=True)) as story:
        await story.tick()
        yield story


async def go_to(story, moment):
    story.clock.advance(moment - story.clock.now())
    await story.tick()


async def panel(story, person=ALICE):
    used = await story.people.command(person, CIRCLE, "prompt pace")
    return (await story.people.answer(used))["message"]


async def choose_hours(story, person=ALICE, **fields):
    pressed = await story.people.press(person, CIRCLE, await panel(story, person), "prompt-pace:tuesday:hours")
    form = (await story.people.answer(pressed))["modal"]
    sent = await story.people.submit(person, form["id"], {"at": "20:00", "zone": "Madrid"} | fields)
    return (await story.people.answer(sent))["message"]


async def test_a_prompt_by_direct_message_has_buttons_that_work_there_also_after_a_restart(story):
    chosen = words_of(await choose_hours(story, since="22:00", until="7:00"))
    assert "**20:00**, in the time of Europe/Madrid" in chosen
    assert "<t:" in chosen
    await go_to(story, MONDAY_NINE)
    post = await story.expect(ALICE, CIRCLE, "Today's prompt")
    assert not [m for m in story.people.messages(ALICE, CIRCLE) if "20:00" in words_of(m) and not m["flags"] & 64]
    await story.restart()
    await go_to(story, datetime(2026, 11, 23, 19, 0, tzinfo=UTC))
    letter = await story.expect(ALICE, None, "A prompt from Tuesday circle")
    labels = [c["label"] for c in walk(letter["components"]) if c["type"] == 2]
    assert labels[:4] == ["Answer", "Just reading today", "Save for later", "Not this topic for me"]
    assert words_of(post).splitlines()[2] in words_of(letter)
    direct = int(letter["channel_id"])
    pressed = await story.people.press(ALICE, direct, letter, button(letter, ":answer"))
    form = (await story.people.answer(pressed))["modal"]
    sent = await story.people.submit(ALICE, form["id"], {"text": "from my sofa", "audience": "group"})
    assert "with your name" in await story.answer(sent)
    await story.tick()
    assert any("from my sofa" in words_of(m) for m in story.people.messages(BEN, int(post["id"])))
    await story.skip(hours=3)
    await story.nothing_more()


async def test_closed_direct_messages_are_told_once_and_politely_when_the_member_comes_by(story):
    await choose_hours(story)
    await story.people.dms(ALICE, accept=False)
    await go_to(story, MONDAY_NINE)
    post = await story.expect(ALICE, CIRCLE, "Today's prompt")
    await go_to(story, datetime(2026, 11, 23, 19, 0, tzinfo=UTC))
    read = await story.people.press(ALICE, CIRCLE, post, button(post, ":read"))
    assert "did not let me send you direct messages" in await story.answer(read)
    again = await story.people.press(ALICE, CIRCLE, post, button(post, ":save"))
    assert "direct messages" not in await story.answer(again)
    await story.nothing_more()


async def test_a_pause_is_seen_by_nobody_else_and_can_be_ended(story):
    await choose_hours(story)
    chosen = await story.people.press(ALICE, CIRCLE, await panel(story), "prompt-pace:tuesday:pause", values=["week"])
    assert "You are taking a pause until <t:" in await story.answer(chosen)
    await go_to(story, MONDAY_NINE)
    await story.expect(ALICE, CIRCLE, "Today's prompt")
    await go_to(story, datetime(2026, 11, 23, 19, 0, tzinfo=UTC))
    assert "pause until" not in words_of(await panel(story, BEN))
    back = await story.people.press(ALICE, CIRCLE, await panel(story), "prompt-pace:tuesday:come_back")
    assert "Good to have you back" in await story.answer(back)
    await story.nothing_more()


async def test_what_cannot_be_read_is_said_with_a_way_on(story):
    wrong = [
        ({"zone": "Madird"}, "Did you mean **Europe/Madrid**"),
        ({"zone": "my kitchen"}, "I do not know the zone my kitchen. Write a city"),
        ({"at": "after tea"}, "I could not read after tea as a time"),
        ({"since": "22:00"}, "a beginning and an end"),
        ({"since": "19:00", "until": "21:00"}, "lies in your quiet hours"),
    ]
    for fields, says in wrong:
        said = words_of(await choose_hours(story, **fields))
        assert says in said
        assert "Nothing was changed" in said


async def test_discord_shows_every_command_in_spanish_too(story):
    commands = {command["name"]: command for command in await story.people.commands(ALICE, CIRCLE)}
    prompt, skill = commands["prompt"], commands["skill"]
    for command in (prompt, skill, *prompt["options"], *skill["options"]):
        spanish = command["description_localizations"]
        assert spanish["es-ES"] == spanish["es-419"] != command["description"]
