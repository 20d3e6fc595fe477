"""The demo from its start to its end: folder, stage, address, browser, and a clean end on Ctrl-C or SIGTERM."""

import asyncio
import os
import signal
import sys
import threading
import webbrowser
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.cli.common import note, out
from bot.cli.demo.stage import set_up
from bot.errors import StorageError

# The address stands alone on the first line, for people and for scripts.
_GREETING = """\
{url}
Open this address in a browser; the guided tour is at its side.
It is a local sandbox, not Discord: nothing leaves this machine. Ctrl-C ends it and removes its data."""
_ENDS = ("SIGINT", "SIGTERM", "SIGHUP")


async def show(port: int, *, browser: bool) -> None:
    """Run the demo until it is ended; raises HoldspaceError if the bot stops by itself."""
    _end_on_signals()
    with suppress(asyncio.CancelledError), _temporary_folder() as folder:
        async with set_up(Path(folder), port) as stage:
            out(_GREETING.format(url=stage.sandbox.page_url))
            if browser and has_browser(os.environ):
                _open_browser(stage.sandbox.page_url)
            await stage.bot.ended()
    note("The demo has ended; what it wrote is removed.")


def _temporary_folder() -> "TemporaryDirectory[str]":
    try:
        return TemporaryDirectory(prefix="holdspace-demo-")
    except OSError as error:
        raise StorageError(
            f"No folder for temporary files can be written ({type(error).__name__}).",
            "Free some space, or name another folder in the environment variable TMPDIR.",
        ) from None


def has_browser(environ: Mapping[str, str]) -> bool:
    """Tell whether a browser with a window can be opened; one in the terminal would only cover this program's lines."""
    if sys.platform in ("darwin", "win32"):
        return True
    return any(environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))


def _open_browser(url: str) -> None:
    """Open the page without waiting for it: some browsers only return when they are closed."""
    threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()


def _end_on_signals() -> None:
    """Let the first signal end the demo in order; a second one ends it at once."""
    loop, running = asyncio.get_running_loop(), asyncio.current_task()
    assert running is not None, "this runs in a task"  # noqa: S101

    def end() -> None:
        for name in _ENDS:
            with suppress(AttributeError, NotImplementedError, RuntimeError, ValueError):
                loop.remove_signal_handler(getattr(signal, name))
        running.cancel()

    for name in _ENDS:
        with suppress(AttributeError, NotImplementedError, RuntimeError, ValueError):
            loop.add_signal_handler(getattr(signal, name), end)
