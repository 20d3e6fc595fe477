"""A process that dies at 200 moments: no case without a page, no page without an end, no double within the window.

It dies before a statement, before a commit, and after a commit whose answer is lost. The next one is built on the same
database, reads again what the last one may not have finished, and goes on. Discord, which keeps nonces for five
minutes, outlives them all.
"""

from collections import Counter
from datetime import datetime, timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import select, update

from bot.crisis.cases import store
from bot.crisis.cases.model import MEMBER_TEXT, PAGES, Signal, Source
from bot.crisis.cases.service import Cases
from bot.crisis.outside.targets import OutsideTarget, OutsideTargets
from bot.crisis.screening import Level
from bot.groups.service import Groups
from bot.outbox.model import Receipt
from bot.outbox.service import Outbox
from bot.outbox.store import outbox
from bot.storage.engine import Database
from bot.storage.migrate import migrate
from tests.support.death import Death, Died, bury
from tests.support.groups import CIRCLE, MARIA, TOM, with_tuesday

DEATHS = 200
NONCES_KEPT = timedelta(minutes=5)
LEASE = timedelta(seconds=31)
ENDED = {"done", "failed", "superseded"}


class Discord:
    """What Discord does with messages that carry a nonce."""

    def __init__(self) -> None:
        self.taken: list[tuple[datetime, str, int, tuple[object, ...]]] = []

    async def post(self, row, now: datetime) -> Receipt:
        for number, (at, nonce, _, _) in enumerate(self.taken):
            if nonce == row.nonce and now - at < NONCES_KEPT:
                return Receipt(1, number)
        page = (row.kind, *(row.ref.get(key) for key in ("step", "round", "target", "to", "name", "repeat")))
        self.taken.append((now, row.nonce, row.ref["case"], page))
        return Receipt(1, len(self.taken) - 1)

    def pages_of(self, case_id: int) -> list[tuple[datetime, tuple[object, ...]]]:
        return [(at, page) for at, _, about, page in self.taken if about == case_id and page[0] in PAGES]


class Process:
    """Cases, outbox and groups, as a start builds them."""

    def __init__(self, url, vault, clock, discord, death):
        self.database = Database(url)
        death.threaten(self.database)
        self.clock = clock
        self.groups = Groups(self.database, vault)
        self.outbox = Outbox(self.database, clock)
        phone = OutsideTargets([OutsideTarget("maria_phone", MARIA, SecretStr("json://127.0.0.1"))])
        self.cases = Cases(self.database, self.outbox, self.groups, phone)
        self.discord = discord
        for kind in PAGES:
            self.outbox.deliver_with(kind, discord.post)
        self.outbox.deliver_with(MEMBER_TEXT, self.tell)

    async def tell(self, row, now) -> Receipt:
        """Tell the member what has happened by now."""
        case = await self.cases.get(row.ref["case"])
        assert case is not None
        receipt = await self.discord.post(row, now)
        return Receipt(receipt.channel_id, receipt.message_id, note=(await self.cases.progress(case)).word)

    async def live(self, signal) -> None:
        """Read a message, page down the chain, let Tom take the case; all of it may have been done before."""
        await self.groups.refresh(self.clock.now())
        raised = await self.cases.raise_case(signal, self.clock.now())
        await self.outbox.settle()
        for _ in range(3):
            await self.tick(timedelta(seconds=5))
        await self.tick(timedelta(minutes=5))
        await self.cases.acknowledge(raised.case.id, TOM, self.clock.now())
        await self.tick(timedelta(seconds=5))

    async def tick(self, step) -> None:
        now = self.clock.advance(step)
        await self.cases.run_due(now)
        await self.outbox.run_due(now)
        await self.outbox.settle()


def said(clock, number):
    return Signal(
        group_key="tuesday", key=f"message:{number}", member_id=5000 + number, level=Level.HIGH,
        source=Source.SCREENING, channel_id=CIRCLE, message_id=number, said_at=clock.now(),
    )  # fmt: skip


async def lived(url, vault, clock, discord, signal, at):
    """Let a process live with a signal until it has done everything, or dies; returns how it was."""
    death = Death(at)
    process = Process(url, vault, clock, discord, death)
    try:
        await process.live(signal)
    except Died:
        pass
    finally:
        await bury()
        await process.database.close()
    return death


async def look(database, signal):
    """Check the first invariant at this very moment; returns the case's id, if there is one."""
    async with database.read() as tx:
        case = await store.open_case_of(tx, signal.group_key, signal.member_id)
        if case is None:
            return None
        rows = (await tx.execute(select(outbox).where(outbox.c.subject == case.subject))).mappings().all()
    assert any(row["kind"] in PAGES for row in rows), "a case without a page"
    return case.id


async def close(database, case_id):
    """Close a case, or the next processes would go on paging for it."""
    async with database.write() as tx:
        await tx.execute(update(store.cases).where(store.cases.c.id == case_id).values(state="closed"))


@pytest.mark.long
@pytest.mark.timeout(900)
async def test_a_process_that_dies_at_200_moments_loses_no_page_and_doubles_none(database_url, vault, clock):
    watching = Database(database_url)
    await migrate(watching)
    await with_tuesday(watching, vault, clock.now())
    discord = Discord()
    whole = await lived(database_url, vault, clock, discord, said(clock, 0), None)
    assert not whole.came
    await close(watching, await look(watching, said(clock, 0)))
    reach, died, number = whole.moments * 9 // 10, 0, 0  # a life may be a few statements shorter than this one
    assert reach > DEATHS / 2
    while died < DEATHS:
        number += 1
        assert number < DEATHS * 2
        signal = said(clock, number)
        death = await lived(database_url, vault, clock, discord, signal, 1 + number * 7 % reach)
        died += death.came
        await look(watching, signal)
        clock.advance(LEASE)
        assert not (await lived(database_url, vault, clock, discord, signal, None)).came
        case_id = await look(watching, signal)
        assert case_id is not None
        pages = discord.pages_of(case_id)
        assert any(page[3] == "care" for _, page in pages), "nobody was paged"
        twice = [page for page, count in Counter(page for _, page in pages).items() if count > 1]
        for page in twice:
            first, *others = [at for at, each in pages if each == page]
            assert all(at - first >= NONCES_KEPT for at in others), f"{page} came twice within the window"
        await close(watching, case_id)
    clock.advance(timedelta(hours=1))
    await lived(database_url, vault, clock, discord, said(clock, number + 1), None)
    async with watching.read() as tx:
        rows = (await tx.execute(select(outbox.c.kind, outbox.c.state).where(outbox.c.kind.in_(PAGES)))).all()
    assert len(rows) > DEATHS
    assert {row.state for row in rows} <= ENDED, "a page without an end"
    await watching.close()
