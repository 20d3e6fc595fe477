"""Clinic codes: a word by which the clinic's own files know a member, so that somebody can be phoned without Discord.

A code means nothing outside those files. It is sealed, and leaves only in a page outside Discord and in the member's
own export.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, RowMapping, String, Table, UniqueConstraint, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from bot.crisis.cases.store import open_case_of
from bot.log import get
from bot.privacy.contract import Holding, Whose, counted
from bot.storage.engine import Database
from bot.storage.schema import Snowflake, kept, metadata
from bot.storage.types import Moment, SealedText
from bot.storage.vault import CannotOpen, Vault

log = get("crisis")

PLACE = "clinic_codes.code"
LONGEST = 40

clinic_codes = Table(
    "clinic_codes",
    metadata,
    Column("key", String(24), primary_key=True),
    Column("group_key", ForeignKey("groups.key"), nullable=False),
    Column("member_id", Snowflake, nullable=False),
    Column("code", SealedText, nullable=False),
    Column("set_at", Moment, nullable=False),
    UniqueConstraint("group_key", "member_id"),
    info=kept(eraser="clinic_codes", retention="until a therapist deletes it, or with the member's data"),
)


class ClinicCodes:
    """Keeps at most one code for a member of a group."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def keep(self, group_key: str, member_id: int, code: str | None, now: datetime) -> None:
        """Keep a code in place of the one before, or delete it (None)."""
        async with self._database.write() as tx:
            await tx.execute(delete(clinic_codes).where(_belongs(group_key, member_id)))
            if code is not None:
                key = secrets.token_hex(12)
                sealed = self._vault.seal(PLACE, key, code)
                values = {"key": key, "group_key": group_key, "member_id": member_id, "code": sealed, "set_at": now}
                await tx.execute(insert(clinic_codes).values(values))
        if code is not None:
            log.info("clinic_code_kept", group_key=group_key)
        else:
            log.info("clinic_code_deleted", group_key=group_key)

    async def of(self, group_key: str, member_id: int) -> str | None:
        """Return a member's code; None if there is none, or if it does not open any more."""
        async with self._database.read() as tx:
            row = (await tx.execute(select(clinic_codes).where(_belongs(group_key, member_id)))).mappings().first()
        return None if row is None else self._opened(row)

    async def of_person(self, tx: AsyncConnection, whose: Whose) -> list[tuple[str, str]]:
        """Return group and code of everything that is kept for a person."""
        query = select(clinic_codes).where(clinic_codes.c.member_id == whose.member_id, whose.within(clinic_codes))
        rows = (await tx.execute(query.order_by(clinic_codes.c.group_key))).mappings().all()
        return [(row["group_key"], self._opened(row) or "") for row in rows]

    def _opened(self, row: RowMapping) -> str | None:
        try:
            return self._vault.open(PLACE, row["key"], row["code"])
        except CannotOpen:
            log.error("clinic_code_does_not_open", group_key=row["group_key"])
            return None


class ClinicCodesEraser:
    """Says, hands over and erases codes; one that an open case needs goes when that case is erased."""

    name = "clinic_codes"

    def __init__(self, codes: ClinicCodes) -> None:
        self._codes = codes

    async def holdings(self, tx: AsyncConnection, whose: Whose) -> list[Holding]:
        """Count the codes that go at once, and those that stay."""
        groups = [group for group, _ in await self._codes.of_person(tx, whose)]
        needed = [group for group in groups if await open_case_of(tx, group, whose.member_id) is not None]
        return [
            *counted("clinic_codes", len(groups) - len(needed)),
            *counted("clinic_codes", len(needed), "open_alarm"),
        ]

    async def export_member(self, tx: AsyncConnection, whose: Whose) -> Mapping[str, Any]:
        """Return the codes."""
        return {"codes": [{"group": group, "code": code} for group, code in await self._codes.of_person(tx, whose)]}

    async def erase_member(self, tx: AsyncConnection, whose: Whose, _now: datetime) -> None:
        """Erase the codes that no open case needs."""
        for group, _ in await self._codes.of_person(tx, whose):
            if await open_case_of(tx, group, whose.member_id) is None:
                await tx.execute(delete(clinic_codes).where(_belongs(group, whose.member_id)))


def is_usable(code: str) -> bool:
    """Say whether this can be a code: one short line of signs that can be printed."""
    return 0 < len(code) <= LONGEST and code.isprintable()


async def erase_with_case(tx: AsyncConnection, group_key: str, member_id: int) -> None:
    """Erase the code that was kept for an open case which is erased now."""
    await tx.execute(delete(clinic_codes).where(_belongs(group_key, member_id)))


def _belongs(group_key: str, member_id: int) -> ColumnElement[bool]:
    return (clinic_codes.c.group_key == group_key) & (clinic_codes.c.member_id == member_id)
