"""The outbox sends at least once, records how it ended, and never loses a row."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.outbox import store
from bot.outbox.model import NewRow, Permanent, Receipt, RetryPlan, RowState, Superseded, Temporary
from bot.outbox.policy import LEASE, next_try
from bot.outbox.service import Kind, Outbox
from bot.storage.presence import Presence


class Sender:
    """Answers as told, one answer a call; the last one is repeated."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.rows = []

    async def __call__(self, row, now):
        self.rows.append(row)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


async def outbox_with(database, clock, sender, presence=None, **kind):
    outbox = Outbox(database, clock, presence)
    outbox.declare(Kind("test.note", **kind))
    outbox.deliver_with("test.note", sender)
    async with database.write() as tx:
        await outbox.add(tx, NewRow("test.note", "thing:1", {"id": 1}), clock.now())
    return outbox


async def state_of(database, subject="thing:1"):
    async with database.read() as tx:
        (row,) = await store.results_of(tx, subject)
    return row


async def test_a_confirmed_row_is_done_and_keeps_its_receipt(database, clock):
    outbox = await outbox_with(database, clock, Sender(Receipt(5, 6)))
    assert await outbox.run_due(clock.now()) == 1
    row = await state_of(database)
    assert (row["state"], row["channel_id"], row["message_id"]) == (RowState.DONE, 5, 6)
    assert await outbox.run_due(clock.now()) == 0


async def test_a_temporary_problem_is_tried_again_later_with_the_same_nonce(database, clock):
    sender = Sender(Temporary("unreachable"), Receipt())
    outbox = await outbox_with(database, clock, sender)
    await outbox.run_due(clock.now())
    assert await outbox.run_due(clock.now()) == 0
    await outbox.run_due(clock.advance(timedelta(seconds=2)))
    assert (await state_of(database))["state"] == RowState.DONE
    assert sender.rows[0].nonce == sender.rows[1].nonce


async def test_the_other_side_may_name_the_wait(database, clock):
    sender = Sender(Temporary("rate_limited", timedelta(seconds=40)), Receipt())
    outbox = await outbox_with(database, clock, sender)
    await outbox.run_due(clock.now())
    assert await outbox.run_due(clock.advance(timedelta(seconds=39))) == 0
    assert await outbox.run_due(clock.advance(timedelta(seconds=1))) == 1


async def test_retries_are_bounded_and_the_feature_is_told_in_the_same_transaction(database, clock):
    failed = []

    async def on_failed(tx, row, problem, now):
        async with asyncio.timeout(1):
            failed.append((problem, (await store.results_of(tx, row.subject))[0]["state"]))

    sender = Sender(Temporary("unreachable"))
    outbox = await outbox_with(database, clock, sender, retries=RetryPlan(tries=3), on_failed=on_failed)
    for _ in range(10):
        await outbox.run_due(clock.advance(timedelta(minutes=1)))
    assert len(sender.rows) == 3
    assert failed == [("unreachable", RowState.FAILED)]


async def test_a_permanent_problem_fails_at_once(database, clock):
    outbox = await outbox_with(database, clock, Sender(Permanent("discord.50001")))
    await outbox.run_due(clock.now())
    row = await state_of(database)
    assert (row["state"], row["problem"]) == (RowState.FAILED, "discord.50001")


async def test_what_nobody_needs_any_more_ends_unsent(database, clock):
    outbox = await outbox_with(database, clock, Sender(Superseded("taken")))
    await outbox.run_due(clock.now())
    assert (await state_of(database))["state"] == RowState.SUPERSEDED


async def test_a_deliverer_that_breaks_does_not_lose_its_row(database, clock):
    sender = Sender(ZeroDivisionError(), Receipt())
    outbox = await outbox_with(database, clock, sender)
    await outbox.run_due(clock.now())
    await outbox.run_due(clock.advance(timedelta(seconds=5)))
    assert sender.rows[1].uncertain_since is not None
    assert (await state_of(database))["state"] == RowState.DONE


async def test_a_sender_that_died_is_replaced_when_its_lease_runs_out(database, clock):
    outbox = await outbox_with(database, clock, Sender(Receipt()))
    async with database.write() as tx:
        assert len(await store.lease(tx, ["test.note"], "4711", 10, clock.now())) == 1
    assert await outbox.run_due(clock.now()) == 0
    assert await outbox.run_due(clock.advance(LEASE)) == 1
    assert (await state_of(database))["uncertain_since"] is not None


async def test_what_a_dead_process_had_leased_is_taken_over_at_once(database, clock):
    async with Presence(database) as presence:
        outbox = await outbox_with(database, clock, Sender(Receipt()), presence=presence)
        async with database.write() as tx:
            await store.lease(tx, ["test.note"], "4711", 10, clock.now())
        assert await outbox.take_over(clock.now()) == 1
        assert await outbox.run_due(clock.now()) == 1


async def test_what_a_living_process_has_leased_is_left_to_it(database, clock):
    if database.is_sqlite:
        return  # one process at a time
    async with Presence(database) as presence, Presence(database) as other:
        outbox = await outbox_with(database, clock, Sender(Receipt()), presence=presence)
        async with database.write() as tx:
            await store.lease(tx, ["test.note"], str(other.number), 10, clock.now())
        assert await outbox.take_over(clock.now()) == 0


