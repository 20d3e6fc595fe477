"""What a therapist does with a case they have: contact, handing over; and what the member may say to it."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crisis.cases import moves, policy, store
from bot.crisis.cases.model import Case, CaseNotFound, MemberSays, Moved, NotATherapist
from bot.crisis.cases.notices import Notices
from bot.crisis.cases.service import Cases
from bot.groups.model import Group
from bot.groups.service import Groups
from bot.log import get
from bot.outbox.service import Outbox
from bot.storage.engine import Database

log = get("crisis")


class Holding:
    """Moves a case on after somebody pressed *I've got this*. Every act checks that the person is a therapist."""

    def __init__(self, database: Database, outbox: Outbox, groups: Groups, cases: Cases, notices: Notices) -> None:
        self._database = database
        self._outbox = outbox
        self._groups = groups
        self._cases = cases
        self._notices = notices

    async def contacted(self, case_id: int, by_id: int, now: datetime) -> Moved:
        """Record that a therapist made contact; it also takes a case that nobody has. `done` is False if it was late.

        Raises NotATherapist, CaseNotFound.
        """
        async with self._database.write() as tx:
            case, _ = await self.case_for(tx, case_id, by_id)
            moved = await moves.contacted(tx, case_id, by_id, now)
            if moved is None:
                return Moved(await store.get(tx, case_id) or case, done=False)
            await store.record(tx, case_id, "contacted", now, by_id=by_id)
            await self._cases.stop_paging(tx, moved, now)
            await self._cases.write_status(tx, moved, now)
        log.info("case_contacted", case=moved.code)
        self._outbox.poke()
        return Moved(moved, done=True)

    async def hand_over(self, case_id: int, by_id: int, to_id: int, now: datetime) -> Moved:
        """Give a case to another therapist, who is paged at once; until they press, the case waits again.

        Raises NotATherapist (also if the receiver is none), CaseNotFound.
        """
        async with self._database.write() as tx:
            case, group = await self.case_for(tx, case_id, by_id)
            if to_id not in group.therapists:
                raise NotATherapist
            moved = await moves.hand_over(tx, case_id, policy.handed_over(group, case, now))
            if moved is None:
                return Moved(await store.get(tx, case_id) or case, done=False)
            await store.record(tx, case_id, "handed_over", now, by_id=by_id, details={"to": to_id})
            await self._cases.stop_paging(tx, moved, now)
            await self._cases.page_person(tx, group, moved, to_id, by_id, now)
            await self._cases.write_status(tx, moved, now)
        log.info("case_handed_over", case=moved.code)
        self._outbox.poke()
        return Moved(moved, done=True)

    async def room_opened(self, case_id: int, by_id: int, now: datetime) -> None:
        """Record that a therapist was brought into the member's private thread."""
        async with self._database.write() as tx:
            await store.record(tx, case_id, "room_opened", now, by_id=by_id)

    async def member_said(self, group: Group, member_id: int, what: MemberSays, now: datetime) -> Case | None:
        """Pass on what a member says: to their case's history and to the care channel. The case stays as it is.

        Returns the case, None if the member has no open one. Saying the same again within the quiet time is noted, not
        posted again.
        """
        async with self._database.write() as tx:
            case = await store.open_case_of(tx, group.key, member_id)
            if case is None:
                return None
            kind = f"member_said_{what.value}"
            before = [event.at for event in await store.history(tx, case.id) if event.kind == kind]
            await store.record(tx, case.id, kind, now)
            if not before or now - before[-1] >= policy.MEMBER_QUIET:
                places = {"code": case.code, "group": group.label}
                await self._notices.add(tx, group, f"crisis.notice.{kind}", now, places)
        log.info("member_said", case=case.code, kind=what.value)
        self._outbox.poke()
        return case

    async def case_for(self, tx: AsyncConnection, case_id: int, by_id: int) -> tuple[Case, Group]:
        """Return a case and its group to one of its therapists; raises NotATherapist, CaseNotFound."""
        case = await store.get(tx, case_id)
        if case is None:
            raise CaseNotFound
        group = self._groups.get(case.group_key)
        if group is None or by_id not in group.therapists:
            raise NotATherapist
        return case, group
