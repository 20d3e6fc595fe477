"""Steering at work: what therapists queue, write, swap, skip and pause, and what members suggest."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.daily_prompts import policy
from bot.daily_prompts import store as runs_store
from bot.daily_prompts.choosing import Chooser
from bot.daily_prompts.model import Planned, Posted, Problem, Prompt, RunningLow, Turn, Wishes
from bot.daily_prompts.service import DailyPrompts
from bot.daily_prompts.steering import store
from bot.daily_prompts.steering.model import (
    SUGGESTION,
    Break,
    NotATherapist,
    NotFound,
    OwnPrompt,
    Queued,
    Standing,
    new_key,
)
from bot.daily_prompts.turns import day_of
from bot.groups.model import Group
from bot.groups.service import Groups
from bot.log import get
from bot.outbox.model import NewRow, RetryPlan
from bot.outbox.service import Kind, Outbox
from bot.storage.engine import Database
from bot.storage.vault import Vault

log = get("daily_prompts")

KEPT = timedelta(days=365)
AHEAD = 5
"""How many turns a panel shows."""
_LOOKED_THROUGH = 60
_WORTH = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Panel:
    """What therapists see: the next turns, the queue with its prompts, breaks to come, what runs low, broken files."""

    planned: list[Planned]
    queue: list[tuple[Queued, Prompt | None]]
    breaks: list[Break]
    low: list[RunningLow]
    broken: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Decided:
    """What a press on a suggestion did: `first` is False if somebody had decided before."""

    prompt: OwnPrompt
    first: bool


class Steering:
    """Lets therapists steer what comes; every act checks that the person is a therapist of the group."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        outbox: Outbox,
        groups: Groups,
        chooser: Chooser,
        prompts: DailyPrompts,
    ) -> None:
        self._database = database
        self._vault = vault
        self._outbox = outbox
        self._groups = groups
        self._chooser = chooser
        self._prompts = prompts
        outbox.declare(Kind(SUGGESTION, retries=RetryPlan(tries=100, longest=timedelta(minutes=10))))

    async def panel(self, group: Group, by_id: int, now: datetime) -> Panel:
        """Return what a therapist sees of a group's prompts; raises NotATherapist."""
        _check(group, by_id)
        today = now.astimezone(group.zone).date()
        planned = await self._prompts.plan(group, now, AHEAD)
        async with self._database.read() as tx:
            queue = [
                (entry, await self._chooser.find(tx, group, entry.prompt_id))
                for entry in await store.queued(tx, group.key)
            ]
            breaks = [each for each in await store.breaks_of(tx, group.key) if each.last >= today]
        return Panel(
            planned, queue, breaks, await self._prompts.runs_low(group), self._chooser.problems(group.language)
        )

    async def enqueue(self, group: Group, by_id: int, prompt_id: str, now: datetime) -> Prompt:
        """Put a prompt of the library at the end of the queue; raises NotATherapist, NotFound."""
        _check(group, by_id)
        async with self._database.write() as tx:
            prompt = await self._chooser.find(tx, group, prompt_id)
            if prompt is None:
                raise NotFound
            await store.enqueue(tx, group.key, prompt_id, now)
        return prompt

    async def dequeue(self, group: Group, by_id: int, entry_id: int) -> bool:
        """Take a place out of the queue; False if it is gone. Raises NotATherapist."""
        _check(group, by_id)
        async with self._database.write() as tx:
            mine = {entry.id for entry in await store.queued(tx, group.key)}
            return entry_id in mine and await store.dequeue(tx, entry_id)

    async def write_own(self, group: Group, by_id: int, text: str, why: str | None, now: datetime) -> OwnPrompt:
        """Queue a prompt of a therapist's own; raises NotATherapist."""
        _check(group, by_id)
        prompt = OwnPrompt(new_key(), group.key, by_id, text, why, Standing.QUEUED, now)
        async with self._database.write() as tx:
            await store.write_own(tx, prompt, self._vault)
            await store.enqueue(tx, group.key, prompt.prompt_id, now)
        return prompt

    async def suggest(self, group: Group, member_id: int, text: str, now: datetime) -> OwnPrompt:
        """Keep a member's suggestion, and lay it before the therapists."""
        prompt = OwnPrompt(new_key(), group.key, member_id, text, None, Standing.SUGGESTED, now)
        async with self._database.write() as tx:
            await store.write_own(tx, prompt, self._vault)
            row = NewRow(
                SUGGESTION, f"suggestion:{prompt.key}", {"own": prompt.key}, group.key, expires_at=now + _WORTH
            )
            await self._outbox.add(tx, row, now)
        log.info("prompt_suggested", group_key=group.key)
        self._outbox.poke()
        return prompt

    async def decide(self, key: str, by_id: int, *, accept: bool, now: datetime) -> Decided:
        """Queue a member's suggestion, or decline it; raises NotATherapist, NotFound."""
        async with self._database.write() as tx:
            prompt = await store.get_own(tx, key, self._vault, hold=True)
            group = self._groups.get(prompt.group_key) if prompt else None
            if prompt is None or group is None:
                raise NotFound
            _check(group, by_id)
            first = await store.decide(tx, key, Standing.QUEUED if accept else Standing.DECLINED)
            if first and accept:
                await store.enqueue(tx, group.key, prompt.prompt_id, now)
        return Decided(prompt, first)

    async def own(self, key: str) -> OwnPrompt | None:
        """Return a prompt that somebody wrote."""
        async with self._database.read() as tx:
            return await store.get_own(tx, key, self._vault)

    async def swap(self, group: Group, by_id: int, now: datetime) -> Prompt | None:
        """Put another prompt in the place of the next one; None if there is no other. Raises NotATherapist."""
        _check(group, by_id)
        following = next((each for each in await self._prompts.plan(group, now, _LOOKED_THROUGH) if each.choice), None)
        if following is None or following.choice is None:
            return None
        async with self._database.write() as tx:
            return await self._swap(tx, group, following.turn, following.choice.prompt.id, now)

    async def skip_next(self, group: Group, by_id: int, now: datetime) -> Turn | None:
        """Leave out the next turn that is not left out already; None if there is none. Raises NotATherapist."""
        _check(group, by_id)
        planned = await self._prompts.plan(group, now, _LOOKED_THROUGH)
        following = next((each.turn for each in planned if not each.skipped), None)
        if following is not None:
            await self.take_break(group, by_id, following.day, following.day)
        return following

    async def take_break(self, group: Group, by_id: int, first: date, last: date) -> None:
        """Leave out every turn from the first day to the last; raises NotATherapist."""
        _check(group, by_id)
        async with self._database.write() as tx:
            await store.add_break(tx, group.key, first, last)

    async def end_break(self, group: Group, by_id: int, break_id: int) -> bool:
        """Take a break back; False if it is gone. Raises NotATherapist."""
        _check(group, by_id)
        async with self._database.write() as tx:
            return await store.end_break(tx, group.key, break_id)

    async def run_due(self, now: datetime) -> None:
        """Forget what people wrote a year ago, and breaks long over."""
        async with self._database.write() as tx:
            await store.forget_before(tx, now - KEPT, (now - KEPT).date())

    async def _swap(self, tx: AsyncConnection, group: Group, turn: Turn, away: str, now: datetime) -> Prompt | None:
        """Choose as if what is swapped away had just been posted; an earlier stand-in gives up its place."""
        rejected: tuple[str, ...] = (away,)
        queue = await store.queued(tx, group.key)
        if queue and queue[0].is_swap and queue[0].prompt_id == away:
            rejected = (*queue[0].instead_of, away)
            await store.dequeue(tx, queue[0].id)
        history = await runs_store.history(tx, group.key)
        history += [Posted(prompt_id, turn.day) for prompt_id in rejected]
        wishes = await self._chooser.wishes(tx, group)
        library = self._chooser.library(group.language)
        free = Wishes(theme=wishes.theme, deepest=wishes.deepest, resting_topics=wishes.resting_topics)
        day = day_of(group, turn, await self._chooser.rhythm(tx, group), heavy=False)
        choice = policy.choose(library, group.key, day, history, free)
        if choice is None or choice.prompt.id in rejected:
            return None
        await store.enqueue(tx, group.key, choice.prompt.id, now, at_front=True, instead_of=rejected)
        return choice.prompt


def _check(group: Group, by_id: int) -> None:
    if by_id not in group.therapists:
        raise NotATherapist
