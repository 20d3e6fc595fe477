"""Daily prompts at work: each group's prompt is claimed when it is due, posted once, and recorded."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.daily_prompts import policy, store
from bot.daily_prompts.choosing import Chooser
from bot.daily_prompts.model import (
    LOW_LIBRARY,
    LOW_QUEUE,
    POST,
    Because,
    Choice,
    Library,
    Planned,
    Prompt,
    Reason,
    Run,
    RunningLow,
    RunState,
    Turn,
)
from bot.daily_prompts.steering import store as steering_store
from bot.daily_prompts.store import Timer
from bot.daily_prompts.turns import first_turn, made_for, schedule_of
from bot.groups.model import Group
from bot.groups.service import Groups
from bot.log import get
from bot.outbox.model import NewRow, Receipt, RetryPlan, Row
from bot.outbox.service import Kind, Outbox
from bot.storage.engine import Database

log = get("daily_prompts")

_BATCH = 10  # a transaction holds up every other writer on SQLite, also an alarm
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
        chooser: Chooser,
        open_cases: OpenCases,
        tell_therapists: TellTherapists,
    ) -> None:
        self._database = database
        self._outbox = outbox
        self._groups = groups
        self._chooser = chooser
        self._open_cases = open_cases
        self._tell_therapists = tell_therapists
        self._timers: dict[str, str] = {}
        outbox.declare(Kind(POST, retries=_RETRIES, on_done=self._posted, on_failed=self._not_posted))

    def library(self, language: str) -> Library:
        """Return the prompts of a language, or the English ones; raises BrokenLibrary if there are none."""
        return self._chooser.library(language)

    async def run_due(self, now: datetime) -> int:
        """Keep every group's timer, and claim what is due; returns how many timers had come."""
        self._chooser.look_for_edits(now)
        await self._keep_timers()
        heavy = await self._heavy_groups(now)
        handled = 0
        while claimed := await self._claim(now, heavy):
            handled += claimed
            self._outbox.poke()
        return handled

    async def prompt_of(self, run: Run, group: Group) -> Prompt | None:
        """Return the prompt of a run; if it is not there any more, another one takes its place, if any."""
        heavy = group.key in await self._heavy_groups(run.turn.at)
        async with self._database.write() as tx:
            found = await self._chooser.find(tx, group, run.prompt_id)
            if found is not None:
                return found
            chosen = await self._chooser.choose(tx, group, run.turn, heavy=heavy)
            if chosen is None:
                return None
            choice = chosen.choice
            await self._chooser.take_from_queue(tx, group, choice)
            await store.change_prompt(tx, run.id, choice.prompt.id, told(choice))
        return choice.prompt

    async def shown(self, run: Run) -> Prompt | None:
        """Return the prompt that a run has posted, if it is still there to be shown."""
        group = self._groups.get(run.group_key)
        if group is None:
            return None
        async with self._database.read() as tx:
            return await self._chooser.find(tx, group, run.prompt_id)

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

    async def plan(self, group: Group, now: datetime, count: int) -> list[Planned]:
        """Return a group's next turns and what would be posted, if nothing changes until then."""
        schedule = schedule_of(group)
        if schedule is None:
            return []
        turns: list[Turn] = []
        while len(turns) < count:
            turns.append(policy.next_turn(schedule, turns[-1] if turns else now))
        async with self._database.read() as tx:
            breaks = await steering_store.breaks_of(tx, group.key)
            skipped = {turn for turn in turns if any(each.covers(turn.day) for each in breaks)}
            kept = [turn for turn in turns if turn not in skipped]
            choices = dict(zip(kept, await self._chooser.plan(tx, group, kept), strict=True))
        return [Planned(turn, choices.get(turn), skipped=turn in skipped) for turn in turns]

    async def runs_low(self, group: Group) -> list[RunningLow]:
        """Name what therapists may want to refill."""
        async with self._database.read() as tx:
            history = await store.history(tx, group.key)
            wishes = await self._chooser.wishes(tx, group)
        return policy.running_low(self.library(group.language), history, wishes)

    async def _heavy_groups(self, now: datetime) -> frozenset[str]:
        cases = await self._open_cases()
        return frozenset(case.group_key for case in cases if policy.weighs(case.opened_at, case.waits, now))

    async def _keep_timers(self) -> None:
        """Give new groups a timer, and wind it anew where a group's time, days or zone changed."""
        wanted = {group.key: made_for(schedule_of(group)) for group in self._groups.all()}
        if wanted == self._timers:
            return
        async with self._database.write() as tx:
            stored = await store.timers(tx)
            for group in self._groups.all():
                timer = stored.get(group.key)
                if timer is None or timer.made_for != wanted[group.key]:
                    turn = first_turn(group, is_new=timer is None)
                    await store.set_timer(tx, Timer(group.key, wanted[group.key], turn))
        self._timers = wanted

    async def _claim(self, now: datetime, heavy: frozenset[str]) -> int:
        async with self._database.write() as tx:
            timers = await store.due_timers(tx, now, _BATCH)
            return sum([await self._claim_one(tx, timer, now, heavy) for timer in timers])

    async def _claim_one(self, tx: AsyncConnection, timer: Timer, now: datetime, heavy: frozenset[str]) -> bool:
        """Begin the run of every turn that has come, mostly one, and wind the timer to the next.

        A turn is caught up until its grace ends or the next one has come: the circle never gets two prompts at once.
        """
        group = self._groups.get(timer.group_key)
        schedule = schedule_of(group) if group else None
        if group is None or schedule is None or timer.made_for != made_for(schedule):
            return False  # another process has seen a change that this one has not, or the other way round
        turn = timer.next
        while turn is not None and turn.at <= now:
            following = policy.next_turn(schedule, turn)
            if policy.too_late(turn.at, now) or following.at <= now:
                await self._miss(tx, group, turn)
            else:
                until = policy.caught_up_until(turn, following)
                await self._begin(tx, group, turn, now, until=until, heavy=group.key in heavy)
            turn = following
        await store.set_timer(tx, Timer(group.key, timer.made_for, turn))
        return True

    async def _miss(self, tx: AsyncConnection, group: Group, turn: Turn) -> None:
        run_id = await store.begin_run(tx, group.key, turn, RunState.MISSED)
        if run_id is not None:
            log.info("prompt_missed", group_key=group.key, row=run_id)

    async def _begin(
        self, tx: AsyncConnection, group: Group, turn: Turn, now: datetime, *, until: datetime, heavy: bool
    ) -> None:
        if any(each.covers(turn.day) for each in await steering_store.breaks_of(tx, group.key)):
            await store.begin_run(tx, group.key, turn, RunState.SKIPPED)
            return
        chosen = await self._chooser.choose(tx, group, turn, heavy=heavy)
        if chosen is None:
            if await store.begin_run(tx, group.key, turn, RunState.FAILED) is not None:
                await self._tell_therapists(tx, group, "daily_prompts.notice.nothing_left", now)
            return
        choice = chosen.choice
        run_id = await store.begin_run(
            tx, group.key, turn, RunState.WAITING, prompt_id=choice.prompt.id, reasons=told(choice)
        )
        if run_id is None:
            return
        await self._chooser.take_from_queue(tx, group, choice)
        row = NewRow(POST, f"prompt:{run_id}", {"run": run_id}, group.key, expires_at=until)
        await self._outbox.add(tx, row, now)
        await self._tell_of_low(tx, group, chosen.low, now)
        log.info("prompt_due", group_key=group.key, row=run_id)

    async def _tell_of_low(self, tx: AsyncConnection, group: Group, low: Sequence[RunningLow], now: datetime) -> None:
        """Tell the therapists in a quiet notice, at most once a month, what has just begun to run low."""
        for about in {LOW_QUEUE if each.about == LOW_QUEUE else LOW_LIBRARY for each in low}:
            if policy.low_is_told(await store.low_told_at(tx, group.key, about), now):
                await store.note_low_told(tx, group.key, about, now)
                await self._tell_therapists(tx, group, f"daily_prompts.notice.low_{about}", now)

    async def _posted(self, tx: AsyncConnection, row: Row, receipt: Receipt, now: datetime) -> None:
        await store.end_run(
            tx, row.ref["run"], RunState.POSTED, now, channel_id=receipt.channel_id, message_id=receipt.message_id
        )

    async def _not_posted(self, tx: AsyncConnection, row: Row, problem: str, now: datetime) -> None:
        state = RunState.MISSED if problem == "too late" else RunState.FAILED
        run = await store.run(tx, row.ref["run"])
        ended = await store.end_run(tx, row.ref["run"], state, now, problem=problem)
        group = self._groups.get(row.group_key or "")
        if ended and group is not None and run is not None:
            if run.prompt_id and any(reason.because is Because.QUEUED for reason in reasons_of(run)):
                await steering_store.enqueue(tx, group.key, run.prompt_id, now, at_front=True)
            await self._tell_therapists(tx, group, "daily_prompts.notice.not_posted", now)


def told(choice: Choice) -> list[Mapping[str, Any]]:
    """Write a choice's reasons as plain data, for the run's row."""
    return [{"because": reason.because.value, **reason.values} for reason in choice.reasons]


def reasons_of(run: Run) -> tuple[Reason, ...]:
    """Read a run's reasons back."""
    return tuple(
        Reason(Because(told["because"]), {key: value for key, value in told.items() if key != "because"})
        for told in run.reasons
    )
