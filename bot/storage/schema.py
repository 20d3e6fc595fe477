"""The metadata that every table belongs to, and what every table says of itself."""

from typing import Any

from sqlalchemy import BigInteger, Integer, MetaData, Table

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite gives out row ids of its own only to a column of exactly this type.
RowId = BigInteger().with_variant(Integer(), "sqlite")
# Discord's ids take 63 bits.
Snowflake = BigInteger()


def kept(*, eraser: str, retention: str) -> dict[str, Any]:
    """Say of a table who erases a member's rows in it, and how long rows stay; goes into `Table(info=...)`."""
    return {"eraser": eraser, "retention": retention}


def tables_without_promise() -> list[Table]:
    """Return the tables that do not name an eraser and a retention."""
    return [table for table in metadata.sorted_tables if not {"eraser", "retention"} <= set(table.info)]
