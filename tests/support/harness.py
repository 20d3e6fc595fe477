"""The whole of Holdspace against the sandbox, with a clock to move: what the journeys are told on.

Unexpected messages of the bot fail a journey: `expect` takes one message out of what a place has shown, and at the end
nothing may be left over (`nothing_more`).
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import discord

from bot import app
from bot.client import HoldspaceClient
from bot.clock import MovableClock
from bot.config import Settings
from bot.permissions import NEEDED
from sandbox import Permission, Sandbox, scene
from tests.support import conformance
from tests.support.cogs_kept import cogs_kept
from tests.support.groups import CARE, CIRCLE, MARIA, TUESDAY
from tests.support.seeded import copy_of_seeded_sqlite, seed, shipped_screener, write_key

_EPHEMERAL = 64
_PRIVATE_THREAD = 12
TOKEN = "sandbox-token"
PATIENCE = 15.0
"""Seconds of the real clock: on a busy machine a journey is judged by what happens, not by how long it takes."""


def bot_permissions() -> Permission:
    """Return exactly what the invite link asks for, so that every journey proves that it is enough."""
    granted = Permission.NONE
    for name in NEEDED:
        granted |= Permission[name.upper()]
    return granted


class Journey:
    """A sandbox, a clock and a bot that can be stopped and started; acts are those of `sandbox.people`."""

    def __init__(self, sandbox: Sandbox, clock: MovableClock, settings: Settings) -> None:
        self.sandbox = sandbox
        self.people = sandbox.people
        self.clock = clock
        self.settings = settings
        self.client: HoldspaceClient | None = None
        self._running: asyncio.Task[None] | None = None
        self._stack = contextlib.AsyncExitStack()
        self._seen: set[str] = set()

    @property
    def parts(self) -> app.Parts:
        """The parts of the bot that runs now."""
        assert self.client is not None
        return self.client.parts

    async def start(self) -> None:
        """Start the bot and wait until it has read back what it missed."""
        parts = await self._stack.enter_async_context(app.opened(self.settings, self.clock, shipped_screener()))
        await parts.outbox.take_over(self.clock.now())
        self.client = HoldspaceClient(parts)
        self._running = asyncio.create_task(self.client.run_until_stopped())
        ready = asyncio.create_task(self.client.wait_until_ready_and_caught_up())
        await asyncio.wait({ready, self._running}, return_when=asyncio.FIRST_COMPLETED, timeout=20)
        if self._running.done():
            ready.cancel()
            await self._running
        assert ready.done(), "the bot did not become ready"

    async def stop(self) -> None:
        """Stop the bot in order."""
        with cogs_kept():
            if self._running is not None:
                self._running.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await self._running
            await self._stack.aclose()
        self._stack = contextlib.AsyncExitStack()
        self.client, self._running = None, None

    async def restart(self) -> None:
        """Stop and start again."""
        await self.stop()
        await self.start()

    async def tick(self) -> None:
        """Let everything that is due happen, and wait until it has been sent."""
        assert self.client is not None
        await self.client.ticker.tick_once()
        await self.parts.outbox.settle()

    async def skip(self, **step: float) -> None:
        """Move the clock and let what became due happen.

        What is being sent ends first: its lease is half a minute of this clock, and Discord's nonces end with it.
        """
        if self.client is not None:
            await self.parts.outbox.settle()
        self.clock.advance(timedelta(**step))
        await self.tick()

    async def expect(
        self, person: int, channel: int | None, contains: str, *, within: float = PATIENCE
    ) -> dict[str, Any]:
        """Wait for one message of the bot that this person sees there, and take it out of what was shown."""
        message = await self.people.expect_message(
            person, channel, lambda m: contains in _text(m) and m["id"] not in self._seen, within=within
        )
        self._seen.add(message["id"])
        return dict(message)

    async def answer(self, used: dict[str, Any], within: float = PATIENCE) -> str:
        """Return what the bot answered to a press, a command or a form, once it is more than "thinking"."""
        told = ""
        async with asyncio.timeout(within):
            while not told:
                message = (await self.people.answer(used))["message"]
                told = _text(message) if message else ""
                await asyncio.sleep(0.005)
        return told

    def bot_messages(self, person: int, channel: int) -> list[dict[str, Any]]:
        """Return what the bot has posted there for everybody and no `expect` has taken."""
        shown = self.people.messages(person, channel)
        posted = [m for m in shown if m["author"].get("bot") and not m.get("flags", 0) & _EPHEMERAL]
        return [m for m in posted if m["id"] not in self._seen]

    async def private_thread(self, person: int, within: float = PATIENCE) -> int:
        """Return the private thread that this person has been given, once there is one."""
        found: list[str] = []

        async def there() -> bool:
            threads = [t for guild in self.people.state(person)["guilds"] for t in guild["threads"]]
            found.extend(t["id"] for t in threads if t["type"] == _PRIVATE_THREAD)
            return bool(found)

        await self.until(there, within)
        return int(found[0])

    async def nothing_more(self, *, settle: float = 0.05) -> None:
        """Fail if the bot has said anything that nobody expected, in the circle or the care channel."""
        await self.parts.outbox.settle()
        await asyncio.sleep(settle)
        left = [_text(m) for channel in (CIRCLE, CARE) for m in self.bot_messages(MARIA, channel)]
        assert left == [], f"unexpected: {left}"

    async def until(self, condition: Callable[[], Awaitable[bool]], within: float = PATIENCE) -> None:
        """Wait until something is so."""
        async with asyncio.timeout(within):
            while not await condition():  # noqa: ASYNC110  (conditions are about many things, not one event)
                await asyncio.sleep(0.01)


def _text(message: dict[str, Any]) -> str:
    texts = [message.get("content", "")]

    def walk(component: dict[str, Any]) -> None:
        texts.append(str(component.get("content", "")))
        texts.append(str(component.get("label", "")))
        for child in component.get("components", []):
            walk(child)

    for component in message.get("components", []):
        walk(component)
    return "\n".join(filter(None, texts))


@asynccontextmanager
async def journey(
    folder: Path,
    clock: MovableClock,
    *,
    url: str | None = None,
    start: bool = True,
    settings: Mapping[str, Any] | None = None,
    text: str = TUESDAY,
    armed: bool = True,
) -> AsyncIterator[Journey]:
    """Begin a journey: the Tuesday circle (or `text`), imported, its alarm set up unless `armed` is False.

    The bot is running unless `start` is False. `settings` are sections of the configuration beside those that a
    journey needs.
    """
    key = write_key(folder)
    checker = conformance.checker()
    sandbox = Sandbox(clock=clock, token=TOKEN, checker=checker, answer_within=PATIENCE)
    scene.build(sandbox.world, bot_permissions())
    await sandbox.start()
    chosen = Settings.model_validate(
        {
            "discord": {"token": TOKEN, "api_url": sandbox.api_url, "gateway_url": sandbox.gateway_url},
            "storage": {
                "url": url or await copy_of_seeded_sqlite(folder / "holdspace.sqlite3", clock, text, armed=armed)
            },
            "encryption": {"key_file": str(key)},
            "health": {"enabled": False},
            **(settings or {}),
        }
    )
    base, gateway = discord.http.Route.BASE, discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY
    story = Journey(sandbox, clock, chosen)
    try:
        if url:
            await seed(chosen, clock, text, armed=armed)
        if start:
            await story.start()
        yield story
        assert sandbox.api.crashes == []
        conformance.require(checker)
    finally:
        await story.stop()
        await sandbox.close()
        discord.http.Route.BASE, discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = base, gateway
