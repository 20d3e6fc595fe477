"""The rota at work: who changes it, who stands in for whom, and who is told."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crisis.cases.model import NotATherapist
from bot.crisis.on_call import policy, store
from bot.crisis.on_call.model import (
    COVER,
    LOOKS_AHEAD,
    WORD,
    Change,
    ChangeKind,
    CoverRequest,
    NoTherapist,
    NotYourShift,
    Overlaps,
    Piece,
    RequestNotFound,
    RotaView,
    Taken,
    WhileOffDuty,
)
from bot.groups.model import Group, Hours, Rota
from bot.groups.service import Groups
from bot.groups.week import clashes
from bot.log import get
from bot.outbox.model import NewRow
from bot.outbox.service import Kind, Outbox
from bot.storage.engine import Database

log = get("on_call")

_A_DAY = timedelta(days=1)

Notify = Callable[[AsyncConnection, Group, str, datetime, Mapping[str, str] | None], Awaitable[None]]


class OnCall:
    """Shows and changes the rota. Only therapists can; what touches somebody else is told in the care channel.

    A request to be relieved waits until a colleague takes it, and whoever asked stays on call until then.
    """

    def __init__(self, database: Database, outbox: Outbox, groups: Groups, notify: Notify) -> None:
        self._database = database
        self._outbox = outbox
        self._groups = groups
        self._notify = notify
        outbox.declare(Kind(COVER))
        outbox.declare(Kind(WORD))

    async def show(self, group: Group, by: int, now: datetime) -> RotaView:
        """Return the rota from now on; raises NotATherapist."""
        _only_therapists(group, by)
        async with self._database.read() as tx:
            changes = await store.changes_of(tx, group.key, now)
            waiting = await store.waiting_requests(tx, group.key, now)
        laid = policy.pieces(group, changes, now, now + LOOKS_AHEAD)
        return RotaView(laid, policy.gaps(group, changes, now), waiting)

    async def pieces(self, group: Group, start: datetime, end: datetime) -> list[Piece]:
        """Return who is on call from `start` up to `end`."""
        async with self._database.read() as tx:
            return policy.pieces(group, await store.changes_of(tx, group.key, start), start, end)

    async def gaps(self, group: Group, now: datetime) -> list[Piece]:
        """Return when nobody is on call in the next days."""
        async with self._database.read() as tx:
            return policy.gaps(group, await store.changes_of(tx, group.key, now), now)

    async def put(self, group: Group, who: int, start: datetime, end: datetime, by: int, now: datetime) -> list[Piece]:
        """Put somebody on call for a time; returns the gaps that are left. Raises NotATherapist, NoTherapist."""
        _only_therapists(group, by)
        _is_therapist(group, who)
        change = Change(ChangeKind.SET, who, start, end, made_by=by)
        async with self._database.write() as tx:
            before = policy.pieces(group, await store.changes_of(tx, group.key, start), start, end)
            await store.add(tx, group.key, change, now)
            touched = {piece.who for piece in before if piece.who is not None} | {who}
            if touched - {by}:
                await self._tell(tx, group, "on_call.notice.put", now, by=by, who=who, start=start, end=end)
            left = policy.gaps(group, await store.changes_of(tx, group.key, now), now)
        self._outbox.poke()
        return left

    async def leave(
        self, group: Group, who: int, start: datetime, end: datetime, by: int, now: datetime
    ) -> tuple[list[Piece], CoverRequest | None]:
        """Note that somebody is away; where that leaves shifts without anybody, colleagues are asked to take them.

        Returns the gaps that this makes, and the request. Raises NotATherapist, NoTherapist.
        """
        _only_therapists(group, by)
        _is_therapist(group, who)
        async with self._database.write() as tx:
            await store.add(tx, group.key, Change(ChangeKind.LEAVE, who, start, end, made_by=by), now)
            laid = policy.pieces(group, await store.changes_of(tx, group.key, start), start, end)
            open_pieces = [piece for piece in laid if piece.who is None and piece.of == who and piece.end > now]
            request = None
            if open_pieces:
                request = await self._ask(tx, group, who, open_pieces[0].start, open_pieces[-1].end, now)
            if who != by:
                await self._tell(tx, group, "on_call.notice.leave", now, by=by, who=who, start=start, end=end)
        self._outbox.poke()
        return open_pieces, request

    async def cover_me(self, group: Group, by: int, now: datetime) -> CoverRequest:
        """Ask colleagues to take the shift that one has now, or the next one: a day of it at most.

        Asking twice is asking once.
        Raises NotATherapist, NotYourShift.
        """
        _only_therapists(group, by)
        async with self._database.write() as tx:
            changes = await store.changes_of(tx, group.key, now)
            laid = policy.pieces(group, changes, now, now + LOOKS_AHEAD)
            mine = next((piece for piece in laid if piece.who == by), None)
            if mine is None:
                raise NotYourShift
            for known in await store.waiting_requests(tx, group.key, now):
                if known.asked_by == by and known.start <= mine.start < known.end:
                    return known
            request = await self._ask(tx, group, by, mine.start, min(mine.end, mine.start + _A_DAY), now)
        self._outbox.poke()
        return request

    async def take(self, request_id: int, by: int, now: datetime) -> Taken:
        """Take somebody's time for them, if nobody was first. Whoever asked may take it back in the same way.

        Raises NotATherapist, RequestNotFound.
        """
        async with self._database.write() as tx:
            found = await store.request(tx, request_id)
            group = self._groups.get(found.group_key) if found else None
            if found is None or group is None:
                raise RequestNotFound
            _only_therapists(group, by)
            taken = await store.take(tx, request_id, by, now)
            if taken is None:
                return Taken(await store.request(tx, request_id) or found, first=False)
            if by != taken.asked_by:
                start = max(taken.start, now)
                change = Change(ChangeKind.COVER, by, start, taken.end, instead_of=taken.asked_by, made_by=by)
                await store.add(tx, group.key, change, now)
        log.info("cover_taken", group_key=taken.group_key)
        return Taken(taken, first=True)

    async def request(self, request_id: int) -> CoverRequest | None:
        """Return one request to be relieved."""
        async with self._database.read() as tx:
            return await store.request(tx, request_id)

    async def add_shift(self, group: Group, shift: Hours, by: int, now: datetime) -> Group:
        """Add a weekly shift; raises NotATherapist, NoTherapist, Overlaps, WhileOffDuty."""
        _only_therapists(group, by)
        _is_therapist(group, shift.who)

        def added(before: Group) -> Group:
            _refuse(shift, before.shifts, Overlaps)
            _refuse(shift, (hours for hours in before.off_duty if hours.who == shift.who), WhileOffDuty)
            return replace(before, rota=Rota((*before.shifts, shift), before.off_duty))

        return await self._change_group(group, added, "on_call.notice.shift_added", shift, by, now)

    async def remove_shift(self, group: Group, shift: Hours, by: int, now: datetime) -> Group:
        """Take a weekly shift out; raises NotATherapist."""
        _only_therapists(group, by)

        def removed(before: Group) -> Group:
            return replace(before, rota=Rota(tuple(s for s in before.shifts if s != shift), before.off_duty))

        return await self._change_group(group, removed, "on_call.notice.shift_removed", shift, by, now)

    async def add_off_duty(self, group: Group, hours: Hours, now: datetime) -> Group:
        """Note a therapist's own off-duty time; raises NotATherapist, WhileOffDuty (with the shift in the way)."""
        _only_therapists(group, hours.who)

        def added(before: Group) -> Group:
            _refuse(hours, (shift for shift in before.shifts if shift.who == hours.who), WhileOffDuty)
            return replace(before, rota=Rota(before.shifts, (*before.off_duty, hours)))

        return await self._groups.change(group.key, added, now) or group

    async def clear_off_duty(self, group: Group, by: int, now: datetime) -> Group:
        """Take back all of a therapist's own off-duty times; raises NotATherapist."""
        _only_therapists(group, by)

        def cleared(before: Group) -> Group:
            return replace(before, rota=Rota(before.shifts, tuple(h for h in before.off_duty if h.who != by)))

        return await self._groups.change(group.key, cleared, now) or group

    async def _change_group(
        self, group: Group, how: Callable[[Group], Group], text: str, shift: Hours, by: int, now: datetime
    ) -> Group:
        after = await self._groups.change(group.key, how, now) or group
        if shift.who != by:
            places = {"by": f"<@{by}>", "who": f"<@{shift.who}>", "shift": shift_text(shift)}
            async with self._database.write() as tx:
                await self._notify(tx, group, text, now, places)
            self._outbox.poke()
        return after

    async def _ask(
        self, tx: AsyncConnection, group: Group, by: int, start: datetime, end: datetime, now: datetime
    ) -> CoverRequest:
        request = await store.ask(tx, group.key, by, start, end, now)
        row = NewRow(COVER, f"cover:{request.id}", {"request": request.id}, group.key, expires_at=end)
        await self._outbox.add(tx, row, now)
        return request

    async def _tell(
        self, tx: AsyncConnection, group: Group, text: str, now: datetime, *, by: int, who: int, start: datetime,
        end: datetime,
    ) -> None:  # fmt: skip
        places = {"by": f"<@{by}>", "who": f"<@{who}>", "from": moment(start), "to": moment(end)}
        await self._notify(tx, group, text, now, places)


def moment(at: datetime) -> str:
    """Write a moment so that Discord shows it in the reader's own zone."""
    return f"<t:{int(at.timestamp())}:f>"


def shift_text(shift: Hours) -> str:
    """Write weekly hours in figures and short days, as in a groups file."""
    return f"{' '.join(shift.days)} {shift.start:%H:%M}-{shift.end:%H:%M}"


def _only_therapists(group: Group, by: int) -> None:
    if by not in group.therapists:
        raise NotATherapist


def _is_therapist(group: Group, who: int) -> None:
    if who not in group.therapists:
        raise NoTherapist


def _refuse(new: Hours, present: Iterable[Hours], error: type[Overlaps] | type[WhileOffDuty]) -> None:
    for other in present:
        if clashes([other, new]):
            raise error(other)
