"""Gaps: what nobody heard is told once for each incident, and edited as it goes on."""

from datetime import timedelta

import pytest

from bot.crisis.watching.gaps import GAP, Gaps
from bot.outbox.model import Receipt
from bot.outbox.service import Outbox
from tests.support.groups import with_tuesday


class Care:
    """A care channel of the imagination."""

    def __init__(self, gaps, outbox):
        self.gaps, self.outbox, self.told, self.groups = gaps, outbox, [], []
        outbox.deliver_with(GAP, self.notice)

    async def notice(self, row, now):
        gap = await self.gaps.get(row.ref["gap"])
        there = await self.gaps.notice_of(gap, row.id)
        self.told.append(("edited" if there else "posted", gap.times, gap.read_at is not None))
        return Receipt(1, 77)


@pytest.fixture
async def care(database, vault, clock):
    groups = await with_tuesday(database, vault, clock.now())
    outbox = Outbox(database, clock)
    care = Care(Gaps(database, outbox), outbox)
    care.groups = [(0, group) for group in groups.all()]
    yield care
    await outbox.settle()


async def begun(care, clock):
    """Let the shard begin to listen, and what follows be read back; returns whether there was a gap."""
    missed = await care.gaps.began([0], care.groups, clock.now())
    await care.outbox.settle()
    if missed:
        await care.gaps.read_back(missed, clock.now())
        await care.outbox.settle()
    return bool(missed)


async def test_the_first_start_is_no_gap(care, clock):
    clock.advance(timedelta(seconds=30))
    assert not await begun(care, clock)


async def test_a_gap_of_a_minute_is_told_once_and_then_that_it_was_read(care, clock):
    await begun(care, clock)
    care.gaps.lost(0)
    clock.advance(timedelta(minutes=5))
    assert await care.gaps.run_due(clock.now()) == 0
    assert await begun(care, clock)
    assert care.told == [("posted", 1, False), ("edited", 1, True)]


async def test_a_short_gap_is_not_told(care, clock):
    await begun(care, clock)
    care.gaps.lost(0)
    clock.advance(timedelta(seconds=59))
    assert not await begun(care, clock)


async def test_what_the_gateway_replayed_is_no_gap(care, clock):
    await begun(care, clock)
    care.gaps.lost(0)
    await care.gaps.resumed(0, clock.advance(timedelta(minutes=5)))
    assert not await begun(care, clock)
    assert care.told == []


async def test_a_process_that_was_off_is_a_gap_since_its_last_tick(care, clock, database):
    await begun(care, clock)
    heard = clock.advance(timedelta(minutes=3))
    await care.gaps.run_due(heard)
    clock.advance(timedelta(minutes=2))
    again = Gaps(database, Outbox(database, clock))
    (gap_id,) = await again.began([0], care.groups, clock.now())
    gap = await again.get(gap_id)
    assert gap is not None
    assert (gap.started_at, gap.ended_at) == (heard, clock.now())


async def test_gaps_in_short_order_are_one_incident_and_later_ones_another(care, clock):
    await begun(care, clock)
    for _ in range(3):
        care.gaps.lost(0)
        clock.advance(timedelta(minutes=5))
        await begun(care, clock)
    assert [what for what, _, _ in care.told] == ["posted", *["edited"] * 5]
    assert care.told[-1] == ("edited", 3, True)
    await care.gaps.run_due(clock.advance(timedelta(hours=1)))
    care.gaps.lost(0)
    clock.advance(timedelta(minutes=5))
    await begun(care, clock)
    assert care.told[-2] == ("posted", 1, False)


async def test_old_incidents_are_forgotten(care, clock):
    await begun(care, clock)
    care.gaps.lost(0)
    clock.advance(timedelta(minutes=5))
    await begun(care, clock)
    assert await care.gaps.forget_old(clock.now()) == 0
    assert await care.gaps.forget_old(clock.advance(timedelta(days=91))) == 1
