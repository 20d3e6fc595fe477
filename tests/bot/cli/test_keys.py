"""`holdspace keys new`."""

import stat
from pathlib import Path

from bot.storage.vault import Keyring
from tests.bot.cli.conftest import Run


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_key_is_made_for_this_account_only(holdspace: Run, folder: Path):
    ended = holdspace("keys", "new")
    key = folder / "secrets/holdspace.key"
    assert ended.code == 0
    assert "secrets/holdspace.key" in ended.out
    assert (mode(key), mode(key.parent)) == (0o600, 0o700)
    assert set(Keyring.read(key).keys) == {1}
    assert key.read_text().splitlines()[-1] not in ended.out + ended.err


def test_the_configuration_says_where_it_goes(holdspace: Run, folder: Path):
    Path("config.toml").write_text('[encryption]\nkey_file = "elsewhere/my.key"\n')
    assert holdspace("keys", "new").code == 0
    assert set(Keyring.read(folder / "elsewhere/my.key").keys) == {1}


def test_a_key_that_is_there_is_never_overwritten(holdspace: Run, folder: Path):
    holdspace("keys", "new")
    before = (folder / "secrets/holdspace.key").read_bytes()
    ended = holdspace("keys", "new")
    assert ended.code == 6
    assert "was left as it is" in ended.err
    assert (folder / "secrets/holdspace.key").read_bytes() == before


def test_a_folder_that_cannot_be_made_is_told_in_words(holdspace: Run, folder: Path):
    (folder / "secrets").write_text("a file where a folder should be")
    ended = holdspace("keys", "new")
    assert ended.code == 1
    assert "cannot be written" in ended.err
