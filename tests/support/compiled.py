"""One cache of compiled statements for all databases of a kind: a test opens its own, and each would begin with none.

What a statement compiles to depends on the kind of database, and on nothing that differs from one test to another.
"""

from functools import cache
from typing import Any

from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.util import LRUCache

from bot.storage.engine import Database

_STATEMENTS = 5000
_KINDS: tuple[Any, ...] = (SQLiteDialect_aiosqlite, PGDialect_asyncpg)


@cache
def _cache_of(_kind: str) -> LRUCache[Any, Any]:
    return LRUCache(_STATEMENTS)


def share_compiled_statements() -> None:
    """Let every database that is opened from now on use the cache of its kind, in which dialects count as one."""
    opening = Database.__init__

    def open_sharing(self: Database, url: str) -> None:
        opening(self, url)
        for engine in (self._writer.sync_engine, self._reader.sync_engine):
            engine._compiled_cache = _cache_of(engine.dialect.name)

    for kind in _KINDS:
        kind.__hash__ = lambda self: hash(type(self))
        kind.__eq__ = lambda self, other: type(self) is type(other)
    Database.__init__ = open_sharing  # type: ignore[method-assign]
