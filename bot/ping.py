"""The dead-man's switch: an outside watcher hears from the bot once a minute, and alarms somebody when it does not."""

from datetime import datetime, timedelta

import aiohttp

from bot.config import HealthSettings
from bot.health import Heartbeat
from bot.log import get
from bot.storage.engine import Database, ping

log = get("ping")

_AT_MOST_EVERY = timedelta(seconds=60)
_PATIENCE_SECONDS = 10


class DeadMansSwitch:
    """Pings an address after finished cycles, with a database that can be written to; says nothing otherwise.

    Silence is the alarm: whoever watches the address tells somebody when pings stop.
    """

    def __init__(self, settings: HealthSettings, heartbeat: Heartbeat, database: Database) -> None:
        self._settings = settings
        self._heartbeat = heartbeat
        self._database = database
        self._last: datetime | None = None

    async def run_due(self, now: datetime) -> bool:
        """Ping, if a minute has passed and the last full cycle is fresh; says whether the watcher took it."""
        url = self._settings.ping_url
        age = self._heartbeat.seconds_since_last_tick(now)
        if url is None or age is None or age > self._settings.stale_after_seconds:
            return False
        if self._last is not None and now - self._last < _AT_MOST_EVERY:
            return False
        await ping(self._database)
        self._last = now
        return await self._ping(url.get_secret_value())

    async def _ping(self, address: str) -> bool:
        timeout = aiohttp.ClientTimeout(total=_PATIENCE_SECONDS)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.get(address, allow_redirects=False) as answer,
            ):
                if answer.ok:
                    return True
                log.warning("ping_refused", status=answer.status)
        except (aiohttp.ClientError, TimeoutError, OSError):
            log.warning("ping_failed")
        return False
