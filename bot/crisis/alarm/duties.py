"""What comes round by itself: lines of the daily list, the word on the eve of a shift, and the weekly drill."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from itertools import islice

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crisis.alarm import policy, store
from bot.crisis.alarm.lines import Daily, daily_lines
from bot.crisis.alarm.model import DRILL_ANSWERED_WITHIN, TestKind
from bot.crisis.alarm.service import Alarm
from bot.crisis.cases.model import Case
from bot.crisis.on_call.model import WORD, Piece
from bot.crisis.on_call.policy import uses_rota
from bot.crisis.on_call.service import OnCall, moment
from bot.crisis.on_call.store import KEPT
from bot.crisis.on_call.store import forget_before as forget_changes
from bot.daily_prompts.schedule import instant_of
from bot.groups.model import Group
from bot.groups.service import Groups
from bot.log import get
from bot.outbox.model import NewRow
from bot.outbox.service import Outbox
from bot.storage.engine import Database
from bot.words import Library

log = get("alarm")

EVE_AT = time(17)
_DAY = timedelta(days=1)
_LOOKS_FOR_DRILLS = timedelta(minutes=5)
_AT_ONCE = 100
_TESTS_KEPT = timedelta(days=180)

Notify = Callable[[AsyncConnection, Group, str, datetime, Mapping[str, str] | None], Awaitable[None]]
OpenCases = Callable[[str], Awaitable[list[Case]]]


class Duties:
    """Asks of every group, with the tick, whether something has come round; rows in the database keep it to once."""

    def __init__(
        self,
        database: Database,
        outbox: Outbox,
        groups: Groups,
        on_call: OnCall,
        alarm: Alarm,
        notify: Notify,
        open_cases: OpenCases,
        words: Library,
    ) -> None:
        self._words = words
        self._database = database
        self._outbox = outbox
        self._groups = groups
        self._on_call = on_call
        self._alarm = alarm
        self._notify = notify
        self._open_cases = open_cases
        self._done: dict[tuple[str, str], date] = {}
        self._looked_at: datetime | None = None

    async def run_due(self, now: datetime) -> int:
        """Write what has come round, for so many groups at a time; returns how much that was."""
        written = 0
        for group, what, day in islice(self._due(now), _AT_ONCE):
            written += await (self._eve(group, day + _DAY, now) if what == "eve" else self._daily(group, now))
            self._done[group.key, what] = day
        if self._looked_at is None or now - self._looked_at >= _LOOKS_FOR_DRILLS:
            self._looked_at = now
            written += await self._drills(now)
        if written:
            self._outbox.poke()
        return written

    async def lines(self, group: Group, now: datetime) -> list[str]:
        """Write what the daily list of the care channel says of the rota and the alarm, as things stand now.

        A missed drill is named once, in the list of the day after it.
        """
        day, at = now.astimezone(group.zone).date(), group.escalation.digest_at
        until = instant_of(day, at, group.zone) - DRILL_ANSWERED_WITHIN
        since = instant_of(day - _DAY, at, group.zone) - DRILL_ANSWERED_WITHIN
        async with self._database.read() as tx:
            missed = await store.missed_drills(tx, group.key, since, until)
        missing = (await self._alarm.report(group)).missing
        daily = Daily(gaps=await self._on_call.gaps(group, now), missing=missing, missed=missed)
        return list(daily_lines(daily, self._words.of(group.language)))

    async def forget_old(self, now: datetime) -> int:
        """Delete what is over for long: changes of the rota, notes of what was told, and tests."""
        async with self._database.write() as tx:
            changes = await forget_changes(tx, now - KEPT)
            return changes + await store.forget_before(tx, now - KEPT, now - _TESTS_KEPT)

    def _due(self, now: datetime) -> Iterator[tuple[Group, str, date]]:
        """Yield for which groups a time of day has come that was not looked at; after a restart the rows decide."""
        for group in self._groups.all():
            day = now.astimezone(group.zone).date()
            times = {"daily": group.escalation.digest_at} | ({"eve": EVE_AT} if uses_rota(group) else {})
            for what, at in times.items():
                if self._done.get((group.key, what)) != day and now >= instant_of(day, at, group.zone):
                    yield group, what, day

    async def _daily(self, group: Group, now: datetime) -> int:
        """Look again at the alarm, and tell those whom a gap concerns; the daily list names the gaps to everybody."""
        await self._alarm.settle(group, now)
        gaps = await self._on_call.gaps(group, now) if uses_rota(group) else []
        if gaps:
            async with self._database.write() as tx:
                for gap in gaps:
                    await self._word_about(tx, group, gap, now)
        return len(gaps)

    async def _word_about(self, tx: AsyncConnection, group: Group, gap: Piece, now: datetime) -> None:
        """Write to whom a gap concerns, once; the sender passes over those who did not opt in."""
        if gap.of in group.therapists and await store.note_once(tx, group.key, "gap", _key(gap.of, gap.start), now):
            await self._word(tx, group, gap.of or 0, "on_call.word.gap", gap, now)

    async def _eve(self, group: Group, day: date, now: datetime) -> int:
        """Announce the shifts that begin on the following day to those whose they are."""
        begins, ends = (instant_of(each, time(), group.zone) for each in (day, day + _DAY))
        laid = await self._on_call.pieces(group, begins - _DAY, ends)
        shifts = [piece for piece in laid if piece.who is not None and piece.start >= begins]
        if not shifts:
            return 0
        async with self._database.write() as tx:
            if not await store.note_once(tx, group.key, "eve", day.isoformat(), now):
                return 0
            listed = ", ".join(f"<@{piece.who}> {moment(piece.start)}" for piece in shifts)
            await self._notify(tx, group, "on_call.notice.tomorrow", now, {"shifts": listed})
            for piece in shifts:
                await self._word(tx, group, piece.who or 0, "on_call.word.shift", piece, now)
        return 1

    async def _word(self, tx: AsyncConnection, group: Group, to: int, text: str, piece: Piece, now: datetime) -> None:
        places = {"group": group.label, "from": moment(piece.start), "to": moment(piece.end)}
        ref = {"to": to, "text": text, "places": places}
        row = NewRow(WORD, f"on_call:{to}", ref, group.key, expires_at=piece.end)
        await self._outbox.add(tx, row, now)

    async def _drills(self, now: datetime) -> int:
        async with self._database.read() as tx:
            last = await store.last_tests(tx)
        rung = 0
        for key, at in last.items():
            group = self._groups.get(key)
            if group is not None and uses_rota(group):
                rung += await self._drill(group, at, now)
        return rung

    async def _drill(self, group: Group, last_test: datetime, now: datetime) -> int:
        laid = await self._on_call.pieces(group, now - _DAY, now + _DAY)
        piece = next(piece for piece in laid if piece.start <= now < piece.end)
        if piece.who is None or not policy.may_drill(group, piece, last_test, now):
            return 0
        if await self._open_cases(group.key):
            return 0
        day = now.astimezone(group.zone).date().isoformat()
        async with self._database.write() as tx:
            if not await store.note_once(tx, group.key, "drill", day, now):
                return 0
            await self._alarm.write_page(tx, group, TestKind.DRILL, piece.who, now)
        return 1


def _key(person: int | None, at: datetime) -> str:
    return f"{person}:{int(at.timestamp())}"
