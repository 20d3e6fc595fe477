"""Reading what a therapist types: a day with a time, and an exercise by its name. Pure."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from difflib import get_close_matches
from zoneinfo import ZoneInfo

from bot.daily_prompts.schedule import day_exists, instant_of
from bot.daily_prompts.skills.model import Skill

_DAY = r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})"
_MOMENT = re.compile(rf"{_DAY}(?:[ T,]+(\d{{1,2}})[:.](\d{{2}}))?")
_ALIKE = 0.6


def moment_in(text: str, zone: ZoneInfo, usual: time | None) -> datetime | None:
    """Read "2027-08-30 18:00" in a zone, or a day alone at the usual time; None if it is neither."""
    found = _MOMENT.fullmatch(text.strip())
    if found is None:
        return None
    try:
        day = date(int(found[1]), int(found[2]), int(found[3]))
        at = time(int(found[4]), int(found[5])) if found[4] else usual
    except ValueError:
        return None
    return None if at is None or not day_exists(day, zone) else instant_of(day, at, zone)


def written(moment: datetime, zone: ZoneInfo) -> str:
    """Write a moment as `moment_in` reads it."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


def skill_in(text: str, skills: Mapping[str, Skill]) -> Skill | None:
    """Find an exercise by its name, its id, or the beginning of its name if no other begins so."""
    wanted = _plain(text)
    for skill in skills.values():
        if wanted in (_plain(skill.name), _plain(skill.id)):
            return skill
    beginning = [skill for skill in skills.values() if wanted and _plain(skill.name).startswith(wanted)]
    return beginning[0] if len(beginning) == 1 else None


def near(text: str, skills: Mapping[str, Skill]) -> Skill | None:
    """Return the exercise whose name is most like a text, if any is."""
    names = {_plain(skill.name): skill for skill in skills.values()}
    wanted = _plain(text)
    holding = [skill for name, skill in names.items() if wanted and wanted in name]
    alike = get_close_matches(wanted, list(names), n=1, cutoff=_ALIKE)
    return names[alike[0]] if alike else holding[0] if holding else None


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[\W_]+", " ", text.casefold()).split())