async def test_a_sender_that_lost_its_lease_does_not_end_the_row_twice(database, clock):
    done = []

    async def on_done(tx, row, receipt, now):
        done.append(row.id)

    async def slow(row, now):
        clock.advance(LEASE)
        await other.run_due(clock.now())
        return Receipt()

    outbox = await outbox_with(database, clock, slow, on_done=on_done)
    other = Outbox(database, clock)
    other.declare(Kind("test.note", on_done=on_done))
    other.deliver_with("test.note", Sender(Receipt()))
    await outbox.run_due(clock.now())
    assert len(done) == 1


async def test_rows_of_a_kind_that_nobody_delivers_wait_untouched(database, clock):
    outbox = await outbox_with(database, clock, Sender(Receipt()))
    outbox.stop_delivering("test.note")
    assert await outbox.run_due(clock.now()) == 0
    assert (await state_of(database))["attempts"] == 0


async def test_a_row_that_is_too_late_fails_instead_of_surprising_somebody(database, clock):
    sender = Sender(Receipt())
    outbox = await outbox_with(database, clock, sender)
    async with database.write() as tx:
        row = NewRow("test.note", "thing:2", {}, expires_at=clock.now() + timedelta(minutes=1))
        await outbox.add(tx, row, clock.now())
    await outbox.run_due(clock.advance(timedelta(minutes=2)))
    assert (await state_of(database, "thing:2"))["problem"] == "too late"
    assert len(sender.rows) == 1


async def test_many_senders_at_once_send_each_row_once(database, clock):
    sender = Sender(Receipt())
    outbox = await outbox_with(database, clock, sender)
    async with database.write() as tx:
        for n in range(120):
            await outbox.add(tx, NewRow("test.note", f"many:{n}", {}), clock.now())
    others = []
    for _ in range(3):
        other = Outbox(database, clock)
        other.declare(Kind("test.note"))
        other.deliver_with("test.note", sender)
        others.append(other)
    await asyncio.gather(*(each.run_due(clock.now()) for each in (outbox, *others)))
    assert len(sender.rows) == len({row.id for row in sender.rows}) == 121


async def test_nothing_waits_with_a_lease_for_its_turn(database, clock):
    begun, one_began, go = [], asyncio.Event(), asyncio.Event()

    async def slow(row, _now):
        begun.append(row.id)
        one_began.set()
        await go.wait()
        return Receipt()

    outbox = await outbox_with(database, clock, slow)
    async with database.write() as tx:
        for n in range(30):
            await outbox.add(tx, NewRow("test.note", f"slow:{n}", {}), clock.now())
    running = asyncio.create_task(outbox.run_due(clock.now()))
    await asyncio.wait_for(one_began.wait(), 10)
    await asyncio.sleep(0.05)
    async with database.read() as tx:
        leased = select(store.outbox.c.id).where(store.outbox.c.state == RowState.LEASED.value)
        assert sorted((await tx.execute(leased)).scalars()) == sorted(begun)
    go.set()
    assert await running == 31


async def test_a_crisis_kind_without_a_deliverer_is_named(sqlite_database, clock):
    outbox = Outbox(sqlite_database, clock)
    outbox.declare(Kind("crisis.page", crisis=True))
    assert outbox.undelivered_crisis_kinds() == ["crisis.page"]


async def test_a_row_of_an_unknown_kind_is_refused(sqlite_database, clock):
    outbox = Outbox(sqlite_database, clock)
    with pytest.raises(ValueError, match="no feature declares"):
        async with sqlite_database.write() as tx:
            await outbox.add(tx, NewRow("nobody.knows", "x", {}), clock.now())


async def test_old_rows_are_forgotten_and_open_ones_are_not(database, clock):
    outbox = await outbox_with(database, clock, Sender(Receipt()))
    await outbox.run_due(clock.now())
    async with database.write() as tx:
        await outbox.add(tx, NewRow("test.note", "thing:2", {}), clock.now())
    assert await outbox.forget_old(clock.advance(timedelta(days=31))) == 1


def test_the_wait_between_tries_doubles_up_to_a_bound(clock):
    plan = RetryPlan(tries=7, first=timedelta(seconds=1), longest=timedelta(seconds=10))
    waits = [next_try(plan, n, None, clock.now()) - clock.now() for n in range(1, 7)]
    assert [wait.total_seconds() for wait in waits] == [1, 2, 4, 8, 10, 10]
    assert next_try(plan, 7, None, clock.now()) is None


def test_a_nonce_fits_discord():
    assert len(NewRow("a", "b", {}).nonce) <= 25


async def test_a_page_never_waits_behind_prompts(database, clock):
    sender = Sender(Receipt())
    outbox = await outbox_with(database, clock, sender)
    outbox.declare(Kind("crisis.test", crisis=True))
    outbox.deliver_with("crisis.test", sender)
    async with database.write() as tx:
        for n in range(60):
            await outbox.add(tx, NewRow("test.note", f"prompt:{n}", {}), clock.now())
        await outbox.add(tx, NewRow("crisis.test", "case:1", {}), clock.now())
    await outbox.run_due(clock.now())
    assert "crisis.test" in [row.kind for row in sender.rows[:10]]
