"""Waits of discord.py that no journey is about are cut short: they are the only ones on the machine's clock."""

import asyncio
from typing import Any

import pytest

from bot.client import HoldspaceClient


class _Impatient:
    """asyncio as `discord.http` sees it: before it tries again it waits whole seconds, and here a twentieth of them.

    What Discord itself asks for after a rate limit is a fraction, and is kept to.
    """

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)

    async def sleep(self, seconds: float, result: Any = None) -> Any:
        return await asyncio.sleep(seconds / 20 if isinstance(seconds, int) else seconds, result)


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    async def at_once(self: HoldspaceClient, shard_id: int | None, *, initial: bool = False) -> None:
        """Identify without the five seconds that Discord wants between two shards."""

    monkeypatch.setattr("discord.http.asyncio", _Impatient())
    monkeypatch.setattr(HoldspaceClient, "before_identify_hook", at_once)
