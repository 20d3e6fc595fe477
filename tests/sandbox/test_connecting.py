"""Logging in, shards, intents, and how a connection breaks and comes back."""

import asyncio
import json
from typing import Any

import aiohttp
import discord
import pytest

from sandbox import Fault, Permission, Sandbox
from tests.sandbox.conftest import Place
from tests.sandbox.harness import Bot, Raw, connected, intents


async def test_a_client_logs_in_and_knows_its_server(bot: Bot, place: Place):
    guild = bot.get_guild(1001)
    assert guild is not None
    assert guild.name == "Circle"
    assert guild.owner_id == place.maria.id
    assert {channel.name for channel in guild.text_channels} == {"general", "care"}
    assert {member.name for member in guild.members} == {"maria", "alice", "ben", "sandbox-bot"}
    assert guild.me.guild_permissions.manage_threads
    assert not guild.me.guild_permissions.administrator


async def test_a_wrong_token_is_refused_at_login(sandbox: Sandbox):
    async with Bot() as client:
        with pytest.raises(discord.LoginFailure):
            await client.login("another token")


async def _speak(sandbox: Sandbox, *frames: object) -> tuple[list[dict[str, Any]], int | None]:
    """Send frames to the gateway by hand; give what came and the code with which it closed."""
    async with aiohttp.ClientSession() as session, session.ws_connect(sandbox.gateway_url) as socket:
        for frame in frames:
            await (socket.send_bytes(frame) if isinstance(frame, bytes) else socket.send_str(json.dumps(frame)))
        came: list[dict[str, Any]] = []
        while True:
            try:
                message = await socket.receive(timeout=0.1)
            except TimeoutError:
                return came, None
            if message.type is not aiohttp.WSMsgType.TEXT:
                return came, socket.close_code
            came.append(json.loads(message.data))


def _identify(**data: object) -> dict[str, Any]:
    return {"op": 2, "d": {"token": "sandbox-token", "intents": 1, "properties": {}} | data}


@pytest.mark.parametrize(
    ("frames", "code"),
    [
        ([_identify(token="wrong")], 4004),
        ([_identify(shard=[2, 2])], 4010),
        ([_identify(intents=1 << 30)], 4013),
        ([_identify(intents=1 << 8)], 4014),
        ([_identify(), _identify()], 4005),
        ([{"op": 8, "d": {}}], 4003),
        ([_identify(), {"op": 99, "d": {}}], 4001),
        ([b"\x00"], 4002),
        ([["no", "object"]], 4002),
        ([{"op": 6, "d": {"token": "wrong", "session_id": "x", "seq": 1}}], 4004),
    ],
)
async def test_the_gateway_closes_with_discords_code(sandbox: Sandbox, place: Place, frames: list[object], code: int):
    assert (await _speak(sandbox, *frames))[1] == code


async def test_a_heartbeat_is_acknowledged_before_anybody_identified(sandbox: Sandbox):
    came, code = await _speak(sandbox, {"op": 1, "d": None})
    assert [frame["op"] for frame in came] == [10, 11]
    assert code is None


async def test_a_privileged_intent_that_is_switched_off_stops_the_client(sandbox: Sandbox, place: Place):
    sandbox.world.switch_intent("message_content", on=False)
    with pytest.raises(discord.PrivilegedIntentsRequired):
        async with connected(sandbox):
            pass


async def test_without_the_members_intent_the_client_knows_only_itself(sandbox: Sandbox, place: Place):
    async with connected(sandbox, intents=intents("members")) as client:
        guild = client.get_guild(1001)
        assert guild is not None
        assert [member.id for member in guild.members] == [sandbox.world.bot.id]
        assert guild.member_count == 4


async def test_each_shard_hears_of_its_own_servers_and_the_first_of_direct_messages(sandbox: Sandbox, place: Place):
    other = sandbox.world.add_guild(id=(5 << 22) + 7, name="Odd", owner=place.maria)
    room = sandbox.world.add_text_channel(other, name="room")
    async with connected(sandbox, shard_count=2) as client:
        assert {guild.name: guild.shard_id for guild in client.guilds} == {"Circle": 0, "Odd": 1}
        by_shard = {session.shard: session for session in sandbox.gateway.sessions.values()}
        counts = {shard: session.sent for shard, session in by_shard.items()}
        await sandbox.people.say(place.maria, room, "to the odd one")
        assert by_shard[1].sent == counts[1] + 1
        await sandbox.people.say(place.maria, await sandbox.people.dm(place.maria), "to the bot")
        assert by_shard[0].sent == counts[0] + 1
        assert (await client.hear("message", lambda m: m.guild is None)).content == "to the bot"


