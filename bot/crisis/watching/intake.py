"""From an assessment to a case: what a message's level means for its author's group."""

from dataclasses import dataclass
from datetime import datetime

from bot.crisis.cases.model import FAULT_KEY, NOBODY, Raised, Signal, Source
from bot.crisis.cases.service import Cases
from bot.crisis.notes.service import Notes
from bot.crisis.screening import Assessment, Level
from bot.groups.model import Group

LATE_SECONDS = 60
_ABOUT_OTHERS = frozenset({"other", "other_now"})
"""Kinds of the lexicon's entries that are about a third person."""


@dataclass(frozen=True, slots=True)
class Said:
    """Where and when something was said, and by whom; no text."""

    author_id: int
    channel_id: int
    message_id: int
    at: datetime
    in_dm: bool
    place: str = "message"
    """What it is: a message, a thread's "title", or a "nickname"; with the id it makes the signal's key."""

    @property
    def key(self) -> str:
        """Name what was said, so that reading it twice raises one case."""
        return f"{self.place}:{self.message_id}"


class Intake:
    """Turns what was found in a message into a case or a concern note; ordinary messages cause no write."""

    def __init__(self, cases: Cases, notes: Notes) -> None:
        self._cases = cases
        self._notes = notes

    async def found(
        self, group: Group, said: Said, assessment: Assessment, now: datetime, *, told: bool = True
    ) -> Raised | None:
        """Raise a case for a message that has to be paged, note one of concern; None but for a case.

        A therapist's own message is noted, not paged, below imminent. `told` is False where the author is told
        already: one message may open a case in each of their groups.
        """
        if assessment.level is Level.NONE:
            return None
        signal = Signal(
            group_key=group.key,
            key=said.key,
            member_id=said.author_id,
            level=assessment.level,
            source=Source.SCREENING,
            channel_id=said.channel_id,
            message_id=said.message_id,
            said_at=said.at,
            entries=tuple(dict.fromkeys(evidence.entry for evidence in assessment.evidence)),
            in_dm=said.in_dm,
            late=(now - said.at).total_seconds() > LATE_SECONDS,
            told=told,
            about_other=about_other(assessment),
        )
        by_therapist = said.author_id in group.therapists
        if signal.level < (Level.IMMINENT if by_therapist else Level.HIGH):
            raised_by = tuple(step.rule for step in assessment.raises)
            await self._notes.note(signal, raised_by, now, by_therapist=by_therapist)
            return None
        return await self._cases.raise_case(signal, now)

    async def unreadable(self, group: Group, said: Said, now: datetime) -> Raised:
        """Record a message that could not be screened: the first opens the group's one fault case, which pages."""
        signal = Signal(
            group_key=group.key,
            key=f"{FAULT_KEY}{said.message_id}",
            member_id=NOBODY,
            level=Level.HIGH,
            source=Source.FAULT,
            channel_id=said.channel_id,
            message_id=said.message_id,
            said_at=said.at,
            in_dm=said.in_dm,
            told=False,
        )
        return await self._cases.raise_case(signal, now)


def about_other(assessment: Assessment) -> bool:
    """Tell whether only words about another person made the level: then the author is somebody who wants to help."""
    deciding = {evidence.kind for evidence in assessment.evidence if evidence.level == assessment.level}
    return bool(deciding) and deciding <= _ABOUT_OTHERS and not assessment.raises
