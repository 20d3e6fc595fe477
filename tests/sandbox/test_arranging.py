"""The bot arranges a server: its name, roles, channels and threads; and what files are."""

import struct
from typing import Any

import discord
import pytest

from sandbox import Permission, Sandbox
from sandbox.media import content_type, picture_size, safe_name
from tests.sandbox.conftest import Place
from tests.sandbox.harness import Bot, Raw


async def deny(sandbox: Sandbox, place: Place, denied: Permission) -> None:
    """Take a permission from the bot in #general."""
    await sandbox.people.permissions(place.guild, sandbox.world.bot, channel=place.general, deny=denied)


async def test_the_server_itself_is_changed(sandbox: Sandbox, bot: Bot, place: Place):
    guild = bot.get_guild(1001)
    assert guild is not None
    await guild.edit(name="Our circle", description="for us", system_channel=discord.Object(2001))  # type: ignore[arg-type]
    _, after = await bot.hear("guild_update")
    assert (after.name, after.description, after.system_channel.id) == ("Our circle", "for us", 2001)


async def test_roles_are_made_changed_and_deleted(sandbox: Sandbox, bot: Bot, place: Place):
    guild = bot.get_guild(1001)
    assert guild is not None
    role = await guild.create_role(name="team", mentionable=True, permissions=discord.Permissions(view_channel=True))
    assert (await bot.hear("guild_role_create")).name == "team"
    await sandbox.people.roles(place.alice, place.guild, [role.id])
    await role.edit(name="helpers", colour=0x336699)
    _, after = await bot.hear("guild_role_update")
    assert (after.name, after.colour.value) == ("helpers", 0x336699)
    await role.delete()
    await bot.hear("guild_role_delete")
    assert place.guild.members[place.alice.id].roles == []


@pytest.mark.parametrize(("method", "form"), [("PATCH", {"name": "mine"}), ("DELETE", None)])
async def test_roles_above_the_bot_and_its_own_are_out_of_reach(
    sandbox: Sandbox, raw: Raw, place: Place, method: str, form: Any
):
    above = sandbox.world.add_role(place.guild, name="above", position=50)
    own = place.guild.members[sandbox.world.bot.id].roles[0]
    for role_id in (above.id, own):
        status, body = await raw(method, f"/guilds/1001/roles/{role_id}", form)
        assert (status, body["code"]) == (403, 50013)


async def test_a_role_that_opens_a_channel_shows_it(sandbox: Sandbox, bot: Bot, place: Place):
    hidden = {place.guild: (Permission.NONE, Permission.NONE)}
    channel = sandbox.world.add_text_channel(place.guild, name="open", overwrites=hidden)
    await sandbox.people.permissions(place.guild, place.guild, deny=Permission.VIEW_CHANNEL)
    assert sandbox.people.state(place.alice)["guilds"][0]["channels"] == []
    stream = sandbox.people.events(place.alice)
    guild = bot.get_guild(1001)
    assert guild is not None
    own = discord.Permissions(view_channel=True)
    sandbox.world.guilds[1001].roles[
        place.guild.members[sandbox.world.bot.id].roles[0]
    ].permissions |= Permission.VIEW_CHANNEL
    role = sandbox.world.add_role(place.guild, name="team")
    await sandbox.people.roles(place.alice, place.guild, [role])
    await bot.hear("guild_role_create")
    await guild.get_role(role.id).edit(permissions=own)  # type: ignore[union-attr]
    names = []
    while "open" not in names:
        event = await stream.next(1)
        names.append(event["d"].get("name") if event["t"] == "CHANNEL_CREATE" else None)
    stream.close()
    assert sandbox.people.messages(place.alice, channel) == []


async def test_members_are_renamed_and_given_exactly_these_roles(sandbox: Sandbox, bot: Bot, place: Place):
    roles = [sandbox.world.add_role(place.guild, name=name) for name in ("one", "two")]
    guild = bot.get_guild(1001)
    assert guild is not None
    member = guild.get_member(place.alice.id)
    assert member is not None
    await bot.hear("guild_role_create", lambda role: role.name == "two")
    edited = await member.edit(nick="Al", roles=[discord.Object(roles[1].id)])
    assert edited is not None
    assert (edited.nick, [role.name for role in edited.roles[1:]]) == ("Al", ["two"])
    await guild.me.edit(nick="helper")
    assert place.guild.members[sandbox.world.bot.id].nick == "helper"
    assert {m.id async for m in guild.fetch_members(limit=2)} == {3001, 3002}


