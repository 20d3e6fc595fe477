"""The heartbeat: a few interval jobs that ask each service what is due.

The rows are the timers; a tick only looks at them. So a missed, late or doubled tick changes nothing, and a restart
loses nothing. APScheduler is used for plain intervals in UTC and nothing else: its calendar triggers lose or double
days when clocks change.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from prometheus_client import CollectorRegistry, Counter, Gauge

from bot.clock import Clock
from bot.log import get

log = get("ticker")

_TIME_LIMIT = timedelta(seconds=60)
_WATCH_EVERY = 5.0
_STOP_SECONDS = 5.0
_SLACK = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Job:
    """One service's `run_due`, and how often it is asked (15 s or less, so that a moved clock is seen soon)."""

    name: str
    every: timedelta
    run: Callable[[datetime], Awaitable[object]]


class Ticker:
    """Runs the jobs, each isolated from the others and limited in time, and knows when a full tick last finished.

    A full tick is one finished run of every job. Its age is exported as a gauge; a watchdog restarts a scheduler
    that has stopped firing, and `/healthz` fails while the age is too great.
    """

    def __init__(self, clock: Clock, jobs: list[Job], registry: CollectorRegistry) -> None:
        self._clock = clock
        self._jobs = {job.name: job for job in jobs}
        self._finished: dict[str, float] = {}
        self._scheduler: AsyncIOScheduler | None = None
        self._watchdog: asyncio.Task[None] | None = None
        self._under_way: set[asyncio.Task[object]] = set()
        self._failures = Counter("holdspace_job_failures", "Runs of a job that failed", ["job"], registry=registry)
        age = Gauge("holdspace_seconds_since_full_tick", "Age of the last finished full tick", registry=registry)
        age.set_function(lambda: _or_minus_one(self.seconds_since_full_tick()))

    def start(self) -> None:
        """Begin to tick; every job also runs at once."""
        self._scheduler = self._new_scheduler()
        self._watchdog = asyncio.create_task(self._watch(), name="ticker watchdog")

    async def stop(self) -> None:
        """Stop ticking, and let the runs that are under way end before what they use is closed.

        One that takes too long is cut off; its rows stay due.
        """
        if self._watchdog is not None:
            self._watchdog.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watchdog
        if self._scheduler is not None:
            self._scheduler.pause()
            await self._runs_end()
            self._scheduler.shutdown(wait=False)
            await self._runs_end()
            self._scheduler = None

    async def _runs_end(self) -> None:
        # A run that is cancelled while it opens or closes a connection leaves a driver's thread behind, and with it
        # a process that cannot end. So none is cancelled without need.
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=_STOP_SECONDS)

    async def tick_once(self) -> None:
        """Run every job once, in order: what a start, a test and a moved clock want."""
        for job in self._jobs.values():
            await self._run(job)

    @property
    def last_finished_at(self) -> datetime | None:
        """The moment at which the last full tick was complete, on Holdspace's clock."""
        age = self.seconds_since_full_tick()
        return None if age is None else self._clock.now() - timedelta(seconds=age)

    def seconds_since_last_tick(self, _now: datetime) -> float | None:
        """Return the age of the last full tick; measured on the machine's monotonic clock, so `now` does not matter."""
        return self.seconds_since_full_tick()

    def seconds_since_full_tick(self) -> float | None:
        """Return the age in seconds of the job run that is longest ago; None before the first full tick."""
        if set(self._finished) != set(self._jobs):
            return None
        return time.monotonic() - min(self._finished.values())

    @property
    def allowed_age(self) -> float:
        """The age in seconds from which the ticker counts as stuck."""
        slowest = max((job.every for job in self._jobs.values()), default=timedelta(0))
        return (slowest * 3 + _SLACK).total_seconds()

    def _new_scheduler(self) -> AsyncIOScheduler:
        defaults = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=defaults)
        for job in self._jobs.values():
            scheduler.add_job(
                self._run,
                "interval",
                [job],
                seconds=job.every.total_seconds(),
                id=job.name,
                next_run_time=datetime.now(UTC),
            )
        scheduler.start()
        return scheduler

    async def _run(self, job: Job) -> None:
        task = asyncio.current_task()
        assert task is not None, "a job runs in a task"  # noqa: S101
        self._under_way.add(task)
        try:
            async with asyncio.timeout(_TIME_LIMIT.total_seconds()):
                await job.run(self._clock.now())
        except Exception as error:
            self._failures.labels(job.name).inc()
            log.error("job_failed", job=job.name, exc_info=error)
        else:
            self._finished[job.name] = time.monotonic()
        finally:
            self._under_way.discard(task)

    async def _watch(self) -> None:
        started = time.monotonic()
        while True:
            await asyncio.sleep(_WATCH_EVERY)
            now = time.monotonic()
            last = max(self._finished.values(), default=started)
            if now - last > self.allowed_age and self._scheduler is not None:
                log.error("ticker_stuck", seconds=round(now - last))
                self._scheduler.shutdown(wait=False)
                self._scheduler = self._new_scheduler()


def _or_minus_one(age: float | None) -> float:
    return -1.0 if age is None else age
