"""A group's own additions to one language, and the entries that stay silent in that group."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from bot.crisis.screening.errors import LexiconError, Problem
from bot.crisis.screening.lexicon.fields import Fields
from bot.crisis.screening.lexicon.model import Entry, Lexicon
from bot.crisis.screening.lexicon.source import Source
from bot.crisis.screening.loading import (
    SHIPPED,
    Screener,
    Written,
    compiled,
    language_sources,
    letters_of,
    not_collecting,
)
from bot.crisis.screening.model import Level

_ADDED = frozenset({"concept", "spelling", "slang", "entry", "modifier", "rule", "case"})
_OWN = frozenset({"overlay", "mute"})


@dataclass(frozen=True, slots=True)
class Mute:
    """An entry that stays silent; one that pages does so only under somebody's name and reason."""

    id: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Overlay:
    """What one group adds to a language, and what it mutes."""

    language: str
    name: str
    mutes: tuple[Mute, ...]
    added: Source


def load_with_overlay(path: Path, folder: Path = SHIPPED) -> Screener:
    """Return the screener of a folder with a group's overlay; any fault raises LexiconError and changes nothing."""
    return with_overlay(Source.read(path), folder)


def with_overlay(source: Source, folder: Path = SHIPPED) -> Screener:
    """Return the screener of a folder with an overlay, tried on the sentences of both.

    The shipped sentences are tried with the additions and without the mutes, since a mute changes what some of them
    are read as; the overlay's own cases are tried with everything.
    """
    with not_collecting():
        return _with(_read(source), source, folder)


def _with(overlay: Overlay, source: Source, folder: Path) -> Screener:
    letters = letters_of(folder)
    files = language_sources(folder)
    shipped = {name: Written.of(sources) for name, sources in sorted(files.items())}
    name = next((name for name, part in shipped.items() if part.lexicon.language == overlay.language), None)
    if name is None:
        known = ", ".join(sorted(part.lexicon.language for part in shipped.values()))
        fault = f'there is no lexicon in the language "{overlay.language}".'
        raise LexiconError([_problem(source, "", "language", fault, f"Write one of: {known}.")])
    faults = list(_mute_faults(overlay, shipped[name].lexicon, source))
    widened = Written.of([*files[name], overlay.added])
    widened = replace(
        widened, lexicon=replace(widened.lexicon, version=f"{widened.lexicon.version} with {overlay.name}")
    )
    own, others = _cases_apart(widened.lexicon, source.name)
    languages = dict(zip(shipped, compiled(list((shipped | {name: widened}).values()), letters), strict=True))
    loud = Screener(list(languages.values()), letters)
    faults += widened.failures(loud, others)
    if overlay.mutes and not faults:
        languages[name] = languages[name].with_lexicon(_narrowed(widened.lexicon, overlay))
        loud = Screener(list(languages.values()), letters)
    faults += widened.failures(loud, own)
    if faults:
        raise LexiconError(faults)
    return loud


def _read(source: Source) -> Overlay:
    problems = [
        _problem(source, "", f"[{table}", f"the table [{table}] has no place in an overlay.", _places(table))
        for table in sorted(source.data.keys() - _ADDED - _OWN)
    ]
    head = Fields(_table(source.data, "overlay"), source, "overlay", problems)
    language, name = head.text("language"), head.text("name")
    head.done(frozenset({"note", "reviewed"}))
    mutes = tuple(_mutes(source, problems))
    if problems:
        raise LexiconError(problems)
    added = Source(
        source.name, source.text, {key: value for key, value in source.data.items() if key in _ADDED}, adds=True
    )
    return Overlay(language, name, mutes, added)


def _table(data: Mapping[str, object], name: str) -> Mapping[str, object]:
    found = data.get(name, {})
    return found if isinstance(found, dict) else {}


def _places(table: str) -> str:
    if table in {"meta", "typos", "memory"}:
        return "It stands in the shipped lexicon only. Take it out here."
    return f"The tables are: {', '.join(sorted(_ADDED | _OWN))}."


def _mutes(source: Source, problems: list[Problem]) -> Iterator[Mute]:
    listed = source.data.get("mute", [])
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        problems.append(
            _problem(source, "", "mute", '"mute" is no list of tables.', 'Write [[mute]], then id = "...".')
        )
        return
    for content in listed:
        fields = Fields(content, source, str(content.get("id", "mute")), problems)
        yield Mute(fields.text("id"), fields.text("by", "").strip(), fields.text("reason", "").strip())
        fields.done()


def _mute_faults(overlay: Overlay, lexicon: Lexicon, source: Source) -> Iterator[Problem]:
    entries = {entry.id: entry for entry in lexicon.entries}
    seen: set[str] = set()
    for mute in overlay.mutes:
        entry = entries.get(mute.id)
        if entry is None:
            near = difflib.get_close_matches(mute.id, entries, n=1)
            remedy = f'Did you mean "{near[0]}"?' if near else "Take the mute out; holdspace screen names entries."
            yield _problem(source, mute.id, "", f'the lexicon has no entry "{mute.id}".', remedy)
        elif entry.level >= Level.HIGH and not (mute.by and mute.reason):
            yield _unsigned(mute, entry, source)
        if mute.id in seen:
            yield _problem(source, mute.id, "", "it is muted twice.", "Keep one of them.")
        seen.add(mute.id)


def _unsigned(mute: Mute, entry: Entry, source: Source) -> Problem:
    missing = " and ".join(name for name, value in (("by", mute.by), ("reason", mute.reason)) if not value)
    fault = f'this entry is "{entry.level.word}" and pages; {missing} {"are" if " and " in missing else "is"} missing.'
    return _problem(source, mute.id, "", fault, 'Add by = "your name" and reason = "why it may stay silent".')


def _cases_apart(lexicon: Lexicon, overlay: str) -> tuple[Lexicon, Lexicon]:
    """Return the overlay's own cases, and everything else that has to hold."""
    own = tuple(case for case in lexicon.cases if case.file == overlay)
    others = tuple(case for case in lexicon.cases if case.file != overlay)
    return replace(lexicon, entries=(), cases=own), replace(lexicon, cases=others)


def _narrowed(lexicon: Lexicon, overlay: Overlay) -> Lexicon:
    muted = {mute.id for mute in overlay.mutes}
    return replace(lexicon, entries=tuple(entry for entry in lexicon.entries if entry.id not in muted))


def _problem(source: Source, entry: str, words: str, fault: str, remedy: str) -> Problem:
    return Problem(source.name, source.line_of(entry, words), entry, fault, remedy)
