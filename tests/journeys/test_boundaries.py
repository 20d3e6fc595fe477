"""A phone number in the circle: a word between the bot and its author, and nothing else."""

from datetime import timedelta

import pytest

from sandbox import Permission
from tests.support.groups import ALICE, BEN, CARE, CIRCLE, MARIA, SERVER
from tests.support.harness import journey

SAID = 0
NUMBER = "call me on 415-555-2671"


@pytest.fixture
async def story(tmp_path, clock):
    async with journey(tmp_path, clock) as story:
        yield story


def threads_of(story, person):
    return [t for guild in story.people.state(person)["guilds"] for t in guild["threads"]]


async def test_the_author_gets_a_private_note_and_nobody_else_learns_of_it(story):
    said = await story.people.say(ALICE, CIRCLE, NUMBER)
    thread = await story.private_thread(ALICE)
    note = await story.expect(ALICE, thread, "a phone number")
    assert said["id"] in note["content"]
    assert "415" not in note["content"]
    assert "!" not in note["content"]
    assert threads_of(story, BEN) == []
    assert any(m["content"] == NUMBER for m in story.people.messages(BEN, CIRCLE)), "it must not be deleted"
    await story.nothing_more()


async def test_a_second_one_on_the_same_day_is_let_be_also_after_a_restart(story):
    await story.people.say(ALICE, CIRCLE, NUMBER)
    thread = await story.private_thread(ALICE)
    await story.expect(ALICE, thread, "a phone number")
    await story.restart()
    await story.people.say(ALICE, CIRCLE, "or 415-555-9999")
    await story.skip(hours=1)
    assert [m for m in story.bot_messages(ALICE, thread) if m["type"] == SAID] == []
    story.clock.advance(timedelta(days=1))
    await story.people.say(ALICE, CIRCLE, NUMBER)
    await story.expect(ALICE, thread, "a phone number")
    await story.nothing_more()


async def test_who_chose_direct_messages_gets_it_there_and_in_a_thread_when_they_are_closed(story):
    await story.parts.preferences.choose_direct_messages(ALICE, True, story.clock.now())
    await story.people.say(ALICE, CIRCLE, "alice@gmail.com")
    await story.expect(ALICE, None, "an e-mail address")
    assert threads_of(story, ALICE) == []
    await story.people.dms(ALICE, accept=False)
    await story.people.say(ALICE, CIRCLE, NUMBER)
    thread = await story.private_thread(ALICE)
    await story.expect(ALICE, thread, "a phone number")
    await story.nothing_more()


async def test_where_no_private_way_works_nothing_is_said_at_all(story):
    bot = story.sandbox.world.bot.id
    allow, deny = Permission.VIEW_CHANNEL, Permission.CREATE_PRIVATE_THREADS
    await story.people.permissions(SERVER, bot, channel=CIRCLE, allow=allow, deny=deny)
    await story.people.say(ALICE, CIRCLE, NUMBER)
    await story.skip(minutes=5)
    assert threads_of(story, ALICE) == []
    await story.nothing_more()


async def test_a_message_that_means_danger_gets_no_note(story):
    await story.people.say(ALICE, CIRCLE, f"I want to kill myself, {NUMBER}")
    await story.expect(MARIA, CARE, "Case ")
    thread = await story.private_thread(ALICE)
    await story.expect(ALICE, thread, "988")
    await story.tick()
    assert all("phone number" not in m["content"] for m in story.people.messages(ALICE, thread))
    await story.nothing_more()


async def test_therapists_private_threads_and_direct_messages_are_not_looked_at(story):
    await story.people.say(MARIA, CIRCLE, NUMBER)
    await story.people.say(ALICE, await story.people.dm(ALICE), NUMBER)
    await story.expect(ALICE, None, "Nobody reads this box")
    await story.tick()
    assert threads_of(story, MARIA) == []
    assert threads_of(story, ALICE) == []
    await story.nothing_more()


async def test_a_public_thread_of_the_circle_counts_as_the_circle(story):
    made = await story.people.thread(BEN, CIRCLE, "walks")
    await story.people.say(ALICE, made, NUMBER)
    thread = await story.private_thread(ALICE)
    await story.expect(ALICE, thread, "a phone number")
    await story.nothing_more()


async def test_what_was_posted_while_the_bot_was_away_gets_no_note(story):
    await story.people.say(BEN, CIRCLE, "hello")
    await story.tick()
    await story.stop()
    await story.people.say(ALICE, CIRCLE, NUMBER)
    story.clock.advance(timedelta(minutes=30))
    await story.start()
    await story.tick()
    assert threads_of(story, ALICE) == []
    await story.expect(MARIA, CARE, "I heard nothing")
    await story.nothing_more()


async def test_a_crisis_line_that_members_pass_on_gets_no_note(story):
    await story.people.say(ALICE, CIRCLE, "988 helped me, call or text. In the UK it is 116 123, jo@samaritans.org")
    await story.tick()
    assert threads_of(story, ALICE) == []
    await story.nothing_more()
