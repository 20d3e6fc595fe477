"""Pure rules: how each point of an alarm stands, and when a drill may ring."""

import hashlib
from collections.abc import Collection
from datetime import datetime, time, timedelta

from bot.crisis.alarm.model import DRILL_EVERY, AlarmReport, CareLook, Facts, Point, PointState
from bot.crisis.on_call.model import Piece
from bot.groups.model import Group

_TWO = 2
_DAY_BEGINS, _DAY_ENDS = time(8), time(21)
_SETTLED = timedelta(minutes=30)
"""A drill waits until somebody has been on call for so long."""


def report(group: Group, facts: Facts) -> AlarmReport:
    """Say how every point stands."""
    return AlarmReport(
        (
            _care(facts),
            _simple(Point.TEST, facts.test_answered),
            _simple(Point.LINES, facts.lines_confirmed),
            _simple(Point.RESPONSE, group.response is not None),
            _people(group, facts),
            _simple(Point.TOLD, facts.members_told),
        )
    )


def fingerprint(people: Collection[int]) -> str:
    """Make a mark of who oversees the server, so that a confirmation counts for these people and no others."""
    return hashlib.sha256(",".join(map(str, sorted(people))).encode()).hexdigest()


def same_look(known: Facts, look: CareLook) -> bool:
    """Say whether a look at the care channel found what is known already."""
    found = (look.exists, len(look.strangers), fingerprint(look.overseers))
    return found == (known.care_exists, known.strangers, known.overseers_print)


def may_drill(group: Group, piece: Piece, last_test: datetime, now: datetime) -> bool:
    """Say whether a drill may ring whoever is on call in this piece of the rota.

    Once a week, by day where the shift has any, and not in its first half hour.
    """
    if piece.who is None or now - last_test < DRILL_EVERY or now - piece.start < _SETTLED:
        return False
    local = now.astimezone(group.zone)
    return _DAY_BEGINS <= local.time() < _DAY_ENDS or not _has_daytime(group, piece)


def _has_daytime(group: Group, piece: Piece) -> bool:
    """Say whether a piece of the rota has an hour by day; looked at in steps that no day slips through."""
    at = piece.start + _SETTLED
    while at < piece.end:
        if _DAY_BEGINS <= at.astimezone(group.zone).time() < _DAY_ENDS:
            return True
        at += timedelta(hours=1)
    return False


def _care(facts: Facts) -> PointState:
    if not facts.looked:
        return PointState(Point.CARE, done=False, reason="not_looked")
    if not facts.care_exists:
        return PointState(Point.CARE, done=False, reason="gone")
    if facts.strangers:
        return PointState(Point.CARE, done=False, reason="strangers", places={"count": facts.strangers})
    if facts.overseers and facts.overseers_confirmed != facts.overseers_print:
        return PointState(Point.CARE, done=False, reason="overseers", places={"count": facts.overseers})
    if facts.overseers:
        return PointState(Point.CARE, done=True, reason="done_overseers", places={"count": facts.overseers})
    return PointState(Point.CARE, done=True, reason="done")


def _people(group: Group, facts: Facts) -> PointState:
    steps = range(len(group.escalation.chain))
    people = {person for step in steps for person in group.people_of(step)} & set(group.therapists)
    if len(people) >= _TWO:
        return PointState(Point.PEOPLE, done=True, reason="done", places={"count": len(people)})
    if group.escalation.last_resort and facts.last_resort_known:
        return PointState(Point.PEOPLE, done=True, reason="done_last_resort")
    reason = "unknown_target" if group.escalation.last_resort else "todo"
    return PointState(Point.PEOPLE, done=False, reason=reason, places={"target": group.escalation.last_resort or ""})


def _simple(point: Point, done: bool) -> PointState:
    return PointState(point, done=done, reason="done" if done else "todo")
