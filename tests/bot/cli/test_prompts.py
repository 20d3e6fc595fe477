from pathlib import Path

import pytest

from bot.cli import run_command
from tests.bot.cli.conftest import Run
from tests.bot.daily_prompts.build import write
from tests.support.groups import TUESDAY

OWN = 'theme = "changes"\n[[prompt]]\nid = "own-one"\ntext = "What is new with your garden?"\nwhy = "It grows."\n'


@pytest.fixture(autouse=True)
def nowhere(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither settings nor a key nor a database are anywhere near."""
    monkeypatch.chdir(tmp_path_factory.mktemp("empty"))
    monkeypatch.delenv("HOLDSPACE_CONFIG", raising=False)


def test_our_own_prompts_pass_the_check(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["prompts", "check"]) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert "en: 2" in said.err
    assert "es: 1" in said.err


def test_own_prompts_are_checked_together_with_the_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, own=OWN.replace("garden?", "dog!"))
    assert run_command(["prompts", "check", "--language", "en", "--folder", str(tmp_path)]) == 1
    said = capsys.readouterr()
    assert f"{tmp_path}/own.toml:2: 'own-one' has an exclamation mark. End the sentence with a full stop." in said.out
    assert "does not list the topic 'animals'" in said.out
    assert "2 to look at." in said.err


def test_a_library_that_does_not_load_shows_every_problem(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, a=OWN.replace("why", "wy"), b="theme = ")
    assert run_command(["prompts", "check", "-l", "en", "-f", str(tmp_path)]) == 1
    said = capsys.readouterr()
    assert "a.toml:2: This prompt has no why." in said.out
    assert "a.toml:5: A prompt has no 'wy'. Did you mean 'why'?" in said.out
    assert "b.toml:1: The file cannot be read" in said.out
    assert "cannot be used until" in said.err


def test_a_folder_needs_its_language(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["prompts", "check", "--folder", str(tmp_path)]) == 1
    assert "--language" in capsys.readouterr().err


def test_the_list_can_be_narrowed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["prompts", "list", "--theme", "boundaries", "--depth", "deep"]) == 0
    said = capsys.readouterr()
    lines = said.out.splitlines()
    assert lines[0] == "boundaries (boundaries): 2"
    assert {line.split()[0] for line in lines[1:]} == {"moved-line", "voice-after-no"}
    assert "2 of 2" in said.err


def test_the_list_for_a_kind_of_day(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["prompts", "list", "-l", "es", "--fits", "weekend"]) == 0
    said = capsys.readouterr().out
    assert "hora-mia" in said
    assert "dos-minutos" not in said


def test_a_preview_shows_all_that_belongs_to_a_prompt(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["prompts", "preview", "warm-goodbye"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("(This one is about goodbyes.)\nWhat have you said goodbye to")
    assert "topics  loss and goodbyes\n" in said
    assert "prompts/en/daily/changes.toml, line" in said


def test_a_preview_of_an_unknown_prompt_names_its_neighbours(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["prompts", "preview", "warm-goodby"]) == 1
    assert "Did you mean warm-goodbye?" in capsys.readouterr().err


def test_an_own_prompt_can_be_looked_at(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, own=OWN)
    assert run_command(["prompts", "preview", "own-one", "-f", str(tmp_path)]) == 0
    assert "What is new with your garden?" in capsys.readouterr().out


def test_a_plan_names_fourteen_days_and_why(folder: Path, holdspace: Run) -> None:
    (folder / "groups.toml").write_text(TUESDAY)
    assert holdspace("keys", "new").code == 0
    assert holdspace("groups", "import", "groups.toml").code == 0
    ended = holdspace("prompts", "plan", "tuesday")
    assert ended.code == 0
    lines = ended.out.splitlines()
    days = [line for line in lines if not line.startswith(" ")]
    assert len(days) == 14
    assert all(", 09:00  " in day for day in days)
    assert sum("This is the first week" in line for line in lines) >= 4
    assert "    - It has not come up in this round (0 of" in ended.out


def test_a_plan_of_an_unknown_group_names_those_there_are(holdspace: Run) -> None:
    assert holdspace("keys", "new").code == 0
    ended = holdspace("prompts", "plan", "friday")
    assert ended.code == 1
    assert "Groups: none yet." in ended.err
