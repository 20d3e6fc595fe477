"""Which crisis lines a group's therapists have checked themselves, when and who; the shipped table never says so.

A confirmation is about the rows as they stood: when a release changes a number, it no longer counts.
"""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Column, ForeignKey, RowMapping, String, Table, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crisis.cases.model import NotATherapist
from bot.crisis.member.helplines import Helplines
from bot.groups.model import Group
from bot.groups.service import Groups
from bot.log import get
from bot.privacy.contract import Whose
from bot.storage.engine import Database
from bot.storage.schema import Snowflake, kept, metadata
from bot.storage.types import Moment
from bot.storage.upsert import upsert

log = get("crisis")

STALE_AFTER = timedelta(days=180)
"""Numbers change; after so long they want another look."""
REMIND_EVERY = timedelta(days=30)

checks = Table(
    "helpline_checks",
    metadata,
    Column("group_key", ForeignKey("groups.key"), primary_key=True),
    Column("country", String(2), primary_key=True),
    Column("digest", String(64)),
    Column("confirmed_by", Snowflake),
    Column("confirmed_at", Moment),
    Column("told_at", Moment),
    info=kept(eraser="member_care", retention="as long as the group exists"),
)

Tell = Callable[[AsyncConnection, Group, str, datetime, Mapping[str, str]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Confirmation:
    """That a therapist has checked a country's lines; `by_id` is None once that person has erased what is theirs."""

    at: datetime
    by_id: int | None


class ConfirmedLines:
    """Knows what was confirmed, from a picture in memory that the ticker and every confirmation refresh."""

    def __init__(self, database: Database, groups: Groups, helplines: Helplines, tell_therapists: Tell) -> None:
        self._database = database
        self._groups = groups
        self._helplines = helplines
        self._tell = tell_therapists
        self._known: dict[tuple[str, str], Confirmation] = {}

    def of(self, group: Group, country: str | None = None) -> Confirmation | None:
        """Say when and by whom a country's lines (the group's own unless named) were confirmed; None: they are not."""
        return self._known.get((group.key, country or group.country))

    async def confirm(self, group: Group, by_id: int, now: datetime) -> Confirmation:
        """Note that a therapist has checked the lines of the group's country; raises NotATherapist."""
        if by_id not in group.therapists:
            raise NotATherapist
        values = {
            "digest": self._digest(group.country),
            "confirmed_by": by_id,
            "confirmed_at": now,
            "told_at": None,
        }
        async with self._database.write() as tx:
            await _put(tx, group.key, group.country, values)
        await self.refresh(now)
        log.info("lines_confirmed", group_key=group.key)
        return Confirmation(now, by_id)

    async def refresh(self, _now: datetime) -> None:
        """Read every confirmation anew; one about rows that have changed since is left out."""
        async with self._database.read() as tx:
            rows = (await tx.execute(select(checks).where(checks.c.confirmed_at.is_not(None)))).mappings().all()
        self._known = {
            (row["group_key"], row["country"]): Confirmation(row["confirmed_at"], row["confirmed_by"])
            for row in rows
            if row["digest"] == self._digest(row["country"])
        }

    async def run_due(self, now: datetime) -> int:
        """Remind therapists of lines checked long ago, and tell them once where there is no line at all."""
        await self.refresh(now)
        told = 0
        for group in self._groups.all():
            text = self._wants(group, now)
            if text is not None:
                told += await self._tell_once(group, group.country, text, now)
        return told

    async def lacking(self, group: Group, country: str, now: datetime) -> None:
        """Tell a group's therapists, once for each country, that there is no line for it; not who asked."""
        if not self._helplines.of(country):
            await self._tell_once(group, country, "crisis.notice.no_lines", now)

    def _wants(self, group: Group, now: datetime) -> str | None:
        if not self._helplines.of(group.country):
            return "crisis.notice.no_lines"
        confirmed = self.of(group)
        if confirmed is not None and now - confirmed.at >= STALE_AFTER:
            return "crisis.notice.lines_old"
        return None

    async def _tell_once(self, group: Group, country: str, text: str, now: datetime) -> bool:
        """Tell it unless it was told before; a reminder comes again after a month."""
        again = text == "crisis.notice.lines_old"
        async with self._database.write() as tx:
            row = await _get(tx, group.key, country)
            told_at = None if row is None else row["told_at"]
            if told_at is not None and not (again and now - told_at >= REMIND_EVERY):
                return False
            await _put(tx, group.key, country, {"told_at": now})
            confirmed = self.of(group, country)
            date = f"<t:{int(confirmed.at.timestamp())}:D>" if confirmed else ""
            await self._tell(tx, group, text, now, {"country": country, "date": date})
        return True

    def _digest(self, country: str) -> str:
        rows = [(line.name, line.phone, line.text, line.chat, line.hours) for line in self._helplines.of(country)]
        return hashlib.sha256(repr([*rows, self._helplines.emergency(country)]).encode()).hexdigest()


async def confirmed_by(tx: AsyncConnection, whose: Whose) -> list[RowMapping]:
    """Return the confirmations that a person gave."""
    query = select(checks).where(checks.c.confirmed_by == whose.member_id, whose.within(checks))
    return list((await tx.execute(query)).mappings())


async def forget_who(tx: AsyncConnection, whose: Whose) -> None:
    """Forget who confirmed; that the lines were checked, and when, stays for the group."""
    found = checks.c.confirmed_by == whose.member_id, whose.within(checks)
    await tx.execute(update(checks).where(*found).values(confirmed_by=None))


async def _get(tx: AsyncConnection, group_key: str, country: str) -> RowMapping | None:
    query = select(checks).where(checks.c.group_key == group_key, checks.c.country == country)
    return (await tx.execute(query.with_for_update())).mappings().first()


async def _put(tx: AsyncConnection, group_key: str, country: str, values: Mapping[str, object]) -> None:
    statement = upsert(tx, checks).values(group_key=group_key, country=country, **values)
    await tx.execute(statement.on_conflict_do_update(index_elements=["group_key", "country"], set_=dict(values)))
