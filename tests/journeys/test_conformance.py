"""Journeys hold all that the bot sends against Discord's published description, and would notice a mistake."""

import os

import discord
import pytest

from tests.sandbox.conformance import Conformance
from tests.support import conformance
from tests.support.groups import ALICE, CIRCLE
from tests.support.harness import Journey, journey

needs_description = pytest.mark.skipif(not conformance.is_available(), reason=conformance.ABSENT)
MESSAGES = f"/channels/{CIRCLE}/messages"


def test_discords_description_is_there():
    if conformance.is_available():
        return
    if os.environ.get("CI") and conformance.DISCORD.parent.is_dir():
        pytest.fail(f"{conformance.ABSENT}, but the folder around it is")
    pytest.skip(f"NO OPENAPI DESCRIPTION, the journeys ran without it: {conformance.ABSENT}")


@needs_description
async def test_a_request_that_discord_would_not_know_fails_its_journey_and_names_the_field(tmp_path, clock):
    async def send(story):
        await post(story, {"content": "hello", "mood": "calm"})

    with pytest.raises(AssertionError, match=rf"POST {MESSAGES}: .*'mood' was unexpected"):
        await tell(tmp_path, clock, send)


@needs_description
async def test_a_request_that_was_refused_fails_its_journey_too(tmp_path, clock):
    async def send(story):
        with pytest.raises(discord.HTTPException):
            await post(story, {"content": "a" * 2001})

    with pytest.raises(AssertionError, match=rf"POST {MESSAGES}: \$\.content: 2001 > 2000"):
        await tell(tmp_path, clock, send)


@needs_description
async def test_an_answer_that_discord_would_not_give_fails_its_journey_and_names_the_field(tmp_path, clock):
    async def look(story):
        said = await story.people.say(ALICE, CIRCLE, "hello")
        story.sandbox.world.channels[CIRCLE].messages[int(said["id"])].content = 5
        await story.client.http.request(discord.http.Route("GET", MESSAGES))

    with pytest.raises(AssertionError, match=r"answer to GET /channels/\{channel_id\}/messages 200: \$\[0\]\.content"):
        await tell(tmp_path, clock, look)


@needs_description
async def test_a_whole_journey_is_checked(tmp_path, clock):
    async def say(story):
        await story.people.say(ALICE, CIRCLE, "I want to kill myself")
        thread = await story.private_thread(ALICE)
        await story.expect(ALICE, thread, "I am an automatic helper")

    checker = (await tell(tmp_path, clock, say)).sandbox.api.checker
    assert isinstance(checker, Conformance)
    assert checker.seen >= {
        ("PUT", "/applications/{application_id}/commands"),
        ("POST", "/channels/{channel_id}/messages"),
        ("POST", "/channels/{channel_id}/threads"),
        ("PUT", "/channels/{channel_id}/thread-members/{user_id}"),
    }


async def tell(tmp_path, clock, act) -> Journey:
    async with journey(tmp_path, clock) as story:
        await act(story)
    return story


async def post(story, body):
    await story.client.http.request(discord.http.Route("POST", MESSAGES), json=body)
