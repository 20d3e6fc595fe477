"""`holdspace groups`: import, export, list."""

import fcntl
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from tests.bot.cli.conftest import Run

GROUP = """\
[[group]]
key = "tuesday"
name = "Tuesday circle"
server = 1001
circle = 2001
care = 2002
therapists = [3001, 3002]
timezone = "America/New_York"
language = "en"
country = "US"
[group.daily_prompts]
time = "09:00"
days = ["mon", "tue", "wed", "thu", "fri"]
[group.escalation]
chain = [[3001], [3002], "everyone"]
acknowledge_within = "5m"
"""


@pytest.fixture
def file(holdspace: Run, folder: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOLDSPACE_STORAGE__URL", database_url)
    assert holdspace("keys", "new").code == 0
    path = folder / "groups.toml"
    path.write_text(GROUP)
    return path


def test_a_new_group_is_imported_and_listed(holdspace: Run, file: Path):
    ended = holdspace("groups", "import", str(file))
    assert (ended.code, ended.out) == (0, "new      tuesday\n")
    assert "within 15 seconds" in ended.err
    listed = holdspace("groups", "list")
    assert listed.out == (
        "tuesday  Tuesday circle  09:00 mon,tue,wed,thu,fri  America/New_York  en US  2 therapists, 3 steps\n"
    )


def test_a_second_import_says_what_it_changed(holdspace: Run, file: Path):
    holdspace("groups", "import", str(file))
    assert holdspace("groups", "import", str(file)).out == "same     tuesday\n"
    file.write_text(GROUP.replace("America/New_York", "Europe/Berlin").replace('"5m"', '"90s"'))
    assert holdspace("groups", "import", str(file)).out == "changed  tuesday: timezone, escalation\n"


def test_a_dry_run_writes_nothing(holdspace: Run, file: Path):
    ended = holdspace("groups", "import", "--dry-run", str(file))
    assert ended.out == "new      tuesday\n"
    assert "No group was changed" in ended.err
    assert "There is no group yet" in holdspace("groups", "list").err


def test_what_is_exported_can_be_imported(holdspace: Run, file: Path, folder: Path):
    holdspace("groups", "import", str(file))
    assert holdspace("groups", "export", "out.toml").code == 0
    assert stat.S_IMODE((folder / "out.toml").stat().st_mode) == 0o600
    assert holdspace("groups", "export").out == (folder / "out.toml").read_text()
    assert holdspace("groups", "import", "out.toml").out == "same     tuesday\n"
    assert holdspace("groups", "export", "out.toml").code == 1, "an export never overwrites"


def test_a_file_with_mistakes_imports_nothing_and_names_the_line(holdspace: Run, file: Path):
    file.write_text(GROUP + GROUP.replace('"tuesday"', '"friday"').replace("circle = 2001", 'circle = "x"'))
    ended = holdspace("groups", "import", str(file))
    assert ended.code == 1
    assert f"groups.toml:{GROUP.count(chr(10)) + 5}: circle is no Discord id." in ended.err
    assert holdspace("groups", "list").out == ""


def test_without_a_key_nothing_is_imported_and_the_remedy_is_named(holdspace: Run, folder: Path):
    (folder / "groups.toml").write_text(GROUP)
    ended = holdspace("groups", "import", "groups.toml")
    assert ended.code == 6
    assert "holdspace keys new" in ended.err
    assert not (folder / "holdspace.sqlite3").exists()


def test_with_another_key_nothing_is_shown_and_nothing_overwritten(holdspace: Run, file: Path, folder: Path):
    holdspace("groups", "import", str(file))
    key = folder / "secrets/holdspace.key"
    right = key.read_text()
    key.unlink()
    assert holdspace("keys", "new").code == 0
    for command in (
        ("groups", "list"),
        ("groups", "export"),
        ("groups", "import", str(file)),
        ("cases", "list", "--as", "3001"),
    ):
        ended = holdspace(*command)
        assert (ended.code, ended.out) == (6, ""), command
        assert "Put back the key that the database was written with" in ended.err
    key.write_text(right)
    assert holdspace("groups", "import", str(file)).out == "same     tuesday\n"


@pytest.mark.parametrize("command", [("groups", "list"), ("groups", "export"), ("cases", "list", "--as", "3001")])
def test_looking_from_a_wrong_folder_makes_no_database(holdspace: Run, folder: Path, command: tuple[str, ...]):
    assert holdspace("keys", "new").code == 0
    ended = holdspace(*command)
    assert ended.code == 4
    assert "There is no database at holdspace.sqlite3." in ended.err
    assert not (folder / "holdspace.sqlite3").exists()


def test_no_command_changes_the_tables_below_an_older_bot_that_runs(holdspace: Run, folder: Path):
    assert holdspace("keys", "new").code == 0
    (folder / "groups.toml").write_text(GROUP)
    holdspace("groups", "import", "groups.toml")
    with closing(sqlite3.connect("holdspace.sqlite3")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001_first'")
    with (folder / "holdspace.sqlite3.lock").open("w") as running:
        fcntl.flock(running, fcntl.LOCK_EX)
        for command in (("groups", "list"), ("groups", "import", "groups.toml"), ("cases", "list", "--as", "3001")):
            ended = holdspace(*command)
            assert (ended.code, ended.out) == (4, ""), command
            assert "Restart it first" in ended.err
