"""What was said while nobody listened is read, whatever else happens at that moment."""

import asyncio

import pytest

from bot.crisis.watching.watch import Watch
from bot.errors import StorageError
from sandbox import Fault
from tests.support.cogs_kept import in_use
from tests.support.groups import ALICE, BEN, CARE, CIRCLE, MARIA, SERVER
from tests.support.harness import journey

DANGER = "I want to kill myself"


@pytest.fixture
async def story(tmp_path, clock):
    async with journey(tmp_path, clock) as story:
        yield story


async def test_a_message_that_comes_before_the_missed_ones_are_read_hides_none(story, monkeypatch):
    await story.people.say(BEN, CIRCLE, "hello")
    await story.tick()
    await story.stop()
    await story.people.say(ALICE, CIRCLE, DANGER)
    heard, real = asyncio.Event(), in_use("cogs.crisis.gaps").note_gap

    async def somebody_speaks_first(client, parts):
        client.add_listener(_sets(heard), "on_screened_message")
        await story.people.say(BEN, CIRCLE, "good morning")
        await asyncio.wait_for(heard.wait(), 5)
        return await real(client, parts)

    monkeypatch.setattr(in_use("cogs.crisis.cog"), "note_gap", somebody_speaks_first)
    await story.start()
    await story.expect(MARIA, CARE, "Case ", within=2)
    await story.nothing_more()


async def test_a_direct_message_said_while_the_bot_was_down_is_read(story):
    conversation = await story.people.dm(ALICE)
    await story.people.say(ALICE, conversation, "hello")
    await story.expect(ALICE, None, "automatic")
    await story.tick()
    await story.stop()
    await story.people.say(ALICE, conversation, DANGER)
    await story.start()
    await story.expect(MARIA, CARE, "Case ", within=2)


async def test_a_circle_whose_history_fails_is_read_with_a_later_tick(story):
    await story.people.say(BEN, CIRCLE, "hello")
    await story.tick()
    await story.stop()
    await story.people.say(ALICE, CIRCLE, DANGER)
    history = f"GET /channels/{CIRCLE}/messages"
    story.sandbox.inflict(
        Fault("timeout", count=2, path=history, seconds=0.05)
    )  # the HTTP client tries twice by itself
    await story.start()
    await story.nothing_more()
    await story.people.say(BEN, CIRCLE, "good morning")
    await story.skip(seconds=15)
    await story.expect(MARIA, CARE, "Case ", within=2)


async def test_a_message_that_breaks_something_is_read_again_and_hides_no_later_one(story, monkeypatch):
    real = story.parts.watch.read
    broken: list[int] = []

    async def breaks_once(group, said, *args, **kwargs):
        if said.author_id == ALICE and not broken:
            broken.append(said.message_id)
            raise StorageError("The disk is full.", "Free some space.")
        return await real(group, said, *args, **kwargs)

    monkeypatch.setattr(Watch, "read", lambda _self, *args, **kwargs: breaks_once(*args, **kwargs))
    await story.people.say(ALICE, CIRCLE, DANGER)
    await story.people.say(BEN, CIRCLE, "good morning")
    await story.expect(MARIA, CARE, "I could not store this message so far")
    await story.nothing_more()
    assert broken
    await story.skip(seconds=15)
    await story.expect(MARIA, CARE, "Case ", within=2)


async def test_a_direct_message_that_could_not_be_screened_is_screened_after_a_restart(story, monkeypatch):
    async def breaks(*_args):
        raise RuntimeError("screening broke")

    with monkeypatch.context() as broken:
        broken.setattr(Watch, "_assess", breaks)
        await story.people.say(ALICE, await story.people.dm(ALICE), DANGER)
        await story.expect(MARIA, CARE, "I could not screen a message")
    await story.restart()
    await story.expect(MARIA, CARE, "in a direct message to me", within=2)


async def test_a_direct_message_waits_for_a_server_that_has_a_breakdown(story):
    await story.stop()
    story.sandbox.world.set_available(story.sandbox.world.guilds[SERVER], available=False)
    await story.start()
    await story.people.say(ALICE, await story.people.dm(ALICE), DANGER)
    await story.nothing_more()
    story.sandbox.world.set_available(story.sandbox.world.guilds[SERVER], available=True)
    await story.until(lambda: is_back(story))
    await story.skip(seconds=15)
    await story.expect(MARIA, CARE, "Case ", within=2)
    await story.nothing_more()


async def is_back(story):
    guild = story.client.get_guild(SERVER)
    return guild is not None and not guild.unavailable


def _sets(event):
    async def on_screened_message(_screened):
        event.set()

    return on_screened_message
