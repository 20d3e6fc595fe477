"""AutoMod: what is blocked, reported and timed out before the bot sees it."""

from datetime import timedelta
from typing import Any

import discord
import pytest

from sandbox import NotAllowed, Permission, Sandbox
from tests.sandbox.conftest import Place
from tests.sandbox.harness import Bot, Clock, Raw, connected, intents


async def a_rule(bot: Bot, keywords: list[str], *actions: discord.AutoModRuleAction, **changes: Any) -> Any:
    guild = bot.get_guild(1001)
    assert guild is not None
    trigger = discord.AutoModTrigger(
        type=discord.AutoModRuleTriggerType.keyword, keyword_filter=keywords, **changes.pop("trigger", {})
    )
    return await guild.create_automod_rule(
        name="Words",
        event_type=discord.AutoModRuleEventType.message_send,
        trigger=trigger,
        actions=list(actions),
        enabled=True,
        **changes,
    )


async def test_a_blocked_message_never_appears_and_is_reported(sandbox: Sandbox, bot: Bot, place: Place):
    block = discord.AutoModRuleAction(custom_message="Please find other words.")
    alert = discord.AutoModRuleAction(channel_id=place.care.id)
    rule = await a_rule(bot, ["cat"], block, alert)
    assert (await bot.hear("automod_rule_create")).id == rule.id
    with pytest.raises(NotAllowed, match="other words"):
        await sandbox.people.say(place.alice, place.general, "my CAT is here")
    execution = await bot.hear("automod_action", lambda a: a.action.type is discord.AutoModRuleActionType.block_message)
    assert (execution.matched_keyword, execution.matched_content) == ("cat", "CAT")
    assert execution.content == "my CAT is here"
    assert execution.message_id is None
    notice = sandbox.people.messages(place.maria, place.care)[0]
    assert notice["type"] == 24
    assert notice["embeds"][0]["description"] == "my CAT is here"
    assert execution.alert_system_message_id == int(notice["id"])
    assert sandbox.people.messages(place.alice, place.general) == []
    assert [m.type for m in bot.named("message")] == [discord.MessageType.auto_moderation_action]


@pytest.mark.parametrize(
    ("keyword", "text", "found"),
    [
        ("cat", "a cat.", True),
        ("cat", "catch", False),
        ("cat*", "catch", True),
        ("*cat", "wildcat", True),
        ("*cat", "location", False),
        ("*cat*", "location", True),
        ("the mat", "on the mat", True),
    ],
)
async def test_keywords_match_as_documented(
    sandbox: Sandbox, bot: Bot, place: Place, keyword: str, text: str, found: bool
):
    await a_rule(bot, [keyword], discord.AutoModRuleAction())
    if found:
        with pytest.raises(NotAllowed, match="AutoMod"):
            await sandbox.people.say(place.alice, place.general, text)
    else:
        await sandbox.people.say(place.alice, place.general, text)


async def test_patterns_and_the_allow_list_count(sandbox: Sandbox, bot: Bot, place: Place):
    trigger = {"regex_patterns": ["c[ao]t"], "allow_list": ["cot"]}
    await a_rule(bot, [], discord.AutoModRuleAction(), trigger=trigger)
    with pytest.raises(NotAllowed):
        await sandbox.people.say(place.alice, place.general, "a cat")
    await sandbox.people.say(place.alice, place.general, "a cot")


async def test_a_rule_that_only_reports_lets_the_message_through(sandbox: Sandbox, bot: Bot, place: Place):
    await a_rule(bot, ["cat"], discord.AutoModRuleAction(channel_id=place.care.id))
    said = await sandbox.people.say(place.alice, place.general, "my cat")
    assert (await bot.hear("automod_action")).message_id == int(said["id"])


async def test_a_rule_can_time_out(sandbox: Sandbox, bot: Bot, place: Place, clock: Clock):
    await a_rule(bot, ["cat"], discord.AutoModRuleAction(duration=timedelta(minutes=5)), discord.AutoModRuleAction())
    with pytest.raises(NotAllowed, match="AutoMod"):
        await sandbox.people.say(place.alice, place.general, "my cat")
    with pytest.raises(NotAllowed, match="time-out"):
        await sandbox.people.say(place.alice, place.general, "my dog")
    clock.advance(timedelta(minutes=6))
    await sandbox.people.say(place.alice, place.general, "my dog")


