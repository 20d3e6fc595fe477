"""The bot in a process of its own, as its operator runs it, and as often as a test likes.

A start from nothing costs three seconds of processor time, most of them before anything has happened that could be
lost. So the processes are forked from one that has imported the modules and loaded the lexicon (`preloaded`), and each
then runs the whole command: settings, key, database, Discord. `tests/bot/cli/test_run.py` starts one from nothing.
"""

import asyncio
import multiprocessing
import os
import signal
import sys
from collections.abc import Mapping
from multiprocessing.context import ForkServerProcess
from pathlib import Path


class BotProcess:
    """`holdspace run` in a folder, with an environment; what it tells goes to the file `log` there."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._folder = folder
        self._environment = {**os.environ, **environment}
        self._process: ForkServerProcess | None = None

    async def start(self) -> None:
        """Start it; returns before it is online."""
        fork = multiprocessing.get_context("forkserver")
        fork.set_forkserver_preload(["tests.support.preloaded"])
        self._process = fork.Process(target=_run, args=(self._folder, self._environment))
        await asyncio.to_thread(self._process.start)

    async def kill(self) -> None:
        """End it with SIGKILL, wherever it is."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """End it with SIGTERM, and return its exit code; 0 if there is none."""
        return await self._end(signal.SIGTERM) if self._process is not None else 0

    async def _end(self, how: signal.Signals) -> int:
        process, self._process = self._process, None
        assert process is not None
        assert process.pid is not None
        os.kill(process.pid, how)
        await asyncio.to_thread(process.join)
        assert process.exitcode is not None
        return process.exitcode

    @property
    def log(self) -> str:
        """Everything that it has told so far."""
        return (self._folder / "log").read_text()


def _run(folder: Path, environment: Mapping[str, str]) -> None:
    from bot.__main__ import main
    from tests.support import preloaded  # noqa: F401  (imported already, where the fork server could)

    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    log = os.open(folder / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    sys.exit(main(["run"]))
