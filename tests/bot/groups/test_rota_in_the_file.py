"""The rota, the chain's words and the hours in a groups file: read whole, or refused with line and remedy."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BadInput
from bot.groups import toml_file
from bot.groups.model import WEEKDAYS, Escalation, Hours, Response, Rota
from bot.groups.service import Groups
from bot.groups.week import clashes
from tests.support.groups import MARIA, TOM, TUESDAY, tuesday

NOW = datetime(2026, 11, 22, tzinfo=UTC)
ROTA = f"""
[[group.on_call]]
who = {MARIA}
days = ["mon", "tue", "wed", "thu", "fri"]
from = "09:00"
to = "21:00"

[[group.on_call]]
who = {TOM}
days = ["mon", "tue", "wed", "thu"]
from = "21:00"
to = "09:00"

[[group.off_duty]]
who = {MARIA}
days = ["sat", "sun"]
from = "00:00"
to = "24:00"
"""
FIRST = len(TUESDAY.splitlines()) + 2  # the line of the first [[group.on_call]]


def refused(text):
    with pytest.raises(BadInput) as caught:
        toml_file.parse(text, NOW)
    assert "Nothing was imported" in caught.value.remedy
    return caught.value.message


def test_shifts_and_off_duty_times_are_read():
    (group,) = toml_file.parse(TUESDAY + ROTA, NOW)
    assert group.shifts == (
        Hours(MARIA, WEEKDAYS[:5], time(9), time(21)),
        Hours(TOM, WEEKDAYS[:4], time(21), time(9)),
    )
    assert group.off_duty == (Hours(MARIA, ("sat", "sun"), time(), time()),)


def test_a_chain_may_ask_who_is_on_call_wait_as_it_likes_and_name_a_last_resort():
    chain = 'chain = ["on-call", { page = [3002], wait = "2m" }, "everyone"]\nlast_resort = "practice_phone"'
    (group,) = toml_file.parse(TUESDAY.replace('chain = [[3001], [3002], "everyone"]', chain), NOW)
    assert group.escalation.chain == ("on-call", (3002,), "everyone")
    assert [group.escalation.wait_of(step) for step in range(3)] == [timedelta(minutes=m) for m in (5, 2, 5)]
    assert group.escalation.last_resort == "practice_phone"
    assert toml_file.parse(toml_file.write([group]), NOW) == [group]


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        (f"who = {TOM}\ndays", "who = 4001\ndays", FIRST + 7, "4001 is no therapist of this group"),
        ('from = "21:00"', 'from = "20:00"', FIRST + 6, "shift 2 overlaps shift 1 on mon at 20:00"),
        ('to = "21:00"', 'to = "9pm"', FIRST + 4, "to is no time of day"),
        ('"mon", "tue", "wed", "thu", "fri"', '"mon", "someday"', FIRST + 2, "no day"),
        ('["sat", "sun"]', '["fri"]', FIRST, "shift 1 lies in off-duty time of 3001"),
        (f"who = {MARIA}\ndays", "days", FIRST, "who is missing"),
        (f"who = {MARIA}\n", f"who = {MARIA}\nring = true\n", FIRST + 2, "ring is not a known setting"),
    ],
)
def test_a_mistake_in_the_rota_is_named_with_its_line(old, new, line, says):
    message = refused(TUESDAY + ROTA.replace(old, new, 1))
    assert says in message
    assert f"groups.toml:{line}: " in message


@pytest.mark.parametrize(
    ("chain", "says"),
    [
        ('["oncall"]', "step 1 of the chain is not usable"),
        ('[{ page = [3001], wait = "soon" }, "everyone"]', "a wait in the chain is not usable"),
        ('[{ page = [3001], pause = "2m" }, "everyone"]', "pause is not a known setting"),
        ('["on-call"]\nlast_resort = "My Phone"', "last_resort is no name of a target"),
        ('["on-call"]\nlast_resort = 4', "last_resort is no name of a target"),
    ],
)
def test_a_mistake_in_the_chain_is_named_with_its_line(chain, says):
    message = refused(TUESDAY.replace('[[3001], [3002], "everyone"]', chain))
    assert says in message
    assert "groups.toml:16: " in message or "groups.toml:17: " in message


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ('[group.response]\nwithin = "4h"\n', "hours says nothing"),
        ('[group.response]\nhours = "9 to 17"\n', "within is not usable"),
        ('[group.response]\nhours = "9 to 17"\nwithin = "soon"\n', "within is not usable"),
        ('[group.response]\nhours = "9 to 17"\nwithin = "4h"\nsmile = 1\n', "smile is not a known setting"),
    ],
)
def test_a_mistake_in_the_hours_is_named(table, says):
    assert says in refused(TUESDAY + table)


HOURS = st.builds(
    Hours,
    st.sampled_from([MARIA, TOM]),
    st.sets(st.sampled_from(WEEKDAYS), min_size=1).map(lambda days: tuple(d for d in WEEKDAYS if d in days)),
    st.times().map(lambda at: time(at.hour, at.minute)),
    st.times().map(lambda at: time(at.hour, at.minute)),
)


@given(st.lists(HOURS, max_size=3), st.lists(HOURS, max_size=2))
def test_any_rota_that_does_not_clash_survives_being_written_and_read(shifts, off_duty):
    kept = [shift for number, shift in enumerate(shifts) if not clashes([*shifts[:number], shift])]
    free = [hours for hours in off_duty if not any(s.who == hours.who and clashes([s, hours]) for s in kept)]
    group = replace(
        tuesday(NOW), rota=Rota(tuple(kept), tuple(free)), response=Response('9 to "17"', timedelta(hours=4))
    )
    assert toml_file.parse(toml_file.write([group]), NOW) == [group]


@given(HOURS, HOURS)
def test_two_shifts_clash_exactly_where_some_minute_of_the_week_is_in_both(one, two):
    from bot.groups.week import spans_of

    minutes = [{m for start, end in spans_of(hours) for m in range(start, end)} for hours in (one, two)]
    assert bool(clashes([one, two])) == bool(minutes[0] & minutes[1])


async def test_an_import_that_says_nothing_of_the_rota_keeps_what_therapists_have_set(database, vault):
    groups = Groups(database, vault)
    rota = Rota((Hours(MARIA, ("mon",), time(9), time(17)),))
    response = Response("9 to 17", timedelta(hours=1))
    await groups.save([replace(tuesday(NOW), rota=rota, response=response)], NOW)
    assert await groups.save([tuesday(NOW)], NOW) == []
    (kept,) = await groups.read_all()
    assert (kept.rota, kept.response) == (rota, response)
    emptied = TUESDAY.replace("[group.daily_prompts]", "on_call = []\n[group.daily_prompts]")
    assert (await groups.save(toml_file.parse(emptied, NOW), NOW))[0].fields == ("rota",)


async def test_a_chain_stored_before_there_were_waits_is_read(database, vault):
    from sqlalchemy import update

    from bot.groups.store import groups as table

    groups = Groups(database, vault)
    await groups.save([tuesday(NOW)], NOW)
    async with database.write() as tx:
        await tx.execute(update(table).values(escalation={"chain": [[3001], "everyone"], "acknowledge_within": 60}))
    (group,) = await groups.read_all()
    assert group.escalation == Escalation(((3001,), "everyone"), timedelta(minutes=1))


def test_the_rota_in_the_guide_can_be_imported():
    import re
    from pathlib import Path

    guide = (Path(__file__).parents[3] / "docs/operators.md").read_text(encoding="utf-8")
    block = re.search(r"```toml\n(\[group\.escalation\]\nchain = \[\"on-call\".+?)```", guide, re.DOTALL)
    assert block is not None
    head = TUESDAY[: TUESDAY.index("[group.escalation]")]
    (group,) = toml_file.parse(head + block[1], NOW)
    assert group.escalation.last_resort == "practice_phone"
    assert len(group.shifts) == 2
