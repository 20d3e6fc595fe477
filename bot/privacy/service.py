"""What is kept about a person: said, handed over, erased, by asking every feature."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from bot.log import get
from bot.outbox.service import Outbox
from bot.privacy.contract import Eraser, Holding, Whose
from bot.storage.engine import Database
from bot.storage.schema import metadata

log = get("privacy")


class MyData:
    """Asks every registered eraser; an erase is one transaction over all of them."""

    def __init__(self, database: Database, outbox: Outbox, erasers: Sequence[Eraser]) -> None:
        self._database = database
        self._outbox = outbox
        self._erasers = {eraser.name: eraser for eraser in erasers}
        if len(self._erasers) != len(erasers):
            raise ValueError("two erasers have the same name")

    @property
    def erasers(self) -> frozenset[str]:
        """The names of the features that can erase."""
        return frozenset(self._erasers)

    async def holdings(self, whose: Whose) -> list[Holding]:
        """Say what is kept about a person."""
        async with self._database.read() as tx:
            return [holding for eraser in self._erasers.values() for holding in await eraser.holdings(tx, whose)]

    async def keeps_anything(self, whose: Whose) -> bool:
        """Tell whether anything is kept about a person."""
        return bool(await self.holdings(whose))

    async def export(self, whose: Whose, now: datetime) -> dict[str, Any]:
        """Return everything that may be handed to a person, as plain data for a file."""
        exported: dict[str, Any] = {"about": str(whose.member_id), "written_at": now.isoformat()}
        async with self._database.read() as tx:
            for name, eraser in self._erasers.items():
                exported[name] = dict(await eraser.export_member(tx, whose))
        return exported

    async def erase(self, whose: Whose, now: datetime) -> list[Holding]:
        """Erase everything that may go, and return what is left; doing it twice is doing it once."""
        async with self._database.write() as tx:
            for eraser in self._erasers.values():
                await eraser.erase_member(tx, whose, now)
        log.info("member_erased")
        self._outbox.poke()
        return await self.holdings(whose)

    async def people_of(self, groups: frozenset[str]) -> set[int]:
        """Return about whom something is kept in these groups: the members that the tables name."""
        found: set[int] = set()
        async with self._database.read() as tx:
            for table in metadata.sorted_tables:
                if {"member_id", "group_key"} <= set(table.c.keys()):
                    query = select(table.c.member_id).where(table.c.group_key.in_(groups), table.c.member_id > 0)
                    found.update((await tx.execute(query.distinct())).scalars())
        return found
