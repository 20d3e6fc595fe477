"""What every feature promises about what it keeps of a person: it can say it, hand it over, and erase it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement, true


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose data is meant: everything of a person, or only what belongs to `groups` (their short keys)."""

    member_id: int
    groups: frozenset[str] | None = None

    def within(self, table: Table) -> ColumnElement[bool]:
        """Limit a query to the groups that are meant, by the table's `group_key`."""
        return true() if self.groups is None else table.c.group_key.in_(self.groups)


@dataclass(frozen=True, slots=True)
class Holding:
    """One kind of thing that is kept about a person, and how many of it.

    `what` names the text `privacy.kept.<what>`. `stays` names the text `privacy.stays.<stays>` that says why an erase
    leaves these (None: it takes them).
    """

    what: str
    count: int
    stays: str | None = None


class Eraser(Protocol):
    """A feature's side of `/my-data`; its name is the one that its tables give as `kept(eraser=...)`.

    All three work in the caller's transaction, so that a preview is one picture and an erase is whole or not at all.
    """

    @property
    def name(self) -> str:
        """Return the name that the feature's tables give."""
        ...

    async def holdings(self, tx: AsyncConnection, whose: Whose) -> list[Holding]:
        """Say what is kept about a person; kinds of which there is nothing are left out."""
        ...

    async def export_member(self, tx: AsyncConnection, whose: Whose) -> Mapping[str, Any]:
        """Return everything that is kept about a person and may be handed to them, as plain data."""
        ...

    async def erase_member(self, tx: AsyncConnection, whose: Whose, now: datetime) -> None:
        """Erase it, but for what has to outlive an erase; that is erased as soon as its reason ends."""
        ...


def counted(what: str, count: int, stays: str | None = None) -> list[Holding]:
    """Return a holding, or nothing when there is none of it."""
    return [Holding(what, count, stays)] if count else []
