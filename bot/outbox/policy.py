"""When to try again, and when to stop."""

from datetime import datetime, timedelta

from bot.outbox.model import RetryPlan

LEASE = timedelta(seconds=30)
"""A sender that has not finished by then is taken for dead, and another may try."""

DELIVERY_LIMIT = timedelta(seconds=20)
"""One try may take this long; it has to stay below the lease, so that two never work on one row."""


def next_try(plan: RetryPlan, attempts: int, retry_after: timedelta | None, now: datetime) -> datetime | None:
    """Return when to try again after `attempts` tries, or None when the row has failed."""
    if attempts >= plan.tries:
        return None
    backoff: timedelta = min(plan.first * (2 ** (attempts - 1)), plan.longest)
    return now + max(backoff, retry_after or timedelta(0))
