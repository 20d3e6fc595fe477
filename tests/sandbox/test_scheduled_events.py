"""The events of a server's calendar."""

from datetime import timedelta
from typing import Any

import discord
import pytest

from sandbox import Permission, Sandbox
from tests.sandbox.conftest import Place
from tests.sandbox.harness import Bot, Clock, Raw

BASE = "/guilds/1001/scheduled-events"


async def make(bot: Bot, clock: Clock) -> discord.ScheduledEvent:
    guild = bot.get_guild(1001)
    assert guild is not None
    return await guild.create_scheduled_event(
        name="Session",
        description="weekly",
        start_time=clock.now() + timedelta(hours=1),
        end_time=clock.now() + timedelta(hours=2),
        entity_type=discord.EntityType.external,
        location="Room 1",
        privacy_level=discord.PrivacyLevel.guild_only,
    )


async def test_an_event_is_made_changed_started_finished_and_deleted(bot: Bot, clock: Clock):
    event = await make(bot, clock)
    assert (await bot.hear("scheduled_event_create")).location == "Room 1"
    guild = bot.get_guild(1001)
    assert guild is not None
    assert [e.id for e in await guild.fetch_scheduled_events()] == [event.id]
    event = await event.edit(name="Our session", location="Room 2")
    assert (event.name, event.location) == ("Our session", "Room 2")
    event = await event.start()
    event = await event.end()
    assert event.status is discord.EventStatus.completed
    with pytest.raises(discord.HTTPException) as refusal:
        await event.edit(name="Too late")
    assert refusal.value.code == 180000
    await event.delete()
    await bot.hear("scheduled_event_delete")


async def test_an_event_needs_a_right_and_a_bot_needs_more_for_others(
    sandbox: Sandbox, bot: Bot, place: Place, clock: Clock
):
    event = await make(bot, clock)
    own = place.guild.roles[place.guild.members[sandbox.world.bot.id].roles[0]]
    own.permissions = Permission.CREATE_EVENTS
    await event.edit(name="Still mine")
    place.guild.events[event.id].creator_id = place.maria.id
    with pytest.raises(discord.Forbidden):
        await event.edit(name="Not mine")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"description": "x" * 1001}, "description"),
        ({"privacy_level": 1}, "privacy_level"),
        ({"entity_type": 9}, "entity_type"),
        ({"entity_metadata": None}, "entity_metadata"),
        ({"scheduled_end_time": None}, "scheduled_end_time"),
        ({"scheduled_start_time": "2020-01-01T00:00:00+00:00"}, "scheduled_start_time"),
        ({"scheduled_start_time": "tomorrow"}, "scheduled_start_time"),
        ({"scheduled_end_time": "2020-01-01T00:00:00+00:00"}, "scheduled_end_time"),
        ({"entity_type": 2, "channel_id": "2001"}, "channel_id"),
    ],
)
async def test_an_event_has_discords_limits(raw: Raw, clock: Clock, change: dict[str, Any], field: str):
    form = {
        "name": "Session",
        "privacy_level": 2,
        "entity_type": 3,
        "entity_metadata": {"location": "Room 1"},
        "scheduled_start_time": (clock.now() + timedelta(hours=1)).isoformat(),
        "scheduled_end_time": (clock.now() + timedelta(hours=2)).isoformat(),
    }
    status, body = await raw("POST", BASE, form | change)
    assert (status, body["code"]) == (400, 50035)
    assert field in body["errors"]
    assert (await raw("POST", BASE, form))[0] == 200


async def test_an_event_in_a_voice_channel_needs_no_place(sandbox: Sandbox, raw: Raw, place: Place, clock: Clock):
    voice = sandbox.world.add_voice_channel(place.guild, name="voice")
    form = {
        "name": "Session",
        "privacy_level": 2,
        "entity_type": 2,
        "channel_id": str(voice.id),
        "scheduled_start_time": (clock.now() + timedelta(hours=1)).isoformat(),
    }
    status, made = await raw("POST", BASE, form)
    assert (status, made["channel_id"]) == (200, str(voice.id))
    status, body = await raw("PATCH", f"{BASE}/{made['id']}", {"status": 3})
    assert (status, "status" in body["errors"]) == (400, True)
