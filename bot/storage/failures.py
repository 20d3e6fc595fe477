"""What a database's failures mean, in words, and what to do about them."""

import sqlite3

from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from bot.errors import StorageError

_FULL_CODES = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}
_FULL = (
    "The disk is full, or cannot be written to.",
    "Free some space and try again; a running bot does so by itself.",
)
_READ_ONLY = (
    "The database takes no writes.",
    "Is it a standby, or set to read-only? storage.url has to name the primary.",
)
_AWAY = (
    "PostgreSQL is going down, coming up, or has no connection to spare.",
    "Look at its log, and try again in a moment; a running bot does so by itself.",
)
# PostgreSQL's codes (its manual, appendix A), or how they begin.
_POSTGRESQL = {
    "08": _AWAY,
    "25006": _READ_ONLY,
    "28": ("PostgreSQL does not accept the account or the password.", "Put both right in storage.url."),
    "3D": ("PostgreSQL has no database of that name.", "Make it (createdb), or put the name in storage.url right."),
    "42501": (
        "PostgreSQL does not let this account make or change tables.",
        "Let the account in storage.url own the database: ALTER DATABASE name OWNER TO account.",
    ),
    "53100": _FULL,
    "53": _AWAY,
    "57P": _AWAY,
}


def unreachable(error: BaseException) -> StorageError:
    """Say that the server does not answer."""
    return StorageError(
        f"The database does not answer ({type(error).__name__}).",
        "Is PostgreSQL running, and are host, port, name and password in storage.url right?",
    )


def explain(error: DBAPIError, url: URL) -> StorageError | None:
    """Turn a failure of the database into words and a remedy, where we know one."""
    cause = error.orig.__cause__ if error.orig is not None and error.orig.__cause__ is not None else error.orig
    code = getattr(cause, "sqlite_errorcode", None)
    if not isinstance(code, int):
        return _explain_postgresql(error)
    primary = code & 0xFF
    if primary == sqlite3.SQLITE_BUSY:
        return StorageError(
            "The database is locked by another program.",
            "End the other program (a second bot, a backup, a database browser) and try again. Nothing was lost.",
        )
    if primary in _FULL_CODES:
        return StorageError(*_FULL)
    if primary in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
        return StorageError(
            f"The database file {url.database} cannot be opened for writing.",
            "Does its folder exist, and may this account write to both, the file and the folder?",
        )
    if primary in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
        return damaged(url.database)
    return None


def _explain_postgresql(error: DBAPIError) -> StorageError | None:
    """Go by PostgreSQL's codes; a lost connection may have none."""
    state = str(getattr(error.orig, "sqlstate", None) or "")
    for code, told in _POSTGRESQL.items():
        if state.startswith(code):
            return StorageError(*told)
    return unreachable(error.orig or error) if error.connection_invalidated else None


def read_only() -> StorageError:
    """Say that nothing can be written."""
    return StorageError(*_READ_ONLY)


def damaged(file: str | None) -> StorageError:
    """Say that a file is damaged, or none of ours."""
    return StorageError(
        f"{file} is no sound SQLite database.",
        f"Stop the bot, move {file} and {file}-wal aside (keep them), and put your newest backup in their place.",
    )
