"""Turn the tables of a file into prompts and vocabulary, and name everything that is wrong with them."""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, TypeVar

from bot.daily_prompts.model import (
    NOTE_LIMIT,
    TEXT_LIMIT,
    WHY_LIMIT,
    Because,
    Depth,
    Fit,
    Place,
    Problem,
    Prompt,
    Theme,
    Topic,
)
from bot.daily_prompts.source import Source

Names = TypeVar("Names", bound=StrEnum)

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ID_LIMIT = 40
_REQUIRED = ("id", "text", "why")
_OPTIONAL = ("theme", "depth", "fits", "topics", "note", "skill")
_LENGTHS = {"id": _ID_LIMIT, "text": TEXT_LIMIT, "why": WHY_LIMIT, "note": NOTE_LIMIT}
_NAMES_OF: dict[str, type[StrEnum] | None] = {
    "themes": Theme,
    "depths": Depth,
    "fits": Fit,
    "reasons": Because,
    "skills": None,
    "avoid": None,
}
_TABLES = ("theme", "prompt", "topics", *_NAMES_OF)


class Reader:
    """Reads one file; afterwards `prompts`, `vocabulary` and `problems` hold what was in it."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.prompts: list[tuple[Prompt, Place]] = []
        self.vocabulary: dict[str, dict[str, Any]] = {}
        self.problems: list[Problem] = []
        if source.problem:
            self.problems.append(source.problem)
            return
        self._theme = self._named(source.tables, "theme", Theme, source.of_key("theme"))
        self._read_tables()
        for index, table in enumerate(self._prompt_tables()):
            self._read_prompt(index, table)

    def _read_tables(self) -> None:
        for name, value in self.source.tables.items():
            place = self.source.of_key(name)
            if name not in _TABLES:
                self._report(place, f"There is no place for '{name}' here.", _suggest(name, _TABLES))
            elif name == "topics":
                self.vocabulary["topics"] = self._topics(value)
            elif name in _NAMES_OF:
                self.vocabulary[name] = self._names(name, value)

    def _names(self, table: str, value: object) -> dict[str, str]:
        known = _NAMES_OF[table]
        found = {}
        for key, text in value.items() if isinstance(value, dict) else ():
            place = self.source.of_key(key)
            if known is not None and key not in list(known):
                self._report(place, f"[{table}] has no '{key}'.", _suggest(key, list(known)))
            elif not isinstance(text, str):
                self._report(place, f"'{key}' in [{table}] must be a text in quotation marks.", "Put it in quotes.")
            else:
                found[key] = text
        return found

    def _topics(self, value: object) -> dict[str, Topic]:
        found = {}
        for key, topic in value.items() if isinstance(value, dict) else ():
            try:
                found[key] = Topic(str(topic["name"]), tuple(str(word) for word in topic.get("words", ())))
            except (TypeError, KeyError, AttributeError):
                remedy = f'Write [topics.{key}], then name = "..." and, if you like, words = ["...", "..."].'
                self._report(self.source.of_key(f"topics.{key}"), f"The topic '{key}' needs a name.", remedy)
        return found

    def _prompt_tables(self) -> list[dict[str, Any]]:
        tables = self.source.tables.get("prompt", [])
        if isinstance(tables, list) and all(isinstance(table, dict) for table in tables):
            return tables
        remedy = "Begin each prompt with [[prompt]], in double brackets."
        self._report(self.source.of_key("prompt"), "'prompt' is not a list of prompts.", remedy)
        return []

    def _read_prompt(self, index: int, table: dict[str, Any]) -> None:
        before = len(self.problems)
        self._check_keys(index, table)
        texts = {key: self._text(index, table, key) for key in (*_REQUIRED, "note", "skill")}
        self._check_id(index, texts["id"])
        theme = self._named(table, "theme", Theme, self.source.of_prompt(index, "theme")) or self._theme
        if theme is None and "theme" not in table and "theme" not in self.source.tables:
            remedy = 'Put theme = "strengths" (or another) at the top of the file, or into the prompt.'
            self._report(self.source.of_prompt(index), "This prompt belongs to no theme.", remedy)
        depth = self._named(table, "depth", Depth, self.source.of_prompt(index, "depth")) or Depth.LIGHT
        fits = self._fits(index, table)
        topics = frozenset(self._list(index, table, "topics"))
        if len(self.problems) > before or theme is None:
            return
        prompt = Prompt(
            id=texts["id"] or "",
            text=texts["text"] or "",
            why=texts["why"] or "",
            theme=theme,
            depth=depth,
            fits=fits or frozenset({Fit.ANY}),
            topics=topics,
            note=texts["note"],
            skill=texts["skill"],
        )
        self.prompts.append((prompt, self.source.of_prompt(index)))

    def _check_keys(self, index: int, table: dict[str, Any]) -> None:
        for key in _REQUIRED:
            if key not in table:
                remedy = f'Add a line {key} = "..." under its [[prompt]].'
                self._report(self.source.of_prompt(index), f"This prompt has no {key}.", remedy)
        for key in table:
            if key not in (*_REQUIRED, *_OPTIONAL):
                message = f"A prompt has no '{key}'."
                self._report(self.source.of_prompt(index, key), message, _suggest(key, (*_REQUIRED, *_OPTIONAL)))

    def _text(self, index: int, table: dict[str, Any], key: str) -> str | None:
        if key not in table:
            return None
        place = self.source.of_prompt(index, key)
        value = table[key]
        if not isinstance(value, str) or not value.strip():
            self._report(place, f"'{key}' must be a text in quotation marks, and not empty.", "Write it in quotes.")
            return None
        text = " ".join(value.split()) if key != "text" else value.strip()
        limit = _LENGTHS.get(key)
        if limit and len(text) > limit:
            message = f"'{key}' is {len(text)} characters long; {limit} fit."
            self._report(place, message, f"Shorten it by {len(text) - limit}.")
        return text

    def _check_id(self, index: int, prompt_id: str | None) -> None:
        if prompt_id and not _ID.fullmatch(prompt_id):
            remedy = 'Use small letters, figures and hyphens, as in "small-win".'
            self._report(self.source.of_prompt(index, "id"), f"The id '{prompt_id}' cannot be used.", remedy)

    def _fits(self, index: int, table: dict[str, Any]) -> frozenset[Fit]:
        found = set()
        for value in self._list(index, table, "fits"):
            if value in list(Fit):
                found.add(Fit(value))
            else:
                place = self.source.of_prompt(index, "fits")
                self._report(place, f"There is no day called '{value}'.", _suggest(value, list(Fit)))
        return frozenset(found)

    def _list(self, index: int, table: dict[str, Any], key: str) -> list[str]:
        value = table.get(key, [])
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return value
        remedy = f'Write it in brackets, as in {key} = ["..."].'
        self._report(self.source.of_prompt(index, key), f"'{key}' must be a list of texts.", remedy)
        return []

    def _named(self, table: dict[str, Any], key: str, names: type[Names], place: Place) -> Names | None:
        value = table.get(key)
        if value is None:
            return None
        if value in list(names):
            return names(value)
        self._report(place, f"There is no {key} called '{value}'.", _suggest(str(value), list(names)))
        return None

    def _report(self, place: Place, message: str, remedy: str) -> None:
        self.problems.append(Problem(place, message, remedy))


def _suggest(value: str, names: Iterable[str]) -> str:
    known = list(names)
    close = get_close_matches(value, known, n=1)
    return f"Did you mean '{close[0]}'?" if close else f"Choose from: {', '.join(known)}."
