"""Messages both ways, as a real client and the people see them."""

import io
from datetime import timedelta
from typing import Any

import discord
import pytest

from sandbox import NotAllowed, Permission, Sandbox
from tests.sandbox.conftest import Place
from tests.sandbox.harness import Bot, Clock, Raw, connected, intents

PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000030000000208020000001216f14d")


def general(bot: Bot) -> Any:
    return bot.get_channel(2001)


async def test_what_a_person_says_reaches_the_bot(sandbox: Sandbox, bot: Bot, place: Place):
    await sandbox.people.say(place.alice, place.general, "hello **there**")
    heard = await bot.hear("message")
    assert heard.content == "hello **there**"
    assert heard.author.display_name == "Alice"
    assert heard.channel.id == 2001
    assert heard.guild.id == 1001


async def test_what_the_bot_says_is_seen_by_those_in_the_channel(sandbox: Sandbox, bot: Bot, place: Place):
    await bot.get_channel(2002).send("for the care team")  # type: ignore[union-attr]
    assert sandbox.people.messages(place.maria, place.care)[0]["content"] == "for the care team"
    with pytest.raises(NotAllowed, match="Alice sees no channel"):
        sandbox.people.messages(place.alice, place.care)


async def test_a_message_edited_by_the_bot_shows_when(sandbox: Sandbox, bot: Bot, place: Place):
    sent = await general(bot).send("first")
    await sent.edit(content="second")
    seen = sandbox.people.messages(place.alice, place.general)[0]
    assert seen["content"] == "second"
    assert seen["edited_timestamp"] is not None
    _, after = await bot.hear("message_edit")
    assert after.edited_at is not None


async def test_a_link_preview_updates_a_message_without_being_an_edit(sandbox: Sandbox, bot: Bot, place: Place):
    said = await sandbox.people.say(place.alice, place.general, "see https://example.org")
    await sandbox.people.unfurl(
        place.general, said, [{"type": "link", "url": "https://example.org", "title": "A page"}]
    )
    _, after = await bot.hear("message_edit")
    assert after.edited_at is None
    assert after.embeds[0].title == "A page"


async def test_a_person_edits_only_their_own_message(sandbox: Sandbox, bot: Bot, place: Place):
    said = await sandbox.people.say(place.alice, place.general, "frist")
    await sandbox.people.edit(place.alice, place.general, said, "first")
    before, after = await bot.hear("message_edit")
    assert (before.content, after.content) == ("frist", "first")
    with pytest.raises(NotAllowed, match="Only the author"):
        await sandbox.people.edit(place.ben, place.general, said, "mine")


async def test_deleting_is_told_and_needs_rights(sandbox: Sandbox, bot: Bot, place: Place):
    said = await sandbox.people.say(place.alice, place.general, "oops")
    with pytest.raises(NotAllowed, match="permission"):
        await sandbox.people.delete(place.ben, place.general, said)
    await sandbox.people.delete(place.maria, place.general, said)
    assert (await bot.hear("message_delete")).content == "oops"
    assert sandbox.people.messages(place.alice, place.general) == []


async def test_the_bot_deletes_others_messages_only_with_the_permission(sandbox: Sandbox, bot: Bot, place: Place):
    said = await sandbox.people.say(place.alice, place.general, "one")
    again = await sandbox.people.say(place.alice, place.general, "two")
    await general(bot).get_partial_message(int(said["id"])).delete()
    await sandbox.people.permissions(
        place.guild, sandbox.world.bot, channel=place.general, deny=Permission.MANAGE_MESSAGES
    )
    with pytest.raises(discord.Forbidden) as refusal:
        await general(bot).get_partial_message(int(again["id"])).delete()
    assert refusal.value.code == 50013


