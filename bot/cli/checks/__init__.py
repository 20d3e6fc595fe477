"""What `holdspace check` looks at: here (`here`) and on Discord's side (`there`)."""

from dataclasses import dataclass
from typing import Literal

from bot.errors import HoldspaceError

Grade = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report: `fail` means that the bot would not start, or would not reach a therapist."""

    grade: Grade
    what: str
    text: str
    remedy: str = ""


def ok(what: str, text: str) -> Finding:
    """Say that something is as it should be."""
    return Finding("ok", what, text)


def warn(what: str, text: str, remedy: str) -> Finding:
    """Say that something works, but not as well as it should."""
    return Finding("warn", what, text, remedy)


def fail(what: str, text: str, remedy: str) -> Finding:
    """Say that something does not work."""
    return Finding("fail", what, text, remedy)


def failed(what: str, error: HoldspaceError) -> Finding:
    """Say what a foreseen failure says."""
    return Finding("fail", what, error.message, error.remedy)
