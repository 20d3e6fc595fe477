"""The page for a watcher: `/healthz` proves that work is being done, `/metrics` counts it. Loopback only."""

import errno
from datetime import datetime
from typing import Protocol

from aiohttp import web
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from bot.clock import Clock
from bot.config import HealthSettings
from bot.errors import ConfigError


class Heartbeat(Protocol):
    """Knows when the last full tick, one finished run of every job, was complete."""

    def seconds_since_last_tick(self, now: datetime) -> float | None:
        """Return the age of the last full tick in seconds; None before the first."""
        ...


class Health:
    """Serves `/healthz` and `/metrics` from `start` until `close`."""

    def __init__(
        self, settings: HealthSettings, heartbeat: Heartbeat, registry: CollectorRegistry, clock: Clock
    ) -> None:
        self._settings = settings
        self._heartbeat = heartbeat
        self._registry = registry
        self._clock = clock
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Begin to serve, if it is wanted; raises `ConfigError` when the port is taken."""
        if not self._settings.enabled:
            return
        app = web.Application()
        app.add_routes([web.get("/healthz", self._healthz), web.get("/metrics", self._metrics)])
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        site = web.TCPSite(runner, self._settings.host, self._settings.port)
        try:
            await site.start()
        except OSError as error:
            await runner.cleanup()
            raise self._cannot_listen(error) from None
        self._runner = runner

    async def close(self) -> None:
        """Stop serving."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    @property
    def address(self) -> str | None:
        """Where it is served, as http://HOST:PORT, while it is."""
        if self._runner is None or not self._runner.addresses:
            return None
        host, port = self._runner.addresses[0][:2]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def _cannot_listen(self, error: OSError) -> ConfigError:
        place = f"{self._settings.host}, port {self._settings.port}"
        remedy = "Set another health.port, or health.enabled = false."
        if error.errno == errno.EADDRINUSE:
            return ConfigError(
                f"The health page cannot use {place}: another program does.",
                f"Is Holdspace already running? If not: {remedy[0].lower()}{remedy[1:]}",
            )
        return ConfigError(f"The health page cannot use {place} (error {error.errno}).", remedy)

    async def _healthz(self, _request: web.Request) -> web.Response:
        age = self._heartbeat.seconds_since_last_tick(self._clock.now())
        limit = self._settings.stale_after_seconds
        if age is None:
            return web.Response(status=503, text="no full tick has finished yet\n")
        if age > limit:
            return web.Response(
                status=503, text=f"the last full tick finished {age:.0f} s ago, the limit is {limit} s\n"
            )
        return web.Response(text=f"ok: the last full tick finished {age:.0f} s ago\n")

    async def _metrics(self, _request: web.Request) -> web.Response:
        return web.Response(body=generate_latest(self._registry), headers={"Content-Type": CONTENT_TYPE_LATEST})
