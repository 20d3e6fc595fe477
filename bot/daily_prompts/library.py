"""Load the prompts of a language, and keep the last good ones in force when a later edit breaks a file."""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from hashlib import sha256
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from bot.daily_prompts.model import Library, Place, Problem, Prompt, Vocabulary
from bot.daily_prompts.schema import Reader
from bot.daily_prompts.source import Source
from bot.errors import BadInput

Folders = Callable[[str], Sequence[Traversable]]


class BrokenLibrary(BadInput):
    """Files of prompts that cannot be used; `problems` names each with its file, line and remedy."""

    def __init__(self, language: str, problems: Sequence[Problem]) -> None:
        many = f"{len(problems)} problems" if len(problems) != 1 else "a problem"
        listed = "\n".join(str(problem) for problem in problems)
        super().__init__(f"The daily prompts in '{language}' have {many}.", listed)
        self.problems = tuple(problems)


def built_in(language: str) -> Sequence[Traversable]:
    """Return the folder of prompts that comes with Holdspace, or nothing for a language without one."""
    folder = resources.files("prompts") / language / "daily"
    return (folder,) if folder.is_dir() else ()


def built_in_languages() -> tuple[str, ...]:
    """Return the languages that come with daily prompts."""
    return tuple(sorted(entry.name for entry in resources.files("prompts").iterdir() if built_in(entry.name)))


def load(language: str, folders: Iterable[Traversable]) -> Library:
    """Read every .toml file of the folders into one library.

    Raises BrokenLibrary with all that is wrong in all files at once.
    """
    folders = tuple(folders)
    readers = [_read(file, language) for folder in folders for file in _files(folder)]
    problems = [_no_such_folder(folder) for folder in folders if not folder.is_dir()]
    problems += [problem for reader in readers for problem in reader.problems]
    found = [entry for reader in readers for entry in reader.prompts]
    problems += _doubled_ids(found)
    if not found and not problems:
        problems = [_nothing_found(language)]
    if problems:
        raise BrokenLibrary(language, problems)
    prompts = {prompt.id: prompt for prompt, _ in found}
    places = {prompt.id: place for prompt, place in found}
    return Library(language, prompts, places, _vocabulary(readers))


def with_own(own: Path | None) -> Folders:
    """Return where prompts lie when people have a folder of their own, with a subfolder for each language."""

    def folders(language: str) -> Sequence[Traversable]:
        if own is None or not (own / language).is_dir():
            return built_in(language)
        return (*built_in(language), own / language)

    return folders


class Shelf:
    """The libraries in force.

    A language is read when first asked for; if people's own files are broken then, the prompts that come along serve
    alone. `refresh` reads what changed on disk; a library that no longer loads is reported, and the last good one
    stays.
    """

    def __init__(self, folders: Folders = built_in) -> None:
        self._folders = folders
        self._libraries: dict[str, Library] = {}
        self._marks: dict[str, str] = {}
        self._unreported: list[Problem] = []
        self._problems: dict[str, tuple[Problem, ...]] = {}

    def library(self, language: str) -> Library:
        """Return the library in force; raises BrokenLibrary if there has never been a good one."""
        if language not in self._libraries:
            try:
                self._load(language)
            except BrokenLibrary as broken:
                self._libraries[language] = load(language, built_in(language))
                self._unreported += broken.problems
        return self._libraries[language]

    def problems(self, language: str) -> tuple[Problem, ...]:
        """Return what keeps the files of a language, as they are now, from coming into force."""
        return self._problems.get(language, ())

    def refresh(self) -> tuple[Problem, ...]:
        """Read anew each language whose files changed since the last look, and return what is wrong with them."""
        problems, self._unreported = self._unreported, []
        for language in self._libraries:
            if self._mark(language) == self._marks[language]:
                continue
            try:
                self._load(language)
            except BrokenLibrary as broken:
                problems += broken.problems
        return tuple(problems)

    def _load(self, language: str) -> None:
        self._marks[language] = self._mark(language)
        try:
            self._libraries[language] = load(language, self._folders(language))
        except BrokenLibrary as broken:
            self._problems[language] = broken.problems
            raise
        self._problems.pop(language, None)

    def _mark(self, language: str) -> str:
        mark = sha256()
        for folder in self._folders(language):
            for file in _files(folder):
                mark.update(file.name.encode() + b"\0" + (_content(file) or b"") + b"\0")
        return mark.hexdigest()


def _files(folder: Traversable) -> list[Traversable]:
    found = folder.iterdir() if folder.is_dir() else ()
    return sorted((file for file in found if file.name.endswith(".toml")), key=lambda file: file.name)


def _read(file: Traversable, language: str) -> Reader:
    shown = f"prompts/{language}/daily/{file.name}" if _is_built_in(file, language) else str(file)
    content = _content(file)
    return _unreadable(shown) if content is None else _parsed(shown, content)


def _content(file: Traversable) -> bytes | None:
    try:
        return file.read_bytes()
    except OSError:
        return None


def _unreadable(shown: str) -> Reader:
    reader = Reader(Source(shown, ""))
    remedy = "May this account read it, and is it a file?"
    reader.problems.append(Problem(Place(shown, 1), "This file cannot be read.", remedy))
    return reader


@lru_cache(maxsize=100)
def _parsed(shown: str, content: bytes) -> Reader:
    """Parse a file, once for as long as it stays as it is: a change in one file does not cost reading all."""
    try:
        return Reader(Source(shown, content.decode("utf-8-sig")))
    except UnicodeDecodeError as error:
        reader = Reader(Source(shown, ""))
        line = content[: error.start].count(b"\n") + 1
        remedy = "Save the file as UTF-8; every text editor can."
        reader.problems.append(Problem(Place(shown, line), "This line holds letters in another encoding.", remedy))
        return reader


def _is_built_in(file: Traversable, language: str) -> bool:
    return any(str(file).startswith(str(folder)) for folder in built_in(language))


def _doubled_ids(found: Iterable[tuple[Prompt, Place]]) -> list[Problem]:
    first: dict[str, Place] = {}
    problems = []
    for prompt, place in found:
        if prompt.id in first:
            other = first[prompt.id]
            message = f"The id '{prompt.id}' is already taken in {other.file}, line {other.line}."
            problems.append(Problem(place, message, "Give one of the two another id."))
        first.setdefault(prompt.id, place)
    return problems


def _no_such_folder(folder: Traversable) -> Problem:
    remedy = "Name a folder that holds .toml files of prompts."
    return Problem(Place(str(folder), 1), "There is no such folder.", remedy)


def _nothing_found(language: str) -> Problem:
    remedy = f"Languages with prompts: {', '.join(built_in_languages())}."
    return Problem(Place(f"prompts/{language}/daily", 1), f"There are no daily prompts in '{language}'.", remedy)


def _vocabulary(readers: Iterable[Reader]) -> Vocabulary:
    merged: dict[str, dict[str, Any]] = {}
    for reader in readers:
        for table, names in reader.vocabulary.items():
            merged.setdefault(table, {}).update(names)
    return Vocabulary(**merged)
