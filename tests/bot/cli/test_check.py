"""`holdspace check`, the part that needs no Discord."""

import fcntl
import os
import sqlite3
from pathlib import Path

import pytest

from bot.cli.check import look
from bot.cli.checks import here
from bot.config import Settings
from bot.storage.vault import Keyring
from tests.bot.cli.conftest import Run
from tests.bot.cli.test_groups import GROUP


@pytest.fixture
def ready(holdspace: Run, folder: Path) -> Path:
    """A folder in which everything local is as it should be."""
    os.umask(0o077)
    assert holdspace("keys", "new").code == 0
    (folder / "groups.toml").write_text(GROUP)
    assert holdspace("groups", "import", "groups.toml").code == 0
    return folder


@pytest.fixture(autouse=True)
def _umask_comes_back():
    before = os.umask(0o022)
    yield
    os.umask(before)


def test_when_everything_is_ready_it_says_so_and_ends_with_0(holdspace: Run, ready: Path):
    ended = holdspace("check", "--offline")
    assert ended.code == 0, ended.out
    assert "fail" not in ended.out
    assert ended.out.endswith("Everything is ready.\n")
    assert "can be written to, and is of this version" in ended.out
    assert "ok    group tuesday" in ended.out


def test_a_fresh_folder_lacks_a_key_and_a_group(holdspace: Run, folder: Path):
    ended = holdspace("check", "--offline")
    assert ended.code == 1
    assert "There is no encryption key at secrets/holdspace.key" in ended.out
    assert "-> Make one with: holdspace keys new" in ended.out
    assert "holdspace.sqlite3 will be made at the first start" in ended.out
    assert not (folder / "holdspace.sqlite3").exists(), "a check leaves nothing behind"


def test_settings_that_cannot_be_read_are_the_only_finding(holdspace: Run, folder: Path):
    (folder / "config.toml").write_text('[discrod]\nx = 1\n[log]\nlevel = "loud"\n')
    ended = holdspace("check")
    assert ended.code == 1
    assert "Did you mean [discord]?" in ended.out
    assert "log.level (config.toml)" in ended.out
    assert "database" not in ended.out


def test_a_key_that_others_can_read_fails(holdspace: Run, ready: Path):
    (ready / "secrets/holdspace.key").chmod(0o644)
    ended = holdspace("check", "--offline")
    assert ended.code == 1
    assert "chmod 600 secrets/holdspace.key" in ended.out


def test_a_key_that_does_not_fit_the_database_fails(holdspace: Run, ready: Path):
    (ready / "secrets/holdspace.key").write_text(Keyring.new().dump())
    ended = holdspace("check", "--offline")
    assert ended.code == 1
    assert "this key does not open what is in this database" in ended.out


def test_a_database_that_others_can_read_is_a_warning(holdspace: Run, ready: Path):
    (ready / "holdspace.sqlite3").chmod(0o644)
    ended = holdspace("check", "--offline")
    assert ended.code == 0
    assert "warn  database" in ended.out
    assert "chmod 600 holdspace.sqlite3" in ended.out


def test_a_newer_database_fails(holdspace: Run, ready: Path):
    with sqlite3.connect(ready / "holdspace.sqlite3") as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'zz99'")
    connection.close()
    ended = holdspace("check", "--offline")
    assert ended.code == 1
    assert "written by a newer Holdspace" in ended.out


def test_a_file_that_is_no_database_fails(holdspace: Run, ready: Path):
    for file in ready.glob("holdspace.sqlite3*"):
        file.unlink()
    (ready / "holdspace.sqlite3").write_text("this is no database at all, but a letter\n" * 200)
    ended = holdspace("check", "--offline")
    assert ended.code == 1
    assert "is no sound SQLite database" in ended.out


def test_a_folder_that_does_not_exist_fails(holdspace: Run, ready: Path):
    (ready / "config.toml").write_text('[storage]\nurl = "sqlite:///no/such/folder.db"\n')
    ended = holdspace("check", "--offline")
    assert ended.code == 1
    assert "Make the folder no/such" in ended.out


def test_a_running_bot_is_noticed_and_left_alone(holdspace: Run, ready: Path):
    handle = os.open(ready / "holdspace.sqlite3.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        assert "a bot is running on this database" in holdspace("check", "--offline").out
    finally:
        os.close(handle)
    assert "no bot is running" in holdspace("check", "--offline").out


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (('"everyone"]', "[3001]]"), "ok    group tuesday"),
        (('[3001], [3002], "everyone"', "[3001]"), "only one person is ever paged"),
        (('country = "US"', 'country = "TD"'), "no crisis line of TD is confirmed well enough to be shown"),
        (('language = "en"', 'language = "xx"'), 'messages are not screened in "xx"'),
    ],
)
def test_what_a_groups_therapists_should_know_is_a_warning(
    holdspace: Run, ready: Path, change: tuple[str, str], told: str
):
    (ready / "groups.toml").write_text(GROUP.replace(*change))
    assert holdspace("groups", "import", "groups.toml").code == 0
    ended = holdspace("check", "--offline")
    assert ended.code == 0, ended.out
    assert told in ended.out


@pytest.mark.parametrize(
    ("version", "grade"),
    [
        ((3, 40, 1), "warn"),
        ((3, 44, 5), "warn"),
        ((3, 44, 6), "ok"),
        ((3, 45, 0), "warn"),
        ((3, 50, 7), "ok"),
        ((3, 51, 2), "warn"),
        ((3, 51, 3), "ok"),
        ((3, 53, 0), "ok"),
    ],
)
def test_sqlite_versions_with_the_known_fault_are_named(version: tuple[int, ...], grade: str):
    assert here.sqlite_version(version).grade == grade


def test_postgresql_is_reached_and_its_version_told(
    holdspace: Run, ready: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("HOLDSPACE_STORAGE__URL", postgres_url)
    told = holdspace("check", "--offline").out
    assert "on this machine: can be written to, and is of this version" in told
    assert "sqlite" not in told


async def test_a_postgresql_that_does_not_answer_fails_in_words():
    found = await here.database(Settings.model_validate({"storage": {"url": "postgresql://127.0.0.1:9/none"}}))
    assert [finding.grade for finding in found] == ["fail"]
    assert "does not answer" in found[0].text


def test_whatever_is_not_as_it_should_be_comes_with_a_remedy(folder: Path):
    found = look(None, offline=True)
    assert any(finding.grade == "fail" for finding in found)
    assert all(finding.remedy for finding in found if finding.grade != "ok")
