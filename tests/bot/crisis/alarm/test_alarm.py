"""An alarm's points and drills by rule, and its duties once, whoever looks."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app import opened
from bot.config import Settings
from bot.crisis.alarm import policy, store
from bot.crisis.alarm.model import AlarmReport, CareLook, Facts, Point, TestKind
from bot.crisis.on_call.model import Piece
from bot.errors import StorageError
from bot.groups import toml_file
from bot.groups.model import Response
from bot.storage.vault import Keyring
from tests.support.armed import arm
from tests.support.groups import MARIA, TOM, tuesday
from tests.support.rota import ALWAYS_TOM
from tests.support.seeded import shipped_screener

NOW = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)  # Tuesday noon in New York
OWNER = 5001
SET = replace(tuesday(NOW), response=Response("9 to 17", timedelta(hours=4)))
DONE = Facts(
    looked=True,
    care_exists=True,
    test_answered=True,
    lines_confirmed=True,
    members_told=True,
)


def missing(group, facts):
    return [(point.point, point.reason) for point in policy.report(group, facts).missing]


def test_an_alarm_of_which_everything_is_done_is_armed():
    assert policy.report(SET, DONE).armed


@pytest.mark.parametrize(
    ("change", "left"),
    [
        ({"looked": False}, (Point.CARE, "not_looked")),
        ({"care_exists": False}, (Point.CARE, "gone")),
        ({"strangers": 2}, (Point.CARE, "strangers")),
        ({"overseers": 1, "overseers_print": "a"}, (Point.CARE, "overseers")),
        ({"overseers": 1, "overseers_print": "a", "overseers_confirmed": "b"}, (Point.CARE, "overseers")),
        ({"test_answered": False}, (Point.TEST, "todo")),
        ({"lines_confirmed": False}, (Point.LINES, "todo")),
        ({"members_told": False}, (Point.TOLD, "todo")),
    ],
)
def test_each_point_alone_keeps_it_from_being_armed(change, left):
    assert missing(SET, replace(DONE, **change)) == [left]


def test_hours_and_a_second_person_are_needed_too():
    assert missing(replace(SET, response=None), DONE) == [(Point.RESPONSE, "todo")]
    alone = replace(SET, therapists=(MARIA,), escalation=replace(SET.escalation, chain=((MARIA,),)))
    assert missing(alone, DONE) == [(Point.PEOPLE, "todo")]
    with_phone = replace(alone, escalation=replace(alone.escalation, last_resort="phone"))
    assert missing(with_phone, DONE) == [(Point.PEOPLE, "unknown_target")]
    assert policy.report(with_phone, replace(DONE, last_resort_known=True)).armed


def test_the_owner_is_a_warning_that_is_confirmed_once_and_counts_for_these_people():
    mark = policy.fingerprint([OWNER])
    facts = replace(DONE, overseers=1, overseers_print=mark, overseers_confirmed=mark)
    assert policy.report(SET, facts).armed
    assert missing(SET, replace(facts, overseers_print=policy.fingerprint([OWNER, 7]))) == [(Point.CARE, "overseers")]


@given(st.lists(st.integers(1, 2**60), unique=True))
def test_a_mark_does_not_depend_on_the_order(people):
    assert policy.fingerprint(people) == policy.fingerprint(people[::-1])


def test_a_report_without_points_missing_is_armed_whatever_stands_in_it():
    assert AlarmReport(()).armed


def piece(start, end, who=TOM):
    return Piece(NOW + timedelta(hours=start), NOW + timedelta(hours=end), who, who)


WEEK_AGO = NOW - timedelta(days=7)


@pytest.mark.parametrize(
    ("on_call", "last", "hours_on", "rings"),
    [
        (piece(-3, 5), WEEK_AGO, 0, True),
        (piece(-3, 5), WEEK_AGO + timedelta(minutes=1), 0, False),
        (piece(-3, 5, who=None), WEEK_AGO, 0, False),
        (piece(-0.4, 5), WEEK_AGO, 0, False),
        (piece(-3, 20), WEEK_AGO, 11, False),  # 23:00, and this shift has hours by day
        (piece(9, 19), WEEK_AGO, 11, True),  # 23:00, and it goes from 21:00 to 07:00
    ],
)
def test_a_drill_rings_once_a_week_within_the_hours_of_who_is_on_call(on_call, last, hours_on, rings):
    assert policy.may_drill(SET, on_call, last, NOW + timedelta(hours=hours_on)) is rings


@pytest.fixture
async def parts(tmp_path, clock, database_url):
    (tmp_path / "key").write_text(Keyring.new().dump())
    (tmp_path / "key").chmod(0o600)
    settings = Settings.model_validate(
        {
            "discord": {"token": "unused"},
            "storage": {"url": database_url},
            "encryption": {"key_file": str(tmp_path / "key")},
            "health": {"enabled": False},
        }
    )
    async with opened(settings, clock, shipped_screener()) as parts:
        await parts.groups.save(toml_file.parse(ALWAYS_TOM, clock.now()), clock.now())
        await parts.groups.refresh(clock.now())
        yield parts


async def test_points_are_confirmed_one_by_one_and_a_change_is_told_once(parts, clock):
    group = parts.groups.get("tuesday")
    assert not await parts.alarm.is_armed("tuesday")
    assert not await parts.alarm.is_armed("unknown")
    await arm(parts, group, OWNER, clock.now())
    assert await parts.alarm.is_armed("tuesday")
    for _ in range(2):
        await parts.alarm.looked(group, CareLook(exists=True, strangers=(7,), overseers=(OWNER,)), clock.now())
    assert not await parts.alarm.is_armed("tuesday")
    async with parts.database.read() as tx:
        from bot.outbox.store import outbox

        told = [row.ref["text"] for row in await tx.execute(outbox.select()) if "text" in row.ref]
    assert told == ["alarm.notice.not_armed"]


async def test_a_drill_is_written_once_and_a_drill_that_did_not_arrive_was_missed_by_nobody(parts, clock):
    await arm(parts, parts.groups.get("tuesday"), OWNER, clock.now())
    clock.advance(timedelta(days=7, hours=6))
    await parts.duties.run_due(clock.now())
    clock.advance(timedelta(minutes=6))
    await parts.duties.run_due(clock.now())
    async with parts.database.write() as tx:
        drill = await store.last_test(tx, "tuesday")
        assert drill is not None
        assert (drill.kind, drill.to_id, drill.sent_at) == (TestKind.DRILL, TOM, clock.now() - timedelta(minutes=6))
        span = (clock.now() - timedelta(days=1), clock.now())
        assert len(await store.missed_drills(tx, "tuesday", *span)) == 1
        await store.withdraw(tx, drill.id)
        assert await store.missed_drills(tx, "tuesday", *span) == []


async def test_what_failed_when_its_hour_came_is_done_with_the_next_tick(parts, clock, monkeypatch):
    clock.advance(timedelta(hours=12))
    settled: list[str] = []
    monkeypatch.setattr(parts.alarm, "settle", _fails)
    with pytest.raises(StorageError):
        await parts.duties.run_due(clock.now())
    monkeypatch.setattr(parts.alarm, "settle", lambda group, _now: _noted(settled, group))
    for _ in range(2):
        await parts.duties.run_due(clock.now())
    assert settled == ["tuesday"]


async def _fails(_group, _now):
    raise StorageError("The disk is full.", "Free some space.")


async def _noted(settled, group):
    settled.append(group.key)


async def test_the_first_answered_test_page_is_kept_while_old_ones_go(parts, clock):
    group, long_ago = parts.groups.get("tuesday"), clock.now()
    for _ in range(2):
        page = await parts.alarm.send_test(group, MARIA, long_ago)
        await parts.alarm.answer(page.id, MARIA, long_ago)
    await parts.alarm.send_test(group, MARIA, long_ago)
    clock.advance(timedelta(days=200))
    assert await parts.duties.forget_old(clock.now()) == 2
    async with parts.database.read() as tx:
        assert (await store.facts(tx, "tuesday")).test_answered
