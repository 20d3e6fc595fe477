"""The days on which a group meets, past and to come, and what its therapists set for the week after each: pure."""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date

from bot.daily_prompts.model import Prompt, Week
from bot.daily_prompts.sessions import policy
from bot.daily_prompts.sessions.model import Session, SessionState, Slot
from bot.daily_prompts.steering.model import Break
from bot.groups.model import Group


class Rhythm:
    """Answers for any day whether a session is near; sessions that are not planned yet follow from the usual times."""

    def __init__(
        self,
        group: Group,
        sessions: Sequence[Session],
        breaks: Collection[Break],
        practice: Callable[[Session], Prompt | None],
    ) -> None:
        held = [each for each in sessions if each.state is not SessionState.LEFT_OUT]
        self._breaks = breaks
        self._practice = practice
        self._by_day = {policy.local_day(each, group.zone): each for each in reversed(held)}
        self._days = {day for day in self._by_day if not policy.covered(day, breaks)}
        self._last = max((policy.last_day(each, group.zone) for each in sessions), default=date.min)
        after = max((each.slot.starts_at for each in sessions), default=group.changed_at)
        self._to_come: Iterator[Slot] = iter(())
        if group.session is not None:
            self._to_come = policy.slots(group.session, group.zone, after)
        self._known_until = date.min

    def days_until(self, day: date) -> frozenset[date]:
        """Return the local days of all sessions up to a day, that day included."""
        while self._known_until < day:
            slot = next(self._to_come, None)
            if slot is None:
                break
            self._known_until = slot.day
            if slot.day > self._last and not policy.covered(slot.day, self._breaks):
                self._days.add(slot.day)
        return frozenset(each for each in self._days if each <= day)

    def week_of(self, day: date) -> Week | None:
        """Return what was set at the last session before a day; None if that session was not closed."""
        since = max((each for each in self.days_until(day) if each < day), default=None)
        session = self._by_day.get(since) if since is not None else None
        if since is None or session is None or session.closed_at is None:
            return None
        return Week(since, session.theme, session.skill, self._practice(session))
