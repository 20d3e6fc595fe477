"""Threads: public and private, who is in them, who sees them, and how they end."""

from datetime import timedelta
from typing import Any

import discord
import pytest

from sandbox import NotAllowed, Permission, Sandbox
from tests.sandbox.conftest import Place
from tests.sandbox.harness import Bot, Clock, Raw, connected


def general(bot: Bot) -> Any:
    return bot.get_channel(2001)


async def without_managing_threads(sandbox: Sandbox, place: Place) -> None:
    """Take the permission to manage threads from the bot."""
    bot, denied = sandbox.world.bot, Permission.MANAGE_THREADS
    await sandbox.people.permissions(place.guild, bot, channel=place.general, deny=denied)


async def private_thread(bot: Bot, **options: Any) -> discord.Thread:
    made: discord.Thread = await general(bot).create_thread(
        name="A quiet word", type=discord.ChannelType.private_thread, **options
    )
    return made


async def test_a_private_thread_is_seen_by_its_members_and_by_moderators(sandbox: Sandbox, bot: Bot, place: Place):
    thread = await private_thread(bot, invitable=False)
    await thread.add_user(discord.Object(place.alice.id))
    await thread.send("just for you")
    seen = sandbox.people.messages(place.alice, thread.id)
    assert [(m["type"], m["content"]) for m in seen] == [(1, ""), (0, "just for you")]
    assert [t["name"] for t in sandbox.people.state(place.alice)["guilds"][0]["threads"]] == ["A quiet word"]
    with pytest.raises(NotAllowed):
        sandbox.people.messages(place.ben, thread.id)
    assert sandbox.people.state(place.ben)["guilds"][0]["threads"] == []
    assert len(sandbox.people.messages(place.maria, thread.id)) == 2


async def test_a_person_hears_of_a_thread_they_are_put_into(sandbox: Sandbox, bot: Bot, place: Place):
    alice, ben = sandbox.people.events(place.alice), sandbox.people.events(place.ben)
    thread = await private_thread(bot)
    await thread.add_user(discord.Object(place.alice.id))
    event = await alice.next(1)
    assert (event["t"], event["d"]["id"]) == ("THREAD_CREATE", str(thread.id))
    assert event["d"]["member"]["user_id"] == str(place.alice.id)
    assert (await alice.next(1))["t"] == "THREAD_MEMBERS_UPDATE"
    with pytest.raises(TimeoutError):
        await ben.next(0.05)
    alice.close()
    ben.close()


async def test_a_mention_draws_people_into_a_thread(sandbox: Sandbox, bot: Bot, place: Place):
    thread = await private_thread(bot)
    await thread.send(f"<@{place.alice.id}>", allowed_mentions=discord.AllowedMentions.none())
    assert [m.id for m in await thread.fetch_members()] == [sandbox.world.bot.id]
    await thread.send(f"<@{place.alice.id}>")
    assert place.alice.id in [m.id for m in await thread.fetch_members()]


async def test_a_mention_draws_nobody_in_who_cannot_see_the_parent(sandbox: Sandbox, bot: Bot, place: Place):
    care: Any = bot.get_channel(2002)
    thread = await care.create_thread(name="care", type=discord.ChannelType.private_thread)
    await thread.send(f"<@{place.alice.id}> <@{place.maria.id}>")
    assert {m.id for m in await thread.fetch_members()} == {sandbox.world.bot.id, place.maria.id}
    with pytest.raises(discord.Forbidden):
        await thread.add_user(discord.Object(place.alice.id))


async def test_a_member_cannot_invite_into_a_thread_that_is_not_invitable(sandbox: Sandbox, bot: Bot, place: Place):
    thread = await private_thread(bot, invitable=False)
    await thread.add_user(discord.Object(place.alice.id))
    with pytest.raises(NotAllowed):
        await sandbox.people.add_to_thread(place.alice, thread.id, place.ben)
    await sandbox.people.say(place.alice, thread.id, f"come in <@{place.ben.id}>")
    with pytest.raises(NotAllowed):
        sandbox.people.messages(place.ben, thread.id)
    await thread.edit(invitable=True)
    await sandbox.people.add_to_thread(place.alice, thread.id, place.ben)
    assert sandbox.people.messages(place.ben, thread.id)


