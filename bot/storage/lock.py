"""One running bot for one SQLite file: a lock that the kernel frees, even after kill -9."""

import asyncio
import fcntl
import os
from pathlib import Path
from types import TracebackType

from bot.errors import StorageError

_WAIT_SECONDS = 10.0
_EVERY_SECONDS = 0.2


class SingleRunner:
    """Holds `DATABASE.lock` for as long as this process runs; waits a while for a predecessor that is stopping."""

    def __init__(self, database_file: Path, *, wait_seconds: float = _WAIT_SECONDS) -> None:
        self._path = database_file.with_name(database_file.name + ".lock")
        self._wait = wait_seconds
        self._handle: int | None = None

    async def __aenter__(self) -> "SingleRunner":
        try:
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StorageError(
                f"The lock file {self._path} cannot be opened ({type(error).__name__}).",
                "Does the database's folder exist, and may this account write there?",
            ) from None
        waited = 0.0
        while not _try_lock(handle):
            if waited >= self._wait:
                os.close(handle)
                raise StorageError(
                    f"Another Holdspace is already running on {self._path.with_suffix('')}.",
                    "Stop it first, or give this one a database of its own (storage.url).",
                )
            await asyncio.sleep(_EVERY_SECONDS)
            waited += _EVERY_SECONDS
        self._handle = handle
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def is_running_on(database_file: Path) -> bool:
    """Say whether a bot runs on a database; no lock file is made by looking."""
    try:
        handle = os.open(database_file.with_name(database_file.name + ".lock"), os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        return not _try_lock(handle)
    finally:
        os.close(handle)


def _try_lock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
