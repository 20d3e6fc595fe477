"""`holdspace check`, the part that asks Discord, against the sandbox over real HTTP."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import discord
import pytest

from bot.cli.checks import Finding
from bot.cli.checks.there import discord_side
from bot.clock import MovableClock
from bot.config import Settings
from bot.groups import toml_file
from bot.groups.model import Group
from bot.permissions import NEEDED
from sandbox import Permission, Sandbox
from tests.bot.cli.test_groups import GROUP

SERVER, CIRCLE, CARE, ALICE, MARIA, SAM = 1001, 2001, 2002, 3003, 3001, 3002
HIDDEN = (Permission.NONE, Permission.VIEW_CHANNEL)
SHOWN = (Permission.VIEW_CHANNEL, Permission.NONE)


def needed() -> Permission:
    allowed = Permission.NONE
    for name in NEEDED:
        allowed |= Permission[name.upper()]
    return allowed


@dataclass
class Side:
    """A server as it should be; a test spoils one thing and looks at what is found."""

    sandbox: Sandbox
    guild: Any
    roles: dict[str, Any]
    clock: MovableClock = field(default_factory=MovableClock)

    async def found(self, **given: Any) -> list[Finding]:
        settings = Settings.model_validate(
            {
                "discord": {
                    "token": "sandbox-token",
                    "api_url": self.sandbox.api_url,
                    "gateway_url": self.sandbox.gateway_url,
                    **given,
                }
            }
        )
        return await discord_side(settings, [group()], self.clock)

    def spoil(self, channel: int, target: Any, overwrite: tuple[Permission, Permission]) -> None:
        there = self.sandbox.world.channels[channel]
        there.overwrites |= self.sandbox.world.overwrites(self.guild, {target: overwrite})

    async def told(self, grade: str, **given: Any) -> list[str]:
        return [f"{each.what}: {each.text}" for each in await self.found(**given) if each.grade == grade]


def group(text: str = GROUP) -> Group:
    return toml_file.parse(text, datetime.now(UTC))[0]


@pytest.fixture
async def side() -> AsyncIterator[Side]:
    sandbox = Sandbox(clock=MovableClock(), token="sandbox-token")
    world = sandbox.world
    people = {number: world.add_person(id=number, name=name) for number, name in ((MARIA, "Maria"), (SAM, "Sam"))}
    alice = world.add_person(id=ALICE, name="Alice")
    guild = world.add_guild(id=SERVER, name="Practice", owner=people[MARIA], bot_permissions=needed())
    therapists = world.add_role(guild, id=4001, name="therapists")
    members = world.add_role(guild, id=4002, name="members")
    bot = sandbox.world.bot
    world.add_text_channel(
        guild, id=CIRCLE, name="circle", overwrites={guild: HIDDEN, members: SHOWN, therapists: SHOWN, bot: SHOWN}
    )
    world.add_text_channel(guild, id=CARE, name="care", overwrites={guild: HIDDEN, therapists: SHOWN, bot: SHOWN})
    world.join(guild, people[SAM], roles=[therapists])
    world.join(guild, alice, roles=[members])
    await sandbox.start()
    yield Side(sandbox, guild, {"therapists": therapists, "members": members})
    await sandbox.close()


TWO_FACTOR = "group tuesday: the server does not ask its moderators for two-factor sign-in"


async def test_a_server_as_it_should_be_passes_and_the_invite_link_is_shown(side: Side):
    assert await side.told("fail") == []
    assert await side.told("warn") == [TWO_FACTOR], "the sandbox's servers ask for no second factor"
    told = await side.told("ok")
    assert "token: Discord knows the bot" in told
    assert "intents: Server Members Intent is on" in told
    assert "intents: Message Content Intent is on" in told
    assert any("scope=bot+applications.commands&permissions=377957223424" in each for each in told)


async def test_a_wrong_token_fails_and_is_not_shown(side: Side):
    found = await side.found(token="canary-token")
    assert [each.text for each in found if each.grade == "fail"] == ["Discord does not know this token"]
    assert "canary" not in str(found)


async def test_a_missing_token_fails_with_the_way_to_give_it(side: Side):
    found = await side.found(token=None)
    assert found[-1].text == "There is no bot token."
    assert "HOLDSPACE_DISCORD__TOKEN" in found[-1].remedy


@pytest.mark.parametrize(
    ("intent", "told"),
    [("members", "Server Members Intent is off"), ("message_content", "Message Content Intent is off")],
)
async def test_an_intent_that_is_off_is_named_with_its_switch(side: Side, intent: str, told: str):
    side.sandbox.world.switch_intent(intent, on=False)
    failures = [each for each in await side.found() if each.grade == "fail"]
    assert [each.text for each in failures] == [told]
    assert "discord.com/developers/applications" in failures[0].remedy


async def test_a_server_without_the_bot_is_told(side: Side):
    side.sandbox.world.remove_bot(side.guild)
    assert await side.told("fail") == ["group tuesday: the bot is not on the server 1001"]


async def test_a_channel_that_is_not_there_is_told(side: Side):
    await side.sandbox.people.delete_channel(CARE)
    assert await side.told("fail") == ["group tuesday: care 2002 is no text channel that the bot can see"]


async def test_a_permission_that_is_missing_is_named(side: Side):
    bot = side.sandbox.world.bot
    denied = Permission.CREATE_PRIVATE_THREADS | Permission.READ_MESSAGE_HISTORY
    side.spoil(CIRCLE, bot, (Permission.VIEW_CHANNEL, denied))
    assert await side.told("fail") == [
        "group tuesday: in the circle channel the bot lacks: Read Message History, Create Private Threads"
    ]


async def test_a_care_channel_that_everybody_sees_fails_and_such_a_circle_warns(side: Side):
    side.spoil(CARE, side.guild, SHOWN)
    side.spoil(CIRCLE, side.guild, SHOWN)
    assert await side.told("fail") == ["group tuesday: everybody on the server can see the care channel"]
    assert "group tuesday: everybody on the server can see the circle channel" in await side.told("warn")


async def test_a_therapist_who_cannot_see_the_care_channel_fails(side: Side):
    side.spoil(CARE, side.roles["therapists"], HIDDEN)
    assert await side.told("fail") == ["group tuesday: the therapist 3002 cannot see the care channel"]


async def test_a_therapist_who_is_not_on_the_server_fails(side: Side):
    side.sandbox.world.leave(side.guild, side.sandbox.world.users[SAM])
    assert await side.told("fail") == ["group tuesday: the therapist 3002 is not on the server"]


async def test_a_bot_with_all_rights_is_told_to_give_them_back(side: Side):
    next(role for role in side.guild.roles.values() if role.bot_id).permissions |= Permission.ADMINISTRATOR
    assert "group tuesday: the bot is an Administrator" in await side.told("warn")


async def test_a_clock_that_is_off_is_told(side: Side):
    side.clock.advance(timedelta(minutes=5))
    assert any("this machine's clock is off by" in each for each in await side.told("warn"))


async def test_a_server_that_does_not_answer_is_told(side: Side):
    found = await side.found(api_url="http://127.0.0.1:9/api/v10")
    assert [each.grade for each in found] == ["fail"]
    assert found[0].text.startswith("The local server cannot be reached")


async def test_discord_is_addressed_again_afterwards(side: Side):
    before = discord.http.Route.BASE
    await side.found()
    assert before == discord.http.Route.BASE


async def test_a_second_net_that_cannot_be_is_told_with_the_reason(side: Side, monkeypatch: pytest.MonkeyPatch):
    chosen = group(GROUP.replace("acknowledge_within", "second_net = true\nacknowledge_within"))
    monkeypatch.setitem(side.found.__func__.__globals__, "group", lambda: chosen)  # type: ignore[attr-defined]
    assert "group tuesday: there is no second net: the bot lacks Manage Server" in await side.told("warn")
    bot = side.guild.members[side.sandbox.world.bot.id]
    for number in bot.roles:
        side.guild.roles[number].permissions |= Permission.MANAGE_GUILD
    assert "group tuesday: its second net is not in place yet" in await side.told("warn")