async def test_many_messages_are_deleted_in_one_event(sandbox: Sandbox, bot: Bot, place: Place, clock: Clock):
    said = [await sandbox.people.say(place.alice, place.general, str(number)) for number in range(3)]
    await bot.hear("message", lambda m: m.content == "2")
    await general(bot).delete_messages([discord.Object(int(entry["id"])) for entry in said])
    assert len(await bot.hear("bulk_message_delete")) == 3
    old = await sandbox.people.say(place.alice, place.general, "old")
    clock.advance(timedelta(days=15))
    new = await sandbox.people.say(place.alice, place.general, "new")
    with pytest.raises(discord.HTTPException) as refusal:
        await bot.http.delete_messages(2001, [old["id"], new["id"]])
    assert refusal.value.code == 50034


async def test_a_repeated_nonce_gives_the_first_message_for_some_minutes(bot: Bot, place: Place, clock: Clock):
    first = await general(bot).send("page", nonce="n1")
    assert (await general(bot).send("page", nonce="n1")).id == first.id
    assert (await bot.get_channel(2002).send("page", nonce="n1")).id == first.id  # type: ignore[union-attr]
    assert (await general(bot).send("page", nonce="n2")).id != first.id
    clock.advance(timedelta(minutes=10))
    assert (await general(bot).send("page", nonce="n1")).id != first.id


async def test_a_nonce_is_echoed_but_only_counts_when_it_is_enforced(raw: Raw):
    ids = set()
    for _ in range(2):
        status, sent = await raw("POST", "/channels/2001/messages", {"content": "x", "nonce": "same"})
        assert (status, sent["nonce"]) == (200, "same")
        ids.add(sent["id"])
    assert len(ids) == 2


async def test_a_reply_names_what_it_answers(sandbox: Sandbox, bot: Bot, place: Place):
    said = await sandbox.people.say(place.alice, place.general, "question")
    heard = await bot.hear("message")
    answer = await heard.reply("answer")
    assert answer.reference.resolved.content == "question"
    seen = sandbox.people.messages(place.ben, place.general)[-1]
    assert seen["type"] == 19
    assert seen["referenced_message"]["id"] == said["id"]
    assert sandbox.people.notified(seen) == [place.alice.id]
    silent = await heard.reply("quiet", mention_author=False)
    assert sandbox.people.notified(silent.id) == []


async def test_a_reply_to_a_deleted_message_fails_or_falls_back(sandbox: Sandbox, bot: Bot, place: Place):
    said = await sandbox.people.say(place.alice, place.general, "question")
    heard = await bot.hear("message")
    await sandbox.people.delete(place.alice, place.general, said)
    with pytest.raises(discord.HTTPException) as refusal:
        await heard.reply("answer")
    assert refusal.value.code == 50035
    assert "Unknown message" in str(refusal.value)
    sent = await general(bot).send("answer", reference=heard.to_reference(fail_if_not_exists=False))
    assert sent.reference is None
    seen = sandbox.people.messages(place.alice, place.general)[-1]
    assert "referenced_message" not in seen


async def test_a_person_replies_to_the_bot(sandbox: Sandbox, bot: Bot, place: Place):
    sent = await general(bot).send("how are you?")
    await sandbox.people.say(place.alice, place.general, "fine", reply_to=sent.id)
    heard = await bot.hear("message", lambda m: m.content == "fine")
    assert heard.reference.message_id == sent.id
    assert bot.user in heard.mentions


