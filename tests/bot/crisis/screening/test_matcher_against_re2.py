"""The matcher finds what regular expressions find: simple patterns, translated, over one letter a word."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.crisis.screening.engine.match import Concepts, Frames, Text
from bot.crisis.screening.engine.pattern import parse
from bot.crisis.screening.engine.symbols import Symbols

re2 = pytest.importorskip("re2")

WORDS = {"ant": "a", "bee": "b", "cat": "c", "dog": "d", "not": "n", "42": "4"}
BARRIER = "not"
CONCEPTS = {"PETS": ("cat", "dog ant"), "MORE": ("bee cat", "{PETS} bee"), "FAR": ("bee ..1 cat", "{PETS} bee")}
CONCEPTS_IN_RE2 = {"PETS": "(?:c|da)", "MORE": "(?:bc|(?:c|da)b)", "FAR": "(?:b[^n]{0,1}c|(?:c|da)b)"}


@dataclass(frozen=True)
class Written:
    """One pattern in both notations."""

    pattern: str
    regex: str


def word(name: str) -> Written:
    return Written(name, WORDS[name])


def concept(name: str) -> Written:
    return Written("{" + name + "}", CONCEPTS_IN_RE2[name])


def gap(most: int) -> Written:
    return Written(f"..{most}", f"[^n]{{0,{most}}}")


def following(parts: Sequence[Written]) -> Written:
    return Written(" ".join(part.pattern for part in parts), "".join(part.regex for part in parts))


def choice(options: Sequence[Written]) -> Written:
    return Written(f"({'|'.join(each.pattern for each in options)})", f"(?:{'|'.join(each.regex for each in options)})")


def optional(options: Sequence[Written]) -> Written:
    return Written(
        f"[{'|'.join(each.pattern for each in options)}]", f"(?:{'|'.join(each.regex for each in options)})?"
    )


words = st.sampled_from(sorted(set(WORDS) - {"42"})).map(word) | st.just(Written("#", "4"))
gaps = st.integers(1, 4).map(gap)
whole_phrases = st.lists(words, min_size=1, max_size=3).map(following)
phrases_with_gaps = whole_phrases | st.tuples(words, gaps, words).map(following)


def patterns(names: Sequence[str], phrases: st.SearchStrategy[Written]) -> st.SearchStrategy[Written]:
    """Return patterns that begin and end with something needed."""
    needed = words | st.sampled_from(names).map(concept) | st.lists(phrases, min_size=1, max_size=3).map(choice)
    maybe = st.lists(phrases, min_size=1, max_size=2).map(optional)
    between = st.lists(gaps | needed | maybe, max_size=3).map(following)
    return st.tuples(needed, between, needed).map(following) | needed


plain_patterns = patterns(["PETS", "MORE"], whole_phrases)
any_patterns = patterns(["PETS", "FAR"], phrases_with_gaps)


@st.composite
def texts(draw: st.DrawFn) -> Text:
    spoken = draw(st.lists(st.sampled_from(sorted(WORDS)), min_size=1, max_size=14))
    breaks = draw(st.lists(st.sampled_from(["", "", "", ",", "."]), min_size=len(spoken), max_size=len(spoken)))
    sentences = [at == 0 or breaks[at] == "." for at in range(len(spoken))]
    edges = [start or breaks[at] == "," for at, start in enumerate(sentences)]
    keys: dict[str, list[int]] = {}
    for at, each in enumerate(spoken):
        for key in (each, "#", "##") if each.isdigit() else (each,):
            keys.setdefault(key, []).append(at)
    return Text(spoken, keys, [*edges, True], [*sentences, True], frozenset({BARRIER}))


def found_by_matcher(pattern: str, text: Text) -> dict[int, int]:
    symbols = Symbols({name: [parse(each) for each in phrases] for name, phrases in CONCEPTS.items()}, {})
    frames = Frames(Concepts(symbols), [(path, 0) for path in symbols.paths(parse(pattern))])
    latest: dict[int, int] = {}
    for found in frames.phrases(text):
        latest[found.end] = max(found.start, latest.get(found.end, -1))
    return latest


def found_by_re2(regex: str, text: Text, *, at_start: bool = False, at_end: bool = False) -> dict[int, int]:
    """Return for each end the latest start of a match that lies in one sentence."""
    letters = "".join(WORDS[each] for each in text.words)
    whole = re2.compile(regex)
    latest: dict[int, int] = {}
    for start in range(len(letters)):
        if at_start and not text.edges[start]:
            continue
        for end in range(start + 1, len(letters) + 1):
            if whole.fullmatch(letters[start:end]) and (not at_end or text.edges[end]):
                latest[end] = start
            if text.sentence_starts[end]:
                break
    return latest


@given(written=plain_patterns, text=texts())
def test_a_pattern_finds_what_its_regular_expression_finds(written: Written, text: Text):
    assert found_by_matcher(written.pattern, text) == found_by_re2(written.regex, text)


@given(written=plain_patterns, text=texts())
def test_a_pattern_bound_to_a_clause_finds_it_at_its_edges_only(written: Written, text: Text):
    ending = found_by_re2(written.regex, text, at_end=True)
    assert found_by_matcher(f"{written.pattern} $", text) == ending


@given(written=words, text=texts())
def test_a_word_bound_to_the_start_of_a_clause_is_found_there_only(written: Written, text: Text):
    starting = found_by_re2(written.regex + "c", text, at_start=True)
    assert found_by_matcher(f"^ {written.pattern} cat", text) == starting


@given(written=any_patterns, text=texts())
def test_a_pattern_with_gaps_in_its_choices_and_concepts_finds_the_same(written: Written, text: Text):
    assert found_by_matcher(written.pattern, text) == found_by_re2(written.regex, text)


@given(written=any_patterns, most=st.integers(1, 4), text=texts())
def test_a_gap_before_the_end_of_a_clause_holds_no_negation_and_no_other_end(written: Written, most: int, text: Text):
    found = found_by_matcher(f"{written.pattern} ..{most} $", text)
    wanted: dict[int, int] = {}
    for end, start in found_by_re2(written.regex, text).items():
        for at in range(end, min(end + most, len(text.words)) + 1):
            if text.edges[at]:
                wanted[at] = max(start, wanted.get(at, -1))
                break
            if text.words[at] == BARRIER:
                break
    assert found == wanted


def test_every_beginning_of_a_concept_with_a_gap_is_tried():
    spoken = ["ant", "bee", "bee", "cat"]
    text = Text(
        spoken, {"ant": [0], "bee": [1, 2], "cat": [3]}, [True, False, False, False, True], [True, *[False] * 3, True],
        frozenset(),
    )  # fmt: skip
    assert found_by_matcher("ant {FAR}", text) == {4: 0} == found_by_re2("ab[^n]{0,1}c", text)


def test_the_comparison_can_fail():
    text = Text(["ant", "bee"], {"ant": [0], "bee": [1]}, [True, False, True], [True, False, True], frozenset())
    assert found_by_matcher("ant bee", text) == {2: 0} == found_by_re2("ab", text)
    assert found_by_matcher("ant", text) != found_by_re2("ab", text)
