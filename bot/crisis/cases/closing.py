"""Closing a case, and what follows: somebody looks again after a day, after three, and before the next session."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.crisis.cases import closing_store, moves, policy, store
from bot.crisis.cases.closing_model import (
    BEFORE_SESSION,
    FOLLOW_UP,
    LONGEST_DONE,
    WITHOUT_SESSION,
    FollowUp,
    NeedsContact,
    NobodyNamed,
    NothingSaid,
    Outcome,
)
from bot.crisis.cases.erase import erase_asked
from bot.crisis.cases.holding import Holding
from bot.crisis.cases.model import Case, CaseNotFound, Moved
from bot.crisis.cases.service import Cases
from bot.groups.model import Group
from bot.groups.service import Groups
from bot.log import get
from bot.outbox.model import NewRow, RetryPlan
from bot.outbox.service import Kind, Outbox
from bot.storage.engine import Database
from bot.storage.vault import Vault

log = get("crisis")

NextSession = Callable[[Group, datetime], Awaitable[datetime | None]]
"""When a group's next session after a moment begins; None if nobody has said."""

_BATCH = 50
_FOLLOW_UP_WORTH = timedelta(days=3)


class Closing:
    """Closes cases, and puts the promised follow-ups to the therapists who were named."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        outbox: Outbox,
        groups: Groups,
        cases: Cases,
        holding: Holding,
        next_session: NextSession | None = None,
    ) -> None:
        self._database = database
        self._vault = vault
        self._outbox = outbox
        self._groups = groups
        self._cases = cases
        self._holding = holding
        self._next_session = next_session
        outbox.declare(Kind(FOLLOW_UP, crisis=True, retries=RetryPlan(tries=100, longest=timedelta(minutes=30))))

    async def close(self, case_id: int, by_id: int, outcome: Outcome, now: datetime) -> Moved:
        """Close a case; `done` is False if it was closed before.

        Raises NotATherapist, CaseNotFound; NeedsContact, NothingSaid, NobodyNamed where something is missing.
        """
        if not outcome.done.strip():
            raise NothingSaid
        async with self._database.write() as tx:
            case, group = await self._holding.case_for(tx, case_id, by_id)
            if case.closed_at is not None:
                return Moved(case, done=False)
            if not policy.closes(case, outcome.verdict):
                raise NeedsContact
            if outcome.follow_ups and outcome.follow_up_by not in group.therapists:
                raise NobodyNamed
            closed = await moves.close(tx, case_id, case.state, by_id, now)
            if closed is None:
                return Moved(await store.get(tx, case_id) or case, done=False)
            details = {"verdict": outcome.verdict.value, "member_told": outcome.member_told}
            await store.record(tx, case_id, "closed", now, by_id=by_id, details=details)
            await self._cases.stop_paging(tx, closed, now)
            said = Outcome(outcome.verdict, outcome.done.strip()[:LONGEST_DONE], outcome.member_told)
            await closing_store.write_closing(tx, closed, said, by_id, self._vault, now)
            leaves = await erase_asked(tx, case_id)
            if outcome.follow_up_by is not None and not leaves:
                for kind in outcome.follow_ups:
                    await closing_store.promise(tx, closed, kind, outcome.follow_up_by, now)
        log.info("case_closed", case=closed.code, kind=outcome.verdict.value)
        return Moved(closed, done=True, will_be_erased=leaves)

    async def follow_up_done(self, follow_up_id: int, by_id: int, now: datetime) -> tuple[FollowUp, bool]:
        """Note that a follow-up was done; False if somebody had noted it before. Raises NotATherapist, CaseNotFound."""
        async with self._database.write() as tx:
            found = await closing_store.follow_up(tx, follow_up_id)
            if found is None:
                raise CaseNotFound
            await self._holding.case_for(tx, found.case_id, by_id)
            first = await closing_store.done(tx, follow_up_id, by_id, now)
            if first:
                await store.record(tx, found.case_id, "followed_up", now, by_id=by_id, details={"kind": found.kind})
            return await closing_store.follow_up(tx, follow_up_id) or found, first

    async def follow_up(self, follow_up_id: int) -> FollowUp | None:
        """Return one follow-up."""
        async with self._database.read() as tx:
            return await closing_store.follow_up(tx, follow_up_id)

    async def undone(self, group: Group) -> list[tuple[FollowUp, Case]]:
        """Return a group's follow-ups that were put to somebody and not noted as done, with their cases."""
        async with self._database.read() as tx:
            found = [(each, await store.get(tx, each.case_id)) for each in await closing_store.undone(tx, group.key)]
        return [(each, case) for each, case in found if case is not None]

    async def run_due(self, now: datetime) -> int:
        """Put every follow-up that is due; returns how many."""
        async with self._database.read() as tx:
            waiting = await closing_store.waiting(tx, now, _BATCH)
        count = 0
        for follow_up, closed_at in waiting:
            group = self._groups.get(follow_up.group_key)
            if group is not None and await self._is_due(follow_up, group, closed_at, now):
                count += await self._put(follow_up, now)
        if count:
            self._outbox.poke()
        return count

    async def _is_due(self, follow_up: FollowUp, group: Group, closed_at: datetime, now: datetime) -> bool:
        """Say whether a follow-up is due; one before the next session moves with the session."""
        if follow_up.due_at is not None:
            return True
        session = await self._next_session(group, closed_at) if self._next_session is not None else None
        return now >= (closed_at + WITHOUT_SESSION if session is None else session - BEFORE_SESSION)

    async def _put(self, follow_up: FollowUp, now: datetime) -> bool:
        async with self._database.write() as tx:
            if not await closing_store.put(tx, follow_up.id):
                return False
            ref = {"follow_up": follow_up.id, "case": follow_up.case_id, "therapist": follow_up.therapist_id}
            row = NewRow(
                FOLLOW_UP, f"case:{follow_up.case_id}", ref, follow_up.group_key, expires_at=now + _FOLLOW_UP_WORTH
            )
            await self._outbox.add(tx, row, now)
            return True
