"""What a test on the sandbox costs: its start, a login with discord.py, its end; and a whole journey's frame."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import discord
import yarl

from bench.report import spread
from bot.clock import MovableClock
from sandbox import Permission, Sandbox, scene
from tests.support.harness import journey

TIMES = 20


def main() -> None:
    """Measure and print."""
    asyncio.run(_measure())


async def _measure() -> None:
    base, gateway = discord.http.Route.BASE, discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY
    spread("sandbox: start, login, close", await _repeat(_login))
    discord.http.Route.BASE, discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = base, gateway
    spread("a journey with the whole bot and a new SQLite file: start, close", await _repeat(_journey))


async def _repeat(run: Callable[[], Awaitable[None]]) -> list[float]:
    await run()  # imports and the lexicon are paid once
    taken = []
    for _ in range(TIMES):
        began = time.perf_counter()
        await run()
        taken.append(time.perf_counter() - began)
    return taken


async def _login() -> None:
    sandbox = Sandbox()
    scene.build(sandbox.world, Permission.NONE)
    await sandbox.start()
    discord.http.Route.BASE = sandbox.api_url
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(sandbox.gateway_url)
    client = discord.Client(intents=discord.Intents(guilds=True, members=True), guild_ready_timeout=0.02)
    async with client:
        running = asyncio.create_task(client.start(sandbox.token))
        await client.wait_until_ready()
    await asyncio.wait({running})
    await sandbox.close()


async def _journey() -> None:
    with TemporaryDirectory() as folder:
        async with journey(Path(folder), MovableClock()):
            pass


if __name__ == "__main__":
    main()
