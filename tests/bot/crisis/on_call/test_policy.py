"""The rota's rules: who is on call when, across clock changes, leave and covers, and whom a step reaches."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.crisis.cases import policy as chain
from bot.crisis.on_call import policy
from bot.crisis.on_call.model import Change, ChangeKind
from bot.groups.model import WEEKDAYS, Escalation, Hours, Rota
from tests.support.groups import MARIA, TOM, tuesday

NEW_YORK = ZoneInfo("America/New_York")
NOON = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)  # Tuesday noon in New York
ZONES = sorted(available_timezones())
BY_DAY = Hours(MARIA, WEEKDAYS, time(9), time(21))
BY_NIGHT = Hours(TOM, WEEKDAYS, time(21), time(9))


def group_with(*shifts, off_duty=(), chain=("on-call", (TOM,), "everyone"), zone=NEW_YORK, therapists=(MARIA, TOM)):
    escalation = Escalation(chain, timedelta(minutes=5))
    rota = Rota(tuple(shifts), tuple(off_duty))
    return replace(tuesday(NOON), escalation=escalation, rota=rota, zone=zone, therapists=therapists)


def local(text):
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK).astimezone(UTC)


def who(group, at, *changes):
    return policy.on_call_at(group, changes, at)


def test_a_shift_goes_by_the_clocks_on_the_wall():
    group = group_with(BY_DAY)
    assert who(group, local("2026-11-24T09:00")) == MARIA
    assert who(group, local("2026-11-24T08:59")) is None
    assert who(group, local("2026-11-24T21:00")) is None


def test_a_night_shift_belongs_to_the_day_on_which_it_begins():
    group = group_with(replace(BY_NIGHT, days=("fri",)))
    assert who(group, local("2026-11-27T23:00")) == TOM
    assert who(group, local("2026-11-28T08:59")) == TOM
    assert who(group, local("2026-11-28T09:00")) is None
    assert who(group, local("2026-11-27T03:00")) is None


def test_the_hour_that_comes_twice_is_covered_twice_and_the_one_that_is_missing_leaves_no_hole():
    group = group_with(Hours(MARIA, WEEKDAYS, time(1, 30), time(13)), Hours(TOM, WEEKDAYS, time(13), time(1, 30)))
    back, forward = datetime(2026, 11, 1, tzinfo=UTC), datetime(2027, 3, 14, tzinfo=UTC)
    for day in (back, forward):
        assert None not in {piece.who for piece in policy.pieces(group, (), day, day + timedelta(days=2))}
    # 1 November 2026: 01:30 comes twice, and the first one counts.
    assert who(group, datetime(2026, 11, 1, 5, 29, tzinfo=UTC)) == TOM
    assert who(group, datetime(2026, 11, 1, 5, 30, tzinfo=UTC)) == MARIA
    assert who(group, datetime(2026, 11, 1, 6, 15, tzinfo=UTC)) == MARIA


def test_a_shift_whose_end_does_not_exist_on_a_day_ends_when_the_clocks_jump():
    early, late = Hours(MARIA, WEEKDAYS, time(0), time(2, 30)), Hours(TOM, WEEKDAYS, time(2, 30), time(0))
    group = group_with(early, late)
    jump = datetime(2027, 3, 14, 7, 0, tzinfo=UTC)  # 02:00 becomes 03:00
    assert who(group, jump - timedelta(minutes=1)) == MARIA
    assert who(group, jump) == TOM


@given(
    zone=st.sampled_from(ZONES),
    begins=st.integers(631_152_000, 2_114_380_800).map(lambda second: datetime.fromtimestamp(second, UTC)),
    cuts=st.lists(st.times(), min_size=1, max_size=4, unique_by=lambda at: (at.hour, at.minute)),
)
def test_shifts_that_fill_the_week_leave_nobody_alone_in_any_zone_at_any_time(zone, begins, cuts):
    times = sorted(at.replace(second=0, microsecond=0, tzinfo=None) for at in cuts)
    people = (MARIA, TOM)
    shifts = [
        Hours(people[number % 2], WEEKDAYS, at, times[(number + 1) % len(times)]) for number, at in enumerate(times)
    ]
    laid = policy.pieces(group_with(*shifts, zone=ZoneInfo(zone)), (), begins, begins + timedelta(days=8))
    assert None not in {piece.who for piece in laid}
    assert laid[0].start == begins
    assert laid[-1].end == begins + timedelta(days=8)
    assert all(one.end == two.start for one, two in pairwise(laid))


CHANGES = st.builds(
    lambda kind, person, other, begins, lasts: Change(
        kind, person, NOON + timedelta(hours=begins), NOON + timedelta(hours=begins + lasts), other
    ),
    st.sampled_from(list(ChangeKind)),
    st.sampled_from([MARIA, TOM]),
    st.sampled_from([MARIA, TOM]),
    st.integers(-30, 90),
    st.integers(1, 60),
)


@given(st.lists(CHANGES, max_size=6))
def test_changes_never_make_holes_or_overlaps_in_time(changes):
    laid = policy.pieces(group_with(BY_DAY), changes, NOON, NOON + timedelta(days=3))
    assert laid[0].start == NOON
    assert laid[-1].end == NOON + timedelta(days=3)
    assert all(one.end == two.start and one.start < one.end for one, two in pairwise(laid))


def change(kind, person, begins, ends, instead_of=None):
    return Change(kind, person, local(begins), local(ends), instead_of)


def test_who_is_put_on_call_is_so_for_that_time_only():
    group = group_with(BY_DAY)
    put = change(ChangeKind.SET, TOM, "2026-11-24T12:00", "2026-11-24T23:00")
    assert who(group, local("2026-11-24T11:59"), put) == MARIA
    assert who(group, local("2026-11-24T12:00"), put) == TOM
    assert who(group, local("2026-11-24T22:59"), put) == TOM
    assert who(group, local("2026-11-24T23:00"), put) is None


def test_leave_makes_a_gap_that_remembers_whose_shift_it_was():
    group = group_with(BY_DAY, BY_NIGHT)
    away = change(ChangeKind.LEAVE, MARIA, "2026-11-25T00:00", "2026-11-26T00:00")
    (gap,) = policy.gaps(group, [away], NOON)
    assert (gap.start, gap.end, gap.of) == (local("2026-11-25T09:00"), local("2026-11-25T21:00"), MARIA)


def test_who_covers_a_leave_takes_that_persons_time_and_nobody_elses():
    group = group_with(BY_DAY, BY_NIGHT, therapists=(MARIA, TOM, 3003))
    away = change(ChangeKind.LEAVE, MARIA, "2026-11-25T00:00", "2026-11-27T00:00")
    cover = change(ChangeKind.COVER, 3003, "2026-11-25T09:00", "2026-11-26T21:00", instead_of=MARIA)
    assert policy.gaps(group, [away, cover], NOON) == []
    assert who(group, local("2026-11-25T12:00"), away, cover) == 3003
    assert who(group, local("2026-11-25T23:00"), away, cover) == TOM


def test_leave_after_a_cover_takes_the_one_who_covers_away():
    group = group_with(BY_DAY)
    cover = change(ChangeKind.COVER, TOM, "2026-11-25T09:00", "2026-11-25T21:00", instead_of=MARIA)
    away = change(ChangeKind.LEAVE, TOM, "2026-11-25T00:00", "2026-11-26T00:00")
    assert who(group, local("2026-11-25T12:00"), cover, away) is None
    assert who(group, local("2026-11-25T12:00"), away, cover) == TOM


def test_a_shift_of_somebody_who_is_no_therapist_any_more_is_a_gap():
    assert who(group_with(BY_DAY, therapists=(TOM,)), NOON) is None


def test_a_chain_that_does_not_ask_who_is_on_call_has_no_gaps():
    assert policy.gaps(group_with(chain=((MARIA,), "everyone")), (), NOON) == []


def test_a_gap_further_away_than_two_weeks_is_not_told_yet():
    away = Change(ChangeKind.LEAVE, MARIA, NOON + timedelta(days=14), NOON + timedelta(days=15))
    assert policy.gaps(group_with(BY_DAY, BY_NIGHT), [away], NOON) == []
    assert policy.gaps(group_with(BY_DAY, BY_NIGHT), [away], NOON + timedelta(days=1)) != []


def test_the_on_call_step_reaches_who_is_on_call():
    reached = policy.whom(group_with(BY_DAY), 0, MARIA, NOON)
    assert (reached.people, reached.nobody_on_call, reached.last_resort) == ((MARIA,), False, False)


def test_where_nobody_is_on_call_everyone_and_the_last_resort_are_reached_also_who_is_off_duty():
    group = group_with(off_duty=[Hours(TOM, WEEKDAYS, time(), time())])
    reached = policy.whom(group, 0, None, NOON)
    assert (reached.people, reached.nobody_on_call, reached.last_resort) == ((MARIA, TOM), True, True)


def test_the_last_step_reaches_the_last_resort_too():
    assert policy.whom(group_with(), 2, MARIA, NOON).last_resort


OFF = Hours(MARIA, WEEKDAYS, time(9), time(17))


@pytest.mark.parametrize(
    ("steps", "step", "people"),
    [
        (((MARIA,), (TOM,), "everyone"), 0, ()),
        (((MARIA, TOM), (TOM,), "everyone"), 0, (TOM,)),
        (("everyone", (TOM,), "everyone"), 0, (TOM,)),
        (((MARIA,), (TOM,), "everyone"), 2, (MARIA, TOM)),
        (((TOM,), (MARIA,)), 1, (MARIA,)),
    ],
)
def test_off_duty_times_are_honoured_except_at_the_last_step(steps, step, people):
    assert policy.whom(group_with(chain=steps, off_duty=[OFF]), step, None, NOON).people == people


def test_off_duty_times_end():
    group = group_with(chain=((MARIA,), "everyone"), off_duty=[OFF])
    assert policy.whom(group, 0, None, local("2026-11-24T17:00")).people == (MARIA,)


def test_who_is_on_call_is_on_duty_whatever_their_hours_say():
    assert policy.whom(group_with(chain=((MARIA,), "everyone"), off_duty=[OFF]), 0, MARIA, NOON).people == (MARIA,)


def test_a_step_where_all_are_off_duty_is_passed_over_without_a_wait():
    group = group_with(chain=((MARIA,), (TOM,), "everyone"), off_duty=[OFF])
    assert chain.first_page(group, NOON).step == 1
    assert chain.first_page(group, local("2026-11-24T18:00")).step == 0


def test_a_step_waits_as_long_as_it_says_and_the_others_as_long_as_the_chain_says():
    group = group_with(BY_DAY)
    waits = (None, timedelta(minutes=2))
    group = replace(group, escalation=replace(group.escalation, waits=waits))
    assert chain.first_page(group, NOON).then_at == NOON + timedelta(minutes=5)
    assert [group.escalation.wait_of(step) for step in range(3)] == [
        timedelta(minutes=5),
        timedelta(minutes=2),
        timedelta(minutes=5),
    ]
