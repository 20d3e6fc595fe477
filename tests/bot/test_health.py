"""The page for a watcher: it says yes only when work was done a short while ago."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from prometheus_client import CollectorRegistry, Counter

from bot.clock import MovableClock
from bot.config import HealthSettings
from bot.errors import ConfigError
from bot.health import Health

START = datetime(2026, 11, 22, 9, tzinfo=UTC)


@dataclass
class Beats:
    """A heartbeat whose last tick the test decides."""

    last_finished_at: datetime | None = None

    def seconds_since_last_tick(self, now: datetime) -> float | None:
        return None if self.last_finished_at is None else (now - self.last_finished_at).total_seconds()


@dataclass
class Served:
    health: Health
    beats: Beats
    clock: MovableClock
    registry: CollectorRegistry

    async def get(self, path: str) -> tuple[int, str]:
        async with aiohttp.ClientSession() as session, session.get(f"{self.health.address}{path}") as answer:
            return answer.status, await answer.text()


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    clock, beats, registry = MovableClock(START, frozen=True), Beats(), CollectorRegistry()
    health = Health(HealthSettings(port=0, stale_after_seconds=60), beats, registry, clock)
    await health.start()
    yield Served(health, beats, clock, registry)
    await health.close()


async def test_before_the_first_full_tick_it_is_not_well(served: Served):
    assert await served.get("/healthz") == (503, "no full tick has finished yet\n")


async def test_after_a_full_tick_it_is_well(served: Served):
    served.beats.last_finished_at = START
    served.clock.advance(timedelta(seconds=60))
    assert await served.get("/healthz") == (200, "ok: the last full tick finished 60 s ago\n")


async def test_when_ticks_stop_it_is_no_longer_well_and_says_why(served: Served):
    served.beats.last_finished_at = START
    served.clock.advance(timedelta(seconds=61))
    assert await served.get("/healthz") == (503, "the last full tick finished 61 s ago, the limit is 60 s\n")


async def test_the_metrics_are_those_of_its_own_registry(served: Served):
    Counter("pages", "Pages sent", registry=served.registry).inc()
    status, text = await served.get("/metrics")
    assert status == 200
    assert "pages_total 1.0" in text
    assert "python_info" not in text


async def test_a_taken_port_is_a_clear_error(served: Served):
    assert served.health.address is not None
    port = int(served.health.address.rsplit(":", 1)[1])
    second = Health(HealthSettings(port=port), served.beats, served.registry, served.clock)
    with pytest.raises(ConfigError, match=f"port {port}: another program does") as caught:
        await second.start()
    assert "health.port" in caught.value.remedy
    assert second.address is None


async def test_it_serves_nothing_when_it_is_switched_off():
    health = Health(HealthSettings(enabled=False), Beats(), CollectorRegistry(), MovableClock())
    await health.start()
    assert health.address is None
    await health.close()


async def test_it_listens_on_this_machine_only(served: Served):
    assert (served.health.address or "").startswith("http://127.0.0.1:")
