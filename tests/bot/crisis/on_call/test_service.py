"""The rota at work: one taker for each request, refusals, what is told to others, and what is kept of a therapist."""

import asyncio
from dataclasses import replace
from datetime import time, timedelta

import pytest

from bot.crisis.cases.model import NotATherapist
from bot.crisis.cases.notices import Notices
from bot.crisis.on_call.erase import OnCallEraser
from bot.crisis.on_call.model import NoTherapist, NotYourShift, Overlaps, RequestNotFound, WhileOffDuty
from bot.crisis.on_call.service import OnCall
from bot.crisis.on_call.store import forget_before
from bot.groups.model import WEEKDAYS, Escalation, Hours, Rota
from bot.groups.service import Groups
from bot.outbox.service import Outbox
from bot.privacy.contract import Whose
from tests.support.groups import ALICE, BEN, MARIA, TOM, tuesday

SUE = 3003
ALWAYS_TOM = Hours(TOM, WEEKDAYS, time(), time())


class Practice:
    def __init__(self, database, groups, on_call):
        self.database, self.groups, self.on_call = database, groups, on_call

    @property
    def group(self):
        return self.groups.get("tuesday")


async def practice_on(database, vault, clock):
    groups = Groups(database, vault)
    group = replace(
        tuesday(clock.now()),
        therapists=(MARIA, TOM, SUE),
        escalation=Escalation(("on-call", "everyone"), timedelta(minutes=5)),
        rota=Rota((ALWAYS_TOM,)),
    )
    await groups.save([group], clock.now())
    await groups.refresh(clock.now())
    outbox = Outbox(database, clock)
    return Practice(database, groups, OnCall(database, outbox, groups, Notices(database, outbox).add))


@pytest.fixture
async def practice(database, vault, clock):
    return await practice_on(database, vault, clock)


@pytest.fixture
async def on_sqlite(sqlite_database, vault, clock):
    return await practice_on(sqlite_database, vault, clock)


async def on_call_now(practice, clock):
    return (await practice.on_call.pieces(practice.group, clock.now(), clock.now() + timedelta(minutes=1)))[0].who


async def test_of_many_who_press_at_once_exactly_one_takes_it(practice, clock):
    request = await practice.on_call.cover_me(practice.group, TOM, clock.now())
    presses = [practice.on_call.take(request.id, who, clock.now()) for who in (MARIA, SUE, MARIA, SUE)]
    taken = await asyncio.gather(*presses)
    assert sum(each.first for each in taken) == 1
    takers = {each.request.taken_by for each in taken}
    assert len(takers) == 1
    assert takers == {await on_call_now(practice, clock)}


async def test_who_asked_stays_on_call_until_somebody_takes_it_and_may_take_it_back(practice, clock):
    request = await practice.on_call.cover_me(practice.group, TOM, clock.now())
    assert await on_call_now(practice, clock) == TOM
    assert (await practice.on_call.take(request.id, TOM, clock.now())).first
    assert await on_call_now(practice, clock) == TOM
    late = await practice.on_call.take(request.id, MARIA, clock.now())
    assert (late.first, late.request.taken_by) == (False, TOM)


async def test_a_request_whose_time_is_over_cannot_be_taken(on_sqlite, clock):
    request = await on_sqlite.on_call.cover_me(on_sqlite.group, TOM, clock.now())
    clock.advance(timedelta(days=1))
    late = await on_sqlite.on_call.take(request.id, MARIA, clock.now())
    assert (late.first, late.request.taken_by) == (False, None)


async def test_asking_twice_is_asking_once(on_sqlite, clock):
    first = await on_sqlite.on_call.cover_me(on_sqlite.group, TOM, clock.now())
    assert (await on_sqlite.on_call.cover_me(on_sqlite.group, TOM, clock.now())).id == first.id