async def test_a_public_thread_starts_from_a_message(sandbox: Sandbox, bot: Bot, place: Place):
    sent = await general(bot).send("topic")
    thread = await sent.create_thread(name="About it")
    assert thread.id == sent.id
    seen = sandbox.people.messages(place.alice, place.general)[0]
    assert seen["flags"] & 32
    assert seen["thread"]["name"] == "About it"
    await sandbox.people.say(place.alice, thread.id, "me too")
    heard = await bot.hear("message", lambda m: m.content == "me too")
    assert heard.channel.parent_id == 2001
    assert sandbox.people.messages(place.alice, thread.id)[0]["referenced_message"]["content"] == "topic"
    with pytest.raises(discord.HTTPException) as refusal:
        await sent.create_thread(name="Again")
    assert refusal.value.code == 160004


async def test_people_start_threads_and_the_bot_hears_of_them(sandbox: Sandbox, bot: Bot, place: Place):
    said = await sandbox.people.say(place.alice, place.general, "topic")
    await sandbox.people.thread(place.alice, place.general, "public", message=said)
    assert (await bot.hear("thread_create")).name == "public"
    hidden = await sandbox.people.thread(place.alice, place.general, "private", private=True)
    await bot.hear("thread_create", lambda t: t.name == "private")
    await sandbox.people.permissions(
        place.guild, sandbox.world.bot, channel=place.general, deny=Permission.MANAGE_THREADS
    )
    await sandbox.people.thread(place.alice, place.general, "unseen", private=True)
    await bot.settle()
    assert [thread.name for thread in bot.named("thread_create")] == ["public", "private"]
    with pytest.raises(discord.Forbidden):
        await bot.fetch_channel(int(hidden["id"]))


async def test_joining_leaving_and_removing(sandbox: Sandbox, bot: Bot, place: Place):
    thread = await general(bot).create_thread(name="open", type=discord.ChannelType.public_thread)
    await sandbox.people.join_thread(place.alice, thread.id)
    assert (await bot.hear("thread_member_join")).id == place.alice.id
    await sandbox.people.leave_thread(place.alice, thread.id)
    assert (await bot.hear("thread_member_remove")).id == place.alice.id
    await thread.add_user(discord.Object(place.ben.id))
    await thread.remove_user(discord.Object(place.ben.id))
    assert [m.id for m in await thread.fetch_members()] == [sandbox.world.bot.id]
    await thread.leave()
    await thread.join()
    assert (await thread.fetch_member(sandbox.world.bot.id)).id == sandbox.world.bot.id


async def test_a_thread_without_its_own_permission_cannot_be_written_in(sandbox: Sandbox, bot: Bot, place: Place):
    thread = await general(bot).create_thread(name="open", type=discord.ChannelType.public_thread)
    await sandbox.people.permissions(place.guild, place.guild, deny=Permission.SEND_MESSAGES_IN_THREADS)
    with pytest.raises(NotAllowed):
        await sandbox.people.say(place.alice, thread.id, "hello")
    with pytest.raises(discord.Forbidden):
        await thread.send("hello")
    await general(bot).send("here it works")


async def test_an_archived_thread_opens_again_when_somebody_writes(sandbox: Sandbox, bot: Bot, place: Place):
    thread = await private_thread(bot)
    message = await thread.send("first")
    await thread.edit(archived=True)
    assert [t.id async for t in general(bot).archived_threads(private=True)] == [thread.id]
    assert [t.id async for t in general(bot).archived_threads(private=True, joined=True)] == [thread.id]
    with pytest.raises(discord.HTTPException) as refusal:
        await message.edit(content="changed")
    assert refusal.value.code == 50083
    with pytest.raises(discord.HTTPException) as refusal:
        await thread.add_user(discord.Object(place.alice.id))
    assert refusal.value.code == 50083
    await thread.send("again")
    await bot.hear("raw_thread_update", lambda r: not r.data["thread_metadata"]["archived"])
    assert [t.id for t in await bot.get_guild(1001).active_threads()] == [thread.id]  # type: ignore[union-attr]


