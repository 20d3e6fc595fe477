"""Who sees and does what: roles, overwrites, hierarchy, time-outs."""

from datetime import timedelta
from typing import Any

import discord
import pytest

from sandbox import EVERYONE_DEFAULT, NotAllowed, Permission, Sandbox
from sandbox.access import can_view, in_channel, in_guild
from tests.sandbox.conftest import Place
from tests.sandbox.harness import Bot, Clock, Raw

P = Permission


def test_an_owner_and_an_administrator_may_do_everything(place: Place):
    world = place.world
    chief = world.add_role(place.guild, name="chief", permissions=P.ADMINISTRATOR)
    place.guild.members[place.ben.id].roles.append(chief.id)
    for person in (place.maria, place.ben):
        assert in_channel(world, place.care, person.id) & P.MANAGE_GUILD
    assert not can_view(world, place.care, place.alice.id)


@pytest.mark.parametrize(
    ("everyone", "role", "own", "expected"),
    [
        ((P.NONE, P.NONE), (P.NONE, P.NONE), (P.NONE, P.NONE), True),
        ((P.NONE, P.SEND_MESSAGES), (P.NONE, P.NONE), (P.NONE, P.NONE), False),
        ((P.NONE, P.SEND_MESSAGES), (P.SEND_MESSAGES, P.NONE), (P.NONE, P.NONE), True),
        ((P.NONE, P.NONE), (P.NONE, P.SEND_MESSAGES), (P.NONE, P.NONE), False),
        ((P.NONE, P.NONE), (P.NONE, P.SEND_MESSAGES), (P.SEND_MESSAGES, P.NONE), True),
        ((P.SEND_MESSAGES, P.NONE), (P.SEND_MESSAGES, P.NONE), (P.NONE, P.SEND_MESSAGES), False),
    ],
)
def test_overwrites_count_in_discords_order(place: Place, everyone: Any, role: Any, own: Any, expected: bool):
    world = place.world
    helpers = world.add_role(place.guild, name="helpers")
    place.guild.members[place.alice.id].roles.append(helpers.id)
    overwrites = {place.guild: everyone, helpers: role, place.alice: own}
    channel = world.add_text_channel(place.guild, name="x", overwrites=overwrites)
    assert bool(in_channel(world, channel, place.alice.id) & P.SEND_MESSAGES) is expected


def test_of_two_roles_an_allowing_one_beats_a_denying_one(place: Place):
    world = place.world
    one, two = world.add_role(place.guild, name="one"), world.add_role(place.guild, name="two")
    place.guild.members[place.alice.id].roles += [one.id, two.id]
    overwrites = {one: (P.NONE, P.SEND_MESSAGES), two: (P.SEND_MESSAGES, P.NONE)}
    channel = world.add_text_channel(place.guild, name="x", overwrites=overwrites)
    assert in_channel(world, channel, place.alice.id) & P.SEND_MESSAGES


def test_who_does_not_see_a_channel_may_do_nothing_in_it(place: Place):
    assert in_channel(place.world, place.care, place.alice.id) == P.NONE
    assert in_guild(place.world, place.guild, place.alice.id) == EVERYONE_DEFAULT


def test_who_may_not_write_may_not_attach_or_mention_either(place: Place):
    overwrites = {place.guild: (P.NONE, P.SEND_MESSAGES)}
    channel = place.world.add_text_channel(place.guild, name="x", overwrites=overwrites)
    granted = in_channel(place.world, channel, place.alice.id)
    assert not granted & (P.ATTACH_FILES | P.EMBED_LINKS | P.MENTION_EVERYONE)
    assert granted & P.READ_MESSAGE_HISTORY