async def test_only_therapists_change_the_rota_and_only_therapists_are_put_on_it(on_sqlite, clock):
    group, rota, now = on_sqlite.group, on_sqlite.on_call, clock.now()
    later = now + timedelta(hours=1)
    request = await rota.cover_me(group, TOM, now)
    for act in (
        rota.show(group, ALICE, now),
        rota.put(group, TOM, now, later, ALICE, now),
        rota.leave(group, TOM, now, later, ALICE, now),
        rota.cover_me(group, ALICE, now),
        rota.take(request.id, ALICE, now),
        rota.add_shift(group, replace(ALWAYS_TOM, who=MARIA), ALICE, now),
        rota.remove_shift(group, ALWAYS_TOM, ALICE, now),
        rota.add_off_duty(group, replace(ALWAYS_TOM, who=ALICE), now),
        rota.clear_off_duty(group, ALICE, now),
    ):
        with pytest.raises(NotATherapist):
            await act
    for act in (rota.put(group, BEN, now, later, TOM, now), rota.leave(group, BEN, now, later, TOM, now)):
        with pytest.raises(NoTherapist):
            await act
    with pytest.raises(NoTherapist):
        await rota.add_shift(group, replace(ALWAYS_TOM, who=BEN), TOM, now)
    with pytest.raises(NotYourShift):
        await rota.cover_me(group, MARIA, now)
    with pytest.raises(RequestNotFound):
        await rota.take(99, MARIA, now)


async def test_shifts_that_overlap_or_lie_in_off_duty_time_are_refused_and_nothing_changes(on_sqlite, clock):
    rota, now = on_sqlite.on_call, clock.now()
    night = Hours(MARIA, ("mon",), time(22), time(6))
    with pytest.raises(Overlaps) as overlap:
        await rota.add_shift(on_sqlite.group, night, MARIA, now)
    assert overlap.value.other == ALWAYS_TOM
    await rota.remove_shift(on_sqlite.group, ALWAYS_TOM, TOM, now)
    await rota.add_off_duty(on_sqlite.group, night, now)
    with pytest.raises(WhileOffDuty):
        await rota.add_shift(on_sqlite.group, replace(night, start=time(5), end=time(8), days=("tue",)), TOM, now)
    after = await rota.add_shift(on_sqlite.group, replace(night, start=time(6), end=time(8), days=("tue",)), TOM, now)
    assert len(after.shifts) == 1
    assert (await rota.clear_off_duty(on_sqlite.group, MARIA, now)).off_duty == ()


async def test_another_process_sees_a_changed_rota_with_its_next_look(on_sqlite, vault, clock):
    elsewhere = Groups(on_sqlite.database, vault)
    await elsewhere.refresh(clock.now())
    clock.advance(timedelta(seconds=1))
    await on_sqlite.on_call.remove_shift(on_sqlite.group, ALWAYS_TOM, TOM, clock.now())
    assert on_sqlite.group.shifts == ()
    assert await elsewhere.refresh(clock.now())
    assert [group.shifts for group in elsewhere.all()] == [()]


async def test_leave_without_a_shift_asks_nobody(on_sqlite, clock):
    now = clock.now()
    left, request = await on_sqlite.on_call.leave(on_sqlite.group, MARIA, now, now + timedelta(days=1), MARIA, now)
    assert (left, request) == ([], None)


async def test_the_rota_of_a_therapist_stays_and_goes_when_they_are_none_any_more(practice, clock):
    now, eraser, whose = clock.now(), OnCallEraser(), Whose(TOM)
    request = await practice.on_call.cover_me(practice.group, TOM, now)
    await practice.on_call.take(request.id, MARIA, now)
    await practice.on_call.put(practice.group, SUE, now, now + timedelta(hours=1), TOM, now)
    async with practice.database.write() as tx:
        assert [(each.what, each.stays) for each in await eraser.holdings(tx, whose)] == [
            ("on_call_therapist", "therapist")
        ]
        exported = await eraser.export_member(tx, whose)
        assert [entry["you_are"] for entry in exported["on_call_changes"]] == [["instead_of"], ["made_by"]]
        assert str(MARIA) not in str(exported)
        await eraser.erase_member(tx, whose, now)
        assert await eraser.holdings(tx, whose) != []
    await practice.groups.save(
        [replace(practice.group, therapists=(MARIA, SUE), escalation=Escalation(("everyone",), timedelta(minutes=5)))],
        now,
    )
    async with practice.database.write() as tx:
        await eraser.erase_member(tx, whose, now)
        assert await eraser.holdings(tx, whose) == []
        assert await eraser.holdings(tx, Whose(SUE)) != []


async def test_what_is_over_for_long_is_forgotten(practice, clock):
    now = clock.now()
    await practice.on_call.put(practice.group, SUE, now, now + timedelta(hours=1), TOM, now)
    await practice.on_call.cover_me(practice.group, SUE, now)
    async with practice.database.write() as tx:
        assert await forget_before(tx, now) == 0
        assert await forget_before(tx, now + timedelta(days=2)) == 2
