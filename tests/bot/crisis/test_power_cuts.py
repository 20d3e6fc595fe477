"""The power may go at any statement of a case's life: it goes on from what was stored, with no page lost or doubled."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from bot.crisis.cases.closing import Closing
from bot.crisis.cases.closing_model import FOLLOW_UP, FollowUpKind, Outcome
from bot.crisis.cases.holding import Holding
from bot.crisis.cases.model import MEMBER_TEXT, NOTICE, PAGE, CaseState, Verdict
from bot.crisis.cases.notices import Notices
from bot.crisis.cases.service import Cases
from bot.outbox.model import Receipt, RowState
from bot.outbox.service import Outbox
from bot.outbox.store import outbox as rows
from tests.bot.crisis.test_cases import signal_at
from tests.support.groups import MARIA, TOM, with_tuesday

SOME = (2, 7, 11, 17, 23, 31, 41, 61, 89, 127)


class PowerCut(Exception):
    """The machine stopped before a statement."""


class Fuse:
    """Stops the process at the n-th statement from now, once."""

    def __init__(self, database):
        self.left = None
        for engine in {database._writer, database._reader}:
            event.listen(engine.sync_engine, "before_cursor_execute", self)

    def __call__(self, *_args):
        if self.left is not None:
            self.left -= 1
            if self.left <= 0:
                self.left = None
                raise PowerCut


class Life:
    """One member's case, from the first message to the end, told by services that may stop at any statement."""

    def __init__(self, database, vault, clock, groups, member):
        self.database, self.clock, self.member = database, clock, member
        self.sent = []
        self.box = Outbox(database, clock)
        self.cases = Cases(database, self.box, groups)
        self.holding = Holding(database, self.box, groups, self.cases, Notices(database, self.box))
        self.closing = Closing(database, vault, self.box, groups, self.cases, self.holding)
        for kind in (PAGE, MEMBER_TEXT, NOTICE, FOLLOW_UP):
            self.box.deliver_with(kind, self.send)
        self.signal = signal_at(clock, message=member, member=member)
        self.outcome = Outcome(Verdict.REAL, "Rang them.", True, (FollowUpKind.DAY,), TOM)
        self.case_id = 0

    async def send(self, row, now):
        self.sent.append((row.kind, row.nonce, row.ref.get("target"), row.ref.get("round"), row.ref.get("step")))
        return Receipt(1, len(self.sent), note=(await self.cases.progress(await self.case())).word)

    async def case(self):
        found = await self.cases.get(self.case_id)
        assert found is not None
        return found

    def acts(self):
        return (
            (0, self.opens),
            (5, lambda: self.cases.run_due(self.clock.now())),
            (1, lambda: self.cases.acknowledge(self.case_id, MARIA, self.clock.now())),
            (20, lambda: self.cases.run_due(self.clock.now())),
            (1, lambda: self.cases.acknowledge(self.case_id, TOM, self.clock.now())),
            (1, lambda: self.holding.contacted(self.case_id, TOM, self.clock.now())),
            (1, lambda: self.closing.close(self.case_id, TOM, self.outcome, self.clock.now())),
        )

    async def opens(self):
        self.case_id = (await self.cases.raise_case(self.signal, self.clock.now())).case.id

    async def tell(self, fuse):
        for minutes, act in self.acts():
            self.clock.advance(timedelta(minutes=minutes))
            try:
                await act()
            except PowerCut:
                await act()  # the message is read back, the tick comes again, a person presses again
            await self.box.settle()
            # A sender that stopped leaves a lease, which runs out.
            self.clock.advance(timedelta(seconds=31))
            for _ in range(2):
                try:
                    await self.box.run_due(self.clock.now())
                except PowerCut:
                    self.clock.advance(timedelta(seconds=31))
            left, fuse.left = fuse.left, None
            await self.holds()
            fuse.left = left
        fuse.left = None

    async def holds(self):
        """Hold what never bends: who waits has a page, and a page in the outbox has somebody who waits."""
        case = await self.case()
        async with self.database.read() as tx:
            query = select(rows.c.state).where(rows.c.subject == case.subject, rows.c.kind == PAGE)
            states = Counter((await tx.execute(query)).scalars())
        timed = case.state in (CaseState.OPEN, CaseState.ACKNOWLEDGED)
        assert (case.next_page_at is not None) is timed, case
        assert states[RowState.DONE.value] > 0
        if case.state is not CaseState.OPEN:
            assert states[RowState.WAITING.value] + states[RowState.LEASED.value] == 0, states


async def cut_at(points, database, vault, clock):
    groups = await with_tuesday(database, vault, clock.now())
    fuse = Fuse(database)
    for number in points:
        life = Life(database, vault, clock, groups, 70_000 + number)
        fuse.left = number
        await life.tell(fuse)
        case = await life.case()
        assert case.state is CaseState.CLOSED
        kinds = Counter(each.kind for each in await life.cases.history(case))
        assert [kinds[kind] for kind in ("opened", "paged", "ran_out", "contacted", "closed")] == [1, 3, 1, 1, 1], kinds
        assert kinds["acknowledged"] == 2
        in_care = {(nonce, round_, step) for kind, nonce, target, round_, step in life.sent if target == "care"}
        assert sorted((round_, step) for _, round_, step in in_care) == [(1, 0), (1, 1), (2, 0)], number


@pytest.mark.long
async def test_the_power_goes_at_some_statements_of_a_cases_life(sqlite_database, vault, clock):
    await cut_at(SOME, sqlite_database, vault, clock)


@pytest.mark.long
@pytest.mark.timeout(600)
async def test_the_power_goes_at_every_second_of_two_hundred_statements(sqlite_database, vault, clock):
    await cut_at(range(1, 201, 2), sqlite_database, vault, clock)
