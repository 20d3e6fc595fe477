"""The dead-man's switch: pings after finished cycles, at most once a minute, and falls silent when work stops."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from bot.config import HealthSettings
from bot.ping import DeadMansSwitch
from tests.support.receivers import Hook, running


class Cycle:
    """A cycle of the imagination."""

    last_finished_at = None

    def __init__(self):
        self.age = 1.0

    def seconds_since_last_tick(self, _now):
        return self.age


@pytest.fixture
def hook():
    with running(Hook()) as hook:
        yield hook


def switch(hook, cycle, database):
    settings = HealthSettings.model_validate({"ping_url": f"http://127.0.0.1:{hook.port}/ping"})
    return DeadMansSwitch(settings, cycle, database)


async def test_it_pings_once_a_minute(hook, sqlite_database, clock):
    pinger = switch(hook, Cycle(), sqlite_database)
    for _ in range(9):
        await pinger.run_due(clock.now())
        clock.advance(timedelta(seconds=15))
    assert [path for path, _ in hook.requests] == ["/ping"] * 3


@pytest.mark.parametrize("age", [None, 61.0])
async def test_it_is_silent_while_no_cycle_ends(hook, sqlite_database, clock, age):
    cycle = Cycle()
    cycle.age = age
    assert not await switch(hook, cycle, sqlite_database).run_due(clock.now())
    assert hook.requests == []


async def test_a_watcher_that_is_away_or_refuses_breaks_nothing(hook, sqlite_database, clock):
    pinger = switch(hook, Cycle(), sqlite_database)
    hook.status = 500
    assert not await pinger.run_due(clock.now())
    gone = HealthSettings.model_validate({"ping_url": "http://127.0.0.1:9/ping"})
    assert not await DeadMansSwitch(gone, Cycle(), sqlite_database).run_due(clock.now())


@pytest.mark.parametrize(
    "address", ["http://example.org/secret", "example.org/secret", "https://", "ftp://127.0.0.1/x"]
)
def test_only_https_may_be_pinged_outside_this_machine(address):
    with pytest.raises(ValidationError) as refused:
        HealthSettings.model_validate({"ping_url": address})
    assert "secret" not in str(refused.value)
    assert HealthSettings.model_validate({"ping_url": "https://example.org/ping"}).ping_url is not None
