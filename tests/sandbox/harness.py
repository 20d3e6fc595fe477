"""A real discord.py client, connected to a sandbox in this process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import discord
from discord.ext import commands

from sandbox import Sandbox

QUICK = 0.01  # seconds that the client waits for further servers before it is ready


class Clock:
    """A clock that can be moved."""

    def __init__(self) -> None:
        self.time = datetime.now(UTC)

    def now(self) -> datetime:
        return self.time

    def advance(self, by: timedelta) -> None:
        self.time += by


def intents(*without: str) -> discord.Intents:
    """All intents but presences and those named."""
    wanted = discord.Intents.all()
    wanted.presences = False
    for name in without:
        setattr(wanted, name, False)
    return wanted


class Bot(commands.AutoShardedBot):
    """A client that remembers what it heard and knows when it is ready."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("intents", intents())
        super().__init__(command_prefix="!", guild_ready_timeout=QUICK, **options)
        self.heard: list[tuple[Any, ...]] = []
        self.failures: list[BaseException] = []
        self._news = asyncio.Event()

    def dispatch(self, event: str, /, *arguments: Any, **keywords: Any) -> None:
        self.heard.append((event, *arguments))
        self._news.set()
        super().dispatch(event, *arguments, **keywords)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Identify at once: Discord's five seconds between shards are not what is tested here."""

    async def on_error(self, event_method: str, /, *arguments: Any, **keywords: Any) -> None:
        raise  # noqa: PLE0704 - called while the error is handled

    def named(self, event: str) -> list[Any]:
        """List what was heard under a name: the argument, or all of them if there are several."""
        return [entry[1] if len(entry) == 2 else entry[1:] for entry in self.heard if entry[0] == event]

    async def hear(self, event: str, where: Any = None, within: float = 2) -> Any:
        """Wait until an event was heard that fits."""
        async with asyncio.timeout(within):
            while True:
                for found in self.named(event):
                    if where is None or where(found):
                        return found
                self._news.clear()
                await self._news.wait()

    async def settle(self) -> None:
        """Give the wire a moment, for what must not arrive."""
        await asyncio.sleep(0.03)


@asynccontextmanager
async def connected(sandbox: Sandbox, bot: Bot | None = None, **options: Any) -> AsyncIterator[Bot]:
    """Log a client in and wait until it is ready."""
    client = bot or Bot(**options)
    async with client:
        await client.login(sandbox.token)
        task = asyncio.create_task(client.connect())
        ready = asyncio.create_task(client.hear("ready"))
        done, _ = await asyncio.wait({task, ready}, return_when=asyncio.FIRST_COMPLETED)
        if task in done:
            ready.cancel()
            task.result()
        client.heard.clear()
        yield client
    await asyncio.gather(task, return_exceptions=True)


class Raw:
    """Plain HTTP requests to the REST API, for what a well-behaved client would not send."""

    def __init__(self, sandbox: Sandbox, session: aiohttp.ClientSession) -> None:
        self.sandbox = sandbox
        self.session = session

    async def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        given = {"Authorization": f"Bot {self.sandbox.token}"} | headers
        async with self.session.request(method, self.sandbox.api_url + path, json=body, headers=given) as answer:
            text = await answer.text()
            return answer.status, await answer.json() if text else None
