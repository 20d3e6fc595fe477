"""`holdspace init`: asks for what is missing, writes it down safely, and checks it."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.common import FINDINGS, ConfigOption, load_settings, note, out

if TYPE_CHECKING:
    from pydantic import BaseModel

    from bot.config import Settings

_CONFIG = """\
# Written by holdspace init. config.example.toml shows every setting with its meaning.
# The bot's token is not here: it lies in {secrets}, or comes from the environment.

[storage]
url = {url}

[encryption]
key_file = {key_file}
"""


def command(
    config: ConfigOption = None,
    database: Annotated[
        str | None, typer.Option(help="sqlite:///FILE or postgresql://... [default: sqlite:///holdspace.sqlite3]")
    ] = None,
    token_file: Annotated[
        Path | None, typer.Option(help="Take the token from this file ('-': stdin) and do not ask for it.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing: keep what is there, take defaults.")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Write the settings file anew.")] = False,
    check: Annotated[bool, typer.Option(help="Check everything at the end.")] = True,
    offline: Annotated[bool, typer.Option("--offline", help="Leave Discord out of the check.")] = False,
) -> None:
    """Ask for what is missing, write it into files that only this account can read, and check it.

    A settings file, a token or a key that is there stays as it is, unless you say otherwise.
    """
    from bot.cli.check import look, report
    from bot.config_sources import DEFAULT_FILE, find_file

    asking = sys.stdin.isatty() and not yes
    path = config or find_file(None, _environment()) or DEFAULT_FILE
    _settings_file(path, database, asking=asking, overwrite=overwrite)
    settings = load_settings(path)
    _token(settings, token_file, asking=asking)
    _key(settings)
    if check:
        out()
        if not report(look(path, offline=offline)):
            raise typer.Exit(FINDINGS)
    note("Next (docs/operators.md): invite the bot with the link that holdspace check shows, describe your group in a")
    note("file, holdspace groups import FILE, and holdspace run.")


def _settings_file(path: Path, database: str | None, *, asking: bool, overwrite: bool) -> None:
    from bot.cli.files import write_private
    from bot.config import EncryptionSettings, StorageSettings

    if path.exists() and not overwrite:
        overwrite = asking and typer.confirm(f"{path} is there already. Write it anew?", default=False)
        if not overwrite:
            out(f"kept     {path}")
            if database is not None:
                note(f"--database was not used: set storage.url in {path}, or add --overwrite.")
            return
    default = StorageSettings().url.get_secret_value()
    url = database or (typer.prompt("Database", default=default) if asking else default)
    while (problem := _problem(StorageSettings, url=url)) is not None:
        _again(f"Database: {problem}", asking=asking)
        url = typer.prompt("Database", default=default)
    text = _CONFIG.format(
        secrets=_secrets_folder() / "discord__token",
        url=json.dumps(url),
        key_file=json.dumps(str(EncryptionSettings().key_file)),
    )
    write_private(path, text, replace=overwrite)
    out(f"written  {path}")


def _token(settings: "Settings", token_file: Path | None, *, asking: bool) -> None:
    from bot.cli.files import write_private
    from bot.config import DiscordSettings

    present = settings.discord.token is not None
    if token_file is not None:
        token = _read_token(token_file)
    elif asking and (not present or not typer.confirm("A token is there already. Keep it?", default=True)):
        note("The token is on the Bot page of your application: https://discord.com/developers/applications")
        token = typer.prompt(
            "Token (not shown; Enter to leave it out)", default="", hide_input=True, show_default=False
        )
    else:
        out("kept     the token" if present else "missing  the token: holdspace init --token-file FILE")
        return
    while (problem := _problem(DiscordSettings, token=token)) is not None:
        _again(f"Token: {problem}", asking=asking and token_file is None)
        token = typer.prompt("Token (not shown)", default="", hide_input=True, show_default=False)
    if token.strip():
        path = _secrets_folder() / "discord__token"
        write_private(path, token.strip() + "\n", replace=True)
        out(f"written  {path}")


def _read_token(file: Path) -> str:
    from bot.errors import BadInput

    try:
        token = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise BadInput(f"The token file {file} cannot be read.", "Check its name and permissions.") from None
    if not token.strip():
        raise BadInput(f"The token file {file} is empty.", "Put the token into it, and nothing else.")
    return token


def _key(settings: "Settings") -> None:
    from bot.cli.files import write_key

    path = settings.encryption.key_file
    if path.exists():
        out(f"kept     {path}")
        return
    write_key(path)
    out(f"written  {path}")
    note("Copy this key to a safe place apart from the database: what people hand to the bot is sealed with it.")


def _problem(section: "type[BaseModel]", **answer: str) -> str | None:
    """Say what is wrong with an answer, without repeating it."""
    from pydantic import ValidationError

    try:
        section.model_validate(answer)
    except ValidationError as error:
        return str(error.errors(include_input=False, include_url=False)[0]["msg"]).removeprefix("Value error, ")
    return None


def _again(problem: str, *, asking: bool) -> None:
    from bot.errors import BadInput

    if not asking:
        raise BadInput(problem, "Nothing was written for it. Correct it and run holdspace init again.")
    note(problem)


def _secrets_folder() -> Path:
    from bot.config_sources import DEFAULT_SECRETS, find_secrets

    return find_secrets(_environment()) or DEFAULT_SECRETS


def _environment() -> dict[str, str]:
    import os

    return dict(os.environ)
