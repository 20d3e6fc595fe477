"""Reads a clinician's file of sentences with the levels that they should have: TOML, JSON lines or plain text."""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.crisis.screening.model import Level
from bot.crisis.screening.trial import Sentence
from bot.errors import BadInput

_LEVELS = {level.word: level for level in Level}
_PLAIN = re.compile(r"\s*(\w+)\s*[:\t]\s*(.*\S)\s*$")
_EXAMPLES = {
    ".toml": '[[case]]\ntext = "..."\nlevel = "high"',
    ".jsonl": '{"text": "...", "level": "high"}',
    "": "high: the sentence",
}


class Unusable(ValueError):
    """One sentence that cannot be tried; the message says what to write."""


@dataclass(frozen=True, slots=True)
class SentenceFile:
    """What could be read of a file, and what could not."""

    sentences: list[Sentence] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def read_sentences(path: Path) -> SentenceFile:
    """Return the sentences of a file and the faults in it; raises BadInput if nothing of it can be read."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}.", "Name a file with sentences.") from error
    except UnicodeDecodeError as error:
        raise BadInput(f"{path} is no UTF-8 text.", "Save it as UTF-8.") from error
    result = SentenceFile()
    for where, found in _found(path, text):
        try:
            result.sentences.append(_sentence(where, found()) if callable(found) else _sentence(where, found))
        except Unusable as fault:
            result.faults.append(f"{where}: {fault}")
    if not result.sentences and not result.faults:
        example = _EXAMPLES.get(path.suffix, _EXAMPLES[""])
        raise BadInput(f"{path.name} holds no sentence.", f"Write, for each:\n{example}")
    return result


def _found(path: Path, text: str) -> Iterator[tuple[str, Any]]:
    if path.suffix == ".toml":
        yield from _toml(path, text)
        return
    parse = _json if path.suffix in {".json", ".jsonl"} else _plain
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield f"line {number}", lambda line=line: parse(line)


def _toml(path: Path, text: str) -> Iterator[tuple[str, Any]]:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"{path.name} is no TOML: {error}.", "Mend that line; a sentence stands in quotes.") from error
    if "entry" in data or "mute" in data:
        raise BadInput(f"{path.name} is a lexicon or an overlay.", f"Try it with: holdspace lexicon check {path}")
    cases = data.get("case", [])
    if not isinstance(cases, list):
        raise BadInput(f'In {path.name} "case" is no list of tables.', f"Write, for each:\n{_EXAMPLES['.toml']}")
    for number, case in enumerate(cases, 1):
        yield f"case {number}", case


def _json(line: str) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        raise Unusable(f"no JSON. Write {_EXAMPLES['.jsonl']} on one line.") from None


def _plain(line: str) -> object:
    match = _PLAIN.match(line)
    if not match or match.group(1).lower() not in _LEVELS:
        raise Unusable(f"no level before the sentence. Write: {_EXAMPLES['']} (or none, concern, imminent).")
    return {"level": match.group(1).lower(), "text": match.group(2)}


def _sentence(where: str, found: object) -> Sentence:
    if not isinstance(found, Mapping):
        raise Unusable(f"no sentence. Write {_EXAMPLES['.jsonl']}.")
    text = found.get("text")
    if not isinstance(text, str):
        raise Unusable('"text" is missing or is no text.')
    levels = found.get("level", found.get("severity"))
    words = levels if isinstance(levels, list) else [levels]
    name = found.get("id")
    reply_to = found.get("reply_to", "none")
    return Sentence(
        text=text,
        where=f"{where} ({name})" if isinstance(name, str | int) else where,
        levels=frozenset(_level("level", word) for word in words),
        reply_to=_level("reply_to", reply_to),
    )


def _level(name: str, word: object) -> Level:
    level = _LEVELS.get(word) if isinstance(word, str) else None
    if level is None:
        raise Unusable(f'"{name}" is not one of {", ".join(_LEVELS)}.')
    return level
