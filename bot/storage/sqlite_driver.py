"""SQLite with one trip to its thread for each statement, where the driver alone makes four.

aiosqlite keeps each connection in a thread of its own and goes there for a cursor, for the statement, for its rows and
to close the cursor; SQLAlchemy reads all rows at once in any case. These trips are most of what a short transaction
costs.
"""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import aiosqlite

_CHUNK = 64


def connect(*args: Any, **options: Any) -> "Connection":
    """Return a connection that opens when it is awaited; its thread does not keep the program from ending."""
    connection = Connection(partial(sqlite3.connect, *args, **options), _CHUNK)
    connection._thread.daemon = True
    return connection


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a statement left behind."""

    description: Any = None
    rowcount: int = -1
    lastrowid: int | None = None
    rows: Sequence[Any] = ()


class Connection(aiosqlite.Connection):
    """A connection whose cursors do a statement and bring its rows back in one trip.

    `_clean` as long as nothing has been asked since a commit or a rollback was confirmed: there is nothing to roll
    back then, which saves the pool's own rollback after each commit. A commit whose waiter was cancelled confirms
    nothing.
    """

    _clean = False

    def cursor(self) -> "Cursor":  # type: ignore[override]
        """Return a cursor; nothing happens yet."""
        return Cursor(self)

    async def run(self, work: Callable[[sqlite3.Cursor], object]) -> Outcome:
        """Do one statement in the thread, and return what came of it."""
        self._clean = False
        outcome: Outcome = await self._execute(_outcome, self._conn, work)  # type: ignore[no-untyped-call]
        return outcome

    async def commit(self) -> None:
        """Make what was asked durable."""
        await super().commit()
        self._clean = True

    async def rollback(self) -> None:
        """Take back what has been asked since the last commit, if anything has."""
        if not self._clean:
            await super().rollback()
            self._clean = True


def _outcome(connection: sqlite3.Connection, work: Callable[[sqlite3.Cursor], object]) -> Outcome:
    cursor = connection.cursor()
    try:
        work(cursor)
        rows = cursor.fetchall() if cursor.description else ()
        return Outcome(cursor.description, cursor.rowcount, cursor.lastrowid, rows)
    finally:
        cursor.close()


class Cursor:
    """What SQLAlchemy asks of a cursor; its rows are here as soon as the statement has been done."""

    arraysize = 1

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._outcome = Outcome()

    async def __aenter__(self) -> "Cursor":
        return self

    @property
    def description(self) -> Any:
        """The columns, or None after a statement without rows."""
        return self._outcome.description

    @property
    def rowcount(self) -> int:
        """How many rows were changed; -1 where that is not known."""
        return self._outcome.rowcount

    @property
    def lastrowid(self) -> int | None:
        """The id of the row that was added last."""
        return self._outcome.lastrowid

    async def execute(self, statement: str, parameters: Sequence[Any] = ()) -> None:
        """Do one statement."""
        self._outcome = await self._connection.run(lambda cursor: cursor.execute(statement, parameters))

    async def executemany(self, statement: str, parameters: Sequence[Sequence[Any]]) -> None:
        """Do one statement for each of the parameters."""
        self._outcome = await self._connection.run(lambda cursor: cursor.executemany(statement, parameters))

    async def fetchall(self) -> Sequence[Any]:
        """Return the rows, which are here already."""
        return self._outcome.rows

    async def close(self) -> None:
        """Let go of the rows; the cursor in the thread is closed already."""
        self._outcome = Outcome(self.description, self.rowcount, self.lastrowid)
