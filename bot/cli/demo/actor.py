"""The real bot in this process, which can be switched off and on again while everything else goes on."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import discord

from bot import app
from bot.client import HoldspaceClient
from bot.clock import Clock
from bot.config import Settings
from bot.crisis.screening import Screener
from bot.errors import DiscordError

_READY_WITHIN = 30.0

# Takes what the crisis cog dispatches for every message that was screened.
OnScreened = Callable[[Any], Coroutine[Any, Any, None]]


class Bot:
    """Runs the bot as `holdspace run` does. States: off, on; off again when told to, or by a failure (`ended`)."""

    def __init__(self, settings: Settings, clock: Clock, screener: Screener, on_screened: OnScreened) -> None:
        self._settings = settings
        self._clock = clock
        self._screener = screener
        self._on_screened = on_screened
        self._client: HoldspaceClient | None = None
        self._working: asyncio.Task[None] | None = None
        self._ended = asyncio.Event()

    @property
    def is_on(self) -> bool:
        """Whether the bot is at work."""
        return self._working is not None

    @property
    def client(self) -> HoldspaceClient:
        """The bot that is at work; only while it is on."""
        assert self._client is not None, "the bot is off"  # noqa: S101  (its users ask `is_on` first)
        return self._client

    async def start(self) -> None:
        """Start, and wait until what was said meanwhile has been read; raises HoldspaceError."""
        # Voice is not used; that its libraries are absent is no news for a visitor.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        met = asyncio.get_running_loop().create_future()

        def meet(client: HoldspaceClient) -> None:
            client.add_listener(self._on_screened, "on_screened_message")
            met.set_result(client)

        working = asyncio.create_task(app.work(self._settings, self._clock, self._screener, meet), name="bot")
        self._working = working
        try:
            await _first(met, working)
            self._client = met.result()
            await _first(asyncio.create_task(self.client.wait_until_ready_and_caught_up()), working)
        except BaseException:
            await self.stop()
            raise
        working.add_done_callback(self._has_ended)

    async def stop(self) -> None:
        """Stop in order; what is due goes out after the next start."""
        working, self._working, self._client = self._working, None, None
        if working is not None:
            working.remove_done_callback(self._has_ended)
            working.cancel()
            await asyncio.wait({working})

    async def tick(self) -> None:
        """Let everything that is due happen now."""
        if self._client is not None:
            await self._client.ticker.tick_once()

    async def ended(self) -> None:
        """Wait until the bot ends without being told to, and raise why."""
        await self._ended.wait()
        if self._working is not None:
            await self._working

    def _has_ended(self, _working: asyncio.Task[None]) -> None:
        self._ended.set()


async def _first(wanted: asyncio.Future[Any], working: asyncio.Task[None]) -> None:
    """Wait for what is wanted while the bot works; if the bot ends before, raise why."""
    try:
        await asyncio.wait({wanted, working}, return_when=asyncio.FIRST_COMPLETED, timeout=_READY_WITHIN)
        if working.done():
            await working
        if not wanted.done():
            raise DiscordError("The bot did not become ready in the sandbox.", "Please report this, with --verbose.")
    finally:
        wanted.cancel()
