"""Who is behind the bot, what there is, and what happens when a part of it, or a channel, is missing."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.client import HoldspaceClient
from sandbox import Permission
from sandbox.scene import OSCAR
from tests.support.groups import ALICE, BEN, CARE, CIRCLE, MARIA, SERVER, TOM
from tests.support.harness import journey

EPHEMERAL = 64


@pytest.fixture
async def story(tmp_path, clock):
    async with journey(tmp_path, clock) as story:
        yield story


def walk(components):
    for component in components:
        yield component
        yield from walk(component.get("components", []))


async def told(story, person, channel, command):
    used = await story.people.command(person, channel, command)
    message = (await story.people.answer(used))["message"]
    assert message["flags"] & EPHEMERAL
    return "\n".join(c["content"] for c in walk(message["components"]) if "content" in c)


async def test_about_says_who_what_and_where_to_complain(story):
    text = await told(story, ALICE, CIRCLE, "about")
    owner = story.sandbox.world.application.owner_id
    for said in (
        "not a person, not a therapist", "not a crisis service", "911", f"<#{CIRCLE}>", f"<@{MARIA}>, <@{TOM}>",
        "What I read", "What I keep", "rule 16", "not encrypted from end to end", f"Who runs me:** <@{owner}>",
        "data protection",
    ):  # fmt: skip
        assert said in text, said
    await story.nothing_more()


async def test_about_works_in_a_direct_conversation_and_for_a_stranger(story):
    assert f"<#{CIRCLE}>" in await told(story, BEN, await story.people.dm(BEN), "about")
    stranger = await told(story, OSCAR, await story.people.dm(OSCAR), "about")
    assert "do not know you as a member" in stranger
    assert f"<#{CIRCLE}>" not in stranger
    await story.nothing_more()


async def test_help_names_people_first_and_then_the_commands(story):
    text = await told(story, ALICE, CIRCLE, "help")
    assert text.index("988") < text.index("/win")
    assert "741741" in text
    for command in ("about", "help", "win", "wins", "my-data show", "my-data erase", "private-messages"):
        assert f"**/{command}**" in text, command
    assert "Tell a therapist privately" in text
    await story.nothing_more()


async def test_help_for_a_stranger_guesses_no_number(story):
    text = await told(story, OSCAR, await story.people.dm(OSCAR), "help")
    assert "988" not in text
    assert "your local emergency number" in text


async def test_every_command_has_a_description_from_the_words(story):
    registered = [c for c in story.sandbox.world.global_commands.values() if c["type"] == 1]
    assert {"about", "help", "win", "wins", "my-data", "private-messages"} <= {c["name"] for c in registered}
    for command in registered:
        for each in (command, *command.get("options", [])):
            assert len(each["description"]) > 10, each["name"]
    menus = [c["type"] for c in story.sandbox.world.global_commands.values() if c["type"] != 1]
    assert max(menus.count(2), menus.count(3)) <= 5


async def lack(story, *, channel=CIRCLE, deny):
    allow = Permission.VIEW_CHANNEL if not deny & Permission.VIEW_CHANNEL else Permission.NONE
    await story.people.permissions(SERVER, story.sandbox.world.bot.id, channel=channel, allow=allow, deny=deny)


async def test_a_permission_that_is_missing_is_told_once_and_again_when_it_comes_back(story):
    await story.stop()
    await lack(story, deny=Permission.SEND_MESSAGES)
    await story.start()
    notice = await story.expect(MARIA, CARE, "I lack a permission: Send Messages")
    assert f"<#{CIRCLE}>" in notice["content"]
    assert story.people.notified(notice) == []
    await story.restart()
    await story.nothing_more()

    await story.stop()
    await lack(story, deny=Permission.NONE)
    await story.start()
    await story.nothing_more()
    assert await story.parts.group_problems.known("tuesday") == []
    await story.stop()
    await lack(story, deny=Permission.SEND_MESSAGES)
    await story.start()
    await story.expect(MARIA, CARE, "I lack a permission: Send Messages")
    await story.nothing_more()


async def test_a_circle_that_is_gone_is_told_to_the_therapists(story):
    await story.stop()
    await story.people.delete_channel(CIRCLE)
    await story.start()
    await story.expect(MARIA, CARE, "I cannot find this group's circle")
    await story.restart()
    assert story.bot_messages(MARIA, CARE) == []


async def test_nothing_counts_as_told_while_the_care_channel_is_out_of_reach(story):
    await story.stop()
    await lack(story, deny=Permission.SEND_MESSAGES)
    await lack(story, channel=CARE, deny=Permission.SEND_MESSAGES)
    await story.start()
    await story.nothing_more()
    await story.stop()
    await lack(story, channel=CARE, deny=Permission.NONE)
    await story.start()
    await story.expect(MARIA, CARE, "I lack a permission: Send Messages")
    await story.nothing_more()


async def test_a_language_that_is_not_screened_is_told_once(story):
    group = story.parts.groups.get("tuesday")
    now = story.clock.advance(timedelta(seconds=1))
    await story.parts.groups.save([replace(group, language="fr", changed_at=now)], now)
    await story.skip(seconds=10)
    await story.expect(MARIA, CARE, "cannot screen messages in this group's language (fr)")
    await story.restart()
    await story.nothing_more()


@pytest.mark.parametrize(
    ("feature", "shown"),
    [
        ("groups", "/about and /help"),
        ("daily_prompts", "daily prompts"),
        ("progress", "wins and goals"),
        ("boundaries", "private nudges"),
        ("privacy", "my data"),
    ],
)
async def test_a_feature_that_does_not_load_is_named_and_crisis_care_works_all_the_same(
    tmp_path, clock, monkeypatch, feature, shown
):
    whole = HoldspaceClient.add_cog

    async def add_cog(self, cog, /, **more):
        if type(cog).__module__ == f"cogs.{feature}.cog":
            raise RuntimeError("it does not load")
        await whole(self, cog, **more)

    monkeypatch.setattr(HoldspaceClient, "add_cog", add_cog)
    async with journey(tmp_path, clock) as story:
        await story.expect(MARIA, CARE, f"did not start: {shown}")
        assert story.client is not None
        assert story.client.down == [feature]
        await story.people.say(ALICE, CIRCLE, "I want to kill myself")
        page = await story.expect(MARIA, CARE, "Case ")
        taken = await story.people.press(MARIA, CARE, page, page["components"][0]["components"][0]["custom_id"])
        assert "You have case" in await story.answer(taken)
        await story.nothing_more()
