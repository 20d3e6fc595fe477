"""Reads the files of one language into a lexicon; every fault is collected before any is raised."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from bot.crisis.screening.errors import LexiconError, Problem
from bot.crisis.screening.lexicon.fields import Fields
from bot.crisis.screening.lexicon.model import Acts, Case, Entry, Lexicon, Modifier, Rule
from bot.crisis.screening.lexicon.source import Source
from bot.crisis.screening.memory import Pair
from bot.crisis.screening.model import Level
from bot.crisis.screening.text.letters import plain_letters, plain_word

_TABLES = frozenset({"meta", "concept", "spelling", "slang", "typos", "entry", "modifier", "rule", "memory", "case"})
_FOR_PEOPLE = frozenset({"source", "added_by", "reviewed"})
_LONGEST_WINDOW = 40
_MOST_WORDS = 500
_MOST_KINDS = 10
_MOST_TIMES = 9

T = TypeVar("T")


class Reading:
    """The files of one language while they are read."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self.sources = sources
        self.problems: list[Problem] = []
        self.places: dict[str, Source] = {}

    def lexicon(self) -> Lexicon:
        """Return what the files say; any fault raises LexiconError with all of them."""
        for source in self.sources:
            self._unknown_tables(source)
        lexicon = self._lexicon()
        if self.problems:
            raise LexiconError(self.problems)
        return lexicon

    def _lexicon(self) -> Lexicon:
        holder = next((source for source in self.sources if "meta" in source.data), self.sources[0])
        meta = Fields(holder.data.get("meta", {}), holder, "meta", self.problems)
        typos = self._merged("typos")
        lexicon = Lexicon(
            language=meta.text("language"),
            name=meta.text("name"),
            version=meta.text("version"),
            script=meta.text("script", "LATIN"),
            common=tuple(map(plain_word, meta.text("common", "").split())),
            self_words=_plain(meta.words("self_words")),
            other_words=_plain(meta.words("other_words")),
            barriers=_plain(meta.words("negations")),
            turns=_plain(meta.words("turns")),
            units=_plain(meta.words("units")),
            clipped=_plain(meta.words("clipped")),
            joined_first=_plain(meta.text("joined_first", "").split()),
            joined_last=_plain(meta.text("joined_last", "").split()),
            guarded=_plain(" ".join(typos.get("words", ())).split()),
            real=_plain(" ".join(typos.get("real", ())).split()),
            concepts={name: tuple(phrases) for name, phrases in self._merged("concept").items()},
            spelling=self._spelling(),
            entries=tuple(self._each("entry", self._entry)),
            modifiers=tuple(self._each("modifier", self._modifier)),
            rules=tuple(self._each("rule", self._rule)),
            pairs=tuple(self._each("memory", self._pair)),
            cases=tuple(self._cases()),
        )
        meta.done(frozenset({"owner", "reviewed", "note"}))
        return lexicon

    def _unknown_tables(self, source: Source) -> None:
        for name in source.data.keys() - _TABLES:
            fault = f"the table [{name}] is not known."
            line = source.line_of("", f"[{name}]")
            self.problems.append(
                Problem(source.name, line, "", fault, f"The tables are: {', '.join(sorted(_TABLES))}.")
            )

    def _merged(self, table: str) -> dict[str, Any]:
        merged: dict[str, Any] = {}
        for source in self.sources:
            for name, value in source.data.get(table, {}).items():
                if name in merged and not (source.adds and table == "concept"):
                    fault = f'"{name}" stands twice in [{table}].'
                    line = source.line_of("", f"{name} =")
                    self.problems.append(Problem(source.name, line, table, fault, "Keep one of them."))
                if table in {"concept", "typos"} and not _texts(value):
                    fault = f'"{name}" in [{table}] is no list of texts.'
                    self.problems.append(
                        Problem(source.name, source.line_of("", name), table, fault, 'Write ["...", "..."].')
                    )
                    continue
                merged[name] = [*merged.get(name, ()), *value] if table == "concept" else value
        return merged

    def _spelling(self) -> dict[str, str]:
        spelling = _spelled(self._merged("spelling"))
        for source in self.sources:
            for table in source.data.get("slang", []):
                fields = Fields(table, source, "slang", self.problems)
                fields.text("seen")
                fields.text("note", "")
                fields.done(frozenset({"words", "source"}))
                spelling.update(_spelled(table.get("words", {})))
        return spelling

    def _each(self, table: str, build: Callable[[Fields], T]) -> Iterator[T]:
        for source in self.sources:
            for number, content in enumerate(source.data.get(table, []), 1):
                title = str(content.get("id", f"{table} {number}"))
                fields = Fields(content, source, title, self.problems)
                if title in self.places:
                    remedy = "Give it another; each id stands once in a language."
                    line = source.line_of(title, again=True)
                    self.problems.append(Problem(source.name, line, title, "this id is taken.", remedy))
                self.places[title] = source
                built = build(fields)
                fields.done(_FOR_PEOPLE)
                yield built

    def _entry(self, fields: Fields) -> Entry:
        entry = Entry(
            id=fields.text("id"),
            level=fields.level("level"),
            kind=fields.text("kind"),
            note=fields.text("note"),
            patterns=fields.texts("patterns", needed=True),
            match=fields.texts("match", needed=True),
            clear=fields.texts("clear"),
            about_self=fields.flag("about_self"),
            ignores=fields.words("ignores"),
            max_words=fields.number("max_words", _MOST_WORDS),
            in_reply_to=fields.level("in_reply_to", Level.NONE),
        )
        if entry.level > Level.NONE and not entry.clear:
            fields.problem("", '"clear" is empty.', "Add a sentence that looks alike and must not count.")
        return entry

    def _modifier(self, fields: Fields) -> Modifier:
        modifier = Modifier(
            id=fields.text("id"),
            type=fields.text("type"),
            note=fields.text("note"),
            patterns=fields.texts("patterns", needed=True),
            acts=self._acts(fields),
            window=fields.number("window", _LONGEST_WINDOW),
            cap=fields.level_or_none("cap"),
            drop=fields.number("drop", 2),
            turned=fields.level_or_none("turned"),
            only=fields.words("only"),
            spares=fields.words("spares"),
            up_to=fields.level("up_to", Level.IMMINENT),
            voids=fields.words("voids"),
            stop=tuple(map(plain_word, fields.texts("stop"))),
            clause=fields.flag("clause"),
            unless=_plain(fields.words("unless")),
            max_words=fields.number("max_words", _MOST_WORDS),
        )
        if modifier.cap is None and not modifier.drop and not modifier.voids:
            fields.problem("", "it does nothing.", "Give it a cap, a drop or something that it voids.")
        return modifier

    def _acts(self, fields: Fields) -> Acts:
        word = fields.text("acts", "over")
        try:
            return Acts(word)
        except ValueError:
            fields.problem("acts", f'"acts" is "{word}".', f"Write one of {', '.join(Acts)}.")
            return Acts.OVER

    def _rule(self, fields: Fields) -> Rule:
        return Rule(
            id=fields.text("id"),
            note=fields.text("note"),
            need=fields.groups("need"),
            to=fields.level("to"),
            at_least=fields.level("at_least", Level.NONE),
            so_far=fields.level("so_far", Level.NONE),
            within=fields.number("within", _MOST_WORDS),
            also=fields.words("also"),
            count=fields.number("count", _MOST_KINDS),
            max_words=fields.number("max_words", _MOST_WORDS),
        )

    def _pair(self, fields: Fields) -> Pair:
        return Pair(
            id=fields.text("id"),
            first=fields.words("first"),
            then=fields.words("then"),
            to=fields.level("to"),
            note=fields.text("note"),
            at_least=fields.level("at_least", Level.CONCERN),
            times=fields.number("times", _MOST_TIMES) or 1,
        )

    def _cases(self) -> Iterator[Case]:
        for source in self.sources:
            for content in source.data.get("case", []):
                title = str(content.get("text", "case"))
                fields = Fields(content, source, title, self.problems)
                yield Case(
                    text=fields.text("text"),
                    levels=fields.levels("level"),
                    note=fields.text("note", ""),
                    reply_to=fields.level("reply_to", Level.NONE),
                    file=source.name,
                )
                fields.done(_FOR_PEOPLE)


def _plain(words: Iterable[str]) -> frozenset[str]:
    """Return words as they stand in clean text, so that they may be written with their accents."""
    return frozenset(map(plain_word, words))


def _spelled(table: Mapping[str, object]) -> dict[str, str]:
    """Return a table of spellings in plain letters; a key keeps its apostrophe, a plain form has none."""
    return {plain_letters(name): " ".join(map(plain_word, str(plain).split())) for name, plain in table.items()}


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
