"""Every table has somebody who erases it, and what an erase leaves is said."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot import app
from bot.config import Settings
from bot.crisis.cases import store as crisis_store
from bot.crisis.cases.erase import CrisisEraser, asked
from bot.crisis.cases.model import DIRECT_ANSWER, MEMBER_TEXT, PAGE, CaseState, Signal, Source
from bot.crisis.cases.service import Cases
from bot.crisis.screening import Level, Remembered
from bot.crisis.watching.memory import Memory
from bot.groups.erase import GroupsEraser
from bot.outbox.erase import OutboxEraser
from bot.outbox.model import NewRow, RowState
from bot.outbox.service import Kind, Outbox
from bot.outbox.store import outbox as outbox_table
from bot.privacy.contract import Holding, Whose
from bot.privacy.departures import GRACE, Departures
from bot.privacy.erase import PrivacyEraser
from bot.privacy.preferences import Preferences
from bot.privacy.service import MyData
from bot.schema import whole_schema
from bot.storage.presence import Presence
from bot.storage.schema import tables_without_promise
from bot.words import Library
from tests.support.groups import ALICE, BEN, CIRCLE, MARIA, SERVER, with_tuesday
from tests.support.seeded import shipped_screener

ROOT = Path(__file__).parents[3]
TUESDAY = frozenset({"tuesday"})


@pytest.fixture
async def groups(database, vault, clock):
    return await with_tuesday(database, vault, clock.now())


@pytest.fixture
async def outbox(database, clock):
    outbox = Outbox(database, clock)
    yield outbox
    await outbox.settle()


@pytest.fixture
async def cases(database, outbox, groups):
    return Cases(database, outbox, groups)


@pytest.fixture
async def my_data(database, outbox, cases):
    erasers = (
        PrivacyEraser(),
        GroupsEraser(),
        CrisisEraser(database),
        OutboxEraser((PAGE, MEMBER_TEXT, DIRECT_ANSWER)),
    )
    return MyData(database, outbox, erasers)


def signal_by(clock, member=ALICE, message=1, source=Source.SCREENING):
    return Signal(
        group_key="tuesday", key=f"message:{message}", member_id=member, level=Level.HIGH, source=source,
        channel_id=CIRCLE, message_id=message, said_at=clock.now(), entries=("a",), told=source is Source.SCREENING,
    )  # fmt: skip


async def close(database, case_id):
    async with database.write() as tx:
        await tx.execute(
            update(crisis_store.cases)
            .where(crisis_store.cases.c.id == case_id)
            .values(state=CaseState.CLOSED.value, next_page_at=None)
        )


async def rows_of(database, table):
    async with database.read() as tx:
        return (await tx.execute(select(table))).mappings().all()


async def whats(my_data, member=ALICE, groups=None):
    return [holding.what for holding in await my_data.holdings(Whose(member, groups))]


async def test_every_table_names_an_eraser_that_is_wired_in(sqlite_database, vault, clock):
    presence = Presence(sqlite_database)
    settings = Settings.model_validate({})
    parts = app.build(settings, clock, sqlite_database, vault, presence, shipped_screener())
    tables = whole_schema().sorted_tables
    assert tables_without_promise() == []
    assert {table.info["eraser"] for table in tables} <= parts.my_data.erasers


def test_a_table_that_names_nobody_has_no_column_for_a_person():
    for table in whole_schema().sorted_tables:
        if "names no person" in table.info["retention"]:
            assert not {"member_id", "user_id", "by_id"} & set(table.c.keys()), table.name


def test_every_kind_of_holding_and_every_reason_has_words_in_every_language():
    source = "\n".join(path.read_text() for path in (ROOT / "bot").rglob("erase.py"))
    whats = set(re.findall(r'counted\(\s*"(\w+)"', source))
    reasons = set(re.findall(r'counted\(.*, "(\w+)"\)', source))
    assert len(whats) > 10
    assert len(reasons) >= 3
    library = Library.load()
    for language in library.languages():
        names = library.of(language).names()
        assert {f"privacy.kept.{what}" for what in whats} <= names
        assert {f"privacy.stays.{reason}" for reason in reasons} <= names


async def test_two_erasers_of_one_name_are_refused(database, outbox):
    with pytest.raises(ValueError, match="same name"):
        MyData(database, outbox, (PrivacyEraser(), PrivacyEraser()))


async def test_of_somebody_unknown_nothing_is_kept(my_data, clock):
    assert await whats(my_data, 99) == []
    assert not await my_data.keeps_anything(Whose(99))
    assert await my_data.erase(Whose(99), clock.now()) == []


async def test_a_choice_and_a_private_thread_are_erased_within_their_groups(my_data, database, clock):
    preferences = Preferences(database, clock)
    await preferences.choose_direct_messages(ALICE, True, clock.now())
    await preferences.remember_private_thread("tuesday", ALICE, 55)
    assert await whats(my_data) == ["private_messages", "private_threads"]
    exported = await my_data.export(Whose(ALICE), clock.now())
    assert exported["privacy"]["private_threads"][0]["thread"] == "55"
    await my_data.erase(Whose(ALICE, frozenset({"other"})), clock.now())
    assert await whats(my_data, groups=TUESDAY) == ["private_threads"]
    await my_data.erase(Whose(ALICE), clock.now())
    assert await whats(my_data) == []
    assert not await preferences.wants_direct_messages(ALICE)


async def test_an_open_case_survives_an_erase_and_goes_when_it_is_closed(my_data, cases, database, clock):
    case = (await cases.raise_case(signal_by(clock), clock.now())).case
    left = await my_data.erase(Whose(ALICE), clock.now())
    assert left == [Holding("alarms_open", 1, "open_alarm")]
    assert (await cases.get(case.id)).waits, "it has to go on paging"
    eraser = CrisisEraser(database)
    assert await eraser.run_due(clock.now()) == 0
    await close(database, case.id)
    assert await eraser.run_due(clock.now()) == 1
    for table in (crisis_store.cases, crisis_store.signals, crisis_store.events, asked, outbox_table):
        assert await rows_of(database, table) == []
    assert await eraser.run_due(clock.now()) == 0


async def test_asking_twice_and_a_new_alarm_in_between_change_nothing_about_it(my_data, cases, database, clock):
    case = (await cases.raise_case(signal_by(clock), clock.now())).case
    for message in (2, 3):
        await my_data.erase(Whose(ALICE), clock.now())
        await cases.raise_case(signal_by(clock, message=message), clock.now())
    assert len(await rows_of(database, asked)) == 1
    await close(database, case.id)
    await CrisisEraser(database).run_due(clock.now())
    assert await rows_of(database, crisis_store.cases) == []


async def test_a_case_that_nobody_asked_about_is_not_erased_with_others(my_data, cases, database, clock):
    mine = (await cases.raise_case(signal_by(clock), clock.now())).case
    bens = (await cases.raise_case(signal_by(clock, BEN, 2), clock.now())).case
    await my_data.erase(Whose(ALICE), clock.now())
    for case in (mine, bens):
        await close(database, case.id)
    await CrisisEraser(database).run_due(clock.now())
    assert [row["id"] for row in await rows_of(database, crisis_store.cases)] == [bens.id]
    assert {row["subject"] for row in await rows_of(database, outbox_table)} == {bens.subject}


async def test_a_closed_case_is_erased_at_once(my_data, cases, database, clock):
    case = (await cases.raise_case(signal_by(clock), clock.now())).case
    await close(database, case.id)
    assert await whats(my_data) == ["alarms_closed"]
    assert await my_data.erase(Whose(ALICE), clock.now()) == []
    assert await rows_of(database, crisis_store.cases) == []


async def test_a_report_about_somebody_is_not_shown_to_them_but_erased(my_data, cases, database, clock):
    case = (await cases.raise_case(signal_by(clock, source=Source.REPORT), clock.now())).case
    assert await whats(my_data) == []
    exported = await my_data.export(Whose(ALICE), clock.now())
    assert exported["crisis"]["alarms"] == []
    assert await my_data.erase(Whose(ALICE), clock.now()) == []
    assert (await cases.get(case.id)).waits
    await close(database, case.id)
    await CrisisEraser(database).run_due(clock.now())
    assert await rows_of(database, crisis_store.cases) == []


async def test_a_report_before_ones_own_words_does_not_show_in_ones_file(my_data, cases, clock):
    await cases.raise_case(signal_by(clock, source=Source.REPORT), clock.now())
    clock.advance(timedelta(hours=3))
    await cases.raise_case(signal_by(clock, message=2), clock.now())
    (alarm,) = (await my_data.export(Whose(ALICE), clock.now()))["crisis"]["alarms"]
    assert alarm["said_at"] == clock.now().isoformat()
    assert alarm["message"] == "2"


async def test_what_screening_remembers_is_said_handed_over_and_erased(my_data, groups, database, clock):
    seen = (Remembered("entry.one", "hopelessness", Level.CONCERN, clock.now()),)
    await Memory(database).keep("tuesday", ALICE, 1, seen)
    assert await whats(my_data) == ["screening_memory"]
    (row,) = (await my_data.export(Whose(ALICE), clock.now()))["crisis"]["screening_memory"]
    assert (row["kind"], row["level"]) == ("hopelessness", "concern")
    assert await my_data.erase(Whose(ALICE), clock.now()) == []


async def test_a_therapists_place_in_the_group_stays_and_so_does_what_they_took(my_data, cases, clock):
    case = (await cases.raise_case(signal_by(clock), clock.now())).case
    await cases.acknowledge(case.id, MARIA, clock.now())
    left = await my_data.erase(Whose(MARIA), clock.now())
    assert left == [Holding("therapist_of", 1, "therapist"), Holding("cases_taken", 1, "case_of_another")]
    assert (await cases.get(case.id)).acknowledged_by == MARIA


async def test_the_outbox_forgets_rows_that_name_the_person_and_no_others(my_data, outbox, database, clock):
    outbox.declare(Kind("test.note"))
    async with database.write() as tx:
        for ref in ({"member": ALICE}, {"to": ALICE}, {"member": BEN}, {"channel": ALICE}, {"member": ALICE * 10}):
            await outbox.add(tx, NewRow("test.note", "thing:1", ref, "tuesday"), clock.now())
    assert await my_data.holdings(Whose(ALICE)) == [Holding("sendings", 2)]
    await my_data.erase(Whose(ALICE), clock.now())
    left = [row["ref"] for row in await rows_of(database, outbox_table)]
    assert left == [{"member": BEN}, {"channel": ALICE}, {"member": ALICE * 10}]


async def test_an_answer_that_is_still_to_be_sent_is_sent_and_one_that_was_sent_is_forgotten(
    my_data, outbox, database, clock
):
    outbox.declare(Kind(DIRECT_ANSWER))
    async with database.write() as tx:
        for _ in range(2):
            await outbox.add(tx, NewRow(DIRECT_ANSWER, "message:1", {"to": ALICE}, "tuesday"), clock.now())
        first = (await tx.execute(select(outbox_table.c.id).order_by(outbox_table.c.id))).scalars().first()
        await tx.execute(
            update(outbox_table)
            .where(outbox_table.c.id == first)
            .values(state=RowState.DONE.value, finished_at=clock.now())
        )
    await my_data.erase(Whose(ALICE), clock.now())
    assert [row["state"] for row in await rows_of(database, outbox_table)] == [RowState.WAITING.value]


async def test_who_leaves_is_erased_after_thirty_days(my_data, database, groups, cases, clock):
    await Preferences(database, clock).remember_private_thread("tuesday", ALICE, 55)
    departures = Departures(database, groups, my_data)
    await departures.compare(SERVER, [ALICE], [], clock.now())
    assert await departures.run_due(clock.advance(GRACE - timedelta(seconds=1))) == 0
    assert await whats(my_data) == ["private_threads"]
    assert await departures.run_due(clock.advance(timedelta(seconds=1))) == 1
    assert await whats(my_data) == []
    assert await departures.noted(SERVER) == []


async def test_leaving_twice_does_not_lengthen_the_time(my_data, database, groups, clock):
    await Preferences(database, clock).remember_private_thread("tuesday", ALICE, 55)
    departures = Departures(database, groups, my_data)
    await departures.compare(SERVER, [ALICE], [], clock.now())
    assert not await departures.left(SERVER, ALICE, clock.advance(timedelta(days=20)))
    assert await departures.run_due(clock.advance(timedelta(days=10))) == 1


async def test_who_comes_back_keeps_everything(my_data, database, groups, clock):
    await Preferences(database, clock).remember_private_thread("tuesday", ALICE, 55)
    departures = Departures(database, groups, my_data)
    await departures.left(SERVER, ALICE, clock.now())
    await departures.came_back(SERVER, ALICE)
    assert await departures.run_due(clock.advance(GRACE)) == 0
    assert await whats(my_data) == ["private_threads"]


async def test_who_came_back_while_the_bot_was_away_is_not_erased_before_it_has_looked(
    my_data, database, groups, clock
):
    await Preferences(database, clock).remember_private_thread("tuesday", ALICE, 55)
    await Departures(database, groups, my_data).left(SERVER, ALICE, clock.now())
    after_a_restart = Departures(database, groups, my_data)
    assert await after_a_restart.run_due(clock.advance(GRACE)) == 0
    await after_a_restart.compare(SERVER, [], [ALICE], clock.now())
    assert await after_a_restart.run_due(clock.now()) == 0
    assert await whats(my_data) == ["private_threads"]


async def test_nobody_is_noted_of_whom_nothing_is_kept_or_on_a_server_without_groups(my_data, database, groups, clock):
    departures = Departures(database, groups, my_data)
    assert not await departures.left(SERVER, ALICE, clock.now())
    await Preferences(database, clock).remember_private_thread("tuesday", ALICE, 55)
    assert not await departures.left(SERVER + 1, ALICE, clock.now())
    assert await rows_of(database, whole_schema().tables["departures"]) == []


async def test_erasing_oneself_also_forgets_that_one_left(my_data, database, groups, clock):
    await Preferences(database, clock).remember_private_thread("tuesday", ALICE, 55)
    departures = Departures(database, groups, my_data)
    await departures.left(SERVER, ALICE, clock.now())
    await my_data.erase(Whose(ALICE), clock.now())
    assert await departures.noted(SERVER) == []


async def test_the_people_of_a_group_are_those_whom_its_tables_name(my_data, cases, database, clock):
    await cases.raise_case(signal_by(clock), clock.now())
    await Preferences(database, clock).remember_private_thread("tuesday", BEN, 55)
    assert await my_data.people_of(TUESDAY) == {ALICE, BEN}
    assert await my_data.people_of(frozenset({"other"})) == set()
