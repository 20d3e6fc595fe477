"""The command line. Results go to stdout, logs and remarks to stderr.

Each command is a module of its own, imported when it is wanted, so that `--help` is quick and a command that cannot
be loaded takes no other with it.
"""

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from bot.cli.common import UNFORESEEN, note, out, version
from bot.errors import HoldspaceError

COMMANDS = {
    "init": "Ask for what is missing, write it down safely, and check it.",
    "check": "Say whether everything is ready, and what to do where it is not.",
    "run": "Run the bot.",
    "demo": "Show the bot at work in a local sandbox, in a browser; needs no account and no settings.",
    "groups": "The therapy groups: import, export, list.",
    "page": "The ways to reach therapists outside Discord: test.",
    "cases": "Crisis cases, for therapists on this machine while Discord is away: list, take, close.",
    "keys": "The encryption key.",
    "screen": "Show what the crisis screener finds in a text.",
    "lexicon": "The crisis screener's word lists: look, test, check.",
    "prompts": "The texts that members read: check, list.",
}


class LazyGroup(TyperGroup):
    """Knows its commands by name and one line of help, and imports one only to run it."""

    def list_commands(self, ctx: object) -> list[str]:
        """Name the commands, in the order in which somebody new needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: object, cmd_name: str) -> TyperCommand | None:
        """Return what help and completion need: a name and a line."""
        return TyperCommand(cmd_name, help=COMMANDS[cmd_name]) if cmd_name in COMMANDS else None

    def resolve_command(self, ctx: typer.Context, args: list[str]) -> tuple[Any, Any, list[str]]:  # type: ignore[override]
        """Return the real command; a misspelt one is told its neighbours."""
        self.commands = dict.fromkeys(COMMANDS, TyperCommand(None))
        name, stub, rest = super().resolve_command(ctx, args)
        return name, stub if name is None else load(name), rest

    def invoke(self, ctx: typer.Context) -> Any:  # type: ignore[override]
        """Run the command; a prompt that was left with Ctrl-C ends like any other Ctrl-C."""
        try:
            return super().invoke(ctx)
        except typer.Abort:
            raise typer.Exit(130) from None


def load(name: str) -> TyperCommand | TyperGroup:
    """Import a command: its module has an `app` (a group of commands) or a `command` (one function)."""
    module = importlib.import_module(f"bot.cli.{name}")
    found = next(
        getattr(module, each) for each in ("app", "command", f"{name}_app", f"{name}_command") if hasattr(module, each)
    )
    if isinstance(found, typer.Typer):
        loaded: Any = typer.main.get_group(found)
    else:
        single = typer.Typer(add_completion=False, rich_markup_mode=None)
        single.command(name)(found)
        loaded = typer.main.get_command(single)
    loaded.name = name
    return loaded  # type: ignore[no-any-return]


app = typer.Typer(
    name="holdspace",
    cls=LazyGroup,
    help="A Discord companion for therapy groups between their sessions. It is not a crisis service.",
    epilog="New here? Try: holdspace demo",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        out(f"holdspace {version()}")
        raise typer.Exit


@app.callback()
def _options(
    context: typer.Context,
    config: Annotated[
        Path | None, typer.Option("--config", "-c", help="The TOML file. [default: $HOLDSPACE_CONFIG, ./config.toml]")
    ] = None,
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    context.obj = config


def run_command(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; foreseen failures are told without a trace."""
    try:
        typer.main.get_command(app).main(args=list(arguments), prog_name="holdspace")
    except HoldspaceError as error:
        note(error.message)
        if error.remedy:
            note(f"-> {error.remedy}")
        return error.exit_code
    except SystemExit as done:
        return done.code if isinstance(done.code, int) else 0
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # noqa: BLE001  (the program's edge: no text of an exception may reach a terminal or a log)
        return _unforeseen(error)
    return 0


def _unforeseen(error: Exception) -> int:
    """Tell of a fault of the program itself without the exception's text, which may hold somebody's words."""
    from bot.log import describe

    told = describe(error)
    note(f"Holdspace has a fault of its own: {told['error']}. Nothing that was stored is lost.")
    for place in told.get("frames", []):
        note(f"  {place}")
    note("-> Please report these lines; they hold nothing private. Start it again meanwhile.")
    return UNFORESEEN
