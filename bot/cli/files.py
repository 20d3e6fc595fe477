"""Writing files that hold secrets: for this account only, and never over another by accident."""

import os
from pathlib import Path

from bot.errors import BadInput, KeyProblem


def write_private(path: Path, text: str, *, replace: bool = False) -> None:
    """Write `text` to a file of mode 0600, in a folder that is made with mode 0700; raises BadInput.

    Without `replace`, a file that is there stays untouched; with it, the old one stays until the new one is complete.
    """
    path = path.expanduser()
    target = path.with_name(f".{path.name}.new") if replace else path
    if path.exists() and not replace:
        raise BadInput(f"{path} is there already and was left as it is.", "Move it away, or name another.")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if replace:
            target.unlink(missing_ok=True)
        _write(target, text)
        if replace:
            target.replace(path)
    except OSError as error:
        raise BadInput(
            f"{path} cannot be written ({error.strerror}).", "May this account write there, and is there space?"
        ) from None


def _write(path: Path, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        path.unlink(missing_ok=True)
        raise


def write_key(path: Path) -> None:
    """Make a new encryption key at `path`; raises KeyProblem if one is there."""
    from bot.storage.vault import Keyring

    if path.exists():
        raise KeyProblem(
            f"There is a key at {path} already; it was left as it is.",
            "Keep it: what is stored cannot be read without it. A new installation needs another encryption.key_file.",
        )
    write_private(path, Keyring.new().dump())
