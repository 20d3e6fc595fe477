"""Whether Discord can be reached now: pages outside Discord say so, and come less often once everybody was tried."""

import re
from datetime import datetime

_AWAY = re.compile(r"unreachable|discord\.5\d\d")


class Reach:
    """Knows since when Discord cannot be reached; the client and the senders of pages tell it what they see."""

    def __init__(self) -> None:
        self._lost_since: datetime | None = None

    @property
    def lost_since(self) -> datetime | None:
        """Return since when Discord cannot be reached; None while it can."""
        return self._lost_since

    def lost(self, now: datetime) -> None:
        """Note that Discord does not answer; the first moment of an outage counts."""
        self._lost_since = self._lost_since or now

    def back(self) -> None:
        """Note that Discord answers."""
        self._lost_since = None

    def failed(self, problem: str, now: datetime) -> None:
        """Note why a request failed; only what means that Discord is away counts, no refusal and no rate limit."""
        if _AWAY.fullmatch(problem):
            self.lost(now)
