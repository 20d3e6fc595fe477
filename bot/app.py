"""The one place where the parts are wired together."""

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from prometheus_client import CollectorRegistry

from bot.clock import Clock, SystemClock
from bot.config import Settings
from bot.crisis.direct_answers import DirectAnswers
from bot.crisis.helplines import Helplines
from bot.crisis.intake import Intake
from bot.crisis.notices import Notices
from bot.crisis.screening import Screener
from bot.crisis.service import Cases
from bot.crisis.texts import CrisisTexts
from bot.crisis.watermarks import Watermarks
from bot.daily_prompts.library import Shelf
from bot.daily_prompts.service import DailyPrompts
from bot.groups.service import Groups
from bot.log import get
from bot.outbox.service import Outbox
from bot.privacy.preferences import Preferences
from bot.storage.engine import Database
from bot.storage.lock import SingleRunner
from bot.storage.migrate import migrate
from bot.storage.vault import Keyring, Vault
from bot.ticker import Job
from bot.words import Library

log = get("app")


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that a cog may be given: services, words and the clock. Built once, by `build`."""

    settings: Settings
    clock: Clock
    registry: CollectorRegistry
    database: Database
    vault: Vault
    words: Library
    outbox: Outbox
    groups: Groups
    preferences: Preferences
    screener: Screener
    cases: Cases
    intake: Intake
    notices: Notices
    direct_answers: DirectAnswers
    crisis_texts: CrisisTexts
    watermarks: Watermarks
    daily_prompts: DailyPrompts


def build(settings: Settings, clock: Clock, database: Database, vault: Vault) -> Parts:
    """Wire the parts; nothing is read from the network or the database yet."""
    words = Library.load()
    outbox = Outbox(database, clock)
    groups = Groups(database, vault)
    cases = Cases(database, outbox, groups)
    notices = Notices(database, outbox)
    return Parts(
        settings=settings,
        clock=clock,
        registry=CollectorRegistry(),
        database=database,
        vault=vault,
        words=words,
        outbox=outbox,
        groups=groups,
        preferences=Preferences(database, clock),
        screener=Screener.load(),
        cases=cases,
        intake=Intake(cases),
        notices=notices,
        direct_answers=DirectAnswers(database, outbox),
        crisis_texts=CrisisTexts(words, Helplines.load()),
        watermarks=Watermarks(database),
        daily_prompts=DailyPrompts(database, outbox, groups, Shelf(), cases.open_cases, notices.add),
    )


def jobs(parts: Parts) -> list[Job]:
    """Return what the ticker asks, in order: what is due is written first, then sent."""
    return [
        Job("escalation", timedelta(seconds=2), parts.cases.run_due),
        Job("watermarks", timedelta(seconds=5), parts.watermarks.flush),
        Job("daily_prompts", timedelta(seconds=5), parts.daily_prompts.run_due),
        Job("outbox", timedelta(seconds=2), parts.outbox.run_due),
        Job("outbox_cleaning", timedelta(seconds=15), _hourly(parts.outbox.forget_old)),
    ]


@asynccontextmanager
async def opened(settings: Settings, clock: Clock | None = None) -> AsyncIterator[Parts]:
    """Open the key and the database, bring it up to date, and wire the parts; closes everything at the end."""
    vault = Vault(Keyring.read(settings.encryption.key_file))
    database = Database(settings.storage.url.get_secret_value())
    try:
        await migrate(database)
        parts = build(settings, clock or SystemClock(), database, vault)
        await parts.groups.refresh(parts.clock.now())
        yield parts
    finally:
        await database.close()


@asynccontextmanager
async def alone(settings: Settings) -> AsyncIterator[bool]:
    """Hold the lock of a SQLite file while the bot runs; True where no other process can be at work on the database."""
    path = settings.storage.sqlite_path
    if path is None:
        yield False
        return
    async with SingleRunner(path):
        yield True


async def run(settings: Settings, clock: Clock | None = None) -> None:
    """Run the bot until it is told to stop (SIGTERM, Ctrl-C); raises HoldspaceError for every foreseen failure."""
    from bot.client import HoldspaceClient  # noqa: PLC0415  (the client knows the parts, not the other way round)

    settings.discord.require_token()
    async with AsyncExitStack() as stack:
        is_alone = await stack.enter_async_context(alone(settings))
        parts = await stack.enter_async_context(opened(settings, clock))
        if is_alone:
            await parts.outbox.take_over(parts.clock.now())
        client = HoldspaceClient(parts)
        running = asyncio.create_task(client.run_until_stopped(), name="client")
        _stop_on_signals(running)
        with suppress(asyncio.CancelledError):
            await running
        log.info("stopped")


def _stop_on_signals(task: asyncio.Task[None]) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError, RuntimeError, ValueError):
            loop.add_signal_handler(number, task.cancel)


RunDue = Callable[[datetime], Awaitable[object]]


def _hourly(run: RunDue) -> RunDue:
    """Let a job that ticks often do its work once an hour."""
    last: list[datetime] = []

    async def once_an_hour(now: datetime) -> object:
        if last and now - last[0] < timedelta(hours=1):
            return None
        last[:] = [now]
        return await run(now)

    return once_an_hour
