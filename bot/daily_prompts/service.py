"""Daily prompts at work: each group's prompt is claimed when it is due, posted once, and recorded."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.daily_prompts import policy, store
from bot.daily_prompts.answers import store as answers_store
from bot.daily_prompts.library import BrokenLibrary, Shelf
from bot.daily_prompts.model import (
    GRACE,
    POST,
    Because,
    Choice,
    Day,
    Library,
    Prompt,
    Reason,
    Run,
    RunState,
    Schedule,
    Turn,
    Wishes,
)
from bot.daily_prompts.store import Timer
from bot.groups.model import WEEKDAYS, Group
from bot.groups.service import Groups
from bot.log import get
from bot.outbox.model import NewRow, Receipt, RetryPlan, Row
from bot.outbox.service import Kind, Outbox
from bot.storage.engine import Database
from bot.words import FALLBACK

log = get("daily_prompts")

_BATCH = 50
_LOOK_EVERY = timedelta(minutes=1)
_RETRIES = RetryPlan(tries=60, first=timedelta(seconds=2), longest=timedelta(minutes=3))


class OpenCase(Protocol):
    """What daily prompts know of an open crisis case: whose group it weighs on, since when, and whether it waits."""

    @property
    def group_key(self) -> str:
        """The group's short key."""

    @property
    def opened_at(self) -> datetime:
        """When the case was opened, in UTC."""

    @property
    def waits(self) -> bool:
        """Whether no therapist has taken it yet."""


OpenCases = Callable[[], Awaitable[Sequence[OpenCase]]]
TellTherapists = Callable[[AsyncConnection, Group, str, datetime], Awaitable[None]]


