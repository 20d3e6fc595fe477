"""The alarm at work: points are confirmed, test pages pressed, and a change of its state is told at once."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crisis.alarm import policy, store
from bot.crisis.alarm.model import (
    DRILL_ANSWERED_WITHIN,
    TEST_PAGE,
    AlarmReport,
    Answered,
    CareLook,
    Facts,
    Point,
    TestKind,
    TestNotFound,
    TestPage,
)
from bot.crisis.cases.model import NotATherapist
from bot.groups.model import Group, Response
from bot.groups.service import Groups
from bot.log import get
from bot.outbox.model import NewRow, Row
from bot.outbox.service import Kind, Outbox
from bot.storage.engine import Database

log = get("alarm")

Notify = Callable[[AsyncConnection, Group, str, datetime, Mapping[str, str] | None], Awaitable[None]]


class Alarm:
    """Knows whether a group's alarm is armed. That changes words and never behaviour: pages go out all the same.

    `lines_confirmed` says whether a therapist has checked the group's crisis lines, `knows_target` whether a target
    outside Discord of that name is configured.
    """

    def __init__(
        self,
        database: Database,
        outbox: Outbox,
        groups: Groups,
        notify: Notify,
        lines_confirmed: Callable[[Group], bool],
        knows_target: Callable[[str], bool],
    ) -> None:
        self._database = database
        self._outbox = outbox
        self._groups = groups
        self._notify = notify
        self._lines_confirmed = lines_confirmed
        self._knows_target = knows_target
        outbox.declare(Kind(TEST_PAGE, on_failed=self._not_sent))

    async def report(self, group: Group) -> AlarmReport:
        """Say how every point stands."""
        async with self._database.read() as tx:
            return await self._report(tx, group)

    async def is_armed(self, group_key: str) -> bool:
        """Say whether nothing is missing; a group that is not known is not armed."""
        group = self._groups.get(group_key)
        return group is not None and (await self.report(group)).armed

    async def looked(self, group: Group, look: CareLook, now: datetime) -> None:
        """Note who can see the care channel, as it was just found; nothing is written where nothing changed."""
        async with self._database.read() as tx:
            known = await store.facts(tx, group.key)
        if known.looked and policy.same_look(known, look):
            return
        async with self._database.write() as tx:
            await store.looked(tx, group.key, look, now)
            await self._settle(tx, group, now)
        self._outbox.poke()

    async def confirm_care(self, group: Group, look: CareLook, by: int, now: datetime) -> AlarmReport:
        """Note that a therapist knows who oversees the server; it counts for these people. Raises NotATherapist."""
        _only_therapists(group, by)
        async with self._database.write() as tx:
            await store.looked(tx, group.key, look, now)
            await store.confirm(tx, group.key, Point.CARE, by, now, policy.fingerprint(look.overseers))
            return await self._settled(tx, group, now)

    async def confirm_told(self, group: Group, by: int, now: datetime) -> AlarmReport:
        """Note that members were told how the alarm works; raises NotATherapist."""
        _only_therapists(group, by)
        async with self._database.write() as tx:
            await store.confirm(tx, group.key, Point.TOLD, by, now)
            return await self._settled(tx, group, now)

    async def set_response(self, group: Group, response: Response, by: int, now: datetime) -> AlarmReport:
        """Set what members are told about answers; raises NotATherapist."""
        _only_therapists(group, by)
        after = await self._groups.change(group.key, lambda before: replace(before, response=response), now) or group
        async with self._database.write() as tx:
            return await self._settled(tx, after, now)

    async def settle(self, group: Group, now: datetime) -> None:
        """Look again at everything; a change of the state is told. Nothing is written where nothing changed."""
        async with self._database.read() as tx:
            armed = (await self._report(tx, group)).armed
            if await store.state(tx, group.key) == armed:
                return
        async with self._database.write() as tx:
            await self._settle(tx, group, now)
        self._outbox.poke()

    async def send_test(self, group: Group, by: int, now: datetime) -> TestPage:
        """Write a test page to the therapist who asks for it; raises NotATherapist."""
        _only_therapists(group, by)
        async with self._database.write() as tx:
            page = await self.write_page(tx, group, TestKind.TEST, by, now)
        self._outbox.poke()
        return page

    async def write_page(self, tx: AsyncConnection, group: Group, kind: TestKind, to: int, now: datetime) -> TestPage:
        """Write a test page or a drill in the caller's transaction."""
        page = await store.add_test(tx, group.key, kind, to, now)
        ends = now + DRILL_ANSWERED_WITHIN
        row = NewRow(TEST_PAGE, f"test:{page.id}", {"test": page.id}, group.key, expires_at=ends)
        await self._outbox.add(tx, row, now)
        return page

    async def answer(self, test_id: int, by: int, now: datetime) -> Answered:
        """Note a press on a test page or a drill; raises NotATherapist, TestNotFound."""
        async with self._database.write() as tx:
            page = await store.test(tx, test_id)
            group = self._groups.get(page.group_key) if page else None
            if page is None or group is None:
                raise TestNotFound
            _only_therapists(group, by)
            answered = await store.answer(tx, test_id, by, now)
            if answered is None:
                return Answered(await store.test(tx, test_id) or page, first=False)
            await self._settled(tx, group, now)
        log.info("test_answered", group_key=group.key, kind=answered.kind.value)
        return Answered(answered, first=True)

    async def test(self, test_id: int) -> TestPage | None:
        """Return one test page."""
        async with self._database.read() as tx:
            return await store.test(tx, test_id)

    async def last_test(self, group: Group) -> TestPage | None:
        """Return a group's newest test page or drill."""
        async with self._database.read() as tx:
            return await store.last_test(tx, group.key)

    async def _not_sent(self, tx: AsyncConnection, row: Row, _problem: str, _now: datetime) -> None:
        """Take back a test that did not arrive: nobody can have missed it."""
        await store.withdraw(tx, row.ref["test"])

    async def _report(self, tx: AsyncConnection, group: Group) -> AlarmReport:
        group = self._groups.get(group.key) or group  # the caller's may be older than what was just set
        facts: Facts = replace(
            await store.facts(tx, group.key),
            lines_confirmed=self._lines_confirmed(group),
            last_resort_known=self._knows_target(group.escalation.last_resort or ""),
        )
        return policy.report(group, facts)

    async def _settled(self, tx: AsyncConnection, group: Group, now: datetime) -> AlarmReport:
        await self._settle(tx, group, now)
        return await self._report(tx, group)

    async def _settle(self, tx: AsyncConnection, group: Group, now: datetime) -> None:
        armed = (await self._report(tx, group)).armed
        if not await store.settle(tx, group.key, armed, now):
            return
        tell = log.info if armed else log.warning
        tell("alarm_changed", group_key=group.key, state="armed" if armed else "not_armed")
        await self._notify(tx, group, f"alarm.notice.{'armed' if armed else 'not_armed'}", now, None)


def _only_therapists(group: Group, by: int) -> None:
    if by not in group.therapists:
        raise NotATherapist
