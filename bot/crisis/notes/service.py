"""Concern notes: listed, told of daily, put to somebody if nobody looks. Never a page, never a word to a member."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.crisis.cases.model import Case, NotATherapist, Signal, Source
from bot.crisis.cases.service import Cases
from bot.crisis.notes import store as notes_store
from bot.crisis.notes.model import (
    DIGEST,
    NOTE_PUT,
    PUT_AFTER,
    UNCLOSED_AFTER,
    Note,
    NoteNotFound,
    NoteState,
    Settled,
)
from bot.crisis.on_call.store import whom
from bot.crisis.screening import Level
from bot.groups.model import Group
from bot.groups.service import Groups
from bot.log import get
from bot.outbox.model import NewRow, RetryPlan
from bot.outbox.service import Kind, Outbox
from bot.storage.engine import Database

log = get("crisis")

Lines = Callable[[Group, datetime], Awaitable[Sequence[str]]]
"""What another feature has for the daily list: rendered lines, none where there is nothing."""

_BATCH = 50
_DIGEST_WORTH = timedelta(hours=20)
_PUT_WORTH = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Digest:
    """What a group's daily list holds now."""

    notes: list[Note]
    unclosed: list[Case]
    lines: list[str]

    @property
    def empty(self) -> bool:
        """Whether there is nothing to list, so that nothing is posted."""
        return not (self.notes or self.unclosed or self.lines)


class Notes:
    """Keeps concern notes. A note is new until a therapist has seen it or opened a case for it."""

    def __init__(self, database: Database, outbox: Outbox, groups: Groups, cases: Cases) -> None:
        self._database = database
        self._outbox = outbox
        self._groups = groups
        self._cases = cases
        self._sources: list[Lines] = []
        self._days: dict[str, str] = {}
        for kind in (DIGEST, NOTE_PUT):
            outbox.declare(Kind(kind, crisis=True, retries=RetryPlan(tries=100, longest=timedelta(minutes=30))))

    def list_daily(self, lines: Lines) -> None:
        """Let a feature add its lines to the daily list of the care channel."""
        self._sources.append(lines)

    async def note(self, found: Signal, raised_by: Sequence[str], now: datetime, *, by_therapist: bool) -> bool:
        """Note something of concern; False if it is noted already."""
        async with self._database.write() as tx:
            new = await notes_store.add(tx, found, raised_by, now, by_therapist=by_therapist)
        if new:
            log.info("concern_noted", group_key=found.group_key, level=found.level.word)
        return new

    async def of_group(self, group_key: str) -> list[Note]:
        """Return the notes of a group that nobody has looked at, oldest first."""
        async with self._database.read() as tx:
            return await notes_store.unsettled(tx, group_key)

    async def get(self, note_id: int) -> Note | None:
        """Return one note."""
        async with self._database.read() as tx:
            return await notes_store.get(tx, note_id)

    async def seen(self, note_id: int, by_id: int, now: datetime) -> Settled:
        """Settle a note, and the member's older ones, as seen; raises NotATherapist, NoteNotFound."""
        return await self._settle(note_id, NoteState.SEEN, by_id, now)

    async def open_case(self, note_id: int, by_id: int, now: datetime) -> Settled:
        """Open a case for a note; the presser has it, nobody is paged, the member is told nothing.

        Raises NotATherapist, NoteNotFound.
        """
        note, _ = await self._for(note_id, by_id)
        if note.state is not NoteState.NEW:
            return Settled(note, first=False)
        is_message = note.key.startswith("message:")
        signal = Signal(
            group_key=note.group_key,
            key=f"note:{note.id}",
            member_id=note.member_id,
            level=max(note.level, Level.HIGH),
            source=Source.NOTE,
            channel_id=note.channel_id,
            message_id=note.message_id if is_message else 0,
            said_at=note.said_at,
            entries=note.entries,
            in_dm=note.in_dm and is_message,
            told=False,
        )
        case = await self._cases.open_for(signal, by_id, now)
        settled = await self._settle(note_id, NoteState.CASE, by_id, now)
        return Settled(settled.note, settled.first, case)

    async def digest(self, group: Group, now: datetime) -> Digest:
        """Return what a group's daily list holds now."""
        open_cases = await self._cases.open_cases(group.key)
        unclosed = [case for case in open_cases if not case.waits and now - case.opened_at >= UNCLOSED_AFTER]
        lines = [line for source in self._sources for line in await source(group, now)]
        return Digest(await self.of_group(group.key), unclosed, lines)

    async def run_due(self, now: datetime) -> int:
        """Write the daily lists and what nobody looked at for a day; returns how many messages."""
        count = sum([await self._daily(group, now) for group in self._groups.all()])
        async with self._database.read() as tx:
            old = await notes_store.unput(tx, now - PUT_AFTER, _BATCH)
        for group_key in sorted({note.group_key for note in old}):
            group = self._groups.get(group_key)
            if group is not None:
                count += await self._put(group, [note.id for note in old if note.group_key == group_key], now)
        if count:
            self._outbox.poke()
        return count

    async def _daily(self, group: Group, now: datetime) -> bool:
        local = now.astimezone(group.zone)
        day = local.date().isoformat()
        if local.time() < group.escalation.digest_at or self._days.get(group.key) == day:
            return False
        digest = await self.digest(group, now)
        async with self._database.write() as tx:
            claimed = await notes_store.claim_day(tx, group.key, day)
            if claimed and not digest.empty:
                row = NewRow(DIGEST, f"digest:{group.key}"[:60], {}, group.key, expires_at=now + _DIGEST_WORTH)
                await self._outbox.add(tx, row, now)
        self._days[group.key] = day
        return claimed and not digest.empty

    async def _put(self, group: Group, ids: Sequence[int], now: datetime) -> bool:
        async with self._database.write() as tx:
            new = await notes_store.put(tx, ids, now)
            if not new:
                return False
            people = list((await whom(tx, group, 0, now)).people)
            ref = {"notes": new, "people": people}
            await self._outbox.add(
                tx, NewRow(NOTE_PUT, f"notes:{group.key}"[:60], ref, group.key, expires_at=now + _PUT_WORTH), now
            )
        return True

    async def _settle(self, note_id: int, state: NoteState, by_id: int, now: datetime) -> Settled:
        note, _ = await self._for(note_id, by_id)
        async with self._database.write() as tx:
            first = await notes_store.settle(tx, note, state, by_id, now)
            return Settled(await notes_store.get(tx, note_id) or note, first)

    async def _for(self, note_id: int, by_id: int) -> tuple[Note, Group]:
        note = await self.get(note_id)
        if note is None:
            raise NoteNotFound
        group = self._groups.get(note.group_key)
        if group is None or by_id not in group.therapists:
            raise NotATherapist
        return note, group


def newest_of_each(notes: Iterable[Note]) -> list[tuple[Note, int]]:
    """Return the newest note of every member and how many there are of them, the oldest member's first."""
    by_member: dict[int, list[Note]] = {}
    for note in notes:
        by_member.setdefault(note.member_id, []).append(note)
    return [(each[-1], len(each)) for each in by_member.values()]
