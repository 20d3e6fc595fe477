"""An insert that can say what happens where the row is there already; each database has its own, spelled alike."""

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection


def upsert(tx: AsyncConnection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Begin an insert that takes `on_conflict_do_nothing` or `on_conflict_do_update`."""
    return sqlite.insert(table) if tx.dialect.name == "sqlite" else postgresql.insert(table)
