"""The words that people read: texts with named places, from `prompts/<language>/*.toml`, never from code."""

import re
import string
import tomllib
from collections.abc import Mapping
from importlib import resources
from importlib.resources.abc import Traversable

from bot.errors import BadInput

FALLBACK = "en"
_LANGUAGE = re.compile(r"[a-z]{2}(-[A-Z]{2})?")


class Words:
    """Every text of one language; what it lacks is taken from English, so that nobody meets an empty message."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts

    def __call__(self, name: str, /, **places: object) -> str:
        """Return a text ("crisis.member.opened") with its places filled in; an unknown name is a KeyError."""
        return self._texts[name].format(**places)

    def names(self) -> frozenset[str]:
        """Return the names of all texts."""
        return frozenset(self._texts)

    def raw(self, name: str) -> str:
        """Return a text with its places still open."""
        return self._texts[name]


class Library:
    """The words of every language that is shipped."""

    def __init__(self, languages: Mapping[str, Words]) -> None:
        self._languages = languages

    @classmethod
    def load(cls, folder: Traversable | None = None) -> "Library":
        """Read every language's files; a broken file raises BadInput with its name and what to mend."""
        root = folder or resources.files("prompts")
        found = {entry.name: _texts(entry) for entry in root.iterdir() if _LANGUAGE.fullmatch(entry.name)}
        english = found.get(FALLBACK, {})
        languages = {name: Words({**english, **texts}) for name, texts in found.items() if texts}
        if FALLBACK not in languages:
            raise BadInput("There are no English texts (prompts/en/*.toml).", "Restore them from the project.")
        return cls(languages)

    def of(self, language: str) -> Words:
        """Return a language's words, or English."""
        return self._languages.get(language, self._languages[FALLBACK])

    def languages(self) -> list[str]:
        """Return the languages that have texts."""
        return sorted(self._languages)


def places(text: str) -> frozenset[str]:
    """Return the names of the places in a text."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name)


def _texts(folder: Traversable) -> dict[str, str]:
    """Flatten the TOML files directly in a folder: table and key joined by dots, the file's name first."""
    texts: dict[str, str] = {}
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".toml"):
            try:
                data = tomllib.loads(file.read_text(encoding="utf-8"))
            except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
                raise BadInput(
                    f"prompts/{folder.name}/{file.name} cannot be read: {error}.", "Mend that line."
                ) from None
            texts.update(_flat(file.name.removesuffix(".toml"), data))
    return texts


def _flat(prefix: str, table: Mapping[str, object]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for key, value in table.items():
        if isinstance(value, Mapping):
            texts.update(_flat(f"{prefix}.{key}", value))
        elif isinstance(value, str):
            texts[f"{prefix}.{key}"] = value.strip()
    return texts
