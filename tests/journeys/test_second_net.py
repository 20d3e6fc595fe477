"""Discord's AutoMod as a second net: installed where it was chosen, kept in step, and what it finds is one case."""

from datetime import timedelta

import pytest

from bot.groups import toml_file
from sandbox import Permission
from tests.support.groups import ALICE, BEN, CARE, CIRCLE, MARIA, SERVER, TUESDAY
from tests.support.harness import journey

DANGER = "I want to kill myself"
WITH_IT = TUESDAY.replace('acknowledge_within = "5m"', 'acknowledge_within = "5m"\nsecond_net = true')


@pytest.fixture
async def story(tmp_path, clock):
    async with journey(tmp_path, clock, start=False) as story:
        yield story


def guild_of(story):
    return story.sandbox.world.guilds[SERVER]


async def begun(story, *, may_manage=True):
    """Choose the second net, with the right that it needs or without, and start."""
    if may_manage:
        bot = story.sandbox.world.bot
        role = next(role for role in guild_of(story).roles.values() if role.id in guild_of(story).members[bot.id].roles)
        await story.people.permissions(SERVER, role.id, allow=Permission.MANAGE_GUILD, deny=Permission.NONE)
    await story.start()
    await choose(story, WITH_IT)


async def choose(story, text):
    now = story.clock.advance(timedelta(seconds=1))
    await story.parts.groups.save(toml_file.parse(text, now), now)
    await story.tick()


def rules(story):
    return list(guild_of(story).rules.values())


async def installed(story, count=1):
    async def there():
        return len(rules(story)) == count

    await story.until(there)


async def test_the_rule_is_installed_where_it_was_chosen_and_removed_where_not(story):
    await begun(story)
    await installed(story)
    (rule,) = rules(story)
    assert rule.name == "Holdspace: tuesday"
    assert DANGER in rule.trigger["keyword_filter"]
    assert CARE in rule.exempt_channels
    assert CIRCLE not in rule.exempt_channels
    assert [(action["type"], action["metadata"]["channel_id"]) for action in rule.actions] == [(2, str(CARE))]
    rule.enabled = False  # somebody switches it off
    await story.skip(minutes=11)
    await story.skip(minutes=11)
    assert rules(story)[0].enabled
    await story.people.channel(SERVER, "another group's room")

    async def left_out():
        return len(rules(story)[0].exempt_channels) == len(guild_of(story).channels) - 1

    await story.until(left_out)
    await choose(story, TUESDAY)
    await installed(story, 0)
    await story.nothing_more()


async def test_what_the_rule_finds_is_one_case_with_what_screening_finds(story):
    await begun(story)
    await installed(story)
    await story.people.say(ALICE, CIRCLE, DANGER)
    await story.expect(MARIA, CARE, "Case ")
    await story.skip(seconds=1)
    (case,) = await story.parts.cases.open_cases()
    assert len(await story.parts.cases.signals(case)) == 1
    await story.nothing_more()


async def test_what_the_rule_finds_pages_though_screening_missed_it(story, monkeypatch):
    await begun(story)
    await installed(story)

    async def missed(*_args, **_more):
        from bot.crisis.screening import Assessment, Level
        from bot.crisis.watching.watch import Read

        return Read(Assessment(Level.NONE), None)

    monkeypatch.setattr(type(story.parts.watch), "read", missed)
    await story.people.say(BEN, CIRCLE, DANGER)
    await story.expect(MARIA, CARE, "Case ")
    (case,) = await story.parts.cases.open_cases()
    assert case.member_id == BEN


async def test_without_the_right_there_is_none_and_the_therapists_are_told_once(story):
    await begun(story, may_manage=False)
    await story.expect(MARIA, CARE, "I need Manage Server")
    for _ in range(3):
        await story.skip(minutes=11)
    assert rules(story) == []
    await story.nothing_more()
