"""What the last 72 hours of one member add to a message: at most one step up, for named pairs of different evidence."""

from collections.abc import Collection, Sequence
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
    at_least: Level = Level.CONCERN
    """The level that the earlier evidence must have had."""
    times: int = 1
    """In so many earlier messages."""


def with_memory(
    assessment: Assessment, recent: Sequence[Remembered], now: datetime, pairs: Sequence[Pair]
) -> Assessment:
    """Return the assessment, one step higher if a named pair is complete; never lower, and once per kind and day."""
    spent = {row.kind for row in recent if row.raised and now - row.at < ONCE}
    earlier = [row for row in recent if timedelta(0) <= now - row.at <= REACH]
    fresh = {item.kind for item in assessment.evidence if not item.changes} - spent
    for pair in pairs:
        kinds = tuple(sorted(fresh & pair.then))
        if not kinds or assessment.level >= pair.to or not _was_told(pair, earlier, kinds):
            continue
        after = Level(min(assessment.level + 1, pair.to))
        step = Raise(f"memory.{pair.id}", pair.note, assessment.level, after, kinds)
        return replace(assessment, level=after, raises=(*assessment.raises, step))
    return assessment


def _was_told(pair: Pair, earlier: Sequence[Remembered], kinds: Collection[str]) -> bool:
    """Tell whether the earlier evidence of a pair, of other kinds than what is new, came often and gravely enough."""
    wanted = pair.first.difference(kinds)
    least = max(pair.at_least, Level.CONCERN)
    return len({row.at for row in earlier if row.kind in wanted and row.level >= least}) >= pair.times
