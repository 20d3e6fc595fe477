"""Planning: each group has one session to come, from the usual times, unless therapists move it or leave it out.

All of it works in the caller's transaction.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.daily_prompts.sessions import policy, store
from bot.daily_prompts.sessions.model import (
    CHANGED,
    STEP,
    Session,
    SessionState,
    Slot,
    Step,
    StepKind,
    StepRun,
    StepState,
    new_key,
)
from bot.daily_prompts.steering import store as steering_store
from bot.groups.model import Group
from bot.log import get
from bot.outbox.model import NewRow
from bot.outbox.service import Outbox
from bot.storage.vault import Vault

log = get("daily_prompts")

_COMES_AGAIN = (StepKind.REMIND, StepKind.DIGEST)
_SHOWN_ANEW = (StepKind.REMIND, StepKind.TAKEAWAY, StepKind.EVENT)
_USUAL = timedelta(minutes=90)


class DayIsTaken(Exception):
    """The group has a session on that day already."""


class Planner:
    """Plans sessions, and keeps true what was posted about them."""

    def __init__(self, vault: Vault, outbox: Outbox) -> None:
        self._vault = vault
        self._outbox = outbox

    async def next_at(self, tx: AsyncConnection, group: Group, moment: datetime) -> datetime | None:
        """Return the first session after a moment, also a past one; None if nobody knows."""
        breaks = await steering_store.breaks_of(tx, group.key)
        known = await store.after(tx, group.key, moment, self._vault)
        for session in known:
            if not policy.covered(policy.local_day(session, group.zone), breaks):
                return session.slot.starts_at
        if group.session is None:
            return None
        slot = policy.next_slot(
            group.session,
            group.zone,
            moment,
            after_day=policy.last_day(known[-1], group.zone) if known else None,
            taken=() if known else await self._taken(tx, group),
            breaks=breaks,
        )
        return slot.starts_at if slot else None

    async def move(self, tx: AsyncConnection, group: Group, starts_at: datetime, now: datetime) -> Session:
        """Put the next session at another time, in the caller's transaction; without a plan it becomes the next."""
        coming = await store.to_come(tx, group.key, now, self._vault)
        length = group.session.length if group.session else _length(coming)
        day = coming.slot.day if coming else starts_at.astimezone(group.zone).date()
        slot = Slot(day, starts_at, starts_at + length)
        if coming is None:
            planned = Session(new_key(), group.key, slot, SessionState.TO_COME, now, by_hand=True)
            if not await store.add(tx, planned, policy.next_due(planned, group.session, ())):
                raise DayIsTaken
        else:
            planned = replace(coming, slot=slot, by_hand=True)
            await self._place(tx, group, coming, planned, now)
        await self._show_last_anew(tx, group, now)
        return planned

    async def leave_out(self, tx: AsyncConnection, group: Group, session: Session, now: datetime) -> None:
        """Leave a session out and plan the following one, in the caller's transaction."""
        await store.wind(tx, session.key, None)
        if not await store.end(tx, session.key, SessionState.LEFT_OUT):
            return
        for kind in StepKind:
            await self._outbox.supersede(tx, subject_of(session, kind), STEP, now)
        await self.show_anew(tx, session, await store.steps_of(tx, session.key), now)
        await self.plan_following(tx, group, session, now)
        await self._show_last_anew(tx, group, now)
        log.info("session_left_out", group_key=group.key)

    async def closed(self, tx: AsyncConnection, session: Session, now: datetime) -> None:
        """Show what was set below the post after a session, in the caller's transaction."""
        await self.show_anew(tx, session, await store.steps_of(tx, session.key), now, only=(StepKind.TAKEAWAY,))

    async def plan_anew(self, tx: AsyncConnection, group: Group, now: datetime) -> None:
        """Give the session to come its new time, unless therapists moved it by hand, or plan one."""
        after = min(group.changed_at, now)
        coming = await store.to_come(tx, group.key, after, self._vault)
        if coming is None:
            last = await store.latest_begun(tx, group.key, after, self._vault)
            await self._plan(tx, group, last, after)
        elif group.session is None:
            if not coming.by_hand:
                await self.leave_out(tx, group, coming, now)
        else:
            taken = await self._taken(tx, group) - {coming.slot.day}
            slot = policy.next_slot(group.session, group.zone, after, taken=taken)
            if slot is not None:
                await self._place(tx, group, coming, coming if coming.by_hand else replace(coming, slot=slot), now)
                await self._show_last_anew(tx, group, now)

    async def plan_following(self, tx: AsyncConnection, group: Group, session: Session, now: datetime) -> None:
        """Plan the session after one that is over or left out, unless there is one to come."""
        if await store.to_come(tx, group.key, session.slot.starts_at, self._vault) is None:
            await self._plan(tx, group, session, min(session.slot.starts_at, now))

    async def _show_last_anew(self, tx: AsyncConnection, group: Group, now: datetime) -> None:
        """Bring the post after the last session up to date: it says when the next one is."""
        last = await store.latest_begun(tx, group.key, now, self._vault)
        if last is not None and last.closed_at is not None:
            await self.closed(tx, last, now)

    async def show_anew(
        self,
        tx: AsyncConnection,
        session: Session,
        done: Mapping[StepKind, StepRun],
        now: datetime,
        *,
        only: Sequence[StepKind] = _SHOWN_ANEW,
    ) -> None:
        """Bring what was posted about a session up to date, in the caller's transaction."""
        for kind in only:
            run = done.get(kind)
            if run is not None and run.state is StepState.DONE and run.message_id is not None:
                ref = {
                    "session": session.key,
                    "step": kind.value,
                    "channel": run.channel_id,
                    "message": run.message_id,
                }
                await self._outbox.supersede(tx, subject_of(session, kind), CHANGED, now)  # one edit shows it all
                await self._outbox.add(tx, NewRow(CHANGED, subject_of(session, kind), ref, session.group_key), now)

    async def _plan(self, tx: AsyncConnection, group: Group, last: Session | None, after: datetime) -> None:
        """Plan the first session after `after` and after the last one; what is past by now is recorded as missed."""
        if group.session is None:
            return
        slot = policy.next_slot(
            group.session,
            group.zone,
            after,
            after_day=policy.last_day(last, group.zone) if last else None,
            taken=await self._taken(tx, group),
        )
        if slot is None:
            return
        planned = Session(new_key(), group.key, slot, SessionState.TO_COME, after)
        await store.add(tx, planned, policy.next_due(planned, group.session, ()))
        log.info("session_planned", group_key=group.key)

    async def _taken(self, tx: AsyncConnection, group: Group) -> set[date]:
        return {each.slot.day for each in await store.of_group(tx, group.key, self._vault)}

    async def _place(self, tx: AsyncConnection, group: Group, before: Session, after: Session, now: datetime) -> None:
        """Move a session; what was told of the old time is brought up to date, and told again near the new one."""
        done = await store.steps_of(tx, before.key)
        await store.place(tx, before.key, after.slot, by_hand=after.by_hand)
        if before.slot != after.slot:
            stopped = {k for k in StepKind if await self._outbox.supersede(tx, subject_of(before, k), STEP, now)}
            await self.show_anew(tx, after, done, now)
            again = _come_again(done, stopped, policy.steps(after, group.session), now)
        else:
            again = {kind for kind, run in done.items() if kind is StepKind.EVENT and run.state is StepState.FAILED}
        await store.forget_steps(tx, before.key, again)
        done = {kind: run for kind, run in done.items() if kind not in again}
        await store.wind(tx, before.key, policy.next_due(after, group.session, done))


def _come_again(
    done: Mapping[StepKind, StepRun], stopped: Collection[StepKind], steps: Sequence[Step], now: datetime
) -> set[StepKind]:
    """Return the steps of a moved session that are to be done for its new time; what is on its way counts as done."""
    later = {step.kind for step in steps if step.due_at > now}
    told = {kind for kind, run in done.items() if run.state is StepState.DONE}
    waiting = {kind for kind, run in done.items() if run.state is StepState.WAITING}
    return {
        kind
        for kind in done
        if kind in stopped or kind not in told | waiting or (kind in _COMES_AGAIN and kind in later)
    }


def _length(session: Session | None) -> timedelta:
    return session.slot.ends_at - session.slot.starts_at if session else _USUAL


def version(session: Session) -> str:
    """Name what a post about a session was made from, so that it can be told whether it is still true."""
    return f"{session.revision}:{int(session.slot.starts_at.timestamp())}:{session.state is SessionState.LEFT_OUT:d}"


def subject_of(session: Session, kind: StepKind) -> str:
    """Name a step of a session in the outbox."""
    return f"session:{session.key}:{kind.value}"
