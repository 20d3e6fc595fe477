"""The real bot in this process, which can be switched off and on again while everything else goes on."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from typing import Any

import discord

from bot import app
from bot.client import HoldspaceClient
from bot.clock import Clock
from bot.config import Settings
from bot.errors import DiscordError

_READY_WITHIN = 30.0

# Takes what the crisis cog dispatches for every message that was screened.
OnScreened = Callable[[Any], Coroutine[Any, Any, None]]


class Bot:
    """Runs the bot as `holdspace run` does. States: off, on; off again when told to, or by a failure (`ended`)."""

    def __init__(self, settings: Settings, clock: Clock, on_screened: OnScreened) -> None:
        self._settings = settings
        self._clock = clock
        self._on_screened = on_screened
        self._client: HoldspaceClient | None = None
        self._running: asyncio.Task[None] | None = None
        self._open = AsyncExitStack()
        self._ended = asyncio.Event()

    @property
    def is_on(self) -> bool:
        """Whether the bot is at work."""
        return self._client is not None

    @property
    def client(self) -> HoldspaceClient:
        """The bot that is at work; only while it is on."""
        assert self._client is not None, "the bot is off"  # noqa: S101  (its users ask `is_on` first)
        return self._client

    async def start(self) -> None:
        """Start, and wait until what was said meanwhile has been read; raises HoldspaceError."""
        try:
            alone = await self._open.enter_async_context(app.alone(self._settings))
            parts = await self._open.enter_async_context(app.opened(self._settings, self._clock))
            if alone:
                await parts.outbox.take_over(self._clock.now())
            # Voice is not used; that its libraries are absent is no news for a visitor.
            discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
            client = HoldspaceClient(parts)
            client.add_listener(self._on_screened, "on_screened_message")
            self._running = asyncio.create_task(client.run_until_stopped(), name="bot")
            await _until_ready(client, self._running)
        except BaseException:
            await self.stop()
            raise
        self._client = client
        self._running.add_done_callback(self._has_ended)

    async def stop(self) -> None:
        """Stop in order; what is due goes out after the next start."""
        running, self._running, self._client = self._running, None, None
        if running is not None:
            running.remove_done_callback(self._has_ended)
            running.cancel()
            await asyncio.wait({running})
        await self._open.aclose()
        self._open = AsyncExitStack()

    async def tick(self) -> None:
        """Let everything that is due happen now."""
        if self._client is not None:
            await self._client.ticker.tick_once()

    async def ended(self) -> None:
        """Wait until the bot ends without being told to, and raise why."""
        await self._ended.wait()
        if self._running is not None:
            await self._running

    def _has_ended(self, _running: asyncio.Task[None]) -> None:
        self._ended.set()


async def _until_ready(client: HoldspaceClient, running: asyncio.Task[None]) -> None:
    ready = asyncio.create_task(client.wait_until_ready_and_caught_up())
    try:
        await asyncio.wait({ready, running}, return_when=asyncio.FIRST_COMPLETED, timeout=_READY_WITHIN)
        if running.done():
            await running
        if not ready.done():
            raise DiscordError("The bot did not become ready in the sandbox.", "Please report this, with --verbose.")
    finally:
        ready.cancel()
