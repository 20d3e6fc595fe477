"""Text in, assessment out: no clock, no network, no learned model."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.crisis.screening.combine import level_of, raises, touches_newest
from bot.crisis.screening.engine.language import Language
from bot.crisis.screening.memory import with_memory
from bot.crisis.screening.model import Assessment, Change, Context, Evidence, Level, Raise, View, ViewKind
from bot.crisis.screening.reading import Clean, Piece, ViewReader
from bot.crisis.screening.text.letters import Letters

LONGEST = 8192
"""So many characters of a view are read; a Discord message has 4,000 at most."""
_LATIN = re.compile("[a-z]")
_NOBODY = Context()


class Assessor:
    """Reads messages by the compiled lexicons of every language at once."""

    def __init__(self, languages: Sequence[Language], letters: Letters) -> None:
        self._languages = tuple(languages)
        self._letters = letters
        self._readers = [ViewReader(language, letters) for language in languages]
        self._scripts = frozenset(language.lexicon.script for language in languages)
        self.lexicons = tuple(language.lexicon for language in languages)
        self.languages = tuple(language.lexicon.language for language in languages)
        self.version = ", ".join(f"{item.lexicon.language} {item.lexicon.version}" for item in languages)

    def assess(self, views: Sequence[View], context: Context = _NOBODY) -> Assessment:
        """Return what the views of one message say; any text is taken."""
        complete = all(len(view.text) <= LONGEST for view in views)
        if not complete:
            views = [replace(view, text=view.text[:LONGEST]) for view in views]
        cleaned = [Clean(view, self._letters) for view in views]
        pieces: list[Piece] = []
        steps = 0
        for reader in self._readers:
            for index, (view, clean) in enumerate(zip(views, cleaned, strict=True)):
                read = reader.read(index, view, clean, context, alone=len(views) == 1)
                pieces.extend(map(_unquoted, read.pieces))
                steps += read.steps
        screened = self._can_read(cleaned)
        if not pieces:
            return Assessment(
                Level.NONE, screened=screened, complete=complete, lexicon_version=self.version, steps=steps
            )
        level, found = self._added_up(pieces, views)
        result = Assessment(
            level=level,
            evidence=_shown(pieces, views),
            raises=found,
            screened=screened,
            complete=complete,
            lexicon_version=self.version,
            steps=steps,
        )
        return self._remembering(result, context)

    def _added_up(self, pieces: Sequence[Piece], views: Sequence[View]) -> tuple[Level, tuple[Raise, ...]]:
        level = level_of(pieces, views)
        found: list[Raise] = []
        for language in self._languages:
            own = [piece for piece in pieces if piece.evidence.language == language.lexicon.language]
            found.extend(raises(own, views, language, level))
        return max((step.after for step in found), default=level), tuple(found)

    def _remembering(self, result: Assessment, context: Context) -> Assessment:
        if context.now is None or not context.recent:
            return result
        pairs = [pair for language in self._languages for pair in language.lexicon.pairs]
        return with_memory(result, context.recent, context.now, pairs)

    def _can_read(self, cleaned: Iterable[Clean]) -> bool:
        """Tell whether a word is in a script that has rules, or no word is in any script."""
        letters = False
        for clean in cleaned:
            if "LATIN" in self._scripts and _LATIN.search(clean.text):
                return True
            for raw in clean.raws:
                if raw[0].isalpha():
                    letters = True
                    if unicodedata.name(raw[0], "").split(" ")[0] in self._scripts:
                        return True
        return not letters


def _unquoted(piece: Piece) -> Piece:
    """Return the piece as it counts: quoted lines are somebody else's words."""
    item = piece.evidence
    if item.view is not ViewKind.QUOTE:
        return piece
    change = Change("view.quote", "Stands in a quoted line.", "", item.span, item.level, Level.NONE)
    return replace(piece, intact=False, evidence=replace(item, level=Level.NONE, changes=(*item.changes, change)))


def _shown(pieces: Sequence[Piece], views: Sequence[View]) -> tuple[Evidence, ...]:
    """Return the evidence, highest first, without what another piece says already."""
    shown: dict[tuple[str, str, str], Evidence] = {}
    order = sorted(
        pieces, key=lambda piece: (-piece.evidence.level, piece.evidence.view_index, piece.start - piece.end)
    )
    for piece in order:
        if touches_newest(piece, views):
            item = piece.evidence
            shown.setdefault((item.language, item.entry, item.words), item)
    return tuple(shown.values())
