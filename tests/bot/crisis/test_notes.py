"""Concern notes: no page, a line a day, put once to somebody when nobody looks."""

from datetime import timedelta

import pytest

from bot.crisis.cases.model import CaseState, NotATherapist, Source
from bot.crisis.notes.model import DIGEST, NOTE_PUT, NoteNotFound, NoteState
from bot.crisis.notes.service import Notes, newest_of_each
from bot.crisis.screening import Assessment, Level
from bot.crisis.watching.intake import Intake, Said
from bot.outbox.model import Receipt
from tests.bot.crisis.test_cases import care, cases, signal_at  # noqa: F401  (fixtures)
from tests.support.groups import ALICE, BEN, CIRCLE, MARIA, TOM


class Board:
    """The notes of a group, and what was posted to its care channel."""

    def __init__(self, database, care):  # noqa: F811
        self.care, self.cases = care, care.cases
        self.group = care.cases._groups.get("tuesday")
        self.notes = Notes(database, care.outbox, care.cases._groups, care.cases)
        self.intake = Intake(care.cases, self.notes)
        self.posted = []
        care.outbox.deliver_with(DIGEST, self.post)
        care.outbox.deliver_with(NOTE_PUT, self.post)

    async def post(self, row, now):
        self.posted.append((row.kind, row.ref.get("people")))
        return Receipt(1, 1)

    async def found(self, clock, level=Level.CONCERN, author=ALICE, message=7):
        said = Said(author, CIRCLE, message, clock.now(), in_dm=False)
        return await self.intake.found(self.group, said, Assessment(level), clock.now())

    async def run(self, now):
        await self.notes.run_due(now)
        await self.care.outbox.settle()
        return self.posted


@pytest.fixture
def board(database, care):  # noqa: F811
    return Board(database, care)


async def test_a_concern_is_noted_once_and_pages_nobody(board, clock):
    assert await board.found(clock) is None
    assert await board.found(clock) is None
    (note,) = await board.notes.of_group("tuesday")
    assert (note.member_id, note.state) == (ALICE, NoteState.NEW)
    await board.care.outbox.settle()
    assert (board.care.pages, board.care.texts, await board.cases.open_cases()) == ([], [], [])


@pytest.mark.parametrize(("level", "paged"), [(Level.CONCERN, False), (Level.HIGH, False), (Level.IMMINENT, True)])
async def test_a_therapists_own_message_is_paged_only_if_it_is_imminent(board, clock, level, paged):
    raised = await board.found(clock, level, author=MARIA)
    assert (raised is not None) is paged
    assert [note.by_therapist for note in await board.notes.of_group("tuesday")] == ([] if paged else [True])


async def test_the_daily_list_comes_once_at_the_groups_hour_and_not_when_there_is_nothing(board, clock):
    assert await board.run(clock.now()) == []  # 07:00 in New York
    assert await board.run(clock.advance(timedelta(hours=2))) == []  # 09:00, nothing to list
    await board.run(clock.advance(timedelta(hours=1)))
    await board.found(clock)
    assert await board.run(clock.advance(timedelta(hours=22, minutes=59))) == []
    assert await board.run(clock.advance(timedelta(minutes=1))) == [(DIGEST, None)]
    assert await board.run(clock.advance(timedelta(minutes=5))) == [(DIGEST, None)]


async def test_a_restart_does_not_post_the_list_again(board, clock, database):
    await board.found(clock)
    await board.run(clock.advance(timedelta(hours=2)))
    again = Notes.__new__(Notes)
    again.__dict__.update(board.notes.__dict__, _days={})
    assert await again._daily(board.group, clock.now()) is False
    assert board.posted == [(DIGEST, None)]


async def test_what_nobody_looked_at_for_a_day_is_put_once_to_the_first_step(board, clock):
    await board.found(clock)
    await board.run(clock.advance(timedelta(hours=24)))
    await board.run(clock.advance(timedelta(hours=24)))
    assert [people for kind, people in board.posted if kind == NOTE_PUT] == [[MARIA]]


async def test_seen_settles_the_members_older_notes_too_and_the_second_is_told(board, clock):
    for message in (7, 8):
        await board.found(clock, message=message)
    await board.found(clock, author=BEN, message=9)
    notes = await board.notes.of_group("tuesday")
    assert [(note.message_id, count) for note, count in newest_of_each(notes)] == [(8, 2), (9, 1)]
    assert (await board.notes.seen(notes[1].id, MARIA, clock.now())).first
    late = await board.notes.seen(notes[0].id, TOM, clock.now())
    assert not late.first
    assert late.note.settled_by == MARIA
    assert [note.member_id for note in await board.notes.of_group("tuesday")] == [BEN]


async def test_a_case_for_a_note_belongs_to_its_opener_and_pages_and_tells_nobody(board, clock):
    await board.found(clock)
    (note,) = await board.notes.of_group("tuesday")
    settled = await board.notes.open_case(note.id, TOM, clock.now())
    await board.care.outbox.settle()
    assert (settled.case.state, settled.case.acknowledged_by) == (CaseState.ACKNOWLEDGED, TOM)
    assert (settled.case.source, settled.case.level) == (Source.NOTE, Level.HIGH)
    assert (board.care.pages, board.care.texts) == ([], [])
    late = await board.notes.open_case(note.id, MARIA, clock.now())
    assert (late.first, late.case) == (False, None)
    assert await board.cases.run_due(clock.advance(timedelta(minutes=20))) == 1


async def test_a_note_of_a_member_with_an_open_case_joins_that(board, clock):
    raised = await board.cases.raise_case(signal_at(clock), clock.now())
    await board.found(clock)
    (note,) = await board.notes.of_group("tuesday")
    assert (await board.notes.open_case(note.id, TOM, clock.now())).case.id == raised.case.id


async def test_notes_are_for_therapists(board, clock):
    await board.found(clock)
    (note,) = await board.notes.of_group("tuesday")
    for act in (board.notes.seen, board.notes.open_case):
        with pytest.raises(NotATherapist):
            await act(note.id, BEN, clock.now())
    with pytest.raises(NoteNotFound):
        await board.notes.seen(note.id + 1, MARIA, clock.now())


async def test_a_case_that_was_taken_and_never_closed_stands_in_the_daily_list(board, clock):
    raised = await board.cases.raise_case(signal_at(clock), clock.now())
    await board.cases.acknowledge(raised.case.id, MARIA, clock.now())
    assert (await board.notes.digest(board.group, clock.now())).empty
    later = await board.notes.digest(board.group, clock.advance(timedelta(hours=24)))
    assert [case.id for case in later.unclosed] == [raised.case.id]


async def test_other_parts_may_add_lines_to_the_daily_list(board, clock):
    async def gap(group, now):
        return ["Nobody is on call on Friday."]

    board.notes.list_daily(gap)
    assert (await board.notes.digest(board.group, clock.now())).lines == ["Nobody is on call on Friday."]
