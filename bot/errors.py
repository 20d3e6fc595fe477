"""Every failure that Holdspace foresees.

HoldspaceError              a message and what to do next
├── ConfigError             the configuration cannot be used        (exit 3)
├── StorageError            the database cannot be used             (exit 4)
├── DiscordError            Discord refuses, or cannot be reached   (exit 5)
├── KeyProblem              the encryption key is missing or wrong  (exit 6)
└── BadInput                a file or an answer that cannot be used (exit 1)
"""

from typing import ClassVar


class HoldspaceError(Exception):
    """A foreseen failure: what happened, and what to do about it."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message}\n{self.remedy}" if self.remedy else self.message


class BadInput(HoldspaceError):
    """A file, a command or an answer that cannot be used as it is."""


class ConfigError(HoldspaceError):
    """The configuration cannot be used."""

    exit_code = 3


class StorageError(HoldspaceError):
    """The database cannot be reached, is locked, full, or newer than this program."""

    exit_code = 4


class DiscordError(HoldspaceError):
    """Discord refuses, or cannot be reached."""

    exit_code = 5


class KeyProblem(HoldspaceError):
    """The encryption key is missing, unreadable, or not the one that this database was written with."""

    exit_code = 6
