"""What an author has just sent, so that a message split over several sends is read as one. In memory, for minutes."""

from collections import deque
from datetime import datetime, timedelta

WITHIN = timedelta(minutes=3)
MOST = 3


class RecentMessages:
    """Keeps the last three texts of an author in a channel for three minutes, and nowhere but in memory."""

    def __init__(self) -> None:
        self._texts: dict[tuple[int, int], deque[tuple[datetime, str]]] = {}

    def joined_with(self, channel_id: int, author_id: int, text: str, at: datetime) -> list[str]:
        """Note a text and return it with those just before it, oldest first; a single one when there are none."""
        self._forget_before(at - WITHIN)
        texts = self._texts.setdefault((channel_id, author_id), deque(maxlen=MOST))
        texts.append((at, text))
        return [said for _, said in texts]

    def _forget_before(self, moment: datetime) -> None:
        for key, texts in list(self._texts.items()):
            while texts and texts[0][0] < moment:
                texts.popleft()
            if not texts:
                del self._texts[key]
