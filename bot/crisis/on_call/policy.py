"""Pure rules of the rota: who is on call when, where the gaps are, and whom a step of the chain reaches."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.crisis.on_call.model import LOOKS_AHEAD, Change, ChangeKind, Piece, Whom
from bot.daily_prompts.schedule import instant_of
from bot.groups.model import ON_CALL, WEEKDAYS, Group, Hours
from bot.groups.week import covers

_MOMENT = timedelta(minutes=1)
_DAY = timedelta(days=1)


def uses_rota(group: Group) -> bool:
    """Say whether the group's chain asks who is on call."""
    return ON_CALL in group.escalation.chain


def pieces(group: Group, changes: Iterable[Change], start: datetime, end: datetime) -> list[Piece]:
    """Return who is on call from `start` up to `end`, without holes: where nobody is, `who` is None.

    `changes` come in the order in which they were made. A shift of somebody who is no therapist any more is nobody's.
    """
    laid = _filled(sorted(_weekly(group, start, end), key=lambda piece: piece.start), start, end)
    for change in changes:
        laid = [part for piece in laid for part in _changed(piece, change)]
    return _joined(piece if piece.who in group.therapists else replace(piece, who=None) for piece in laid)


def on_call_at(group: Group, changes: Iterable[Change], now: datetime) -> int | None:
    """Return who is on call at a moment."""
    return pieces(group, changes, now, now + _MOMENT)[0].who


def gaps(group: Group, changes: Iterable[Change], now: datetime) -> list[Piece]:
    """Return when nobody is on call within the days that are looked at ahead; none where the chain does not ask."""
    if not uses_rota(group):
        return []
    return [piece for piece in pieces(group, changes, now, now + LOOKS_AHEAD) if piece.who is None]


def whom(group: Group, step: int, on_call: int | None, now: datetime) -> Whom:
    """Say whom a step reaches: those it names who are on duty; whoever is on call; everyone where nobody is.

    Off-duty times are honoured, except at the last step, and whoever is on call is on duty. The result is empty where
    all whom a step names are off duty; the chain goes on to the next one then.
    """
    entry, last = group.escalation.chain[step], step == group.escalation.last
    if entry == ON_CALL:
        if on_call is None:
            return Whom(group.therapists, nobody_on_call=True, last_resort=True)
        return Whom((on_call,), last_resort=last)
    named = group.therapists if isinstance(entry, str) else entry
    people = named if last else tuple(who for who in named if who == on_call or not is_off_duty(group, who, now))
    return Whom(people, last_resort=last)


def reached_from(group: Group, step: int, now: datetime) -> int:
    """Return the first step, from this one on, that reaches somebody; the last one always does."""
    while step < group.escalation.last and not whom(group, step, None, now).people:
        step += 1
    return step


def is_off_duty(group: Group, who: int, now: datetime) -> bool:
    """Say whether a therapist has said that this is no time for them."""
    return any(hours.who == who and covers(hours, now, group.zone) for hours in group.off_duty)


def _weekly(group: Group, start: datetime, end: datetime) -> Iterator[Piece]:
    # A clock change can move an end by a day at most, and a shift lasts a day at most.
    day, last = (start.astimezone(group.zone) - 2 * _DAY).date(), (end.astimezone(group.zone) + _DAY).date()
    while day <= last:
        for shift in group.shifts:
            if WEEKDAYS[day.weekday()] in shift.days:
                yield _shift(group, shift, day)
        day += _DAY


def _shift(group: Group, shift: Hours, day: date) -> Piece:
    until = day if shift.end > shift.start else day + _DAY
    begins, ends = instant_of(day, shift.start, group.zone), instant_of(until, shift.end, group.zone)
    return Piece(begins, ends, shift.who, shift.who)


def _filled(laid: Iterable[Piece], start: datetime, end: datetime) -> list[Piece]:
    filled, at = [], start
    for piece in laid:
        begins, ends = max(piece.start, at), min(piece.end, end)
        if begins >= ends:
            continue
        if begins > at:
            filled.append(Piece(at, begins, None, None))
        filled.append(replace(piece, start=begins, end=ends))
        at = ends
    return [*filled, Piece(at, end, None, None)] if at < end else filled


def _changed(piece: Piece, change: Change) -> Iterator[Piece]:
    begins, ends = max(piece.start, change.start), min(piece.end, change.end)
    if begins >= ends:
        yield piece
        return
    if piece.start < begins:
        yield replace(piece, end=begins)
    yield replace(piece, start=begins, end=ends, who=_then_on_call(piece, change))
    if ends < piece.end:
        yield replace(piece, start=ends)


def _then_on_call(piece: Piece, change: Change) -> int | None:
    if change.kind is ChangeKind.SET:
        return change.who
    if change.kind is ChangeKind.LEAVE:
        return None if piece.who == change.who else piece.who
    theirs = piece.who == change.instead_of or (piece.who is None and piece.of == change.instead_of)
    return change.who if theirs else piece.who


def _joined(laid: Iterable[Piece]) -> list[Piece]:
    joined: list[Piece] = []
    for piece in laid:
        before = joined[-1] if joined else None
        if before is not None and (before.who, before.of, before.end) == (piece.who, piece.of, piece.start):
            joined[-1] = replace(before, end=piece.end)
        else:
            joined.append(piece)
    return joined
