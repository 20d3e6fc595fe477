"""What every command shares: how it speaks, and where it finds the settings."""

import asyncio
import tomllib
from collections.abc import Coroutine
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

if TYPE_CHECKING:
    from bot.config import Settings

FINDINGS = 1
UNFORESEEN = 70  # sysexits.h: a fault of the program itself

T = TypeVar("T")


def _this_or_earlier(context: typer.Context, config: Path | None) -> Path | None:
    """Take the file named after the command, else the one named before it."""
    return config or context.obj


ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config",
        "-c",
        callback=_this_or_earlier,
        show_default=False,
        help="The TOML file; it may stand before the command too.",
    ),
]


def out(text: str = "") -> None:
    """Write a line of the result to stdout."""
    typer.echo(text)


def note(text: str) -> None:
    """Write a remark to stderr."""
    typer.echo(text, err=True)


def load_settings(config: Path | None = None) -> "Settings":
    """Read the settings, from the file named after the command or before it; raises ConfigError."""
    from bot.config_sources import load

    return load(config)


def wait_for(work: Coroutine[object, object, T]) -> T:
    """Run something asynchronous to its end; Ctrl-C cancels it cleanly."""
    return asyncio.run(work)


def version() -> str:
    """Return the version, also in a checkout that is not installed."""
    try:
        return metadata.version("holdspace")
    except metadata.PackageNotFoundError:
        project = Path(__file__).parents[2] / "pyproject.toml"
        return str(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"])
