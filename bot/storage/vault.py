"""What people hand to Holdspace on purpose, sealed: AES-256-GCM, bound to the place where it lies.

A sealed blob is: key id (1 byte), nonce (12 bytes), ciphertext with its tag. The additional data is
`table.column.row`, so that a ciphertext copied into another row, column or table does not open.
"""

import base64
import binascii
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.errors import KeyProblem

_NONCE = 12
_KEY = 32
_LAST = 255
_PUT_BACK = "Put your copy of it back. Only if nothing has been stored yet, make one with: holdspace keys new"
_MEND = (
    "Put the file back from your copy. Only if nothing has been stored yet, delete it and make one with: "
    "holdspace keys new"
)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed value, as it lies in the database."""

    blob: bytes

    def __repr__(self) -> str:
        return f"Sealed({len(self.blob)} bytes)"


class CannotOpen(Exception):
    """A sealed value does not open: it was moved, damaged, or its key is gone."""


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys by their number (1 to 255); the highest number seals, all of them open."""

    keys: dict[int, bytes]

    def __repr__(self) -> str:
        return f"Keyring(numbers={sorted(self.keys)})"

    @classmethod
    def new(cls) -> "Keyring":
        """Make a ring with one new random key."""
        return cls({1: AESGCM.generate_key(bit_length=_KEY * 8)})

    @classmethod
    def parse(cls, text: str) -> "Keyring":
        """Read lines `NUMBER:BASE64`; blank lines and lines that begin with # count for nothing."""
        keys: dict[int, bytes] = {}
        for line_number, line in enumerate(text.splitlines(), start=1):
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            number, _, encoded = line.strip().partition(":")
            keys[_number(number, line_number, keys)] = _key(encoded, line_number)
        if not keys:
            raise KeyProblem("The key file holds no key.", _MEND)
        return cls(keys)

    @classmethod
    def read(cls, path: Path) -> "Keyring":
        """Read the key file, and refuse one that other accounts of the machine can read."""
        try:
            text = path.read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            raise KeyProblem(f"There is no encryption key at {path}, so nothing can start.", _PUT_BACK) from None
        except OSError as error:
            raise KeyProblem(
                f"The key file {path} cannot be read ({error.strerror}).",
                "It has to be a file that belongs to this account. Keep it: without it nothing stored can be read.",
            ) from None
        except UnicodeDecodeError:
            raise KeyProblem(f"The key file {path} is no text.", _MEND) from None
        if os.name == "posix" and _is_open_to_others(path):
            raise KeyProblem(
                f"The key file {path} can be read by other accounts of this machine.", f"Close it: chmod 600 {path}"
            )
        return cls.parse(text)

    def dump(self) -> str:
        """Write the ring as the text that `parse` reads."""
        lines = [f"{number}:{base64.b64encode(key).decode()}" for number, key in sorted(self.keys.items())]
        head = (
            "# Holdspace's encryption keys. Keep a copy apart from the database: without them its texts cannot be read."
        )
        return "\n".join([head, *lines, ""])


def _is_open_to_others(path: Path) -> bool:
    """Say whether others may read; a file that root lends us (systemd) may have its group bits set."""
    found = path.stat()
    loose = 0o077 if found.st_uid == os.geteuid() else 0o007
    return bool(found.st_mode & loose)


def _number(text: str, line_number: int, taken: dict[int, bytes]) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= _LAST or int(text) in taken:
        raise KeyProblem(
            f"Line {line_number} of the key file must begin with a number from 1 to 255 that no other line has.",
            _MEND,
        )
    return int(text)


def _key(encoded: str, line_number: int) -> bytes:
    try:
        key = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != _KEY:
        raise KeyProblem(
            f"Line {line_number} of the key file does not hold a key of {_KEY} bytes.",
            _MEND,
        )
    return key


class Vault:
    """Seals and opens texts with a ring of keys."""

    def __init__(self, ring: Keyring) -> None:
        self._ciphers = {number: AESGCM(key) for number, key in ring.keys.items()}
        self._current = max(self._ciphers)

    def seal(self, place: str, row: str, text: str) -> Sealed:
        """Seal `text` for `place` (table.column) and `row` (that row's own key)."""
        nonce = os.urandom(_NONCE)
        head = bytes([self._current])
        return Sealed(
            head + nonce + self._ciphers[self._current].encrypt(nonce, text.encode(), _bound(head, place, row))
        )

    def open(self, place: str, row: str, sealed: Sealed) -> str:
        """Open a value sealed for the same place and row; raises `CannotOpen`."""
        head, nonce, body = sealed.blob[:1], sealed.blob[1 : 1 + _NONCE], sealed.blob[1 + _NONCE :]
        cipher = self._ciphers.get(head[0]) if head else None
        if cipher is None:
            raise CannotOpen(place)
        try:
            return cipher.decrypt(nonce, body, _bound(head, place, row)).decode()
        except (InvalidTag, ValueError) as error:
            raise CannotOpen(place) from error


def _bound(head: bytes, place: str, row: str) -> bytes:
    return head + f"{place}.{row}".encode()
