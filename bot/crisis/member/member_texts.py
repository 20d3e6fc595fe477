"""What a member reads about their own case, with what they chose for themselves."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.crisis.cases.model import Case
from bot.crisis.member.care_choices import CareChoice, CareChoices
from bot.crisis.member.status import MemberStatus, Standing
from bot.crisis.member.texts import CrisisTexts, Opening, Reader
from bot.groups.model import Group

_STEPS = ("stored", "sent", "seen_again", "seen", "contacted")
"""What `Progress.word` says, from the least to the most."""


@dataclass(frozen=True, slots=True)
class Composed:
    """A text to a member, in full and in its shortest form, with how the case stood and what the member chose."""

    full: str
    short: str
    standing: Standing
    choice: CareChoice


class MemberTexts:
    """Composes it from how the case stands at this moment."""

    def __init__(self, texts: CrisisTexts, status: MemberStatus, choices: CareChoices) -> None:
        self._texts = texts
        self._status = status
        self._choices = choices

    async def compose(self, case: Case, group: Group, now: datetime) -> Composed:
        """Compose the text about one case."""
        choice = await self._choices.of(case.member_id)
        standing = await self._status.standing(case, now)
        reader = reader_of(standing, choice)
        full = self._texts.for_member(group, standing.progress, reader)
        return Composed(full, self._texts.for_channel(group, standing.progress, reader), standing, choice)

    async def for_several(self, cases: list[tuple[Case, Group]], now: datetime) -> str:
        """Compose one text about cases in several groups, in the words of the first; it claims what holds for all."""
        composed = [await self.compose(case, group, now) for case, group in cases]
        least = least_of([each.standing for each in composed])
        together = replace(cases[0][1], name=", ".join(group.label for _, group in cases))
        return self._texts.for_member(together, least.progress, reader_of(least, composed[0].choice))


def reader_of(standing: Standing, choice: CareChoice) -> Reader:
    """Say what a text has to know of the member whom a case is about."""
    opening = Opening.OTHER if standing.about_other else Opening.ASKED if standing.asked else Opening.SAID
    return Reader(opening, choice.country, standing.slow)


def least_of(standings: Sequence[Standing]) -> Standing:
    """Return the one of which least may be said, so that a text about all of them claims no more."""
    return min(standings, key=_how_far)


def _how_far(standing: Standing) -> tuple[int, bool, bool]:
    progress = standing.progress
    return _STEPS.index(progress.word), progress.armed, not progress.nobody_on_call
