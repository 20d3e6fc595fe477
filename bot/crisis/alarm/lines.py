"""What the alarm adds to the care channel's daily list: gaps of the rota, what is not set up, missed drills."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.crisis.alarm.model import PointState, TestPage
from bot.crisis.on_call.model import Piece
from bot.crisis.on_call.service import moment
from bot.words import Words

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Daily:
    """What there is to tell today."""

    gaps: list[Piece]
    missing: list[PointState]
    missed: list[TestPage]


def daily_lines(daily: Daily, words: Words) -> Iterator[str]:
    """Write a line for each kind of thing; none where there is nothing."""
    if daily.missing:
        yield words("alarm.daily.not_armed", count=len(daily.missing))
    if daily.gaps:
        shown = [_gap(gap, words) for gap in daily.gaps[:_SHOWN]]
        if len(daily.gaps) > _SHOWN:
            shown.append(words("alarm.daily.more", count=len(daily.gaps) - _SHOWN))
        yield words("alarm.daily.gaps", count=len(daily.gaps), gaps="; ".join(shown))
    for each in daily.missed:
        yield words("alarm.daily.missed", when=moment(each.sent_at), who=f"<@{each.to_id}>")


def _gap(gap: Piece, words: Words) -> str:
    times = {"from": moment(gap.start), "to": moment(gap.end)}
    if gap.of is None:
        return words("alarm.daily.gap", **times)
    return words("alarm.daily.gap_of", who=f"<@{gap.of}>", **times)
