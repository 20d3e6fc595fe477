"""Running commands as people do, in an empty folder."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.cli import run_command
from bot.crisis.screening import Screener
from tests.support.seeded import shipped_screener


@dataclass(frozen=True)
class Ended:
    """What a command left on the screen, and its exit code."""

    code: int
    out: str
    err: str


Run = Callable[..., Ended]


@pytest.fixture(autouse=True)
def _logging_comes_back() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)


@pytest.fixture(autouse=True)
def _load_the_shipped_lexicon_once(monkeypatch: pytest.MonkeyPatch) -> None:
    load = Screener.load
    monkeypatch.setattr(Screener, "load", lambda *folder: load(*folder) if folder else shipped_screener())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for variable in ("HOLDSPACE_CONFIG", "HOLDSPACE_SECRETS_DIR", "CREDENTIALS_DIRECTORY", "HOLDSPACE_DISCORD__TOKEN"):
        monkeypatch.delenv(variable, raising=False)
    return tmp_path


@pytest.fixture
def holdspace(folder: Path, capfd: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str) -> Ended:
        capfd.readouterr()
        code = run_command(arguments)
        shown = capfd.readouterr()
        return Ended(code, shown.out, shown.err)

    return run