class DailyPrompts:
    """Claims what is due, chooses the prompt, and knows what became of every run.

    A timer row says when a group's next prompt is due. Run row, outbox row and the moved timer are committed
    together, so neither a restart nor a second process can lose a day or post it twice. A run waits, then it was
    posted, or missed because its time had run out, or it failed.
    """

    def __init__(
        self,
        database: Database,
        outbox: Outbox,
        groups: Groups,
        shelf: Shelf,
        open_cases: OpenCases,
        tell_therapists: TellTherapists,
    ) -> None:
        self._database = database
        self._outbox = outbox
        self._groups = groups
        self._shelf = shelf
        self._open_cases = open_cases
        self._tell_therapists = tell_therapists
        self._timers: dict[str, str] = {}
        self._looked_at: datetime | None = None
        outbox.declare(Kind(POST, retries=_RETRIES, on_done=self._posted, on_failed=self._not_posted))

    def library(self, language: str) -> Library:
        """Return the prompts of a language, or the English ones; raises BrokenLibrary if there are none."""
        try:
            return self._shelf.library(language)
        except BrokenLibrary:
            if language == FALLBACK:
                raise
            return self._shelf.library(FALLBACK)

    async def run_due(self, now: datetime) -> int:
        """Keep every group's timer, and claim what is due; returns how many timers had come."""
        self._look_for_edits(now)
        await self._keep_timers()
        heavy = await self._heavy_groups(now)
        handled = 0
        while claimed := await self._claim(now, heavy):
            handled += claimed
            self._outbox.poke()
        return handled

    async def prompt_of(self, run: Run, group: Group) -> Prompt | None:
        """Return the prompt of a run; if an edit took it out of the library, another one takes its place, if any."""
        library = self.library(group.language)
        found = library.prompts.get(run.prompt_id or "")
        if found is not None:
            return found
        heavy = group.key in await self._heavy_groups(run.turn.at)
        async with self._database.write() as tx:
            choice = await self._choose(tx, group, run.turn, heavy=heavy)
            if choice is None:
                return None
            await store.change_prompt(tx, run.id, choice.prompt.id, told(choice))
        return choice.prompt

    async def shown(self, run: Run) -> Prompt | None:
        """Return the prompt that a run has posted, if it is still there to be shown."""
        group = self._groups.get(run.group_key)
        return None if group is None else self.library(group.language).prompts.get(run.prompt_id or "")

    async def latest(self, group: Group) -> Run | None:
        """Return the run of the newest prompt that a group has had."""
        runs = await self.runs_of(group)
        return next((run for run in runs if run.state is RunState.POSTED), None)

    async def run(self, run_id: int) -> Run | None:
        """Return one run."""
        async with self._database.read() as tx:
            return await store.run(tx, run_id)

    async def runs_of(self, group: Group, limit: int = 30) -> list[Run]:
        """Return a group's latest runs, the newest first."""
        async with self._database.read() as tx:
            return await store.runs_of(tx, group.key, limit)

    async def plan(self, group: Group, now: datetime, count: int) -> list[tuple[Turn, Choice | None]]:
        """Return a group's next turns and what would be posted, if nothing changes until then."""
        schedule = schedule_of(group)
        if schedule is None:
            return []
        turns: list[Turn] = []
        while len(turns) < count:
            turns.append(policy.next_turn(schedule, turns[-1].at if turns else now))
        async with self._database.read() as tx:
            history = await store.history(tx, group.key)
            wishes = await self._wishes(tx, group)
        days = [_day(group, turn, heavy=False) for turn in turns]
        planned = policy.plan(self.library(group.language), group.key, days, history, wishes)
        return [(turn, choice) for turn, (_, choice) in zip(turns, planned, strict=True)]

    async def _heavy_groups(self, now: datetime) -> frozenset[str]:
        cases = await self._open_cases()
        return frozenset(case.group_key for case in cases if policy.weighs(case.opened_at, case.waits, now))

    def _look_for_edits(self, now: datetime) -> None:
        if self._looked_at is not None and now - self._looked_at < _LOOK_EVERY:
            return
        self._looked_at = now
        problems = self._shelf.refresh()
        if problems:
            log.warning("prompt_edit_refused", count=len(problems))

    async def _keep_timers(self) -> None:
        """Give new groups a timer, and wind it anew where a group's time, days or zone changed."""
        wanted = {group.key: _made_for(schedule_of(group)) for group in self._groups.all()}
        if wanted == self._timers:
            return
        async with self._database.write() as tx:
            stored = await store.timers(tx)
            for group in self._groups.all():
                timer = stored.get(group.key)
                if timer is None or timer.made_for != wanted[group.key]:
                    await store.set_timer(tx, _wound(group, is_new=timer is None))
        self._timers = wanted

    async def _claim(self, now: datetime, heavy: frozenset[str]) -> int:
        async with self._database.write() as tx:
            timers = await store.due_timers(tx, now, _BATCH)
            return sum([await self._claim_one(tx, timer, now, heavy) for timer in timers])

    async def _claim_one(self, tx: AsyncConnection, timer: Timer, now: datetime, heavy: frozenset[str]) -> bool:
        """Begin the run of every turn that has come, mostly one, and wind the timer to the next."""
        group = self._groups.get(timer.group_key)
        schedule = schedule_of(group) if group else None
        if group is None or schedule is None or timer.made_for != _made_for(schedule):
            return False  # another process has seen a change that this one has not, or the other way round
        turn = timer.next
        while turn is not None and turn.at <= now:
            await self._begin(tx, group, turn, now, heavy=group.key in heavy)
            turn = policy.next_turn(schedule, turn.at)
        await store.set_timer(tx, Timer(group.key, timer.made_for, turn))
        return True

    async def _begin(self, tx: AsyncConnection, group: Group, turn: Turn, now: datetime, *, heavy: bool) -> None:
        if policy.too_late(turn.at, now):
            missed = await store.begin_run(tx, group.key, turn, RunState.MISSED)
            if missed is not None:
                log.info("prompt_missed", group_key=group.key, row=missed)
            return
        choice = await self._choose(tx, group, turn, heavy=heavy)
        if choice is None:
            if await store.begin_run(tx, group.key, turn, RunState.FAILED) is not None:
                await self._tell_therapists(tx, group, "daily_prompts.notice.nothing_left", now)
            return
        run_id = await store.begin_run(
            tx, group.key, turn, RunState.WAITING, prompt_id=choice.prompt.id, reasons=told(choice)
        )
        if run_id is None:
            return
        row = NewRow(POST, f"prompt:{run_id}", {"run": run_id}, group.key, expires_at=turn.at + GRACE)
        await self._outbox.add(tx, row, now)
        log.info("prompt_due", group_key=group.key, row=run_id)

    async def _choose(self, tx: AsyncConnection, group: Group, turn: Turn, *, heavy: bool) -> Choice | None:
        history = await store.history(tx, group.key)
        library = self.library(group.language)
        wishes = await self._wishes(tx, group)
        return policy.choose(library, group.key, _day(group, turn, heavy=heavy), history, wishes)

    async def _wishes(self, tx: AsyncConnection, group: Group) -> Wishes:
        return Wishes(resting_topics=await answers_store.resting_in(tx, group.key))

    async def _posted(self, tx: AsyncConnection, row: Row, receipt: Receipt, now: datetime) -> None:
        await store.end_run(
            tx, row.ref["run"], RunState.POSTED, now, channel_id=receipt.channel_id, message_id=receipt.message_id
        )

    async def _not_posted(self, tx: AsyncConnection, row: Row, problem: str, now: datetime) -> None:
        state = RunState.MISSED if problem == "too late" else RunState.FAILED
        ended = await store.end_run(tx, row.ref["run"], state, now, problem=problem)
        group = self._groups.get(row.group_key or "")
        if ended and group is not None:
            await self._tell_therapists(tx, group, "daily_prompts.notice.not_posted", now)


def schedule_of(group: Group) -> Schedule | None:
    """Return when a group gets its prompts."""
    times = group.daily_prompts
    if times is None:
        return None
    return Schedule((times.time,), frozenset(WEEKDAYS.index(day) for day in times.days), group.zone)


def told(choice: Choice) -> list[Mapping[str, Any]]:
    """Write a choice's reasons as plain data, for the run's row."""
    return [{"because": reason.because.value, **reason.values} for reason in choice.reasons]


def reasons_of(run: Run) -> tuple[Reason, ...]:
    """Read a run's reasons back."""
    return tuple(
        Reason(Because(told["because"]), {key: value for key, value in told.items() if key != "because"})
        for told in run.reasons
    )


def _day(group: Group, turn: Turn, *, heavy: bool) -> Day:
    began = group.imported_at.astimezone(group.zone).date()
    return policy.describe_day(turn.day, began=began, heavy=heavy, place=turn.place)


def _made_for(schedule: Schedule | None) -> str:
    if schedule is None:
        return ""
    times = ",".join(f"{at:%H:%M}" for at in sorted(schedule.times))
    days = "".join(str(day) for day in sorted(schedule.weekdays))
    return f"{times} {days} {schedule.zone.key}"


def _wound(group: Group, *, is_new: bool) -> Timer:
    """Wind a timer from the moment of the import or the change, so that what was due while the bot was down counts."""
    schedule = schedule_of(group)
    after = group.imported_at if is_new else group.changed_at
    return Timer(group.key, _made_for(schedule), policy.next_turn(schedule, after) if schedule else None)
