"""How far a channel counts as read, whatever happens in between."""

from datetime import timedelta
from itertools import pairwise

import pytest

from bot.crisis.watching.watermarks import Watermarks

CHANNEL, OTHER, SHARD = 2001, 2009, 0


@pytest.fixture
async def marks(sqlite_database, clock):
    marks = Watermarks(sqlite_database)
    await marks.begin(CHANNEL, 100, clock.now(), group_key="tuesday", is_dm=False)
    assert marks.read_back_to(CHANNEL, 100, None)
    handle(marks, 110)
    return marks


def handle(marks, message, channel=CHANNEL):
    with marks.handling(channel, message):
        pass


def fail(marks, message):
    with pytest.raises(RuntimeError), marks.handling(CHANNEL, message):
        raise RuntimeError


async def stored(marks, database, clock):
    await marks.flush(clock.now())
    fresh = Watermarks(database)
    await fresh.load()
    return fresh


async def test_after_a_start_a_message_that_comes_first_moves_no_position(marks, sqlite_database, clock):
    fresh = await stored(marks, sqlite_database, clock)
    handle(fresh, 150)
    assert fresh.position(CHANNEL) == 110
    assert fresh.behind("tuesday") == {CHANNEL: 110}
    assert (await stored(fresh, sqlite_database, clock)).position(CHANNEL) == 110
    assert fresh.read_back_to(CHANNEL, 110, 130)
    assert fresh.position(CHANNEL) == 130
    assert fresh.read_back_to(CHANNEL, 130, None)
    assert fresh.position(CHANNEL) == 150


async def test_what_is_said_while_a_shard_is_deaf_counts_as_read_once_it_was_replayed(marks):
    marks.lost(SHARD)
    handle(marks, 120)
    assert marks.position(CHANNEL) == 110
    marks.resumed(SHARD)
    assert marks.position(CHANNEL) == 120


async def test_what_was_not_replayed_stays_to_be_read_back(marks):
    marks.lost(SHARD)
    marks.began()
    handle(marks, 120)
    assert marks.behind("tuesday") == {CHANNEL: 110}


async def test_a_replay_to_one_shard_says_nothing_of_another(marks):
    marks.lost(SHARD)
    marks.lost(1)
    marks.resumed(SHARD)
    assert marks.missing_after(CHANNEL) == 110


async def test_a_message_that_fails_is_read_back_even_if_it_was_replayed(marks):
    marks.lost(SHARD)
    fail(marks, 120)
    marks.resumed(SHARD)
    assert marks.missing_after(CHANNEL) == 110
    handle(marks, 130)
    assert marks.position(CHANNEL) == 110


async def test_a_message_that_fails_while_others_are_read_back_is_not_passed_over(marks):
    fail(marks, 120)
    assert marks.read_back_to(CHANNEL, 119, 125)
    fail(marks, 122)
    assert not marks.read_back_to(CHANNEL, 125, None)
    assert marks.missing_after(CHANNEL) == 121


async def test_nothing_is_read_back_while_a_shard_is_deaf_or_nothing_is_behind(marks, clock):
    asked = []

    async def read_back():
        asked.append(1)

    fail(marks, 120)
    assert not await marks.run_due(clock.now())  # nobody reads back before the start is complete
    marks.read_back_with(read_back)
    marks.lost(SHARD)
    assert not await marks.run_due(clock.now())
    marks.began()
    assert await marks.run_due(clock.now())
    assert marks.read_back_to(CHANNEL, 119, None)
    assert not await marks.run_due(clock.now())
    assert asked == [1]


async def test_what_cannot_be_read_back_is_tried_again_after_growing_waits_of_a_minute_at_most(marks, clock):
    tries = []

    async def read_back():
        tries.append(clock.now())

    fail(marks, 120)
    marks.began()
    marks.read_back_with(read_back)
    for _ in range(100):
        await marks.run_due(clock.now())
        clock.advance(timedelta(seconds=15))
    waits = [(b - a).total_seconds() for a, b in pairwise(tries)]
    assert waits[:5] == [15, 30, 60, 60, 60]
    assert set(waits[5:]) == {60}
    assert await marks.run_due(tries[0] - timedelta(hours=1))  # a clock that was put back holds up nothing


async def test_a_conversation_begins_with_the_message_at_hand(marks, clock):
    await marks.begin(OTHER, 499, clock.now(), group_key=None, is_dm=True)
    handle(marks, 500, OTHER)
    assert marks.behind(None) == {}
    assert marks.position(OTHER) == 500