@pytest.mark.parametrize(
    ("denied", "request_", "code"),
    [
        (P.VIEW_CHANNEL, ("GET", "/channels/2001", None), 50001),
        (P.VIEW_CHANNEL, ("GET", "/channels/2001/messages", None), 50001),
        (P.VIEW_CHANNEL, ("POST", "/channels/2001/messages", {"content": "x"}), 50001),
        (P.SEND_MESSAGES, ("POST", "/channels/2001/messages", {"content": "x"}), 50013),
        (P.SEND_MESSAGES, ("POST", "/channels/2001/typing", None), 50013),
        (P.EMBED_LINKS, ("POST", "/channels/2001/messages", {"embeds": [{"title": "x"}]}), 50013),
        (P.SEND_MESSAGES, ("POST", "/channels/2001/messages", {"content": "x", "tts": True}), 50013),
        (P.CREATE_PRIVATE_THREADS, ("POST", "/channels/2001/threads", {"name": "x", "type": 12}), 50013),
        (P.CREATE_PUBLIC_THREADS, ("POST", "/channels/2001/threads", {"name": "x", "type": 11}), 50013),
        (P.MANAGE_CHANNELS, ("PATCH", "/channels/2001", {"topic": "x"}), 50013),
        (P.MANAGE_CHANNELS, ("DELETE", "/channels/2001", None), 50013),
        (P.MANAGE_ROLES, ("PUT", "/channels/2001/permissions/3002", {"type": 1, "allow": "0", "deny": "0"}), 50013),
    ],
)
async def test_the_bot_is_refused_what_it_may_not_do(
    sandbox: Sandbox, raw: Raw, place: Place, denied: Permission, request_: Any, code: int
):
    await sandbox.people.permissions(place.guild, sandbox.world.bot, channel=place.general, deny=denied)
    status, body = await raw(*request_)
    assert (status, body["code"]) == (403, code)


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/channels/99", 404, 10003),
        ("/guilds/99", 404, 10004),
        ("/users/99", 404, 10013),
        ("/guilds/1001/members/99", 404, 10007),
        ("/guilds/1001/roles/99", 404, 10011),
        ("/channels/2001/messages/99", 404, 10008),
        ("/guilds/1001/bans/3002", 404, 10026),
        ("/guilds/1001/scheduled-events/99", 404, 10070),
        ("/channels/no-id", 400, 50035),
        ("/channels/2001/messages?limit=101", 400, 50035),
    ],
)
async def test_what_does_not_exist_has_its_own_code(raw: Raw, path: str, status: int, code: int):
    answer = await raw("GET", path)
    assert (answer[0], answer[1]["code"]) == (status, code)


async def test_a_server_without_the_bot_is_closed_to_it(sandbox: Sandbox, raw: Raw, place: Place):
    other = sandbox.world.add_guild(name="Elsewhere", owner=place.maria, with_bot=False)
    room = sandbox.world.add_text_channel(other, name="room")
    for path in (f"/guilds/{other.id}", f"/channels/{room.id}", f"/guilds/{other.id}/members/3001"):
        status, body = await raw("GET", path)
        assert (status, body["code"]) == (403, 50001)


async def test_hidden_messages_do_not_reach_the_bot(sandbox: Sandbox, bot: Bot, place: Place):
    await sandbox.people.permissions(
        place.guild, sandbox.world.bot, channel=place.general, deny=Permission.VIEW_CHANNEL
    )
    await sandbox.people.say(place.alice, place.general, "you cannot hear this")
    await bot.settle()
    assert bot.named("message") == []


async def test_the_bot_gives_and_takes_roles_below_its_own(sandbox: Sandbox, bot: Bot, place: Place):
    below = sandbox.world.add_role(place.guild, name="below")
    above = sandbox.world.add_role(place.guild, name="above", position=50)
    guild = bot.get_guild(1001)
    assert guild is not None
    member = guild.get_member(place.alice.id)
    assert member is not None
    await member.add_roles(discord.Object(below.id))
    _, after = await bot.hear("member_update")
    assert [role.name for role in after.roles] == ["@everyone", "below"]
    await member.remove_roles(discord.Object(below.id))
    with pytest.raises(discord.Forbidden):
        await member.add_roles(discord.Object(above.id))


async def test_a_time_out_silences_until_it_ends(sandbox: Sandbox, bot: Bot, place: Place, clock: Clock):
    guild = bot.get_guild(1001)
    assert guild is not None
    member = guild.get_member(place.alice.id)
    assert member is not None
    await member.timeout(clock.now() + timedelta(hours=1))
    with pytest.raises(NotAllowed, match="time-out"):
        await sandbox.people.say(place.alice, place.general, "hello")
    assert sandbox.people.state(place.alice)["guilds"][0]["channels"][0]["can_send"] is False
    assert await sandbox.people.commands(place.alice, place.general) == []
    clock.advance(timedelta(hours=2))
    await sandbox.people.say(place.alice, place.general, "hello")


@pytest.mark.parametrize("who", ["owner", "administrator", "higher"])
async def test_nobody_above_the_bot_is_timed_out(sandbox: Sandbox, raw: Raw, place: Place, clock: Clock, who: str):
    target = place.maria if who == "owner" else place.alice
    if who != "owner":
        rights = P.ADMINISTRATOR if who == "administrator" else P.NONE
        role = sandbox.world.add_role(
            place.guild, name="r", permissions=rights, position=50 if who == "higher" else None
        )
        await sandbox.people.roles(target, place.guild, [role])
    until = (clock.now() + timedelta(hours=1)).isoformat()
    body = {"communication_disabled_until": until}
    status, answer = await raw("PATCH", f"/guilds/1001/members/{target.id}", body)
    assert (status, answer["code"]) == (403, 50013)


async def test_a_time_out_lasts_28_days_at_most(raw: Raw, place: Place, clock: Clock):
    until = (clock.now() + timedelta(days=29)).isoformat()
    body = {"communication_disabled_until": until}
    status, answer = await raw("PATCH", f"/guilds/1001/members/{place.alice.id}", body)
    assert (status, answer["code"]) == (400, 50035)
    assert "communication_disabled_until" in answer["errors"]