async def test_a_locked_thread_is_for_those_who_manage_threads(sandbox: Sandbox, bot: Bot, place: Place):
    thread = await general(bot).create_thread(name="open", type=discord.ChannelType.public_thread)
    said = await sandbox.people.say(place.alice, thread.id, "before")
    await thread.edit(locked=True)
    for act in (
        sandbox.people.say(place.alice, thread.id, "after"),
        sandbox.people.edit(place.alice, thread.id, said, "changed"),
    ):
        with pytest.raises(NotAllowed, match="locked"):
            await act
    await thread.send("the bot may")
    await sandbox.people.permissions(
        place.guild, sandbox.world.bot, channel=place.general, deny=Permission.MANAGE_THREADS
    )
    with pytest.raises(discord.Forbidden) as refusal:
        await thread.send("the bot may not any more")
    assert refusal.value.code == 160005


async def test_threads_are_archived_after_their_time(sandbox: Sandbox, bot: Bot, place: Place, clock: Clock):
    thread = await private_thread(bot, auto_archive_duration=60)
    clock.advance(timedelta(minutes=50))
    await thread.send("still here")
    sandbox.move_clock(timedelta(minutes=50))
    assert place.guild.channels[thread.id].thread.archived is False  # type: ignore[union-attr]
    sandbox.move_clock(timedelta(minutes=15))
    await bot.hear("raw_thread_update", lambda r: r.data["thread_metadata"]["archived"])


async def test_renaming_says_so_and_deleting_is_told(sandbox: Sandbox, bot: Bot, place: Place):
    thread = await private_thread(bot)
    await thread.edit(name="Another word")
    notice = await bot.hear("message", lambda m: m.type is discord.MessageType.channel_name_change)
    assert notice.content == "Another word"
    await thread.delete()
    await bot.hear("raw_thread_delete")
    with pytest.raises(discord.NotFound):
        await bot.fetch_channel(thread.id)


async def test_threads_are_known_at_login_and_after_gaining_access(sandbox: Sandbox, place: Place):
    thread = sandbox.world.add_thread(place.general, name="early", owner=place.alice, members=[place.ben])
    async with connected(sandbox) as client:
        guild = client.get_guild(1001)
        assert guild is not None
        assert [t.name for t in guild.threads] == ["early"]
        bot = sandbox.world.bot
        await sandbox.people.permissions(place.guild, bot, channel=place.general, deny=Permission.VIEW_CHANNEL)
        await sandbox.people.thread(place.alice, place.general, "meanwhile")
        await sandbox.people.permissions(place.guild, bot, channel=place.general)
        assert (await client.hear("thread_join")).name == "meanwhile"
        assert {t.name for t in guild.threads} == {"early", "meanwhile"}
    assert set(thread.thread.members) == {place.alice.id, place.ben.id}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "body",
    [
        {"name": "", "type": 11},
        {"name": "x" * 101, "type": 11},
        {"name": "x", "type": 11, "auto_archive_duration": 61},
        {"name": "x", "type": 13},
        {"name": "x", "type": 11, "rate_limit_per_user": 21601},
    ],
)
async def test_a_thread_has_discords_limits(raw: Raw, body: dict[str, Any]):
    status, answer = await raw("POST", "/channels/2001/threads", body)
    assert (status, answer["code"]) == (400, 50035)


async def test_a_thread_in_a_thread_or_a_voice_channel_is_refused(sandbox: Sandbox, raw: Raw, place: Place):
    voice = sandbox.world.add_voice_channel(place.guild, name="voice")
    thread = sandbox.world.add_thread(place.general, name="one", owner=place.alice)
    for parent in (voice, thread):
        status, answer = await raw("POST", f"/channels/{parent.id}/threads", {"name": "x", "type": 11})
        assert (status, answer["code"]) == (400, 50024)
