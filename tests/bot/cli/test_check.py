"""`holdspace check`, the part that needs no Discord."""

import asyncio
import fcntl
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.cli.check import look
from bot.cli.checks import Finding, here
from bot.config import Settings
from bot.config_sources import load
from bot.crisis.member.helplines import Helplines
from bot.storage.vault import Keyring
from tests.bot.cli.conftest import Run
from tests.bot.cli.test_groups import GROUP
from tests.support.databases import copy_of_migrated_sqlite


@pytest.fixture
def ready(holdspace: Run, folder: Path) -> Path:
    """A folder in which everything local is as it should be."""
    os.umask(0o077)
    assert holdspace("keys", "new").code == 0
    copy_of_migrated_sqlite(folder / "holdspace.sqlite3")
    (folder / "groups.toml").write_text(GROUP)
    assert holdspace("groups", "import", "groups.toml").code == 0
    return folder


def database(**environ: str) -> list[Finding]:
    return asyncio.run(here.database(load(None, environ)))


def about_groups() -> list[Finding]:
    settings = load(None, {})
    _, vault = here.key(settings)
    assert vault is not None
    return asyncio.run(here.groups(settings, vault, here.Known(frozenset({"en"}), Helplines.load())))[0]


def told(grade: str, found: list[Finding]) -> list[str]:
    return [f"{each.what}: {each.text}" for each in found if each.grade == grade]


@pytest.fixture(autouse=True)
def _umask_comes_back():
    before = os.umask(0o022)
    yield
    os.umask(before)


def test_when_nothing_fails_it_says_so_and_ends_with_0(holdspace: Run, ready: Path):
    ended = holdspace("check", "--offline")
    assert ended.code == 0, ended.out
    assert not any(line.startswith("fail") for line in ended.out.splitlines())
    assert ended.out.splitlines()[-1].startswith("Nothing failed; ")  # and nobody is reached outside Discord
    assert "can be written to, and is of this version" in ended.out
    assert "ok    group tuesday" in ended.out


def test_a_fresh_folder_lacks_a_key_and_a_group_and_each_has_a_remedy(folder: Path):
    found = look(None, offline=True)
    assert told("fail", found) == ["key: There is no encryption key at secrets/holdspace.key, so nothing can start."]
    assert "groups: there is no group yet" not in told("warn", found), "without a key nothing can be said of groups"
    assert "database: holdspace.sqlite3 will be made at the first start" in told("ok", found)
    assert all(finding.remedy for finding in found if finding.grade != "ok")
    assert list(folder.iterdir()) == [], "a check leaves nothing behind"


def test_settings_that_cannot_be_read_are_the_only_finding(holdspace: Run, folder: Path):
    (folder / "config.toml").write_text('[discrod]\nx = 1\n[log]\nlevel = "loud"\n')
    ended = holdspace("check")
    assert ended.code == 1
    assert "Did you mean [discord]?" in ended.out
    assert "log.level (config.toml)" in ended.out
    assert "database" not in ended.out


def test_a_key_that_others_can_read_fails(ready: Path):
    (ready / "secrets/holdspace.key").chmod(0o644)
    finding, vault = here.key(load(None, {}))
    assert (finding.grade, vault) == ("fail", None)
    assert finding.remedy == "Close it: chmod 600 secrets/holdspace.key"


def test_a_key_that_does_not_fit_the_database_fails(ready: Path):
    (ready / "secrets/holdspace.key").write_text(Keyring.new().dump())
    assert told("fail", about_groups()) == ["key: this key does not open what is in this database"]


def test_a_database_that_others_can_read_is_a_warning(ready: Path):
    (ready / "holdspace.sqlite3").chmod(0o644)
    assert told("fail", database()) == []
    assert told("warn", database()) == ["database: holdspace.sqlite3 can be read by every account of this machine"]