async def test_a_dropped_connection_resumes_and_misses_nothing(sandbox: Sandbox, bot: Bot, place: Place):
    sandbox.inflict(Fault("drop"))
    await sandbox.people.say(place.alice, place.general, "while it was away")
    assert (await bot.hear("message")).content == "while it was away"
    assert len(bot.named("message")) == 1
    await bot.hear("shard_resumed")


async def test_a_reconnect_request_resumes_too(sandbox: Sandbox, bot: Bot, place: Place):
    sandbox.inflict(Fault("reconnect"))
    await bot.hear("shard_resumed")
    await sandbox.people.say(place.alice, place.general, "after")
    assert (await bot.hear("message")).content == "after"


async def test_an_invalid_session_identifies_anew(sandbox: Sandbox, bot: Bot, place: Place):
    sandbox.inflict(Fault("invalid_session"))
    await bot.hear("shard_ready")
    assert len(sandbox.gateway.sessions) == 1
    await sandbox.people.say(place.alice, place.general, "after")
    assert (await bot.hear("message", lambda m: m.content == "after")).guild.id == 1001


async def test_an_unknown_session_cannot_be_resumed(sandbox: Sandbox, place: Place):
    resume = {"op": 6, "d": {"token": "sandbox-token", "session_id": "unknown", "seq": 1}}
    came, _ = await _speak(sandbox, resume)
    assert came[-1] == {"op": 9, "d": False, "s": None, "t": None}


async def test_a_session_that_missed_too_much_cannot_be_resumed(
    sandbox: Sandbox, place: Place, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("sandbox.gateway.KEPT_EVENTS", 2)
    async with connected(sandbox) as client:
        sandbox.inflict(Fault("drop"))
        for number in range(3):
            await sandbox.people.say(place.alice, place.general, str(number))
        await client.hear("shard_ready")
        assert client.named("message") == []


async def test_a_clean_close_ends_the_session(sandbox: Sandbox, place: Place):
    async with connected(sandbox):
        assert len(sandbox.gateway.sessions) == 1
    await asyncio.sleep(0.02)
    assert sandbox.gateway.sessions == {}


async def test_while_offline_the_client_is_cut_off_and_then_comes_back(sandbox: Sandbox, bot: Bot, place: Place):
    sandbox.inflict(Fault("offline", seconds=0.1))
    with pytest.raises(aiohttp.ClientError):
        await bot.fetch_user(3001)
    await bot.hear("disconnect")
    await asyncio.sleep(0.15)
    assert (await bot.fetch_user(3001)).name == "maria"


async def test_an_unplugged_server_refuses_connections_until_it_listens_again(sandbox: Sandbox, bot: Bot):
    port = sandbox.port
    await sandbox.unplug()
    with pytest.raises(OSError, match="Connect"):
        await bot.fetch_user(3001)
    await sandbox.plug_in()
    assert sandbox.port == port
    assert (await bot.fetch_user(3001)).name == "maria"


async def test_members_are_found_by_query_and_by_id(bot: Bot, place: Place):
    guild = bot.get_guild(1001)
    assert guild is not None
    assert [member.id for member in await guild.query_members("ali")] == [place.alice.id]
    assert [member.id for member in await guild.query_members(user_ids=[3003, 9999])] == [place.ben.id]


async def test_a_server_that_fails_and_comes_back_is_told(sandbox: Sandbox, bot: Bot, place: Place):
    sandbox.world.set_available(place.guild, available=False)
    await bot.hear("guild_unavailable")
    await sandbox.people.say(place.alice, place.general, "nobody hears this")
    sandbox.world.set_available(place.guild, available=True)
    await bot.hear("guild_available")
    assert bot.named("message") == []


async def test_being_invited_and_removed_is_told(sandbox: Sandbox, bot: Bot, place: Place):
    guild = sandbox.world.add_guild(name="New", owner=place.maria, bot_permissions=Permission.MANAGE_ROLES)
    assert (await bot.hear("guild_join")).name == "New"
    sandbox.world.remove_bot(guild)
    assert (await bot.hear("guild_remove")).name == "New"


async def test_an_unknown_route_is_not_found(raw: Raw):
    assert await raw("GET", "/nothing/here") == (404, {"message": "404: Not Found", "code": 0})


async def test_a_request_without_the_token_is_unauthorized(raw: Raw):
    assert await raw("GET", "/users/@me", Authorization="Bot no") == (401, {"message": "401: Unauthorized", "code": 0})
