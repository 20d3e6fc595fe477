"""Read the exercises of every language from `prompts/<language>/skills/*.toml`; the file's name is the id."""

import tomllib
from collections.abc import Mapping, Sequence
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from bot.daily_prompts.skills.model import Skill, Step
from bot.errors import BadInput
from bot.log import get
from bot.words import FALLBACK

log = get("daily_prompts")

_TEXTS = ("name", "summary", "when", "care")


class Skills:
    """The exercises of every language; what a language lacks is taken from English.

    `problems` names the files that could not be used; the others serve without them.
    """

    def __init__(self, languages: Mapping[str, Mapping[str, Skill]], problems: Sequence[BadInput] = ()) -> None:
        self._languages = languages
        self.problems = tuple(problems)

    @classmethod
    def load(cls, folder: Traversable | None = None) -> "Skills":
        """Read all files."""
        root = folder or resources.files("prompts")
        folders = {entry.name: entry / "skills" for entry in root.iterdir() if (entry / "skills").is_dir()}
        problems: list[BadInput] = []
        found = {language: _read_all(language, skills, problems) for language, skills in sorted(folders.items())}
        if problems:
            log.warning("skill_files_refused", count=len(problems))
        english = found.get(FALLBACK, {})
        return cls({language: {**english, **skills} for language, skills in found.items()}, problems)

    def of(self, language: str) -> Mapping[str, Skill]:
        """Return a language's exercises by their ids, or the English ones."""
        return self._languages.get(language) or self._languages.get(FALLBACK, {})

    def languages(self) -> list[str]:
        """Return the languages that have exercises."""
        return sorted(self._languages)


def _read_all(language: str, folder: Traversable, problems: list[BadInput]) -> dict[str, Skill]:
    found = {}
    for file in sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name):
        try:
            found[file.name.removesuffix(".toml")] = _read(language, file)
        except BadInput as problem:
            problems.append(problem)
    return found


def _read(language: str, file: Traversable) -> Skill:
    shown = f"prompts/{language}/skills/{file.name}"
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
        steps = tuple(Step(_text(step, "text"), _seconds(step)) for step in data["step"])
        texts = {name: _text(data, name) for name in _TEXTS}
        return Skill(file.name.removesuffix(".toml"), **texts, steps=steps, topics=frozenset(data.get("topics", ())))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{shown} cannot be read: {error}.", "Mend that line.") from None
    except (KeyError, TypeError, ValueError) as error:
        raise BadInput(
            f"{shown} lacks something: {error}.",
            "An exercise has name, summary, when and care, and at least one [[step]] with text and seconds.",
        ) from None


def _text(table: Mapping[str, Any], name: str) -> str:
    text = table[name]
    if not isinstance(text, str) or not text.strip():
        raise ValueError(f"'{name}' must be a text")
    return text.strip()


def _seconds(table: Mapping[str, Any]) -> int:
    seconds = table["seconds"]
    if not isinstance(seconds, int) or not 1 <= seconds <= 120:  # noqa: PLR2004
        raise ValueError("'seconds' must be a number from 1 to 120")
    return seconds