def test_a_newer_database_fails(ready: Path):
    with closing(sqlite3.connect(ready / "holdspace.sqlite3")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = 'zz99'")
    assert told("fail", database()) == ["database: This database was written by a newer Holdspace (schema zz99)."]


def test_an_older_database_will_be_brought_up_to_date_and_is_left_as_it_is(ready: Path):
    with closing(sqlite3.connect(ready / "holdspace.sqlite3")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001_first'")
    assert any("will be brought up to this version at the next start" in each for each in told("ok", database()))
    with closing(sqlite3.connect(ready / "holdspace.sqlite3")) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001_first",)]


def test_a_file_that_is_no_database_fails(ready: Path):
    for file in ready.glob("holdspace.sqlite3*"):
        file.unlink()
    (ready / "holdspace.sqlite3").write_text("this is no database at all, but a letter\n" * 200)
    assert told("fail", database()) == ["database: holdspace.sqlite3 is no sound SQLite database."]


def test_a_folder_that_does_not_exist_fails(ready: Path):
    found = database(HOLDSPACE_STORAGE__URL="sqlite:///no/such/folder.db")
    assert told("fail", found) == ["database: no/such/folder.db cannot be made here"]
    assert found[0].remedy.startswith("Make the folder no/such")


def test_a_running_bot_is_noticed_and_left_alone(ready: Path):
    handle = os.open(ready / "holdspace.sqlite3.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        assert "running: a bot is running on this database" in told("ok", database())
    finally:
        os.close(handle)
    assert "running: no bot is running on this database" in told("ok", database())


@pytest.mark.parametrize(
    ("change", "warning"),
    [
        (('"everyone"]', "[3001]]"), None),
        (('[3001], [3002], "everyone"', "[3001]"), "only one person is ever paged"),
        (('country = "US"', 'country = "TD"'), "no crisis line of TD is confirmed well enough to be shown"),
        (('language = "en"', 'language = "xx"'), 'messages are not screened in "xx"'),
    ],
)
def test_what_a_groups_therapists_should_know_is_a_warning(
    holdspace: Run, ready: Path, change: tuple[str, str], warning: str | None
):
    (ready / "groups.toml").write_text(GROUP.replace(*change))
    assert holdspace("groups", "import", "groups.toml").code == 0
    assert told("fail", about_groups()) == []
    assert told("warn", about_groups()) == ([f"group tuesday: {warning}"] if warning else [])


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


def test_postgresql_is_reached_and_its_version_told(folder: Path, postgres_url: str):
    found = database(HOLDSPACE_STORAGE__URL=postgres_url)
    assert len(found) == 1
    assert "on this machine: can be written to, and is of this version" in found[0].text


async def test_a_postgresql_that_does_not_answer_fails_in_words():
    found = await here.database(Settings.model_validate({"storage": {"url": "postgresql://127.0.0.1:9/none"}}))
    assert [finding.grade for finding in found] == ["fail"]
    assert "does not answer" in found[0].text


def test_broken_prompts_of_ones_own_are_named_with_file_line_and_remedy(tmp_path: Path):
    assert here.own_prompts(None) == []
    assert told("warn", here.own_prompts(tmp_path)) == [f"own prompts: there are none in {tmp_path}"]
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "ours.toml").write_text('theme = "changes"\n[[prompt]]\nid = "a"\ntext = "A?"\n')
    (found,) = here.own_prompts(tmp_path)
    assert found.grade == "warn"
    assert 'ours.toml:2: This prompt has no why. Add a line why = "..." under its [[prompt]].' in found.remedy
    (tmp_path / "en" / "ours.toml").write_text('theme = "changes"\n[[prompt]]\nid = "a"\ntext = "A?"\nwhy = "B."\n')
    assert told("ok", here.own_prompts(tmp_path)) == ["own prompts: can be loaded"]


def test_a_group_whose_alarm_is_not_set_up_is_named_with_what_is_missing(holdspace: Run, ready: Path):
    (ready / "groups.toml").write_text(GROUP.replace("[group.escalation]", '[group.escalation]\nlast_resort = "phone"'))
    assert holdspace("groups", "import", "groups.toml").code == 0
    ended = holdspace("check", "--offline")
    assert ended.code == 0
    assert "alarm tuesday" in ended.out
    assert "is not set up; missing: who sees the care channel, an acknowledged test page" in ended.out
    assert 'its last resort "phone" is no target of the settings' in ended.out
    assert "/alarm on Discord" in ended.out


def test_a_database_with_a_damaged_page_fails_and_says_what_to_keep(ready: Path):
    file = ready / "holdspace.sqlite3"
    with closing(sqlite3.connect(file)) as connection:
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'outbox'").fetchone()
    with file.open("r+b") as raw:
        raw.seek(size * (page - 1))
        raw.write(b"\xa5" * size)
    found = database()
    assert told("fail", found) == ["database: holdspace.sqlite3 is no sound SQLite database."]
    assert "holdspace.sqlite3-wal aside (keep them)" in found[-1].remedy


def test_another_programs_database_fails(ready: Path):
    (ready / "holdspace.sqlite3").unlink()
    with closing(sqlite3.connect(ready / "holdspace.sqlite3")) as connection, connection:
        connection.execute("CREATE TABLE groups (n INTEGER)")
    (failed,) = told("fail", database())
    assert "holds tables of these names already" in failed


def test_a_missing_token_is_told_also_without_discord(folder: Path):
    assert told("warn", here.token(load(None, {})))[0].startswith("token: there is none yet")
    assert here.token(load(None, {"HOLDSPACE_DISCORD__TOKEN": "a.b"})) == []


def test_a_database_that_was_deleted_below_a_running_bot_fails(ready: Path):
    (ready / "holdspace.sqlite3").unlink()
    with (ready / "holdspace.sqlite3.lock").open("w") as running:
        fcntl.flock(running, fcntl.LOCK_EX)
        assert told("fail", database()) == ["database: holdspace.sqlite3 is gone, but a bot still runs on it"]
