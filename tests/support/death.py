"""A process that dies when it is told: before a statement, before a commit, after a commit whose answer is lost."""

import asyncio
from collections.abc import Callable
from typing import Any

from sqlalchemy import event

from bot.storage.engine import Database


class Died(BaseException):
    """The process is dead: nothing of it goes on, and nothing catches this."""


class Death:
    """Counts the moments at which a database is spoken to, and lets the process die at the n-th; never if it is None.

    A moment is a statement or a commit. A commit counts twice: the process may die before it, when nothing is kept, or
    right after it, when all is kept and nobody was told.
    """

    def __init__(self, at: int | None) -> None:
        self.at = at
        self.moments = 0
        self.came = False

    def threaten(self, database: Database) -> None:
        """Watch a database that was opened just now."""
        engines = {id(engine): engine for engine in (database._writer, database._reader)}
        for engine in engines.values():
            event.listen(engine.sync_engine, "before_cursor_execute", lambda *_args: self._moment())
            dialect: Any = engine.sync_engine.dialect
            dialect.do_commit = self._around(dialect.do_commit)

    def _around(self, commit: Callable[[Any], None]) -> Callable[[Any], None]:
        def commit_or_die(connection: Any) -> None:
            self._moment()
            commit(connection)
            self._moment()

        return commit_or_die

    def _moment(self) -> None:
        self.moments += 1
        if self.came or self.moments == self.at:
            self.came = True
            raise Died


async def bury() -> None:
    """Wait until every task of the dead process has ended."""
    here = asyncio.current_task()
    while others := [task for task in asyncio.all_tasks() if task is not here and not task.done()]:
        await asyncio.wait(others, timeout=5)
