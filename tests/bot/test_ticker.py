"""The ticker: jobs are isolated, a full tick is known by its age, and a scheduler that stopped is replaced."""

import asyncio
from datetime import timedelta

import pytest
from prometheus_client import CollectorRegistry

from bot.clock import SystemClock
from bot.ticker import Job, Ticker

SOON = timedelta(seconds=0.05)


@pytest.fixture
def registry():
    return CollectorRegistry()


async def until(condition, within=3.0):
    async with asyncio.timeout(within):
        while not condition():  # noqa: ASYNC110  (conditions are about many things, not one event)
            await asyncio.sleep(0.01)


async def test_every_job_runs_at_once_and_again(registry):
    runs = []

    async def note(now):
        runs.append(now)

    ticker = Ticker(SystemClock(), [Job("note", SOON, note)], registry)
    ticker.start()
    await until(lambda: len(runs) >= 3)
    await ticker.stop()
    assert runs == sorted(runs)
    assert all(moment.tzinfo is not None for moment in runs)


async def test_a_failing_job_does_not_stop_the_others_and_is_counted(registry):
    runs = []

    async def fail(_now):
        raise ZeroDivisionError

    async def note(now):
        runs.append(now)

    ticker = Ticker(SystemClock(), [Job("bad", SOON, fail), Job("good", SOON, note)], registry)
    await ticker.tick_once()
    await ticker.tick_once()
    assert len(runs) == 2
    assert registry.get_sample_value("holdspace_job_failures_total", {"job": "bad"}) == 2


async def test_a_tick_is_full_only_when_every_job_has_finished(registry):
    broken = [True]

    async def sometimes(_now):
        if broken[0]:
            raise ZeroDivisionError

    async def always(_now):
        return None

    ticker = Ticker(SystemClock(), [Job("a", SOON, sometimes), Job("b", SOON, always)], registry)
    await ticker.tick_once()
    assert ticker.seconds_since_full_tick() is None
    assert ticker.last_finished_at is None
    assert registry.get_sample_value("holdspace_seconds_since_full_tick") == -1
    broken[0] = False
    await ticker.tick_once()
    age = ticker.seconds_since_full_tick()
    assert age is not None
    assert 0 <= age < 1


async def test_a_scheduler_that_stopped_firing_is_replaced(registry, monkeypatch):
    runs = []

    async def note(now):
        runs.append(now)

    monkeypatch.setattr("bot.ticker._WATCH_EVERY", 0.05)
    monkeypatch.setattr("bot.ticker._SLACK", timedelta(seconds=0.1))
    ticker = Ticker(SystemClock(), [Job("note", SOON, note)], registry)
    ticker.start()
    await until(lambda: len(runs) >= 1)
    assert ticker._scheduler is not None
    ticker._scheduler.pause()
    await asyncio.sleep(0.1)
    stopped_at = len(runs)
    await until(lambda: len(runs) > stopped_at)
    await ticker.stop()


async def test_a_slow_job_does_not_run_twice_at_once(registry):
    at_once = [0]

    async def slow(_now):
        at_once[0] += 1
        assert at_once[0] == 1
        await asyncio.sleep(0.2)
        at_once[0] -= 1

    ticker = Ticker(SystemClock(), [Job("slow", SOON, slow)], registry)
    ticker.start()
    await asyncio.sleep(0.5)
    await ticker.stop()
    assert (registry.get_sample_value("holdspace_job_failures_total", {"job": "slow"}) or 0) == 0