async def test_kicks_and_bans_are_told_and_hold(sandbox: Sandbox, bot: Bot, place: Place):
    guild = bot.get_guild(1001)
    assert guild is not None
    await sandbox.people.say(place.ben, place.general, "spam")
    await guild.kick(discord.Object(place.alice.id))
    assert (await bot.hear("member_remove")).id == place.alice.id
    await sandbox.people.join(place.alice, place.guild)
    await guild.ban(discord.Object(place.ben.id), reason="spam", delete_message_seconds=60)
    await bot.hear("member_ban")
    assert [entry.reason async for entry in guild.bans()] == ["spam"]
    assert sandbox.people.messages(place.maria, place.general) == []
    with pytest.raises(NotAllowed, match="banned"):
        await sandbox.people.join(place.ben, place.guild)
    await guild.unban(discord.Object(place.ben.id))
    await sandbox.people.join(place.ben, place.guild)
    with pytest.raises(discord.Forbidden):
        await guild.kick(discord.Object(place.maria.id))


async def test_people_with_the_right_kick_and_ban(sandbox: Sandbox, bot: Bot, place: Place):
    with pytest.raises(NotAllowed, match="permission"):
        await sandbox.people.kick(place.alice, place.guild, place.ben)
    await sandbox.people.kick(place.maria, place.guild, place.ben)
    assert (await bot.hear("member_remove")).id == place.ben.id
    await sandbox.people.ban(place.maria, place.guild, place.alice, "spam")
    await bot.hear("member_ban")
    assert place.guild.bans == {place.alice.id: "spam"}
    with pytest.raises(NotAllowed, match="not in this server"):
        await sandbox.people.ban(place.maria, place.guild, place.alice)


async def test_joining_and_leaving_is_told(sandbox: Sandbox, bot: Bot, place: Place):
    carl = sandbox.world.add_person(name="Carl")
    await sandbox.people.join(carl, place.guild)
    assert (await bot.hear("member_join")).name == "carl"
    await sandbox.people.nickname(carl, place.guild, "Charlie")
    _, after = await bot.hear("member_update")
    assert after.display_name == "Charlie"
    await sandbox.people.leave(carl, place.guild)
    assert (await bot.hear("member_remove")).name == "carl"
    with pytest.raises(NotAllowed, match="owner"):
        await sandbox.people.leave(place.maria, place.guild)
    with pytest.raises(NotAllowed, match="not in this server"):
        await sandbox.people.leave(carl, place.guild)


async def test_a_channel_appears_and_vanishes_for_a_person_with_their_roles(sandbox: Sandbox, place: Place):
    team = sandbox.world.add_role(place.guild, name="team")
    await sandbox.people.permissions(place.guild, team, channel=place.care, allow=P.VIEW_CHANNEL)
    stream = sandbox.people.events(place.alice)
    await sandbox.people.roles(place.alice, place.guild, [team])
    event = await stream.next(1)
    assert (event["t"], event["d"]["name"]) == ("CHANNEL_CREATE", "care")
    assert (await stream.next(1))["t"] == "GUILD_MEMBER_UPDATE"
    await sandbox.people.roles(place.alice, place.guild, [])
    event = await stream.next(1)
    assert (event["t"], event["d"]["name"]) == ("CHANNEL_DELETE", "care")
    stream.close()


async def test_channels_are_made_changed_and_deleted_by_the_bot(sandbox: Sandbox, bot: Bot, place: Place):
    guild = bot.get_guild(1001)
    assert guild is not None
    category = await guild.create_category("Groups")
    hidden = {guild.default_role: discord.PermissionOverwrite(view_channel=False)}
    hidden[guild.me] = discord.PermissionOverwrite(view_channel=True)  # type: ignore[index]
    made = await guild.create_text_channel("Our Circle", category=category, overwrites=hidden)  # type: ignore[arg-type]
    assert (made.name, made.category_id) == ("our-circle", category.id)
    assert "our-circle" not in [c["name"] for c in sandbox.people.state(place.alice)["guilds"][0]["channels"]]
    alice = guild.get_member(place.alice.id)
    assert alice is not None
    await made.set_permissions(alice, view_channel=True)
    assert "our-circle" in [c["name"] for c in sandbox.people.state(place.alice)["guilds"][0]["channels"]]
    await made.edit(topic="for us", overwrites={})
    await bot.hear("guild_channel_update", lambda pair: pair[1].topic == "for us")
    await made.delete()
    await bot.hear("guild_channel_delete")


async def test_the_bot_cannot_grant_what_it_has_not_got(raw: Raw, place: Place):
    body = {"type": 1, "allow": str(int(P.ADMINISTRATOR)), "deny": "0"}
    status, answer = await raw("PUT", "/channels/2001/permissions/3002", body)
    assert (status, answer["code"]) == (403, 50013)
    status, answer = await raw("POST", "/guilds/1001/roles", {"permissions": "8"})
    assert (status, answer["code"]) == (403, 50013)
