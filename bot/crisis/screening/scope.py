"""What stands around a phrase and changes what it means: modifiers lower a level and leave a trace."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.crisis.screening.engine.language import Hit, Language, Sign
from bot.crisis.screening.engine.match import Text
from bot.crisis.screening.lexicon.model import Acts, Entry, Modifier
from bot.crisis.screening.model import Level

_FAR_REACHING = frozenset({Acts.MESSAGE, Acts.SENTENCE})
_WITHIN_SENTENCE = 12
"""Many type without full stops: what stands more words away is taken for another sentence."""
_FARTHEST = 120
"""No modifier that must be near is longer, with its window, than so many words."""


@dataclass(frozen=True, slots=True)
class Lowered:
    """A modifier at work: which sign, and the level before and after."""

    sign: Sign
    before: Level
    after: Level


@dataclass(frozen=True, slots=True)
class Weighed:
    """A hit, its level after all modifiers, and what they did."""

    hit: Hit
    level: Level
    lowered: tuple[Lowered, ...]

    @property
    def intact(self) -> bool:
        """Tell whether no modifier touched it."""
        return not self.lowered


def weigh(hits: Sequence[Hit], text: Text, language: Language, marks: Sequence[Sign] = ()) -> list[Weighed]:
    """Return each hit with the level that its surroundings leave it; `marks` are signs that are no words."""
    speaks_of_self = not language.lexicon.self_words.isdisjoint(text.words)
    counted = [hit for hit in hits if _counts(hit, text, language, speaks_of_self=speaks_of_self)]
    if not counted:
        return []
    signs = _Around(_standing([*language.signs(text), *marks]))
    return [_weighed(hit, signs.of(hit), text, language) for hit in counted]


def _counts(hit: Hit, text: Text, language: Language, *, speaks_of_self: bool) -> bool:
    """Tell whether the words around a hit are as few, and its lines as little about others, as its entry asks.

    What is imminent is not cleared by others who are named in the sentence beside it.
    """
    entry = hit.entry
    if entry.max_words:
        start, end = text.passage(hit.start, hit.end)
        if end - start > entry.max_words:
            return False
    if not entry.about_self or speaks_of_self:
        return True
    around = text.passage if entry.level is Level.IMMINENT else text.lines
    start, end = around(hit.start, hit.end)
    return language.lexicon.other_words.isdisjoint(text.words[start:end])


def _standing(signs: list[Sign]) -> list[Sign]:
    """Return the signs that no other sign makes void."""
    everywhere: set[str] = set()
    at_word: dict[int, set[str]] = {}
    for sign in signs:
        if not sign.modifier.voids:
            continue
        if sign.modifier.acts is Acts.MESSAGE:
            everywhere |= sign.modifier.voids
        else:
            for at in range(sign.start, sign.end):
                at_word.setdefault(at, set()).update(sign.modifier.voids)
    if not everywhere and not at_word:
        return signs
    return [
        sign
        for sign in signs
        if sign.modifier.type not in everywhere
        and not any(sign.modifier.type in at_word.get(at, ()) for at in range(sign.start, sign.end))
    ]


class _Around:
    """Signs by where they stand: those that reach anywhere, and those that must be near."""

    def __init__(self, signs: Sequence[Sign]) -> None:
        lowering = [sign for sign in signs if sign.modifier.cap is not None or sign.modifier.drop]
        self._anywhere = [sign for sign in lowering if sign.modifier.acts in _FAR_REACHING]
        self._near = sorted((sign for sign in lowering if sign.modifier.acts not in _FAR_REACHING), key=_start_of)
        self._starts = [sign.start for sign in self._near]

    def of(self, hit: Hit) -> Iterator[Sign]:
        """Yield the signs that can reach a hit, in a fixed order."""
        yield from self._anywhere
        first = bisect_left(self._starts, hit.start - _FARTHEST)
        last = bisect_right(self._starts, hit.end + _FARTHEST)
        yield from self._near[first:last]


def _start_of(sign: Sign) -> int:
    return sign.start


def _weighed(hit: Hit, signs: Iterable[Sign], text: Text, language: Language) -> Weighed:
    level = hit.entry.level
    lowered: list[Lowered] = []
    for sign in signs:
        modifier = sign.modifier
        if not _concerns(modifier, hit.entry) or not _reaches(sign, hit, text, language):
            continue
        if modifier.unless and not modifier.unless.isdisjoint(text.words[hit.start : hit.end]):
            continue
        after = _after(modifier, hit, level, text, language)
        if after < level or (level is Level.NONE and modifier.cap is Level.NONE):
            lowered.append(Lowered(sign, level, after))
            level = after
    return Weighed(hit, level, tuple(lowered))


def _concerns(modifier: Modifier, entry: Entry) -> bool:
    if modifier.type in entry.ignores or entry.level > modifier.up_to:
        return False
    return entry.kind not in modifier.spares and (not modifier.only or entry.kind in modifier.only)


def _after(modifier: Modifier, hit: Hit, level: Level, text: Text, language: Language) -> Level:
    cap = Level.IMMINENT if modifier.cap is None else modifier.cap
    if modifier.turned is not None and _turns(hit, text, language):
        cap = modifier.turned
    return Level(max(0, min(level - modifier.drop, cap)))


def _turns(hit: Hit, text: Text, language: Language) -> bool:
    """Tell whether the sentence turns after the phrase: denied, and then "but"."""
    last = _sentence_end(hit.end, text)
    return any(word in language.lexicon.turns for word in text.words[hit.end : last + 3])


def _reaches(sign: Sign, hit: Hit, text: Text, language: Language) -> bool:
    acts = sign.modifier.acts
    if acts is Acts.MESSAGE:
        return True
    if sign.start < hit.end and hit.start < sign.end:
        return acts is Acts.OVER or _overlaps(acts, sign, hit)
    if acts is Acts.OVER:
        return False
    if acts is Acts.SENTENCE:
        near = max(sign.start, hit.start) - min(sign.end, hit.end) <= _WITHIN_SENTENCE
        return near and _same_sentence(min(sign.end, hit.end), max(sign.start, hit.start), text)
    return _near(sign, hit, text, language)


def _overlaps(acts: Acts, sign: Sign, hit: Hit) -> bool:
    if acts is Acts.AFTER:
        return sign.start < hit.start
    if acts is Acts.BEFORE:
        return sign.end > hit.end
    return True


def _near(sign: Sign, hit: Hit, text: Text, language: Language) -> bool:
    acts, window = sign.modifier.acts, sign.modifier.window
    if sign.end <= hit.start and acts in {Acts.AFTER, Acts.AROUND}:
        first, last = sign.end, hit.start
    elif hit.end <= sign.start and acts in {Acts.BEFORE, Acts.AROUND}:
        first, last = hit.end, sign.start
    else:
        return False
    if last - first > window or not _same_sentence(first, last, text):
        return False
    if sign.modifier.clause and any(text.edges[first : last + 1]):
        return False
    return language.stops(sign.modifier).isdisjoint(text.words[first:last])


def _same_sentence(first: int, last: int, text: Text) -> bool:
    return not any(text.reach_starts[first : last + 1]) if last >= first else True


def _sentence_end(at: int, text: Text) -> int:
    while at < len(text.words) and not text.reach_starts[at]:
        at += 1
    return at