@pytest.mark.parametrize(
    ("allowed", "users", "roles", "everyone"),
    [
        (discord.AllowedMentions.none(), [], [], False),
        (discord.AllowedMentions(everyone=False, roles=False, users=True), [3002, 3003], [], False),
        (discord.AllowedMentions(everyone=False, roles=False, users=[discord.Object(3003)]), [3003], [], False),
        (discord.AllowedMentions(everyone=False, roles=True, users=False), [], [4001], False),
        (None, [3002, 3003], [4001], True),
    ],
)
async def test_only_allowed_mentions_are_mentions(
    sandbox: Sandbox,
    bot: Bot,
    place: Place,
    allowed: discord.AllowedMentions | None,
    users: list[int],
    roles: list[int],
    everyone: bool,
):
    sandbox.world.add_role(place.guild, id=4001, name="helpers")
    text = "<@3002> <@!3003> <@&4001> @everyone"
    sent = await general(bot).send(text, allowed_mentions=allowed)
    seen = sandbox.people.messages(place.alice, place.general)[0]
    assert seen["content"] == text
    assert [int(user["id"]) for user in seen["mentions"]] == users
    assert [int(role) for role in seen["mention_roles"]] == roles
    assert seen["mention_everyone"] is everyone
    assert sent.mention_everyone is everyone
    assert sandbox.people.notified(seen) == ([3001, 3002, 3003] if everyone else users)


async def test_only_those_who_see_the_channel_are_notified(sandbox: Sandbox, bot: Bot, place: Place):
    sent = await bot.get_channel(2002).send("<@3001> <@3002>")  # type: ignore[union-attr]
    assert sandbox.people.notified(sent.id) == [place.maria.id]


async def test_without_the_permission_roles_and_everyone_cannot_be_mentioned(sandbox: Sandbox, place: Place):
    sandbox.world.add_role(place.guild, id=4001, name="helpers")
    sandbox.world.add_role(place.guild, id=4002, name="open", mentionable=True)
    await sandbox.people.permissions(place.guild, place.guild, deny=Permission.MENTION_EVERYONE)
    said = await sandbox.people.say(place.alice, place.general, "@here <@&4001> <@&4002>")
    assert said["mention_everyone"] is False
    assert said["mention_roles"] == ["4002"]


async def test_files_travel_both_ways_with_their_descriptions(sandbox: Sandbox, bot: Bot, place: Place):
    picture = discord.File(io.BytesIO(PNG), "chart.png", description="a rising line", spoiler=True)
    await general(bot).send("look", file=picture)
    seen = sandbox.people.messages(place.alice, place.general)[0]["attachments"][0]
    assert seen["filename"] == "SPOILER_chart.png"
    assert (seen["description"], seen["width"], seen["height"]) == ("a rising line", 3, 2)
    assert seen["content_type"] == "image/png"
    file = {"name": "my notes.txt", "content": b"what I wrote"}
    await sandbox.people.say(place.alice, place.general, files=[file], spoiler=True)
    heard = await bot.hear("message", lambda m: m.author.id == place.alice.id)
    assert heard.attachments[0].filename == "SPOILER_my_notes.txt"
    assert heard.attachments[0].is_spoiler()
    assert await heard.attachments[0].read() == b"what I wrote"


async def test_a_picture_in_an_embed_is_no_attachment_and_keeps_its_description(
    sandbox: Sandbox, bot: Bot, place: Place
):
    embed = discord.Embed(title="Your week").set_image(url="attachment://chart.png")
    file = discord.File(io.BytesIO(PNG), "chart.png", description="a rising line")
    sent = await general(bot).send(embed=embed, file=file)
    assert sent.attachments == []
    seen = sandbox.people.messages(place.alice, place.general)[0]["embeds"][0]["image"]
    assert seen["url"].startswith(sandbox.page_url)
    assert seen["description"] == "a rising line"
    assert await bot.http.get_from_cdn(seen["url"]) == PNG


async def test_attachments_can_be_kept_or_dropped_in_an_edit(sandbox: Sandbox, bot: Bot, place: Place):
    files = [discord.File(io.BytesIO(b"a"), "a.txt"), discord.File(io.BytesIO(b"b"), "b.txt")]
    sent = await general(bot).send(files=files)
    edited = await sent.edit(attachments=[sent.attachments[1], discord.File(io.BytesIO(b"c"), "c.txt")])
    assert [file.filename for file in edited.attachments] == ["b.txt", "c.txt"]
    with pytest.raises(discord.HTTPException) as refusal:
        await sent.edit(attachments=[])
    assert refusal.value.code == 50006


