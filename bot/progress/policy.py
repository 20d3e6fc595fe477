"""Pure rules: when a card waits, and how long wins are kept."""

from datetime import datetime, timedelta

QUIET_AFTER_ALARM = timedelta(hours=12)
KEPT = timedelta(days=365)
CARD_WORTH = timedelta(days=2)
"""After this a card that could not be posted is given up, and the win stays with its author."""


def rests(case_opened_at: datetime, waits: bool, now: datetime) -> bool:
    """Tell whether celebrations rest in a case's group: while nobody has taken it, and for twelve hours at least."""
    return waits or now - case_opened_at < QUIET_AFTER_ALARM


def kept_since(now: datetime) -> datetime:
    """Return the moment before which a win is forgotten."""
    return now - KEPT
