"""The bot can be stopped at any moment, and is heard again soon after Discord is back."""

import asyncio

import discord
import pytest

from sandbox import Fault
from tests.support.groups import ALICE, CARE, CIRCLE, MARIA
from tests.support.harness import journey


@pytest.fixture
async def story(tmp_path, clock):
    async with journey(tmp_path, clock) as story:
        yield story


async def test_a_stop_in_the_middle_of_a_reconnect_is_heeded(story, monkeypatch):
    under_way = asyncio.Event()

    async def never_connects(*_args, **_kwargs):
        under_way.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(discord.gateway.DiscordWebSocket, "from_client", never_connects)
    story.sandbox.inflict(Fault("drop"))
    async with asyncio.timeout(15):
        await under_way.wait()
    running = story._running
    stopping = asyncio.create_task(story.stop())
    await asyncio.wait({running}, timeout=8)
    stopped = running.done()
    running.cancel()  # so that a failure is a failure, and no hanging test
    await stopping
    assert stopped


async def test_no_attempt_to_reconnect_waits_longer_than_half_a_minute(story):
    backoff = story.client.get_shard(0)._parent._backoff
    waits = [backoff.delay() for _ in range(200)]
    assert max(waits) <= 32
    assert max(waits[10:]) > 10


async def test_commands_that_discord_does_not_take_hold_up_no_page(story, monkeypatch):
    monkeypatch.setattr("bot.client._PUBLISH_WITHIN_S", 0.1)
    await story.stop()
    story.sandbox.inflict(Fault("429", count=1000, path="PUT /applications", seconds=3600))
    await story.start()
    await story.people.say(ALICE, CIRCLE, "I want to kill myself")
    await story.expect(MARIA, CARE, "Case ")
    story.sandbox.end_faults()
    monkeypatch.setattr("bot.client._PUBLISH_WITHIN_S", 10)
    assert [each for each in story.sandbox.requests if each.method == "PUT"][-1].status == 429
    await story.skip(minutes=5)
    assert [each for each in story.sandbox.requests if each.path.endswith("/commands")][-1].status == 200
