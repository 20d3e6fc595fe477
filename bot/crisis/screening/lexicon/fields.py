"""Reads the fields of one table of a lexicon and collects what is wrong with them."""

import difflib
from collections.abc import Mapping
from typing import Any

from bot.crisis.screening.errors import Problem
from bot.crisis.screening.lexicon.source import Source
from bot.crisis.screening.model import Level

_LEVELS = ", ".join(level.word for level in Level)


class Fields:
    """One table; every field is asked for once, and `done` reports the ones that nobody asked for."""

    def __init__(self, table: Mapping[str, Any], source: Source, title: str, problems: list[Problem]) -> None:
        self._table = table
        self._source = source
        self._title = title
        self._problems = problems
        self._asked: set[str] = set()

    def problem(self, words: str, fault: str, remedy: str) -> None:
        """Note a fault of this table, with the line where `words` stand."""
        line = self._source.line_of(self._title, words)
        self._problems.append(Problem(self._source.name, line, self._title, fault, remedy))

    def text(self, name: str, default: str | None = None) -> str:
        """Return a text; without a default it must be there."""
        value = self._take(name, str, "a text in quotes", default)
        return value if isinstance(value, str) else ""

    def flag(self, name: str) -> bool:
        """Return a yes or no, no unless it is there."""
        return bool(self._take(name, bool, "true or false", default=False))

    def number(self, name: str, most: int) -> int:
        """Return a whole number from 0 to `most`, 0 unless it is there."""
        value = self._take(name, int, "a whole number", 0)
        if not isinstance(value, int) or not 0 <= value <= most:
            self.problem(name, f'"{name}" is {value}.', f"Write a number from 0 to {most}.")
            return 0
        return value

    def texts(self, name: str, *, needed: bool = False) -> tuple[str, ...]:
        """Return a list of texts."""
        value = self._take(name, list, "a list of texts", None if needed else [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.problem(name, f'"{name}" holds something else than texts.', 'Write ["...", "..."].')
            return ()
        if needed and not value:
            self.problem(name, f'"{name}" is empty.', "Write at least one.")
        return tuple(value)

    def words(self, name: str) -> frozenset[str]:
        """Return a list of names as a set."""
        return frozenset(self.texts(name))

    def groups(self, name: str) -> tuple[frozenset[str], ...]:
        """Return a list of lists of kinds."""
        value = self._take(name, list, "a list of lists", None)
        if not isinstance(value, list) or not all(isinstance(group, list) and group for group in value):
            self.problem(name, f'"{name}" is no list of lists.', 'Write [["kind", "kind"], ["kind"]].')
            return ()
        return tuple(frozenset(map(str, group)) for group in value)

    def level(self, name: str, default: Level | None = None) -> Level:
        """Return a level by its word."""
        word = self._take(name, str, f"one of {_LEVELS}", default.word if default is not None else None)
        try:
            return Level.of(str(word))
        except KeyError:
            self.problem(name, f'"{name}" is "{word}".', f"Write one of {_LEVELS}.")
            return Level.NONE

    def level_or_none(self, name: str) -> Level | None:
        """Return a level by its word, or None if the field is missing."""
        if name not in self._table:
            self._asked.add(name)
            return None
        return self.level(name)

    def levels(self, name: str) -> frozenset[Level]:
        """Return one level or a list of levels."""
        value = self._table.get(name, [])
        self._asked.add(name)
        words = [value] if isinstance(value, str) else value
        known = {level.word: level for level in Level}
        if not isinstance(words, list) or not words or any(word not in known for word in words):
            self.problem(name, f'"{name}" is {value!r}.', f"Write one of {_LEVELS}, or a list of them.")
            return frozenset()
        return frozenset(known[word] for word in words)

    def done(self, also: frozenset[str] = frozenset()) -> None:
        """Report every field that has no meaning here."""
        for name in self._table.keys() - self._asked - also:
            near = difflib.get_close_matches(name, self._asked | also, n=1)
            hint = f'Did you mean "{near[0]}"?' if near else "Remove it, or see docs/lexicon-format.md."
            self.problem(name, f'the field "{name}" is not known here.', hint)

    def _take(self, name: str, kind: type, what: str, default: object) -> object:
        self._asked.add(name)
        value = self._table.get(name, default)
        if value is None:
            self.problem("", f'"{name}" is missing.', f"Add {name} = {what}.")
            return kind()
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            self.problem(name, f'"{name}" is not {what}.', f"Write {what}.")
            return kind()
        return value
