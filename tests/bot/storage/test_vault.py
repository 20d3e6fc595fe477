"""Sealed texts open where they were sealed, with a key of the ring, and nowhere else."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects.sqlite import dialect

from bot.errors import KeyProblem
from bot.storage.types import SealedText
from bot.storage.vault import CannotOpen, Keyring, Sealed, Vault

RING = Keyring.new()


@given(st.text(), st.text(max_size=20))
def test_what_is_sealed_opens_again(text, row):
    vault = Vault(RING)
    assert vault.open("wins.text", row, vault.seal("wins.text", row, text)) == text


def test_the_text_cannot_be_read_in_what_is_stored():
    assert b"a small step" not in Vault(RING).seal("wins.text", "1", "a small step").blob


@pytest.mark.parametrize(("place", "row"), [("wins.text", "2"), ("goals.text", "1")])
def test_a_sealed_text_that_was_moved_does_not_open(place, row):
    vault = Vault(RING)
    with pytest.raises(CannotOpen):
        vault.open(place, row, vault.seal("wins.text", "1", "hello"))


@pytest.mark.parametrize("damage", [b"", b"\x01", b"\x09" + bytes(range(40))], ids=["empty", "one byte", "unknown key"])
def test_damage_is_noticed(damage):
    with pytest.raises(CannotOpen):
        Vault(RING).open("wins.text", "1", Sealed(damage))


def test_an_older_key_of_the_ring_still_opens():
    old = Keyring({1: os.urandom(32)})
    sealed = Vault(old).seal("wins.text", "1", "hello")
    both = Keyring({**old.keys, 2: os.urandom(32)})
    assert Vault(both).open("wins.text", "1", sealed) == "hello"
    assert Vault(both).seal("wins.text", "1", "hello").blob[0] == 2


def test_the_file_of_keys_is_read_as_it_was_written(tmp_path):
    path = tmp_path / "key"
    path.write_text(RING.dump())
    path.chmod(0o600)
    assert Keyring.read(path) == RING


def test_a_missing_key_says_how_to_make_one(tmp_path):
    with pytest.raises(KeyProblem, match="keys new"):
        Keyring.read(tmp_path / "key")


def test_a_key_that_others_can_read_is_refused(tmp_path):
    path = tmp_path / "key"
    path.write_text(RING.dump())
    path.chmod(0o644)
    with pytest.raises(KeyProblem, match="chmod 600"):
        Keyring.read(path)


@pytest.mark.parametrize("text", ["", "# nothing", "0:" + "A" * 44, "300:x", "1:short", "1:!!!!", "x:y", "1"])
def test_a_broken_key_file_is_refused_with_a_remedy(text):
    with pytest.raises(KeyProblem) as refused:
        Keyring.parse(text)
    assert refused.value.remedy


def test_neither_ring_nor_sealed_text_shows_itself_in_a_traceback():
    assert "1" in repr(RING)
    assert len(repr(RING)) < 40
    assert repr(Sealed(b"abc")) == "Sealed(3 bytes)"


def test_a_column_for_sealed_text_takes_nothing_else():
    with pytest.raises(TypeError, match="sealed"):
        SealedText().process_bind_param("in the clear", dialect())  # type: ignore[arg-type]


def test_a_key_that_is_gone_is_looked_for_before_a_new_one_is_made(tmp_path):
    with pytest.raises(KeyProblem) as gone:
        Keyring.read(tmp_path / "key")
    assert gone.value.remedy.startswith("Put your copy of it back.")


@pytest.mark.parametrize("saved_as", ["utf-8-sig", "utf-16"])
def test_a_key_file_that_an_editor_saved_anew_is_read_or_refused_with_its_remedy(tmp_path, saved_as):
    path = tmp_path / "key"
    path.write_text(RING.dump().replace("\n", "\r\n"), encoding=saved_as)
    path.chmod(0o600)
    if saved_as == "utf-8-sig":
        assert Keyring.read(path).keys == RING.keys
    else:
        with pytest.raises(KeyProblem, match="is no text") as refused:
            Keyring.read(path)
        assert refused.value.remedy.startswith("Put the file back")
