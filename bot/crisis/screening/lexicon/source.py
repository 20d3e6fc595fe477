"""A lexicon's files as they were written, so that a fault can be shown by its line."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.crisis.screening.errors import LexiconError, Problem

_HEAD = re.compile(r"\s*(?:id|text)\s*=")


@dataclass(frozen=True, slots=True)
class Source:
    """One file: its name, its text and the tables in it."""

    name: str
    text: str
    data: Mapping[str, Any]
    adds: bool = False
    """A group's overlay: what it says of a shipped concept is said in addition."""

    @classmethod
    def of(cls, name: str, text: str) -> "Source":
        """Return the tables of a text; a text that is no TOML raises LexiconError."""
        try:
            data = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            fault = f"it is no TOML: {error}."
            remedy = "Mend that line; a sentence stands in quotes, a list in [ ] with commas."
            raise LexiconError([Problem(name, _line_in(str(error)), "", fault, remedy)]) from error
        except RecursionError as error:
            fault = "its brackets are nested too deeply to be read."
            raise LexiconError([Problem(name, 0, "", fault, "Look for a ] or } that is missing.")]) from error
        return cls(name, text, data)

    @classmethod
    def read(cls, path: Path) -> "Source":
        """Return the tables of a file; a file that cannot be read raises LexiconError."""
        try:
            return cls.of(path.name, path.read_text(encoding="utf-8-sig"))
        except (OSError, UnicodeDecodeError) as error:
            fault = f"it cannot be read: {error}."
            raise LexiconError(
                [Problem(str(path), 0, "", fault, "Save it as UTF-8 text where Holdspace may read it.")]
            ) from error

    def line_of(self, entry: str, words: str = "", *, again: bool = False) -> int:
        """Return the line where `words` stand in the entry, or else the entry's own line; 0 if neither is found.

        `again` asks for the last entry of this name, where one name was given twice.
        """
        lines = self.text.splitlines()
        starts = [number for number, line in enumerate(lines) if f'"{entry}"' in line and _HEAD.match(line)]
        if not starts:
            return self._line_with(words, 0)
        start = starts[-1 if again else 0]
        return self._line_with(words, start) or start + 1

    def _line_with(self, words: str, start: int) -> int:
        if not words:
            return 0
        lines = self.text.splitlines()
        return next((number for number, line in enumerate(lines[start:], start + 1) if words in line), 0)


def _line_in(message: str) -> int:
    _, _, rest = message.partition("at line ")
    number = rest.split(",")[0]
    return int(number) if number.isdigit() else 0