async def test_some_are_exempt(sandbox: Sandbox, bot: Bot, place: Place):
    helpers = sandbox.world.add_role(place.guild, name="helpers")
    await sandbox.people.roles(place.ben, place.guild, [helpers])
    free = sandbox.world.add_text_channel(place.guild, name="free")
    exempt: Any = {"exempt_roles": [discord.Object(helpers.id)], "exempt_channels": [discord.Object(free.id)]}
    await a_rule(bot, ["cat"], discord.AutoModRuleAction(), **exempt)
    for person, channel in ((place.maria, place.general), (place.ben, place.general), (place.alice, free)):
        await sandbox.people.say(person, channel, "a cat")
    await bot.get_partial_messageable(2001).send("the bot has a cat")
    with pytest.raises(NotAllowed):
        await sandbox.people.say(place.alice, place.general, "a cat")


async def test_an_edit_is_examined_too(sandbox: Sandbox, bot: Bot, place: Place):
    await a_rule(bot, ["cat"], discord.AutoModRuleAction())
    said = await sandbox.people.say(place.alice, place.general, "a dog")
    with pytest.raises(NotAllowed, match="AutoMod"):
        await sandbox.people.edit(place.alice, place.general, said, "a cat")
    assert sandbox.people.messages(place.alice, place.general)[0]["content"] == "a dog"


async def test_too_many_mentions_are_spam(sandbox: Sandbox, raw: Raw, place: Place):
    form = {
        "name": "Mentions",
        "event_type": 1,
        "trigger_type": 5,
        "trigger_metadata": {"mention_total_limit": 1},
        "actions": [{"type": 1}],
        "enabled": True,
    }
    assert (await raw("POST", "/guilds/1001/auto-moderation/rules", form))[0] == 200
    await sandbox.people.say(place.alice, place.general, "<@3001>")
    with pytest.raises(NotAllowed):
        await sandbox.people.say(place.alice, place.general, "<@3001> <@3003>")


async def test_rules_need_the_permission_and_have_limits(sandbox: Sandbox, raw: Raw, place: Place):
    base = "/guilds/1001/auto-moderation/rules"
    good: dict[str, Any] = {
        "name": "Words",
        "event_type": 1,
        "trigger_type": 1,
        "trigger_metadata": {"keyword_filter": ["cat"]},
        "actions": [{"type": 1}],
    }
    for change in (
        {"name": ""},
        {"trigger_type": 9},
        {"trigger_metadata": {"keyword_filter": ["x" * 61]}},
        {"trigger_metadata": {"regex_patterns": ["("]}},
        {"actions": [{"type": 2, "metadata": {"channel_id": "99"}}]},
        {"actions": [{"type": 3, "metadata": {"duration_seconds": 2419201}}]},
        {"actions": [{"type": 3}]},
        {"actions": [{"type": 1, "metadata": {"custom_message": "x" * 151}}]},
        {"exempt_roles": [str(n) for n in range(21)]},
    ):
        status, body = await raw("POST", base, good | change)
        assert (status, body["code"]) == (400, 50035), change
    made = [(await raw("POST", base, good))[1]["id"] for _ in range(6)]
    assert (await raw("POST", base, good))[1]["errors"]["trigger_type"]
    assert (await raw("GET", f"{base}/99"))[0] == 404
    own = place.guild.roles[place.guild.members[sandbox.world.bot.id].roles[0]]
    own.permissions &= ~Permission.MODERATE_MEMBERS
    await raw("DELETE", f"{base}/{made[0]}")
    late = [{"type": 3, "metadata": {"duration_seconds": 60}}]
    assert (await raw("POST", base, good | {"actions": late}))[1]["code"] == 50013
    own.permissions &= ~Permission.MANAGE_GUILD
    assert (await raw("GET", base))[1]["code"] == 50013


async def test_without_the_content_intent_an_execution_says_nothing_of_it(sandbox: Sandbox, place: Place):
    async with connected(sandbox, intents=intents("message_content")) as client:
        await a_rule(client, ["cat"], discord.AutoModRuleAction())
        with pytest.raises(NotAllowed):
            await sandbox.people.say(place.alice, place.general, "a cat")
        execution = await client.hear("automod_action")
        assert (execution.content, execution.matched_content, execution.matched_keyword) == ("", "", "cat")


async def test_a_person_with_the_right_makes_a_rule(sandbox: Sandbox, bot: Bot, place: Place):
    rule = await sandbox.people.automod(place.maria, place.guild, ["cat"], place.care)
    assert (await bot.hear("automod_rule_create")).id == int(rule["id"])
    with pytest.raises(NotAllowed, match="permission"):
        await sandbox.people.automod(place.alice, place.guild, ["dog"], None)
