"""Direct conversations, and when they are not possible."""

import discord
import pytest

from sandbox import NotAllowed, Sandbox
from tests.sandbox.conftest import Place
from tests.sandbox.harness import Bot


async def test_the_bot_writes_to_a_member_and_is_answered(sandbox: Sandbox, bot: Bot, place: Place):
    await (await bot.fetch_user(place.alice.id)).send("hello")
    seen = await sandbox.people.expect_message(place.alice)
    assert seen["content"] == "hello"
    await sandbox.people.say(place.alice, seen["channel_id"], "hi")
    heard = await bot.hear("message", lambda m: m.author.id == place.alice.id)
    assert heard.guild is None
    assert isinstance(heard.channel, discord.DMChannel)


async def test_nobody_else_sees_a_direct_conversation(sandbox: Sandbox, bot: Bot, place: Place):
    channel = await sandbox.people.dm(place.alice)
    with pytest.raises(NotAllowed):
        sandbox.people.messages(place.ben, channel)
    assert sandbox.people.state(place.ben)["dms"] == []
    assert sandbox.people.state(place.alice)["dms"][0]["recipients"][0]["id"] == str(sandbox.world.bot.id)


async def test_who_takes_no_direct_messages_cannot_be_reached(sandbox: Sandbox, bot: Bot, place: Place):
    await sandbox.people.dms(place.alice, accept=False)
    user = await bot.fetch_user(place.alice.id)
    with pytest.raises(discord.Forbidden) as refusal:
        await user.send("hello")
    assert refusal.value.code == 50007
    await sandbox.people.dms(place.alice, accept=True)
    assert (await user.send("hello")).content == "hello"


async def test_who_shares_no_server_cannot_be_reached(sandbox: Sandbox, bot: Bot, place: Place):
    user = await bot.fetch_user(place.alice.id)
    await user.send("hello")
    await sandbox.people.leave(place.alice, place.guild)
    with pytest.raises(discord.Forbidden) as refusal:
        await user.send("are you there?")
    assert refusal.value.code == 50278
    with pytest.raises(NotAllowed, match="share no server"):
        await sandbox.people.dm(place.alice)


async def test_people_talk_to_each_other_without_the_bot(sandbox: Sandbox, bot: Bot, place: Place):
    channel = await sandbox.people.dm(place.alice, place.ben)
    await sandbox.people.say(place.alice, channel, "just us")
    assert sandbox.people.messages(place.ben, channel)[0]["content"] == "just us"
    await bot.settle()
    assert bot.named("message") == []
    with pytest.raises(discord.Forbidden) as refusal:
        await bot.fetch_channel(int(channel["id"]))
    assert refusal.value.code == 50001


async def test_a_new_conversation_appears_to_both_people(sandbox: Sandbox, bot: Bot, place: Place):
    stream = sandbox.people.events(place.alice)
    await (await bot.fetch_user(place.alice.id)).send("hello")
    assert [(await stream.next(1))["t"] for _ in range(2)] == ["CHANNEL_CREATE", "MESSAGE_CREATE"]
    stream.close()
