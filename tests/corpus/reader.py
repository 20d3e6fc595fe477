"""Read the corpus of invented messages."""

import json
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
LANGUAGES = ("en", "es")
LEVELS = ("none", "concern", "high", "imminent")


@dataclass(frozen=True, slots=True)
class Row:
    """One message with the level that its author gave it."""

    id: str
    text: str
    level: str
    kind: str
    why: str
    disguise: str | None = None


def open_rows(language: str) -> list[Row]:
    """Return the rows on which rules may be tuned."""
    return [row for path in sorted((HERE / language).glob("*.jsonl")) for row in rows_of(path)]


def blind_rows(language: str) -> list[Row]:
    """Return the rows kept for the last check; whoever writes rules uses totals of these only."""
    return rows_of(HERE / "blind" / f"{language}.jsonl")


def chat_lines(language: str) -> list[str]:
    """Return ordinary chat by people who are in no danger, a message each."""
    lines = (HERE / "chat" / f"{language}.txt").read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def held_out_rows(language: str) -> list[Row]:
    """Return the rows written beside open ones and never tuned on; README.md says how far to trust them."""
    return rows_of(HERE / "heldout" / f"{language}.jsonl")


def rows_of(path: Path) -> list[Row]:
    """Return the rows of one file.

    Raises ValueError with file and line where a row is not what README.md says, and never prints its text.
    """
    rows = []
    for number, line in enumerate(path.read_text("utf-8").split("\n")[:-1], start=1):
        try:
            rows.append(Row(**json.loads(line)))
        except (TypeError, ValueError):
            raise ValueError(
                f"{path.name}, line {number}: write one JSON object with id, text, level, kind, why"
            ) from None
    return rows
