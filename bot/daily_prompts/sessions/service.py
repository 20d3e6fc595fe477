"""Sessions at work: planned one ahead, and each step around one done once, on time, or recorded as missed."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.daily_prompts import store as runs_store
from bot.daily_prompts.model import RunState, Turn
from bot.daily_prompts.policy import weighs
from bot.daily_prompts.sessions import handed_store, policy, store
from bot.daily_prompts.sessions.handing import Handing
from bot.daily_prompts.sessions.model import (
    CHANGED,
    STEP,
    TAKEAWAY_PROMPT,
    TAKEAWAY_RUN,
    Session,
    SessionState,
    Step,
    StepKind,
    StepRun,
    StepState,
)
from bot.daily_prompts.sessions.planning import Planner, subject_of, version
from bot.daily_prompts.steering import store as steering_store
from bot.daily_prompts.steering.model import Break
from bot.groups.model import Group
from bot.groups.service import Groups
from bot.log import get
from bot.outbox.model import NewRow, Receipt, RetryPlan, Row
from bot.outbox.service import Kind, Outbox
from bot.storage.engine import Database
from bot.storage.vault import Vault

log = get("daily_prompts")

_BATCH = 10  # a transaction holds up every other writer on SQLite, also an alarm
_RETRIES = RetryPlan(tries=60)
_IN_CIRCLE = (StepKind.REMIND, StepKind.TAKEAWAY)


class OpenCase(Protocol):
    """What sessions know of an open crisis case: whose group it weighs on, since when, and whether it waits."""

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


class TellTherapists(Protocol):
    """Writes a notice for a group's therapists, in the caller's transaction."""

    async def __call__(
        self, tx: AsyncConnection, group: Group, text: str, now: datetime, places: Mapping[str, str] | None = None
    ) -> None:
        """Tell them; `text` is the name of a text, `places` what goes into it."""
        ...


@dataclass(frozen=True, slots=True)
class Around:
    """What a group's therapists and members see: the session had last, the next one, and what was done for it."""

    last: Session | None
    coming: Session | None
    next_at: datetime | None
    done: dict[StepKind, StepRun]


