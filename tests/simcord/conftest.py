"""The Tuesday circle on simcord: everything peculiar to this double, so that the tests tell flows only.

simcord replaces discord.py's HTTP client and gateway inside this process, and waits after every act until the bot has
settled. Its clock and Holdspace's begin together and are moved together. The ticker's scheduler is not started, as
its timers would move simcord's clock: `tick` asks every job once instead. Every request of the bot is held against
Discord's published description at the end of a test.
"""

import contextlib
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType
from simcord.pytest_plugin import pytest_runtest_call, pytest_runtest_makereport

from bot import app
from bot.client import HoldspaceClient
from bot.clock import MovableClock
from bot.config import Settings
from bot.groups.model import Group, Step
from bot.permissions import NEEDED
from bot.storage.vault import Keyring
from bot.ticker import Ticker
from tests.support import conformance
from tests.support.armed import arm
from tests.support.cogs_kept import cogs_kept
from tests.support.databases import copy_of_migrated_sqlite
from tests.support.groups import tuesday
from tests.support.seeded import shipped_screener

# simcord's hooks, for this folder alone: they select its clock, and show what happened when a test fails.
__all__ = ("pytest_runtest_call", "pytest_runtest_makereport")

_THURSDAY = datetime(2026, 1, 1, tzinfo=UTC)  # where every world of simcord begins
_SPEAKS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    read_message_history=True,
    add_reactions=True,
    use_application_commands=True,
)


@dataclass(frozen=True, slots=True)
class World:
    """A server with a circle, a care channel and its people; the bot may do what the invite link asks for, no more."""

    env: simcord.Env
    guild: simcord.GuildHandle
    circle: simcord.ChannelHandle
    care: simcord.ChannelHandle
    alice: simcord.MemberActor
    ben: simcord.MemberActor
    maria: simcord.MemberActor
    tom: simcord.MemberActor
    olga: simcord.MemberActor

    @classmethod
    def build(cls, env: simcord.Env) -> "World":
        """Build it before the bot logs in: what a role may do says who sees which channel."""
        owner = env.create_user("olga")
        guild = env.create_guild("Riverside practice", owner=owner)
        for name, role in guild.roles.items():
            may = discord.Permissions(**dict.fromkeys(NEEDED, True)) if name != "@everyone" else discord.Permissions()
            env.backend.edit_role(guild.id, role.id, {"permissions": may.value})
        ours = next(role for name, role in guild.roles.items() if name != "@everyone")
        members, therapists = (guild.create_role(name, permissions=_SPEAKS) for name in ("members", "therapists"))
        hidden, sees = (discord.PermissionOverwrite(view_channel=seen) for seen in (False, True))
        for_care: dict[Any, discord.PermissionOverwrite] = {guild.default_role: hidden, therapists: sees, ours: sees}
        return cls(
            env,
            guild,
            circle=guild.create_text_channel("tuesday-circle", overwrites=for_care | {members: sees}),
            care=guild.create_text_channel("care", overwrites=for_care),
            alice=guild.add_member(env.create_user("alice"), roles=[members]),
            ben=guild.add_member(env.create_user("ben"), roles=[members]),
            maria=guild.add_member(env.create_user("maria"), roles=[therapists]),
            tom=guild.add_member(env.create_user("tom"), roles=[therapists]),
            olga=simcord.MemberActor(env, guild, owner),
        )

    def group(self, now: datetime) -> Group:
        """Return the Tuesday circle with this world's ids."""
        maria, tom = self.maria.id, self.tom.id
        chain: tuple[Step, ...] = ((maria,), (tom,), "everyone")
        return replace(
            tuesday(now),
            server=self.guild.id,
            circle=self.circle.id,
            care=self.care.id,
            therapists=(maria, tom),
            escalation=replace(tuesday(now).escalation, chain=chain),
        )

    def forbid_writing(self, channel: simcord.ChannelHandle) -> None:
        """Take the bot's right to write in a channel."""
        deny = discord.Permissions(send_messages=True).value
        bot = self.env.backend.bot_user.id
        self.env.backend.set_overwrite(channel.id, Overwrite(bot, OverwriteType.MEMBER, deny=deny))


