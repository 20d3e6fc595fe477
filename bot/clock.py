"""The only place that reads the time."""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time as an aware UTC datetime."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        return datetime.now(UTC)


class MovableClock:
    """A clock that runs on from any moment and can be moved forward, for the demo and the tests."""

    def __init__(self, start: datetime | None = None, *, frozen: bool = False) -> None:
        real = datetime.now(UTC)
        self._offset = (start - real) if start is not None else timedelta(0)
        self._frozen_at = (start or real) if frozen else None

    def now(self) -> datetime:
        """Return the present moment on this clock, aware, in UTC."""
        if self._frozen_at is not None:
            return self._frozen_at
        return datetime.now(UTC) + self._offset

    def advance(self, step: timedelta) -> datetime:
        """Move forward by `step` and return the new moment; a step back is refused, as no real clock takes one."""
        if step < timedelta(0):
            raise ValueError("this clock only moves forward")
        self._offset += step
        if self._frozen_at is not None:
            self._frozen_at += step
        return self.now()
