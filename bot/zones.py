"""The time zones that this machine knows."""

from functools import cache
from zoneinfo import available_timezones


@cache
def known_zones() -> frozenset[str]:
    """Return their IANA names; looked up once, as it means to open six hundred files."""
    return frozenset(available_timezones())
