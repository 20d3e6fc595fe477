"""What the bot sends on this double is held against Discord's published description too."""

import discord
import pytest
import simcord

from tests.support import conformance


@pytest.mark.skipif(not conformance.is_available(), reason=conformance.ABSENT)
async def test_a_request_that_discord_would_not_know_is_found_and_the_field_named(practice, world):
    practice.check_requests()
    route = discord.http.Route("POST", "/channels/{channel_id}/messages", channel_id=world.circle.id)
    with pytest.raises(simcord.UnsupportedField):
        await practice.env.bot.http.request(route, json={"content": "hello", "mood": "calm"})
    with pytest.raises(AssertionError, match=r"'mood' was unexpected"):
        practice.check_requests()
    practice.env.http_requests.clear()


async def test_the_features_publish_their_commands_once(practice):
    application = practice.env.backend.application_id
    (published,) = practice.sent("PUT", f"/applications/{application}/commands")
    named = [(command["type"], command["name"]) for command in published]
    assert len(named) == len(set(named))
    assert (3, "Tell a therapist privately") in named
    assert (1, "win") in named
    for kind in (2, 3):
        assert sum(command["type"] == kind for command in published) <= 5, "Discord's limit, and discord.py's"
