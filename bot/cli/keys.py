"""`holdspace keys`: the encryption key."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.common import ConfigOption, out

app = typer.Typer(help="The encryption key.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def _group() -> None:
    """Look after the encryption key: what people hand to the bot is sealed with it."""


@app.command()
def new(
    config: ConfigOption = None,
    file: Annotated[Path | None, typer.Option(help="Where to write it. [default: encryption.key_file]")] = None,
) -> None:
    """Make an encryption key, in a file that only this account can read. Never overwrites one."""
    from bot.cli.common import load_settings
    from bot.cli.files import write_key

    path = file or load_settings(config).encryption.key_file
    write_key(path)
    out(f"A new key is in {path}.")
    out("Copy it to a safe place apart from the database: without it, what people handed to the bot cannot be read.")