async def test_history_is_read_in_pages(sandbox: Sandbox, bot: Bot, place: Place):
    ids = [int((await sandbox.people.say(place.alice, place.general, str(n)))["id"]) for n in range(7)]
    channel = general(bot)
    assert [m.content async for m in channel.history(limit=3)] == ["6", "5", "4"]
    assert [m.content async for m in channel.history(limit=3, oldest_first=True)] == ["0", "1", "2"]
    after = discord.Object(ids[3])
    assert [m.content async for m in channel.history(after=after)] == ["4", "5", "6"]
    assert [m.content async for m in channel.history(before=after, limit=2)] == ["2", "1"]
    assert [m.content async for m in channel.history(around=after, limit=3)] == ["4", "3", "2"]


async def test_without_message_history_nothing_old_is_read(sandbox: Sandbox, bot: Bot, place: Place):
    said = await sandbox.people.say(place.alice, place.general, "old")
    await sandbox.people.permissions(
        place.guild, sandbox.world.bot, channel=place.general, deny=Permission.READ_MESSAGE_HISTORY
    )
    assert [m async for m in general(bot).history()] == []
    with pytest.raises(discord.Forbidden):
        await general(bot).fetch_message(int(said["id"]))


async def test_without_the_content_intent_text_is_hidden_but_for_the_three_exceptions(sandbox: Sandbox, place: Place):
    me = f"<@{sandbox.world.bot.id}>"
    async with connected(sandbox, intents=intents("message_content")) as client:
        await sandbox.people.say(place.alice, place.general, "secret", files=[{"name": "a.txt", "content": b"x"}])
        heard = await client.hear("message")
        assert (heard.content, heard.attachments) == ("", [])
        await sandbox.people.say(place.alice, place.general, f"{me} hello")
        await client.hear("message", lambda m: m.content.endswith("hello"))
        await sandbox.people.say(place.alice, await sandbox.people.dm(place.alice), "in private")
        await client.hear("message", lambda m: m.content == "in private")
        await general(client).send("own")
        await client.hear("message", lambda m: m.content == "own")


async def test_rest_hides_content_when_the_application_has_not_the_intent(sandbox: Sandbox, raw: Raw, place: Place):
    await sandbox.people.say(place.alice, place.general, "secret")
    assert (await raw("GET", "/channels/2001/messages"))[1][0]["content"] == "secret"
    sandbox.world.switch_intent("message_content", on=False)
    assert (await raw("GET", "/channels/2001/messages"))[1][0]["content"] == ""


async def test_without_message_intents_no_messages_come(sandbox: Sandbox, place: Place):
    async with connected(sandbox, intents=intents("guild_messages", "dm_messages", "guild_reactions")) as client:
        said = await sandbox.people.say(place.alice, place.general, "hello")
        await sandbox.people.react(place.alice, place.general, said, "🙂")
        await sandbox.people.say(place.alice, await sandbox.people.dm(place.alice), "hello")
        await client.settle()
        assert client.heard == []


async def test_reactions_go_both_ways(sandbox: Sandbox, bot: Bot, place: Place):
    said = await sandbox.people.say(place.alice, place.general, "done!")
    heard = await bot.hear("message")
    await heard.add_reaction("🎉")
    await sandbox.people.react(place.ben, place.general, said, "🎉")
    raw = await bot.hear("raw_reaction_add", lambda r: r.user_id == place.ben.id)
    assert (raw.emoji.name, raw.member.name, raw.message_author_id) == ("🎉", "ben", place.alice.id)
    seen = sandbox.people.messages(place.alice, place.general)[0]["reactions"][0]
    assert (seen["count"], seen["me"]) == (2, False)
    fetched = await general(bot).fetch_message(heard.id)
    assert {user.id async for user in fetched.reactions[0].users()} == {place.ben.id, sandbox.world.bot.id}
    await sandbox.people.unreact(place.ben, place.general, said, "🎉")
    await bot.hear("raw_reaction_remove")
    await fetched.clear_reaction("🎉")
    await bot.hear("raw_reaction_clear_emoji")
    with pytest.raises(discord.HTTPException) as refusal:
        await heard.add_reaction("no emoji")
    assert refusal.value.code == 10014


