"""What the last 72 hours of one member add to a message: at most one step up, for named pairs of different evidence."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.crisis.screening.model import Assessment, Level, Raise, Remembered

REACH = timedelta(hours=72)
ONCE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two different kinds of evidence that mean more together, in this order: `first` earlier, `then` now."""

    id: str
    first: frozenset[str]
    then: frozenset[str]
    to: Level
    note: str


def with_memory(
    assessment: Assessment, recent: Sequence[Remembered], now: datetime, pairs: Sequence[Pair]
) -> Assessment:
    """Return the assessment, one step higher if a named pair is complete; never lower, and once per kind and day."""
    spent = {row.kind for row in recent if row.raised and now - row.at < ONCE}
    earlier = {row.kind for row in recent if row.level > Level.NONE and timedelta(0) <= now - row.at <= REACH}
    fresh = assessment.kinds - spent
    for pair in pairs:
        kinds = tuple(sorted(fresh & pair.then))
        before = earlier & pair.first
        if not kinds or not before - set(kinds) or assessment.level >= pair.to:
            continue
        after = Level(min(assessment.level + 1, pair.to))
        step = Raise(f"memory.{pair.id}", pair.note, assessment.level, after, kinds)
        return replace(assessment, level=after, raises=(*assessment.raises, step))
    return assessment
