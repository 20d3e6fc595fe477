"""Choosing with everything that is known: the library in force, a group's history, its queue and what rests."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.daily_prompts import policy, store
from bot.daily_prompts.answers import store as answers_store
from bot.daily_prompts.checks import topics_in
from bot.daily_prompts.library import BrokenLibrary, Shelf
from bot.daily_prompts.model import Because, Choice, Library, Problem, Prompt, RunningLow, Theme, Turn, Wishes
from bot.daily_prompts.sessions import store as sessions_store
from bot.daily_prompts.sessions.model import PRACTICE_PROMPT, TAKEAWAY_PROMPT, Session
from bot.daily_prompts.sessions.weeks import Rhythm
from bot.daily_prompts.steering import store as steering_store
from bot.daily_prompts.steering.model import OWN
from bot.daily_prompts.turns import day_of
from bot.groups.model import Group
from bot.log import get
from bot.storage.vault import Vault
from bot.words import FALLBACK, Words
from bot.words import Library as WordLibrary

log = get("daily_prompts")

_LOOK_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A choice, and what it has made run low."""

    choice: Choice
    low: tuple[RunningLow, ...]


class Chooser:
    """Chooses prompts and finds them again by their ids, those of the library and those that people wrote."""

    def __init__(self, shelf: Shelf, vault: Vault, words: WordLibrary) -> None:
        self._shelf = shelf
        self._vault = vault
        self._words = words
        self._looked_at: datetime | None = None

    def library(self, language: str) -> Library:
        """Return the prompts of a language, or the English ones; raises BrokenLibrary if there are none."""
        try:
            return self._shelf.library(language)
        except BrokenLibrary:
            if language == FALLBACK:
                raise
            return self._shelf.library(FALLBACK)

    def look_for_edits(self, now: datetime) -> None:
        """Read edited files anew, at most once a minute; a broken edit is logged and changes nothing."""
        if self._looked_at is not None and now - self._looked_at < _LOOK_EVERY:
            return
        self._looked_at = now
        for problem in self._shelf.refresh():
            log.warning("prompt_file_refused", file=Path(problem.place.file).name, line=problem.place.line)

    def problems(self, language: str) -> tuple[Problem, ...]:
        """Return what is wrong with the files of a language; the last good ones are in force meanwhile."""
        return self._shelf.problems(language)

    async def find(self, tx: AsyncConnection, group: Group, prompt_id: str | None) -> Prompt | None:
        """Return a prompt by its id, wherever it comes from."""
        if prompt_id is None:
            return None
        if prompt_id == TAKEAWAY_PROMPT or prompt_id.startswith(PRACTICE_PROMPT):
            return await self._of_session(tx, group, prompt_id)
        if not prompt_id.startswith(OWN):
            return self.library(group.language).prompts.get(prompt_id)
        own = await steering_store.get_own(tx, prompt_id.removeprefix(OWN), self._vault)
        if own is None or own.text is None:
            return None
        topics = topics_in(own.text, self.library(group.language).vocabulary)
        return own.as_prompt(self._words.of(group.language)("daily_prompts.own.why"), frozenset(topics))

    async def choose(self, tx: AsyncConnection, group: Group, turn: Turn, *, heavy: bool) -> Chosen | None:
        """Choose for one turn; None if what rests leaves nothing."""
        library = self.library(group.language)
        history = await store.history(tx, group.key)
        wishes = await self.wishes(tx, group)
        rhythm = await self.rhythm(tx, group)
        choice = policy.choose(library, group.key, day_of(group, turn, rhythm, heavy=heavy), history, wishes)
        if choice is None:
            return None
        return Chosen(choice, policy.newly_low(library, history, wishes, choice, turn.day))

    async def plan(self, tx: AsyncConnection, group: Group, turns: Sequence[Turn]) -> list[Choice | None]:
        """Choose for several turns ahead, each as if the ones before it had been posted."""
        history = await store.history(tx, group.key)
        wishes = await self.wishes(tx, group)
        rhythm = await self.rhythm(tx, group)
        days = [day_of(group, turn, rhythm, heavy=False) for turn in turns]
        planned = policy.plan(self.library(group.language), group.key, days, history, wishes)
        return [choice for _, choice in planned]

    async def rhythm(self, tx: AsyncConnection, group: Group) -> Rhythm:
        """Return when a group meets, and what its therapists set for the weeks."""
        held = await sessions_store.of_group(tx, group.key, self._vault)
        words = self._words.of(group.language)
        meets = bool(held) or group.session is not None
        breaks = await steering_store.breaks_of(tx, group.key) if meets else []
        return Rhythm(group, held, breaks, lambda each: _practice(each, words))

    async def _of_session(self, tx: AsyncConnection, group: Group, prompt_id: str) -> Prompt | None:
        words = self._words.of(group.language)
        if prompt_id == TAKEAWAY_PROMPT:
            text, why = words("sessions.takeaway.question"), words("sessions.takeaway.why")
            return Prompt(prompt_id, text, why, Theme.NOT_ALONE)
        session = await sessions_store.get(tx, prompt_id.removeprefix(PRACTICE_PROMPT), self._vault)
        return None if session is None else _practice(session, words)

    async def wishes(self, tx: AsyncConnection, group: Group) -> Wishes:
        """Return what people of a group have asked for."""
        queue = tuple(entry.prompt_id for entry in await steering_store.queued(tx, group.key))
        own = {prompt_id: await self.find(tx, group, prompt_id) for prompt_id in queue if prompt_id.startswith(OWN)}
        return Wishes(
            queue=queue,
            own={prompt_id: prompt for prompt_id, prompt in own.items() if prompt is not None},
            resting_topics=await answers_store.resting_in(tx, group.key),
        )

    async def take_from_queue(self, tx: AsyncConnection, group: Group, choice: Choice) -> None:
        """Take a choice out of the queue that it came from, with the places before it that hold nothing any more."""
        if choice.reasons[0].because is not Because.QUEUED:
            return
        for entry in await steering_store.queued(tx, group.key):
            await steering_store.dequeue(tx, entry.id)
            if entry.prompt_id == choice.prompt.id:
                return


def _practice(session: Session, words: Words) -> Prompt | None:
    """Return a session's small practice as a prompt."""
    if session.practice is None:
        return None
    ended = session.practice if session.practice[-1] in ".?!…" else f"{session.practice}."
    text = words("sessions.practice.prompt", practice=ended)
    return Prompt(f"{PRACTICE_PROMPT}{session.key}", text, words("sessions.practice.why"), Theme.ACCOUNTABILITY)
