"""The command line as a whole: help, mistakes, exit codes, and that failures are told in words."""

import builtins
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot import cli
from bot.__main__ import main
from bot.cli import COMMANDS
from bot.errors import BadInput, ConfigError, DiscordError, HoldspaceError, KeyProblem, StorageError
from tests.bot.cli.conftest import Run

ROOT = Path(__file__).parents[3]
HEAVY = ["discord", "sqlalchemy", "pydantic", "aiohttp", "alembic", "apscheduler", "cryptography", "structlog"]


def test_help_names_every_command_and_loads_none_of_them():
    code = (
        "import sys, json; from bot.cli import run_command; code = run_command(['--help']);"
        f"print(json.dumps([code, [m for m in {HEAVY} if m in sys.modules]]))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout.splitlines()[-1]) == [0, []]
    assert all(f"\n  {name} " in done.stdout for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_can_be_loaded_and_explains_itself(holdspace: Run, name: str):
    ended = holdspace(name, "--help")
    assert ended.code == 0, ended.err
    assert f"Usage: holdspace {name}" in ended.out


def test_no_command_at_all_shows_the_help(holdspace: Run):
    ended = holdspace()
    assert ended.code == 2
    assert "holdspace demo" in ended.out + ended.err


def test_a_misspelt_command_is_told_its_neighbour(holdspace: Run):
    ended = holdspace("chekc")
    assert ended.code == 2
    assert "Did you mean 'check'?" in ended.err


def test_the_version_is_that_of_the_project(holdspace: Run):
    assert holdspace("--version").out.startswith("holdspace 0.")


def test_the_file_may_be_named_before_or_after_the_command(holdspace: Run):
    for arguments in (("--config", "no.toml", "groups", "list"), ("groups", "list", "--config", "no.toml")):
        ended = holdspace(*arguments)
        assert (ended.code, ended.out) == (3, "")
        assert ended.err == (
            "There is no configuration file no.toml.\n-> Make one with holdspace init, or name another with --config.\n"
        )


@pytest.mark.parametrize(
    ("kind", "code"), [(BadInput, 1), (ConfigError, 3), (StorageError, 4), (DiscordError, 5), (KeyProblem, 6)]
)
def test_each_kind_of_failure_has_its_exit_code(
    holdspace: Run, monkeypatch: pytest.MonkeyPatch, kind: type[HoldspaceError], code: int
):
    def fail() -> None:
        raise kind("It did not work.", "Do this next.")

    monkeypatch.setattr(cli, "load", lambda _name: _command(fail))
    ended = holdspace("check")
    assert (ended.code, ended.out, ended.err) == (code, "", "It did not work.\n-> Do this next.\n")


def test_a_fault_of_our_own_shows_places_and_no_text(holdspace: Run, monkeypatch: pytest.MonkeyPatch):
    def fail() -> None:
        raise ValueError("Anna said this")

    monkeypatch.setattr(cli, "load", lambda _name: _command(fail))
    ended = holdspace("check")
    assert ended.code == 70
    assert "ValueError" in ended.err
    assert "Anna" not in ended.err + ended.out
    assert "Traceback" not in ended.err


def test_ctrl_c_ends_quietly(holdspace: Run, monkeypatch: pytest.MonkeyPatch):
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "load", lambda _name: _command(interrupted))
    ended = holdspace("check")
    assert (ended.code, ended.out, ended.err) == (130, "", "")


def _command(function: object) -> object:
    import typer

    app = typer.Typer(add_completion=False)
    app.command("check")(function)  # type: ignore[type-var]
    return typer.main.get_command(app)


def test_ctrl_c_while_the_program_is_read_leaves_no_trace(monkeypatch: pytest.MonkeyPatch):
    real = builtins.__import__

    def interrupted(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "bot.cli":
            raise KeyboardInterrupt
        return real(name, *args, **kwargs)

    monkeypatch.setattr(os, "umask", lambda _mask: 0)
    monkeypatch.setattr(builtins, "__import__", interrupted)
    assert main([]) == 130
