"""What follows from a finding: one private note a day for each kind, and nothing of the text anywhere."""

import asyncio
import inspect
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.boundaries import policy
from bot.boundaries.consequences import Consequence, DryRun, PrivateNote
from bot.boundaries.erase import BoundariesEraser
from bot.boundaries.model import NOTE, Detail, Occasion, PublicContacts
from bot.boundaries.service import Boundaries
from bot.outbox.model import Receipt
from bot.outbox.service import Outbox
from bot.outbox.store import outbox as outbox_table
from bot.privacy.contract import Holding, Whose
from bot.schema import whole_schema
from tests.support.groups import ALICE, BEN, CIRCLE

NUMBER, ADDRESS = "it's 415-555-2671", "alice@gmail.com"


class Notes:
    def __init__(self):
        self.written = []

    async def note(self, row, now):
        self.written.append((row.ref["member"], tuple(row.ref["details"])))
        return Receipt()


@pytest.fixture
async def notes():
    return Notes()


@pytest.fixture
async def outbox(database, clock):
    outbox = Outbox(database, clock)
    yield outbox
    await outbox.settle()


@pytest.fixture
async def boundaries(database, outbox, notes):
    boundaries = Boundaries(database, PrivateNote(database, outbox), PublicContacts())
    outbox.deliver_with(NOTE, notes.note)
    return boundaries


def said(message=1, member=ALICE):
    return Occasion("tuesday", member, CIRCLE, message)


async def test_a_number_leads_to_one_note(boundaries, outbox, notes, clock):
    await boundaries.look(said(), NUMBER, clock.now())
    await outbox.settle()
    assert notes.written == [(ALICE, ("phone",))]


async def test_both_kinds_in_one_message_are_one_note(boundaries, outbox, notes, clock):
    await boundaries.look(said(), f"{NUMBER} {ADDRESS}", clock.now())
    await outbox.settle()
    assert notes.written == [(ALICE, ("phone", "email"))]


async def test_there_is_at_most_one_note_a_day_for_each_kind_and_member(boundaries, outbox, notes, clock):
    await boundaries.look(said(1), NUMBER, clock.now())
    await boundaries.look(said(2), NUMBER, clock.now())
    await boundaries.look(said(3), f"{NUMBER} {ADDRESS}", clock.now())
    await boundaries.look(said(4, BEN), NUMBER, clock.now())
    await boundaries.look(said(5), NUMBER, clock.advance(timedelta(hours=23, minutes=59)))
    await boundaries.look(said(6), NUMBER, clock.advance(timedelta(minutes=1)))
    await outbox.settle()
    assert sorted(notes.written) == sorted(
        [(ALICE, ("phone",)), (ALICE, ("email",)), (BEN, ("phone",)), (ALICE, ("phone",))]
    )


async def test_two_messages_at_the_same_moment_are_one_note(boundaries, outbox, notes, clock):
    await asyncio.gather(*(boundaries.look(said(n), NUMBER, clock.now()) for n in range(1, 5)))
    await outbox.settle()
    assert notes.written == [(ALICE, ("phone",))]


async def test_an_ordinary_message_writes_nothing(boundaries, outbox, notes, clock, database):
    assert await boundaries.look(said(), "I slept well", clock.now()) == ()
    async with database.read() as tx:
        assert (await tx.execute(select(outbox_table))).all() == []


async def test_nothing_of_the_text_is_stored_or_logged(boundaries, outbox, clock, database, caplog):
    caplog.set_level("DEBUG")
    await boundaries.look(said(), f"{NUMBER} {ADDRESS}", clock.now())
    await outbox.settle()
    async with database.read() as tx:
        stored = [str((await tx.execute(select(table))).all()) for table in whole_schema().sorted_tables]
    for told in (*stored, *(record.getMessage() for record in caplog.records)):
        assert not any(word in told for word in ("415-555", "555-2671", "alice@", "gmail"))


async def test_a_note_that_is_an_hour_late_is_not_sent(database, outbox, clock):
    boundaries = Boundaries(database, PrivateNote(database, outbox), PublicContacts())
    await boundaries.look(said(), NUMBER, clock.now())
    await outbox.settle()  # nobody delivers yet: the row waits
    late = Notes()
    outbox.deliver_with(NOTE, late.note)
    await outbox.run_due(clock.advance(timedelta(hours=1)))
    assert late.written == []


async def test_the_dry_run_stands_in_for_the_note_and_writes_to_nobody(database, outbox, notes, clock):
    dry = DryRun()
    boundaries = Boundaries(database, dry, PublicContacts())
    await boundaries.look(said(), NUMBER, clock.now())
    assert dry.followed == [(said(), (Detail.PHONE,))]
    assert notes.written == []
    async with database.read() as tx:
        assert (await tx.execute(select(outbox_table))).all() == []


@pytest.mark.parametrize("twin", [PrivateNote, DryRun])
def test_the_consequence_and_its_twin_are_called_alike(twin):
    asked = [parameter.kind for parameter in inspect.signature(Consequence.follow).parameters.values()]
    assert [parameter.kind for parameter in inspect.signature(twin.follow).parameters.values()] == asked


async def test_a_note_is_remembered_for_a_day(boundaries, database, clock):
    await boundaries.look(said(), NUMBER, clock.now())
    assert await boundaries.run_due(clock.advance(policy.QUIET - timedelta(seconds=1))) == 0
    assert await boundaries.run_due(clock.advance(timedelta(seconds=1))) == 1


async def test_what_is_kept_of_a_member_can_be_said_handed_over_and_erased(boundaries, database, clock):
    await boundaries.look(said(), NUMBER, clock.now())
    eraser = BoundariesEraser()
    async with database.write() as tx:
        assert await eraser.holdings(tx, Whose(ALICE)) == [Holding("notes", 1)]
        assert await eraser.export_member(tx, Whose(ALICE)) == {
            "notes": [{"about": "phone", "at": clock.now().isoformat()}]
        }
        await eraser.erase_member(tx, Whose(ALICE), clock.now())
        assert await eraser.holdings(tx, Whose(ALICE)) == []
