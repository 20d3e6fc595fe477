"""Pure rules: when a card waits, and how long wins are kept."""

from datetime import datetime, timedelta

REST_AT_MOST = timedelta(days=3)
"""A case that somebody has and forgot to close must not keep a group from its celebrations for good."""
KEPT = timedelta(days=365)
CARD_WORTH = timedelta(days=5)
"""After this a card that could not be posted is given up, and the win stays with its author."""


def rests(case_opened_at: datetime, waits: bool, now: datetime) -> bool:
    """Tell whether celebrations rest in the group of a case that is not closed: while it waits, else for three days."""
    return waits or now - case_opened_at < REST_AT_MOST


def kept_since(now: datetime) -> datetime:
    """Return the moment before which a win is forgotten."""
    return now - KEPT