async def test_a_new_reaction_needs_the_permission_and_a_known_one_does_not(sandbox: Sandbox, bot: Bot, place: Place):
    said = await sandbox.people.say(place.alice, place.general, "done!")
    heard = await bot.hear("message")
    await sandbox.people.permissions(place.guild, place.guild, deny=Permission.ADD_REACTIONS)
    with pytest.raises(discord.Forbidden):
        await heard.add_reaction("🎉")
    await sandbox.people.react(place.maria, place.general, said, "🎉")
    await heard.add_reaction("🎉")


async def test_pins_are_listed_and_announced(sandbox: Sandbox, bot: Bot, place: Place):
    sent = await general(bot).send("rules")
    await sent.pin()
    assert [message.id async for message in general(bot).pins()] == [sent.id]
    notice = await bot.hear("message", lambda m: m.type is discord.MessageType.pins_add)
    assert notice.reference.message_id == sent.id
    await sent.unpin()
    assert [message async for message in general(bot).pins()] == []
    with pytest.raises(NotAllowed):
        await sandbox.people.pin(place.alice, place.general, sent.id)


async def test_polls_are_passed_through(sandbox: Sandbox, bot: Bot, place: Place):
    await sandbox.people.permissions(place.guild, place.guild, allow=Permission.SEND_POLLS)
    poll = discord.Poll("When?", duration=timedelta(hours=2)).add_answer(text="Monday").add_answer(text="Friday")
    sent = await general(bot).send(poll=poll)
    assert [answer.text for answer in sent.poll.answers] == ["Monday", "Friday"]


async def test_typing_is_seen_on_both_sides(sandbox: Sandbox, bot: Bot, place: Place):
    stream = sandbox.people.events(place.alice)
    await general(bot).typing()
    assert (await stream.next(1))["t"] == "TYPING_START"
    stream.close()
    await sandbox.people.type(place.alice, place.general)
    channel, user, _ = await bot.hear("typing", lambda t: t[1].id == place.alice.id)
    assert (channel.id, user.name) == (2001, "alice")


async def test_ids_and_times_follow_the_clock_and_never_repeat(sandbox: Sandbox, bot: Bot, place: Place, clock: Clock):
    said = [await sandbox.people.say(place.alice, place.general, "x") for _ in range(3)]
    ids = [int(entry["id"]) for entry in said]
    assert ids == sorted(set(ids))
    assert len({entry["timestamp"] for entry in said}) == 3
    clock.advance(timedelta(days=7))
    later = await sandbox.people.say(place.alice, place.general, "y")
    assert discord.utils.snowflake_time(int(later["id"])) - discord.utils.snowflake_time(ids[0]) >= timedelta(days=7)
    clock.advance(-timedelta(days=30))
    assert int((await sandbox.people.say(place.alice, place.general, "z"))["id"]) > int(later["id"])


async def test_slow_mode_holds_people_up_but_not_the_bot(sandbox: Sandbox, bot: Bot, place: Place, clock: Clock):
    slow = sandbox.world.add_text_channel(place.guild, id=2003, name="slow", slowmode=60)
    await sandbox.people.say(place.alice, slow, "one")
    with pytest.raises(NotAllowed, match="Slow mode"):
        await sandbox.people.say(place.alice, slow, "two")
    clock.advance(timedelta(minutes=1))
    await sandbox.people.say(place.alice, slow, "two")
    for _ in range(2):
        await bot.get_partial_messageable(2003).send("quick")
