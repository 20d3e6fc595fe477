"""Read one file of prompts and remember at which line everything stands, which tomllib does not tell."""

import re
import tomllib
from typing import Any

from bot.daily_prompts.model import Place, Problem

_HEADER = re.compile(r"^\s*\[\[\s*prompt\s*\]\]")
_AT_LINE = re.compile(r"\s*\(at line (\d+), column \d+\)$")


class Source:
    """A file's text with its tables; `problem` is set when it is not TOML."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.tables: dict[str, Any] = {}
        self.problem: Problem | None = None
        self._lines = text.splitlines()
        try:
            self.tables = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            self.problem = self._not_toml(str(error))
        except RecursionError:
            self.problem = self._not_toml("brackets in brackets in brackets, far too many")
        self._numbered = self._outside_texts()
        self._headers = [n for n, line in self._numbered if _HEADER.match(line)]

    def of_prompt(self, index: int, key: str | None = None) -> Place:
        """Return where the index-th [[prompt]] stands, or the line of one of its keys."""
        if index >= len(self._headers):  # written inline, as prompt = [{...}]
            return self.of_key("prompt")
        start = self._headers[index]
        end = self._headers[index + 1] if index + 1 < len(self._headers) else len(self._lines) + 1
        return Place(self.name, self._find(key, start, end) or start)

    def of_key(self, key: str) -> Place:
        """Return where a top-level key or table stands, or the first line."""
        return Place(self.name, self._find(key, 1, len(self._lines) + 1) or 1)

    def _find(self, key: str | None, start: int, end: int) -> int | None:
        if key is None:
            return None
        named = re.compile(rf"""^\s*(\[\s*)?["']?{re.escape(key)}["']?\s*[=.\]]""")
        return next((n for n, line in self._numbered if start <= n < end and named.match(line)), None)

    def _outside_texts(self) -> list[tuple[int, str]]:
        """Return the numbered lines that do not lie within a text of several lines."""
        found = []
        inside: str | None = None
        for number, line in enumerate(self._lines, start=1):
            if inside is None:
                found.append((number, line))
            for mark in re.findall(r'"""|\'\'\'', line):
                inside = mark if inside is None else None if inside == mark else inside
        return found

    def _not_toml(self, said: str) -> Problem:
        where = _AT_LINE.search(said)
        line = int(where[1]) if where else max(len(self._lines), 1)
        reason = _AT_LINE.sub("", said).rstrip(".")
        remedy = (
            "Look at this line and the one above it: a quotation mark, a bracket or an equals sign is often missing."
        )
        return Problem(Place(self.name, line), f"The file cannot be read: {reason}.", remedy)
