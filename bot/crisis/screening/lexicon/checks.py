"""Finds what fits together badly in a lexicon: unknown names, circles, words that never come."""

from collections.abc import Mapping

from bot.crisis.screening.engine.pattern import Parser, PatternError, Sequence, refs
from bot.crisis.screening.errors import Problem
from bot.crisis.screening.lexicon.model import Entry, Lexicon, Modifier
from bot.crisis.screening.lexicon.source import Source

BUILT_IN_TYPES = frozenset({"quotation", "therapist"})


class Checker:
    """Parses every pattern of a lexicon and collects what is wrong."""

    def __init__(self, lexicon: Lexicon, sources: tuple[Source, ...], places: Mapping[str, Source]) -> None:
        self._lexicon = lexicon
        self._sources = sources
        self._places = places
        self.problems: list[Problem] = []
        self._parser = Parser(lexicon.spelling)
        self.concepts = {name: self._parsed("concept", name, phrases) for name, phrases in lexicon.concepts.items()}
        items: list[Entry | Modifier] = [*lexicon.entries, *lexicon.modifiers]
        self.patterns = {item.id: self._parsed(item.id, item.id, item.patterns) for item in items}
        self.words = self._parser.words.union(lexicon.common)
        """The words of the language: those of its patterns (`word*` and `#` as they are), and its common ones."""

    def check(self) -> None:
        """Collect every problem."""
        self._check_circles()
        for name, sequences in (*self.concepts.items(), *self.patterns.items()):
            for sequence in sequences:
                self._check_refs(name, sequence)
        self._check_names()

    def _problem(self, title: str, words: str, fault: str, remedy: str) -> None:
        source = self._places.get(title) or next(
            (source for source in self._sources if title in source.data.get("concept", {})), self._sources[0]
        )
        line = source.line_of(title, words) or source.line_of("", f"{title} ")
        self.problems.append(Problem(source.name, line, title, fault, remedy))

    def _parsed(self, what: str, title: str, patterns: tuple[str, ...]) -> list[Sequence]:
        parsed: list[Sequence] = []
        for pattern in patterns:
            try:
                parsed.append(self._parser.parse(pattern))
            except PatternError as error:
                kind = "the phrase" if what == "concept" else "the pattern"
                self._problem(title, f'"{pattern}"', f'{kind} "{pattern}" cannot be read:', str(error))
        return parsed

    def _check_circles(self) -> None:
        done: set[str] = set()
        for name in self.concepts:
            self._visit(name, (), done)

    def _visit(self, name: str, path: tuple[str, ...], done: set[str]) -> None:
        if name in path:
            circle = " -> ".join((*path[path.index(name) :], name))
            self._problem(name, "", f"the concepts go in a circle: {circle}.", "Take one of them out.")
            return
        if name in done:
            return
        for sequence in self.concepts.get(name, ()):
            for ref in refs(sequence):
                self._visit(ref, (*path, name), done)
        done.add(name)

    def _check_refs(self, title: str, sequence: Sequence) -> None:
        for ref in refs(sequence):
            if ref not in self.concepts:
                self._problem(
                    title, "{" + ref + "}", f"there is no concept {{{ref}}}.", "Add it to [concept], or mend its name."
                )

    def _check_names(self) -> None:
        lexicon = self._lexicon
        kinds = {entry.kind for entry in lexicon.entries}
        types = {modifier.type for modifier in lexicon.modifiers} | BUILT_IN_TYPES
        wanted: list[tuple[str, frozenset[str], set[str] | frozenset[str], str]] = []
        wanted += [(entry.id, entry.ignores, types, "type of modifier") for entry in lexicon.entries]
        wanted += [(modifier.id, modifier.voids, types, "type of modifier") for modifier in lexicon.modifiers]
        wanted += [(modifier.id, modifier.only | modifier.spares, kinds, "kind") for modifier in lexicon.modifiers]
        wanted += [(rule.id, rule.also.union(*rule.need), kinds, "kind") for rule in lexicon.rules]
        wanted += [(pair.id, pair.first | pair.then, kinds, "kind") for pair in lexicon.pairs]
        for title, names, known, what in wanted:
            for name in sorted(names - known):
                self._problem(
                    title, f'"{name}"', f'"{name}" is no {what} of this lexicon.', f"Known: {', '.join(sorted(known))}."
                )