class Practice:
    """Holdspace in a world, with a clock to move, and a bot that can be stopped and started."""

    env: simcord.Env
    world: World
    parts: app.Parts

    def __init__(self, settings: Settings, clock: MovableClock) -> None:
        self.clock = clock
        self._settings = settings
        self._stack = contextlib.AsyncExitStack()

    async def begin(self) -> None:
        """Build the world, import its group and start the bot."""
        client = await self._new_client()
        self.env = simcord.Env(client)
        self.world = World.build(self.env)
        now = self.clock.now()
        await self.parts.groups.save([self.world.group(now)], now)
        await self.parts.groups.refresh(now)
        await arm(self.parts, self.world.group(now), self.world.olga.id, now)
        await self.env.start()

    async def restart(self) -> None:
        """Stop the bot in order, and start a new one from what was stored."""
        await self._stop()
        await self.env.restart_bot(await self._new_client())

    async def end(self) -> None:
        """Stop everything; raises what went wrong in the bot and nobody saw."""
        await self._stop()
        await self.env.shutdown()
        self.env.raise_errors()

    def check_requests(self) -> None:
        """Fail with the field's name if the bot has sent anything that Discord does not describe."""
        conformance.check_requests((entry.method, entry.path, entry.json) for entry in self.env.http_requests)

    async def tick(self) -> None:
        """Let everything that is due happen, and wait until it has been sent."""
        client = self.env.bot
        assert isinstance(client, HoldspaceClient)
        await client.ticker.tick_once()
        await self.parts.outbox.settle()
        await self.env.settle()

    async def skip(self, **step: float) -> None:
        """Move both clocks and let what became due happen."""
        moved = timedelta(**step)
        self.clock.advance(moved)
        await self.env.advance_time(moved.total_seconds())
        await self.tick()

    def said(self, channel: simcord.ChannelHandle, viewer: simcord.MemberActor | None = None) -> list[discord.Message]:
        """Return what the bot has written there; simcord also announces private threads, which Discord does not."""
        shown = channel.history(viewer=viewer)
        return [m for m in shown if m.author.bot and m.type is not discord.MessageType.thread_created]

    @staticmethod
    def words(message: discord.Message) -> str:
        """Return every text that a message shows, also that of its components."""
        return "\n".join([message.content, *_texts(message.components)])

    def pinged(self, message: discord.Message) -> list[int]:
        """Return whom a message notifies; simcord's `mentions` also name whom Discord leaves out as not allowed."""
        return self.env.backend.get_message(message.channel.id, message.id).ping_user_ids

    def answer(self, used: simcord.InteractionResult) -> str:
        """Return the one answer to a press, a command or a form, which nobody else may see."""
        (told,) = [message for message in (used.response, *used.followups) if message is not None]
        assert told.ephemeral
        return self.words(told.message)

    def sent(self, method: str, path: str) -> list[Any]:
        """Return the bodies of the bot's requests to one path."""
        return [entry.json for entry in self.env.http_requests if (entry.method, entry.path) == (method, path)]

    async def _new_client(self) -> HoldspaceClient:
        self.parts = await self._stack.enter_async_context(app.opened(self._settings, self.clock, shipped_screener()))
        return HoldspaceClient(self.parts)

    async def _stop(self) -> None:
        with cogs_kept():
            await self.env.bot.close()
            await self._stack.aclose()


def _texts(components: Iterable[object]) -> Iterator[str]:
    for component in components:
        yield str(getattr(component, "content", ""))
        yield from _texts(getattr(component, "children", ()))


@pytest.fixture
def clock() -> MovableClock:
    """A clock that stands where simcord's begins: on a Thursday, at 19:00 the evening before in New York."""
    return MovableClock(_THURSDAY, frozen=True)


@pytest.fixture
async def running(tmp_path: Path, clock: MovableClock, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Practice]:
    monkeypatch.setattr(Ticker, "start", lambda _ticker: None)
    (tmp_path / "key").write_text(Keyring.new().dump())
    (tmp_path / "key").chmod(0o600)
    settings = Settings.model_validate(
        {
            "discord": {"token": "unused", "shard_count": 1},
            "storage": {"url": copy_of_migrated_sqlite(tmp_path / "holdspace.sqlite3")},
            "encryption": {"key_file": str(tmp_path / "key")},
            "health": {"enabled": False},
        }
    )
    practice = Practice(settings, clock)
    await practice.begin()
    yield practice
    await practice.end()
    practice.check_requests()


@pytest.fixture
def env(running: Practice) -> simcord.Env:
    """What simcord's hooks look for among a test's fixtures."""
    return running.env


@pytest.fixture
def practice(running: Practice, env: simcord.Env) -> Practice:
    return running


@pytest.fixture
def world(practice: Practice) -> World:
    return practice.world
