"""`holdspace init`: asks for what is missing, and treats what is there with care."""

import io
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import typer

from bot.config_sources import load
from bot.storage.vault import Keyring
from tests.bot.cli.conftest import Run

CANARY = "canary.token-123"
Answering = Callable[..., list[str]]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Answering:
    """Sit at a terminal and give these answers, one to each question; what was asked is returned."""

    def answer(*answers: str | bool) -> list[str]:
        asked: list[str] = []
        waiting = list(answers)

        def prompt(text: str, default: object = None, **_options: object) -> object:
            asked.append(text)
            given = waiting.pop(0)
            return default if given == "" else given

        monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
        monkeypatch.setattr(typer, "prompt", prompt)
        monkeypatch.setattr(typer, "confirm", prompt)
        return asked

    return answer


def test_an_empty_folder_gets_settings_and_key_without_a_question(holdspace: Run, folder: Path):
    ended = holdspace("init", "--yes", "--offline")
    assert ended.code == 0, ended.out
    assert "written  config.toml" in ended.out
    assert "written  secrets/holdspace.key" in ended.out
    assert "missing  the token" in ended.out
    assert not (folder / "holdspace.sqlite3").exists(), "a check only looks"
    assert (mode(folder / "config.toml"), mode(folder / "secrets"), mode(folder / "secrets/holdspace.key")) == (
        0o600,
        0o700,
        0o600,
    )
    assert load(None, {}).storage.sqlite_path == Path("holdspace.sqlite3")


def test_the_check_follows_and_its_failure_is_the_exit_code(
    holdspace: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("HOLDSPACE_DISCORD__API_URL", "http://127.0.0.1:1/api/v10")
    monkeypatch.setenv("HOLDSPACE_DISCORD__GATEWAY_URL", "ws://127.0.0.1:1")
    ended = holdspace("init", "--yes")
    assert ended.code == 1
    assert "fail  network" in ended.out
    assert (folder / "secrets/holdspace.key").exists(), "what was written stays"


def test_at_a_terminal_it_asks_for_the_database_and_the_token(holdspace: Run, folder: Path, answering: Answering):
    asked = answering("postgresql://me:pass@db/holdspace", CANARY)
    ended = holdspace("init", "--no-check")
    assert ended.code == 0
    assert asked == ["Database", "Token (not shown; Enter to leave it out)"]
    settings = load(None, {})
    assert settings.discord.require_token() == CANARY
    assert settings.storage.shown == "PostgreSQL, holdspace on db"
    assert mode(folder / "secrets/discord__token") == 0o600
    assert CANARY not in ended.out + ended.err + (folder / "config.toml").read_text()


def test_a_wrong_answer_is_asked_again_and_never_repeated(holdspace: Run, folder: Path, answering: Answering):
    asked = answering("mysql://x/y", "sqlite:///mine.db", f"{CANARY} {CANARY}", CANARY)
    ended = holdspace("init", "--no-check")
    assert len(asked) == 4
    assert "Database: this is no database that Holdspace knows" in ended.err
    assert "Token: a token is one word" in ended.err
    assert CANARY not in ended.out + ended.err
    assert load(None, {}).storage.sqlite_path == Path("mine.db")


def test_what_is_there_is_kept_unless_the_operator_says_otherwise(holdspace: Run, folder: Path, answering: Answering):
    holdspace("init", "--yes", "--no-check", "--database", "sqlite:///first.db")
    key = (folder / "secrets/holdspace.key").read_text()
    (folder / "secrets/discord__token").write_text(CANARY)
    ended = holdspace("init", "--yes", "--no-check", "--database", "sqlite:///second.db")
    assert [line.split()[0] for line in ended.out.splitlines()] == ["kept", "kept", "kept"]
    assert "--overwrite" in ended.err
    asked = answering(False, True)
    holdspace("init", "--no-check")
    assert asked == ["config.toml is there already. Write it anew?", "A token is there already. Keep it?"]
    settings = load(None, {})
    assert (settings.storage.sqlite_path, settings.discord.require_token()) == (Path("first.db"), CANARY)
    assert (folder / "secrets/holdspace.key").read_text() == key


def test_told_to_it_writes_settings_and_token_anew_but_never_the_key(
    holdspace: Run, folder: Path, answering: Answering
):
    holdspace("init", "--yes", "--no-check")
    (folder / "secrets/discord__token").write_text("old")
    key = (folder / "secrets/holdspace.key").read_text()
    answering(True, "sqlite:///second.db", False, CANARY)
    assert holdspace("init", "--no-check").code == 0
    settings = load(None, {})
    assert (settings.storage.sqlite_path, settings.discord.require_token()) == (Path("second.db"), CANARY)
    assert mode(folder / "secrets/discord__token") == 0o600
    assert (folder / "secrets/holdspace.key").read_text() == key


def test_the_token_comes_from_a_file_or_from_stdin(holdspace: Run, folder: Path, monkeypatch: pytest.MonkeyPatch):
    (folder / "t").write_text(f"{CANARY}\n")
    assert holdspace("init", "--no-check", "--token-file", "t").code == 0
    assert load(None, {}).discord.require_token() == CANARY
    monkeypatch.setattr(sys, "stdin", io.StringIO("from-stdin\n"))
    assert holdspace("init", "--no-check", "--token-file", "-").code == 0
    assert load(None, {}).discord.require_token() == "from-stdin"


@pytest.mark.parametrize(("text", "told"), [("", "is empty"), ("two words", "a token is one word")])
def test_a_token_file_that_cannot_be_used_is_told(holdspace: Run, folder: Path, text: str, told: str):
    (folder / "t").write_text(text)
    ended = holdspace("init", "--no-check", "--token-file", "t")
    assert ended.code == 1
    assert told in ended.err
    assert not (folder / "secrets/discord__token").exists()


def test_a_wrong_database_on_the_command_line_writes_nothing(holdspace: Run, folder: Path):
    ended = holdspace("init", "--yes", "--database", "mysql://x/y")
    assert ended.code == 1
    assert "sqlite:////absolute/file" in ended.err
    assert list(folder.iterdir()) == []


def test_a_token_in_the_environment_is_not_written_down(
    holdspace: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, answering: Answering
):
    monkeypatch.setenv("HOLDSPACE_DISCORD__TOKEN", CANARY)
    answering("", True)
    assert holdspace("init", "--no-check").code == 0
    assert not (folder / "secrets/discord__token").exists()
    assert set(Keyring.read(folder / "secrets/holdspace.key").keys) == {1}
