"""One bot process with a Discord that remembers what was posted, for the tests of what is due when."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.daily_prompts import store
from bot.daily_prompts.choosing import Chooser
from bot.daily_prompts.library import Shelf
from bot.daily_prompts.model import POST
from bot.daily_prompts.service import DailyPrompts
from bot.groups.model import DailyPromptTimes
from bot.groups.service import Groups
from bot.outbox.model import Receipt
from bot.outbox.service import Outbox
from bot.words import Library
from tests.support.groups import CIRCLE, tuesday

NEW_YORK = ZoneInfo("America/New_York")
SATURDAY = datetime(2026, 11, 21, 12, tzinfo=UTC)
MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)

# What comes along is read once for all tests.
SHELF = Shelf()
WORDS = Library.load()


class OpenCase:
    def __init__(self, group_key, opened_at, waits):
        self.group_key, self.opened_at, self.waits = group_key, opened_at, waits


class World:
    """One bot process: its services, and a Discord that remembers what was posted."""

    def __init__(self, database, vault, clock, shelf=None):
        self.clock, self.database = clock, database
        self.outbox = Outbox(database, clock)
        self.groups = Groups(database, vault)
        self.cases, self.told, self.posted = [], [], []
        self.answer = None
        self.chooser = Chooser(shelf or SHELF, vault, WORDS)
        self.prompts = DailyPrompts(
            database, self.outbox, self.groups, self.chooser, self.open_cases, self.tell_therapists
        )
        self.outbox.deliver_with(POST, self.deliver)

    async def open_cases(self):
        return self.cases

    async def tell_therapists(self, tx, group, text, now):
        self.told.append((group.key, text))

    async def deliver(self, row, now):
        run = await self.prompts.run(row.ref["run"])
        assert run is not None
        if self.answer is not None:
            raise self.answer
        group = self.groups.get(row.group_key)
        assert group is not None
        prompt = await self.prompts.prompt_of(run, group)
        assert prompt is not None
        self.posted.append((row.group_key, run.turn.day, now, prompt.id))
        return Receipt(CIRCLE, 9_000_000 + run.id)

    async def have(self, *groups):
        self.clock.advance(timedelta(seconds=1))  # a change is seen by its moment
        await self.groups.save(groups, self.clock.now())
        await self.groups.refresh(self.clock.now())

    async def tick(self):
        await self.prompts.run_due(self.clock.now())
        await self.outbox.run_due(self.clock.now())
        await self.outbox.settle()

    async def until(self, moment, step=None):
        """Go on to a moment: in steps, or from one thing that is due to the next."""
        await self.tick()
        while (now := self.clock.now()) < moment:
            reach = now + step if step else await self.next_due(now) or moment
            self.clock.advance(min(reach, moment) - now)
            await self.tick()

    async def next_due(self, now):
        async with self.database.read() as tx:
            timers = (await store.timers(tx)).values()
        return min((timer.next.at for timer in timers if timer.next and timer.next.at > now), default=None)

    async def runs(self, key="tuesday"):
        group = self.groups.get(key)
        assert group is not None
        return list(reversed(await self.prompts.runs_of(group, 400)))


def local(moment, zone=NEW_YORK):
    return moment.astimezone(zone)


def at(day, hour, minute=0, zone=NEW_YORK):
    return datetime.combine(day, time(hour, minute), tzinfo=zone).astimezone(UTC)


def times(hour, minute=0, days=("mon", "tue", "wed", "thu", "fri")):
    return DailyPromptTimes.at(time(hour, minute), days=days)


def copy_of(key, **changes):
    number = int(key[1:]) + 1
    return replace(tuesday(SATURDAY), key=key, circle=CIRCLE + 10 * number, care=CIRCLE + 10 * number + 1, **changes)
