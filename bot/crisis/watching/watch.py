"""Watching: a message is screened with what its author's last days add, and what was found becomes a case."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from bot.crisis.cases.model import Raised
from bot.crisis.cases.service import Cases
from bot.crisis.screening import Assessment, Context, Level, View
from bot.crisis.watching.intake import Intake, Said
from bot.crisis.watching.memory import Memory
from bot.groups.model import Group
from bot.log import get

log = get("crisis")

_LEVELS_KEPT = 2_000


@dataclass(frozen=True, slots=True)
class Read:
    """What reading a message came to; `assessment` is None where it could not be screened."""

    assessment: Assessment | None
    raised: Raised | None


class Assessor(Protocol):
    """Whatever screens: text and context in, assessment out."""

    def assess(self, views: Sequence[View], context: Context) -> Assessment:
        """Say what a message's views show."""
        ...


class Watch:
    """Screens what is said in a group. A message that cannot be screened is never dropped: it opens a fault case."""

    def __init__(self, choose: Callable[[Group], Assessor], memory: Memory, intake: Intake, cases: Cases) -> None:
        self._choose = choose
        self._memory = memory
        self._intake = intake
        self._cases = cases
        self._levels: OrderedDict[int, Level] = OrderedDict()

    async def read(
        self, group: Group, said: Said, views: Sequence[View], now: datetime, *, reply_to: int | None = None, told: bool
    ) -> Read:
        """Screen one message of a group's member and raise what has to be raised; twice is once."""
        context = Context(
            author_is_therapist=said.author_id in group.therapists,
            parent_level=await self._level_of(group, reply_to),
        )
        try:
            assessment = await self._assess(group, said, views, context, now)
        except Exception as error:
            log.error("screening_failed", group_key=group.key, exc_info=error)
            return Read(None, await self._intake.unreadable(group, said, now))
        self._note(said.message_id, assessment.level)
        return Read(assessment, await self._intake.found(group, said, assessment, now, told=told))

    async def _assess(
        self, group: Group, said: Said, views: Sequence[View], context: Context, now: datetime
    ) -> Assessment:
        """Screen without the memory first: only a message with evidence in it is worth a look into the past."""
        screener = self._choose(group)
        assessment = screener.assess(views, context)
        if assessment.evidence and not context.author_is_therapist:
            recent = await self._memory.recent(group.key, said.author_id, said.message_id, now)
            if recent:
                assessment = screener.assess(views, replace(context, recent=recent, now=now))
            await self._memory.keep(group.key, said.author_id, said.message_id, assessment.to_remember(said.at))
        return assessment

    async def _level_of(self, group: Group, message_id: int | None) -> Level:
        if message_id is None:
            return Level.NONE
        if message_id in self._levels:
            return self._levels[message_id]
        return await self._cases.level_of_message(group.key, message_id)

    def _note(self, message_id: int, level: Level) -> None:
        if level > Level.NONE:
            self._levels[message_id] = level
            while len(self._levels) > _LEVELS_KEPT:
                self._levels.popitem(last=False)