async def test_the_member_list_needs_the_intent(sandbox: Sandbox, raw: Raw, place: Place):
    thread = sandbox.world.add_thread(place.general, name="t", owner=place.alice)
    sandbox.world.switch_intent("members", on=False)
    for path in ("/guilds/1001/members", f"/channels/{thread.id}/thread-members"):
        status, body = await raw("GET", path)
        assert (status, body["code"]) == (403, 50001)
    assert (await raw("GET", "/guilds/1001/members/3002"))[0] == 200


async def test_a_threads_owner_changes_a_little_and_a_moderator_everything(sandbox: Sandbox, raw: Raw, place: Place):
    _, own = await raw("POST", "/channels/2001/threads", {"name": "mine", "type": 11})
    other = sandbox.world.add_thread(place.general, name="theirs", owner=place.alice)
    await deny(sandbox, place, Permission.MANAGE_THREADS)

    async def edit(thread_id: object, **form: Any) -> int | None:
        status, body = await raw("PATCH", f"/channels/{thread_id}", form)
        code: int | None = None if status == 200 else body["code"]
        return code

    assert await edit(own["id"], name="still mine", auto_archive_duration=60) is None
    assert await edit(own["id"], locked=True) == 50013
    assert await edit(other.id, name="mine") == 50013
    assert await edit(own["id"], archived=True) is None
    assert await edit(own["id"], name="later") == 50083
    assert await edit(own["id"], archived=False, name="later") == 50013
    assert await edit(own["id"], archived=False) is None
    assert (await raw("DELETE", f"/channels/{own['id']}"))[1]["code"] == 50013


async def test_a_conversation_is_only_closed(sandbox: Sandbox, bot: Bot, place: Place, raw: Raw):
    channel = await sandbox.people.dm(place.alice)
    assert (await raw("DELETE", f"/channels/{channel['id']}"))[0] == 200
    assert (await raw("GET", f"/channels/{channel['id']}"))[0] == 200
    assert (await raw("PATCH", f"/channels/{channel['id']}", {"name": "x"}))[1]["code"] == 50003


async def test_others_embeds_can_be_hidden_but_not_their_words_changed(sandbox: Sandbox, raw: Raw, place: Place):
    said = await sandbox.people.say(place.alice, place.general, "see this")
    path = f"/channels/2001/messages/{said['id']}"
    assert (await raw("PATCH", path, {"flags": 4}))[1]["flags"] == 4
    assert (await raw("PATCH", path, {"content": "changed"}))[1]["code"] == 50005
    await deny(sandbox, place, Permission.MANAGE_MESSAGES)
    assert (await raw("PATCH", path, {"flags": 0}))[1]["code"] == 50013


async def test_a_category_that_goes_leaves_its_channels(sandbox: Sandbox, raw: Raw, place: Place):
    category = sandbox.world.add_category(place.guild, name="group")
    child = sandbox.world.add_text_channel(place.guild, name="child", category=category)
    thread = sandbox.world.add_thread(child, name="t", owner=place.maria)
    await raw("DELETE", f"/channels/{category.id}")
    assert (await raw("GET", f"/channels/{child.id}"))[1]["parent_id"] is None
    await raw("DELETE", f"/channels/{child.id}")
    assert (await raw("GET", f"/channels/{thread.id}"))[1]["code"] == 10003


async def test_the_bots_own_name_and_servers_are_listed(sandbox: Sandbox, bot: Bot, raw: Raw):
    assert [guild.name async for guild in bot.fetch_guilds()] == ["Circle"]
    assert (await raw("POST", "/users/@me/channels", {"recipient_id": str(sandbox.world.bot.id)}))[1]["code"] == 50007


GIF = b"GIF89a" + struct.pack("<HH", 5, 4) + bytes(10)
FRAME = b"\xff\xc0" + struct.pack(">HBHH", 17, 8, 6, 7) + bytes(12)
JPEG = b"\xff\xd8" + b"\xff\xe0" + struct.pack(">H", 4) + bytes(2) + FRAME


@pytest.mark.parametrize(
    ("content", "size"), [(GIF, (5, 4)), (JPEG, (7, 6)), (b"\xff\xd8broken", (None, None)), (b"text", (None, None))]
)
def test_a_pictures_size_is_read_from_it(content: bytes, size: tuple[int | None, int | None]):
    assert picture_size(content) == size


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.png", b"", "image/png"),
        ("notes", b"words", "text/plain; charset=utf-8"),
        ("data", b"\x00\x01", "application/octet-stream"),
        ("data", b"\xff\xfe", "application/octet-stream"),
    ],
)
def test_a_files_type_is_known_by_its_name_or_its_bytes(name: str, content: bytes, kind: str):
    assert content_type(name, content) == kind


def test_a_file_name_is_made_safe():
    assert safe_name("../my notes?.txt") == ".._my_notes_.txt"
    assert safe_name("///") == "unknown"
