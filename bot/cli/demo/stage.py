"""The stage: a sandbox with people in it, the bot, and one clock for both that runs on and can be moved."""

import asyncio
import errno
import functools
import operator
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from bot.cli.demo.actor import Bot
from bot.cli.demo.seed import DAYS_BEFORE, import_group, let_them_talk, local_zone, set_the_alarm_up
from bot.cli.demo.tour import Tour
from bot.cli.demo.witness import Witness
from bot.clock import MovableClock, SystemClock
from bot.config import Settings
from bot.crisis.screening import Screener
from bot.errors import BadInput
from bot.groups.model import Group
from bot.permissions import NEEDED
from bot.storage.vault import Keyring
from bot.words import Library
from sandbox import Permission, Sandbox, scene
from sandbox.bus import Event

_TOKEN = "sandbox-token"  # noqa: S105  (it opens nothing but this sandbox)


class Stage:
    """Holds sandbox, clock and bot together: when the clock is moved, the bot looks at once at what is due."""

    def __init__(self, sandbox: Sandbox, clock: MovableClock, group: Group, bot: Bot) -> None:
        self.sandbox = sandbox
        self.clock = clock
        self.group = group
        self.bot = bot
        self._ticks: set[asyncio.Task[None]] = set()
        self._deaf = sandbox.world.bus.listen(self._hear)

    def skip(self, by: timedelta) -> None:
        """Move the clock on."""
        self.sandbox.move_clock(by)

    async def close(self) -> None:
        """Stop listening to the clock, and the bot."""
        self._deaf()
        for tick in self._ticks:
            tick.cancel()
        await asyncio.gather(*self._ticks, return_exceptions=True)
        await self.bot.stop()

    def _hear(self, event: Event) -> None:
        if event.name == "CLOCK":
            tick = asyncio.create_task(self.bot.tick())
            self._ticks.add(tick)
            tick.add_done_callback(self._ticks.discard)


@asynccontextmanager
async def set_up(folder: Path, port: int = 0, screener: Screener | None = None) -> AsyncIterator[Stage]:
    """Set the stage in an empty folder, with the bot ready on it; take it down at the end.

    A screener that is loaded already saves a second; the bot keeps its screener when it is switched off and on again.
    """
    clock = MovableClock(SystemClock().now() - DAYS_BEFORE)
    tour = Tour()
    sandbox = Sandbox(clock=clock, token=_TOKEN, tour=tour)
    sandbox.world.bot.name = "Holdspace"
    scene.build(sandbox.world, invited_with())
    await let_them_talk(sandbox.people, clock)
    try:
        await _listen(sandbox, port)
        settings = _settings(folder, sandbox)
        [group] = await import_group(settings, folder, local_zone(os.environ), clock.now())
        witness = Witness(sandbox, group, Library.load().of(group.language))
        screener = screener or Screener.load()
        await set_the_alarm_up(settings, clock, screener, scene.OLGA)
        stage = Stage(sandbox, clock, group, Bot(settings, clock, screener, witness.on_screened))
        try:
            await stage.bot.start()
            tour.begin(stage, witness)
            yield stage
        finally:
            await stage.close()
    finally:
        await sandbox.close()


def invited_with() -> Permission:
    """Return the permissions that the bot's invite link asks for."""
    return functools.reduce(operator.or_, (Permission[name.upper()] for name in NEEDED))


async def _listen(sandbox: Sandbox, port: int) -> None:
    try:
        await sandbox.start(port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise BadInput(
                f"Another program uses port {port}.", "Choose another one, or leave --port out to take a free one."
            ) from None
        raise BadInput(f"Port {port} cannot be used ({type(error).__name__}).", "Leave --port out.") from None


def _settings(folder: Path, sandbox: Sandbox) -> Settings:
    key = folder / "key"
    key.touch(mode=0o600)
    key.write_text(Keyring.new().dump(), encoding="utf-8")
    return Settings.model_validate(
        {
            "discord": {"token": sandbox.token, "api_url": sandbox.api_url, "gateway_url": sandbox.gateway_url},
            "storage": {"url": f"sqlite:///{folder}/holdspace.sqlite3"},
            "encryption": {"key_file": str(key)},
            "health": {"enabled": False},
        }
    )
