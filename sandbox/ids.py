"""Snowflake ids and time stamps that follow the given clock and never repeat."""

from datetime import UTC, datetime, timedelta
from typing import Protocol

DISCORD_EPOCH_MS = 1_420_070_400_000


class Clock(Protocol):
    """Anything that tells the time as an aware UTC datetime."""

    def now(self) -> datetime:
        """Tell the time."""
        ...


class SystemClock:
    """Tells the machine's time; for a sandbox that is given no clock of its own."""

    def now(self) -> datetime:
        """Tell the machine's time."""
        return datetime.now(UTC)


class Ids:
    """Makes strictly increasing snowflakes and moments, even while the clock stands still or goes back."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._last_snowflake = 0
        self._last_moment = datetime.min.replace(tzinfo=UTC)

    def now(self) -> datetime:
        """Tell the clock's time."""
        return self.clock.now().astimezone(UTC)

    def moment(self) -> datetime:
        """Tell the clock's time, at least a microsecond after the last moment told."""
        self._last_moment = max(self.now(), self._last_moment + timedelta(microseconds=1))
        return self._last_moment

    def snowflake(self) -> int:
        """Make an id whose upper bits hold the clock's time in milliseconds."""
        milliseconds = int(self.now().timestamp() * 1000) - DISCORD_EPOCH_MS
        self._last_snowflake = max(milliseconds << 22, self._last_snowflake + 1)
        return self._last_snowflake


def iso(moment: datetime | None) -> str | None:
    """Write a moment as Discord does, or None."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds") if moment else None
