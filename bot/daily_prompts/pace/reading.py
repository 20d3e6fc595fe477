"""Reading hours and zones as people write them."""

import re
import unicodedata
from datetime import time
from difflib import get_close_matches
from zoneinfo import ZoneInfo

from bot.zones import known_zones

_CLOCK = re.compile(r"(\d{1,2})(?:[:.h]\s?(\d{2})?)?\s*([ap])?\.?\s?(?:m\.?)?", re.IGNORECASE)
_HALF_DAY, _HOURS, _MINUTES = 12, 24, 60
_NEAR = 0.7


def clock_in(text: str) -> time | None:
    """Read a time of day: "8", "8:30", "08.30", "20h", "8:30 pm"; None if it is none."""
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").lower()
    if half:
        if not 1 <= hour <= _HALF_DAY:
            return None
        hour = hour % _HALF_DAY + (_HALF_DAY if half == "p" else 0)
    return time(hour, minute) if hour < _HOURS and minute < _MINUTES else None


def zone_in(text: str) -> ZoneInfo | None:
    """Read a zone by its whole name or its city alone ("Madrid", "new york"); None if it is not known or not plain."""
    wanted = _plain(text)
    places = {_plain(name): name for name in known_zones() if "/" in name or name == "UTC"}
    if wanted in places:
        return ZoneInfo(places[wanted])
    cities = {name for plain, name in places.items() if plain.rpartition("/")[2] == wanted and _is_place(name)}
    return ZoneInfo(cities.pop()) if len(cities) == 1 else None


def zones_like(text: str) -> list[str]:
    """Return up to three zones whose names come near to what somebody wrote."""
    by_city = {_plain(name).rpartition("/")[2]: name for name in sorted(known_zones()) if _is_place(name)}
    near = get_close_matches(_plain(text).rpartition("/")[2], list(by_city), n=3, cutoff=_NEAR)
    return [by_city[city] for city in near]


def _is_place(name: str) -> bool:
    return "/" in name and not name.startswith(("Etc/", "posix/", "right/", "SystemV/", "US/", "Canada/", "Mexico/"))


def _plain(text: str) -> str:
    """Write a name as the zone database does, but small and without accents."""
    bare = "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))
    return "_".join(bare.strip().casefold().split())
