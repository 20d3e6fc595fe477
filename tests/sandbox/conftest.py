"""A sandbox for each test, with a small world and a connected client; every exchange is held against OpenAPI."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp
import discord
import pytest
import yarl

from sandbox import Permission, Sandbox, World
from sandbox.model import Channel, Guild, User
from tests.sandbox.conformance import Conformance, is_available
from tests.sandbox.harness import Bot, Clock, Raw, connected

BOT_MAY = (
    Permission.MANAGE_CHANNELS
    | Permission.MANAGE_ROLES
    | Permission.MANAGE_THREADS
    | Permission.MANAGE_MESSAGES
    | Permission.MANAGE_NICKNAMES
    | Permission.MANAGE_GUILD
    | Permission.MODERATE_MEMBERS
    | Permission.KICK_MEMBERS
    | Permission.BAN_MEMBERS
    | Permission.MANAGE_EVENTS
    | Permission.PIN_MESSAGES
)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def sandbox(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Sandbox]:
    """A started sandbox; the client's addresses point at it until the test ends."""
    checker = Conformance() if is_available() else None
    made = Sandbox(clock, checker=checker)
    await made.start()
    monkeypatch.setattr(discord.http.Route, "BASE", made.api_url)
    monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(made.gateway_url))
    yield made
    await made.close()
    assert made.api.crashes == []
    assert checker is None or not checker.problems, "\n".join(checker.problems)


@dataclass
class Place:
    """A small server: Maria owns it, Alice and Ben are members."""

    world: World
    guild: Guild
    general: Channel
    care: Channel
    maria: User
    alice: User
    ben: User


@pytest.fixture
def place(sandbox: Sandbox) -> Place:
    world = sandbox.world
    maria = world.add_person(id=3001, name="Maria", about="leads the group")
    alice = world.add_person(id=3002, name="Alice")
    ben = world.add_person(id=3003, name="Ben")
    guild = world.add_guild(id=1001, name="Circle", owner=maria, bot_permissions=BOT_MAY)
    general = world.add_text_channel(guild, id=2001, name="general")
    care = world.add_text_channel(
        guild,
        id=2002,
        name="care",
        overwrites={
            guild: (Permission.NONE, Permission.VIEW_CHANNEL),
            world.bot: (Permission.VIEW_CHANNEL, Permission.NONE),
        },
    )
    world.join(guild, alice)
    world.join(guild, ben)
    return Place(world, guild, general, care, maria, alice, ben)


@pytest.fixture
async def bot(sandbox: Sandbox, place: Place) -> AsyncIterator[Bot]:
    async with connected(sandbox) as client:
        yield client


@pytest.fixture
async def raw(sandbox: Sandbox, place: Place) -> AsyncIterator[Raw]:
    async with aiohttp.ClientSession() as session:
        yield Raw(sandbox, session)
