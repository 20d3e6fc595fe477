"""The words of a text in one language, each with its place in the original."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.crisis.screening.text.repair import Repair
from bot.crisis.screening.text.splitting import Words
from bot.crisis.screening.text.tokens import Break, Raw, break_of

_FEWEST_LETTERS_APART = 3
_FEWEST_DISGUISED = 2
_FEW_WORDS = 2
_NONE, _LINE, _SENTENCE, _BOTH = Break.NONE, Break.LINE, Break.SENTENCE, Break.BOTH
_Piece = tuple[Words, int, int, Break]
"""Words, where they start and end in the clean text, and the break before them."""


@dataclass(frozen=True, slots=True)
class Stream:
    """Plain words in order; `starts` and `ends` are places in the clean text."""

    words: list[str]
    starts: list[int]
    ends: list[int]
    clause_starts: list[bool]
    sentence_starts: list[bool]
    line_starts: list[bool]
    reach_starts: list[bool]
    """Where the reach of what lowers ends: "Bye." alone between two sentences keeps them apart."""


def stream_of(raws: Sequence[Raw], repair: Repair) -> Stream:
    """Return the words that the raw tokens stand for, with letters written apart put together."""
    words: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    breaks: list[Break] = []
    pieces = _pieces(raws, repair) if _is_odd([raw.text for raw in raws], repair) else _one_by_one(raws, repair)
    for plain, start, end, mark in pieces:
        count = len(plain)
        words += plain
        starts += (start,) * count
        ends += (end,) * count
        breaks += (mark, *(_NONE,) * (count - 1))
    reach = [mark >= _LINE for mark in _softened(breaks, 2)]
    breaks = _softened(breaks, 1)
    sentences = [mark >= _SENTENCE for mark in breaks]
    lines = [mark is _LINE or mark is _BOTH for mark in breaks]
    clauses = [mark is not _NONE for mark in breaks]
    for at, word in enumerate(words):
        if word[0] == "_":
            clauses[at] = True
            if at + 1 < len(words):
                clauses[at + 1] = True
    return Stream(words, starts, ends, [*clauses, True], [*sentences, True], [*lines, True], [*reach, True])


def _is_odd(texts: Sequence[str], repair: Repair) -> bool:
    """Tell whether some tokens may have to be read together with others."""
    return letters_apart(texts) or repair.is_halved(texts) or in_digits(texts)


def _one_by_one(raws: Sequence[Raw], repair: Repair) -> Iterator[_Piece]:
    marks = [_SENTENCE, *[break_of(raw.before) for raw in raws[1:]]]
    for raw, mark in zip(raws, marks, strict=False):
        yield repair.words(raw.text), raw.start, raw.end, mark


def letters_apart(texts: Sequence[str]) -> bool:
    """Tell whether enough single letters follow each other in a text to be words written apart."""
    if list(map(len, texts)).count(1) < _FEWEST_LETTERS_APART:
        return False
    run = 0
    for text in texts:
        run = run + 1 if len(text) == 1 else 0
        if run == _FEWEST_LETTERS_APART:
            return True
    return False


def in_digits(texts: Sequence[str]) -> bool:
    """Tell whether so many words are written with digits that a number may be one, too."""
    return sum(_is_disguised(text) for text in texts if not text.isalpha()) >= _FEWEST_DISGUISED


def _pieces(raws: Sequence[Raw], repair: Repair) -> Iterator[_Piece]:
    disguised = in_digits([raw.text for raw in raws])
    at = 0
    tried = 0
    while at < len(raws):
        raw = raws[at]
        mark = _SENTENCE if at == 0 else break_of(raw.before)
        words, taken = _run(raws, at, repair) if at >= tried and not _is_clipped(raws, at, repair) else ((), 1)
        tried = max(tried, at + taken)
        if not words:
            words, taken = _halves(raws, at, repair), 2
        if not words:
            words, taken = repair.words(raw.text), 1
            if disguised and raw.text.isdigit():
                words = repair.number(raw.text) or words
        yield words, raw.start, raws[at + taken - 1].end, mark
        at += taken


def _run(raws: Sequence[Raw], at: int, repair: Repair) -> tuple[Words, int]:
    """Return the words of single letters written apart, and how many tokens they are; the words may be none."""
    length = _run_length(raws, at)
    return (repair.run(_groups(raws[at : at + length])), length) if length else ((), 1)


def _run_length(raws: Sequence[Raw], at: int) -> int:
    """Return how many single letters follow each other from here, or 0 if they are too few to be a word."""
    if len(raws[at].text) != 1:
        return 0
    end = at + 1
    while end < len(raws) and len(raws[end].text) == 1:
        end += 1
    return end - at if end - at >= _FEWEST_LETTERS_APART else 0


def _groups(run: Sequence[Raw]) -> list[str]:
    """Return the letters of a run, parted where the sign between two of them is not the usual one."""
    usual = Counter(raw.before for raw in run[1:]).most_common(1)[0][0]
    groups = [run[0].text]
    for raw in run[1:]:
        if raw.before == usual:
            groups[-1] += raw.text
        else:
            groups.append(raw.text)
    return groups


def _is_disguised(text: str) -> bool:
    return not text.isdigit() and any(map(str.isdigit, text))


def _is_clipped(raws: Sequence[Raw], at: int, repair: Repair) -> bool:
    """Tell whether few letters from here are a word without its apostrophe ("i m a"), not one written apart."""
    if at + 1 >= len(raws) or not repair.is_clipped(raws[at].text, raws[at + 1].text):
        return False
    return _run_length(raws, at) <= _FEWEST_LETTERS_APART


def _halves(raws: Sequence[Raw], at: int, repair: Repair) -> Words:
    if at + 1 >= len(raws):
        return ()
    return repair.halves(raws[at].text, raws[at + 1].text)


def _softened(breaks: Sequence[Break], fewest: int) -> list[Break]:
    """Read full stops around single words ("I. Can't. Do. This.") as emphasis, not as ends of sentences.

    So many of the stretches around a stop must be as short as that, unless the word is the first or the last.
    """
    softened = list(breaks)
    ends = [at for at, mark in enumerate(breaks) if mark >= _LINE]
    lengths = [end - start for start, end in pairwise([*ends, len(breaks)])]
    for number in range(1, len(lengths)):
        here = ends[number]
        if breaks[here] is _LINE or min(lengths[number - 1 : number + 1]) > 1:
            continue
        at_edge = (number == 1 and lengths[0] == 1) or (number == len(lengths) - 1 and lengths[-1] == 1)
        if at_edge or sum(length <= _FEW_WORDS for length in lengths[max(0, number - 2) : number + 2]) >= fewest:
            softened[here] = Break.CLAUSE if breaks[here] is _SENTENCE else _LINE
    return softened