class Sessions:
    """Keeps one session planned ahead for each group, and does what is due around it.

    A session's row says when its next step is due. Step row, outbox row and the moved timer are committed together, so
    neither a restart nor a second process can lose a step or do it twice. A step waits, then it was done, missed
    because its time had run out, or it failed.
    """

    def __init__(
        self,
        database: Database,
        vault: Vault,
        outbox: Outbox,
        groups: Groups,
        handing: Handing,
        open_cases: OpenCases,
        tell_therapists: TellTherapists,
    ) -> None:
        self._database = database
        self._vault = vault
        self._outbox = outbox
        self._groups = groups
        self._handing = handing
        self._open_cases = open_cases
        self._tell_therapists = tell_therapists
        self.planner = Planner(vault, outbox)
        self._planned: dict[str, str] = {}
        outbox.declare(Kind(STEP, retries=_RETRIES, on_done=self._done, on_failed=self._failed))
        outbox.declare(Kind(CHANGED, retries=_RETRIES))

    async def next_session(self, group: Group, now: datetime) -> datetime | None:
        """Return the first session (UTC) after a moment, with breaks and moved ones in mind; None if nobody knows."""
        async with self._database.read() as tx:
            return await self.planner.next_at(tx, group, now)

    async def around(self, group: Group, now: datetime) -> Around:
        """Return the session had last and the next one."""
        async with self._database.read() as tx:
            coming = await store.to_come(tx, group.key, now, self._vault)
            return Around(
                last=await store.latest_begun(tx, group.key, now, self._vault),
                coming=coming,
                next_at=await self.planner.next_at(tx, group, now),
                done=await store.steps_of(tx, coming.key) if coming else {},
            )

    async def is_heavy(self, group: Group, now: datetime) -> bool:
        """Tell whether an open case weighs on a group, so that what is posted is gentle."""
        cases = await self._open_cases()
        return any(case.group_key == group.key and weighs(case.opened_at, case.waits, now) for case in cases)

    async def get(self, key: str) -> Session | None:
        """Return one session."""
        async with self._database.read() as tx:
            return await store.get(tx, key, self._vault)

    async def steps_of(self, key: str) -> dict[StepKind, StepRun]:
        """Return what became of a session's steps so far."""
        async with self._database.read() as tx:
            return await store.steps_of(tx, key)

    async def of_group(self, group: Group) -> list[Session]:
        """Return a group's latest sessions, the newest first."""
        async with self._database.read() as tx:
            return await store.of_group(tx, group.key, self._vault)

    async def run_due(self, now: datetime) -> int:
        """Plan where times are new or have changed, and do what is due; returns how many sessions were moved on."""
        await self._keep_plans(now)
        handled = 0
        while claimed := await self._claim(now):
            handled += claimed
            self._outbox.poke()
        return handled

    async def _keep_plans(self, now: datetime) -> None:
        """Plan for new groups, and anew where a group's times or zone changed."""
        wanted = {group.key: policy.made_for(group.session, group.zone) for group in self._groups.all()}
        if wanted == self._planned:
            return
        async with self._database.read() as tx:
            stored = await store.plans(tx)
        changed = [group for group in self._groups.all() if stored.get(group.key, "") != wanted[group.key]]
        for first in range(0, len(changed), _BATCH):
            async with self._database.write() as tx:
                for group in changed[first : first + _BATCH]:
                    await self.planner.plan_anew(tx, group, now)
                    await store.note_plan(tx, group.key, wanted[group.key])
        self._planned = wanted

    async def _claim(self, now: datetime) -> int:
        async with self._database.write() as tx:
            due = await store.due(tx, now, _BATCH, self._vault)
            return sum([await self._advance(tx, session, now) for session in due])

    async def _advance(self, tx: AsyncConnection, session: Session, now: datetime) -> bool:
        """Begin every step that has come, mostly one, and wind the session's timer to the next."""
        group = self._groups.get(session.group_key)
        if group is None:
            return False
        breaks = await steering_store.breaks_of(tx, group.key)
        begun = await store.steps_of(tx, session.key)
        to_be_held = now < session.slot.starts_at or not begun
        if to_be_held and policy.covered(policy.local_day(session, group.zone), breaks):
            await self.planner.leave_out(tx, group, session, now)
            return True
        for step in policy.steps(session, group.session):
            if step.due_at <= now and step.kind not in begun:
                await self._begin(tx, group, session, step, breaks, now)
        begun = await store.steps_of(tx, session.key)
        await store.wind(tx, session.key, policy.next_due(session, group.session, begun))
        return True

    async def _begin(
        self, tx: AsyncConnection, group: Group, session: Session, step: Step, breaks: Collection[Break], now: datetime
    ) -> None:
        if step.kind is StepKind.OVER:
            await self._over(tx, group, session, now)
            return
        if step.kind is StepKind.DIGEST:
            await self._handing.hand_over_all(tx, group, now)  # also when the digest itself comes too late
        state = _state_of(group, step, breaks, now)
        run_id = None
        if step.kind is StepKind.TAKEAWAY and state is StepState.WAITING:
            turn = Turn(step.due_at, policy.local_day(session, group.zone))
            run_id = await runs_store.begin_run(
                tx, group.key, turn, RunState.WAITING, kind=TAKEAWAY_RUN, prompt_id=TAKEAWAY_PROMPT
            )
        if not await store.begin_step(tx, session.key, step.kind, state, now, run_id):
            return
        log.info("session_step", group_key=group.key, kind=step.kind.value, state=state.value)
        if state is StepState.WAITING:
            ref = {"session": session.key, "step": step.kind.value}
            row = NewRow(STEP, subject_of(session, step.kind), ref, group.key, expires_at=step.until)
            await self._outbox.add(tx, row, now)

    async def _over(self, tx: AsyncConnection, group: Group, session: Session, now: datetime) -> None:
        await store.begin_step(tx, session.key, StepKind.OVER, StepState.DONE, now)
        await store.end(tx, session.key, SessionState.OVER)
        await self._handing.hand_over_all(tx, group, now)
        await handed_store.belong_to(tx, group.key, session.key, session.slot.starts_at)
        await self.planner.plan_following(tx, group, session, now)

    async def _done(self, tx: AsyncConnection, row: Row, receipt: Receipt, now: datetime) -> None:
        kind = StepKind(row.ref["step"])
        channel, message = receipt.channel_id, receipt.message_id
        key = row.ref["session"]
        run = (await store.steps_of(tx, key)).get(kind)
        if run is not None and run.run_id is not None:
            await runs_store.end_run(tx, run.run_id, RunState.POSTED, now, channel_id=channel, message_id=message)
        await store.end_step(tx, key, kind, StepState.DONE, now, channel_id=channel, message_id=message)
        session = await store.get(tx, key, self._vault)
        if session is not None and receipt.note != version(session):
            await self.planner.show_anew(
                tx, session, await store.steps_of(tx, key), now
            )  # changed while it was on its way

    async def _failed(self, tx: AsyncConnection, row: Row, problem: str, now: datetime) -> None:
        kind, key = StepKind(row.ref["step"]), row.ref["session"]
        too_late = problem == "too late"
        run = (await store.steps_of(tx, key)).get(kind)
        if run is not None and run.run_id is not None:
            run_state = RunState.MISSED if too_late else RunState.FAILED
            await runs_store.end_run(tx, run.run_id, run_state, now, problem=problem[:60])
        state = StepState.MISSED if too_late else StepState.FAILED
        ended = await store.end_step(tx, key, kind, state, now, problem=problem[:60])
        group = self._groups.get(row.group_key or "")
        if ended and group is not None and kind is not StepKind.DIGEST:
            await self._tell_therapists(tx, group, f"sessions.notice.{kind.value}_failed", now)


def _state_of(group: Group, step: Step, breaks: Collection[Break], now: datetime) -> StepState:
    if step.until is not None and now > step.until:
        return StepState.MISSED
    if step.kind in _IN_CIRCLE and policy.covered(now.astimezone(group.zone).date(), breaks):
        return StepState.SKIPPED
    return StepState.WAITING
