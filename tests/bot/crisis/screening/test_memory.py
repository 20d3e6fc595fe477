"""What 72 hours add: at most one step, for named pairs of different kinds, once per kind and day, never for repeats."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.crisis.screening import Assessment, Change, Context, Evidence, Level, Remembered, ViewKind, views_of
from bot.crisis.screening.memory import Pair, with_memory
from tests.bot.crisis.screening.tiny import ENGLISH, made
from tests.support.seeded import shipped_screener

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
KINDS = ("hopeless", "farewell", "wish", "means")


def pair(first: str = "wish", then: str = "means", to: Level = Level.HIGH, **more: object) -> Pair:
    return Pair("p", frozenset({first}), frozenset({then}), to, "n", **more)  # type: ignore[arg-type]


def told(kind: str, level: Level = Level.CONCERN, *, lowered: bool = False) -> Evidence:
    change = Change("m", "n", "w", (0, 1), level, Level.NONE)
    changes = (change,) if lowered else ()
    at = Level.NONE if lowered else level
    return Evidence("e", kind, "n", "en", level, at, ViewKind.TEXT, 0, (0, 1), "w", changes)


def now_told(*items: Evidence) -> Assessment:
    return Assessment(max((item.level for item in items), default=Level.NONE), items)


def earlier(kind: str, hours: float = 1, level: Level = Level.HIGH, *, raised: bool = False) -> Remembered:
    return Remembered("e", kind, level, NOW - timedelta(hours=hours), raised)


def test_two_kinds_of_a_pair_raise_by_one_step_and_say_why():
    result = with_memory(now_told(told("means", Level.NONE)), [earlier("wish")], NOW, [pair()])
    assert result.level is Level.CONCERN
    assert [(step.rule, step.before, step.after, step.kinds) for step in result.raises] == [
        ("memory.p", Level.NONE, Level.CONCERN, ("means",))
    ]


def test_only_one_step_is_taken_however_many_pairs_are_complete():
    pairs = [pair(), pair("hopeless"), pair("wish", to=Level.IMMINENT)]
    recent = [earlier("wish"), earlier("hopeless")]
    assert with_memory(now_told(told("means")), recent, NOW, pairs).level is Level.HIGH


@pytest.mark.parametrize(
    ("recent", "raised"),
    [
        ([earlier("wish", hours=72)], True),
        ([earlier("wish", hours=72.1)], False),
        ([earlier("wish", hours=-1)], False),
        ([earlier("means")], False),
        ([earlier("wish", level=Level.NONE)], False),
        ([earlier("wish"), earlier("means", hours=23, raised=True)], False),
        ([earlier("wish"), earlier("means", hours=25, raised=True)], True),
        ([], False),
    ],
)
def test_a_pair_needs_its_first_kind_within_72_hours_and_is_used_once_a_day(recent, raised):
    result = with_memory(now_told(told("means")), recent, NOW, [pair()])
    assert (result.level is Level.HIGH) is raised


def test_repeats_of_one_kind_never_raise():
    both = Pair("p", frozenset(KINDS), frozenset(KINDS), Level.IMMINENT, "n")
    recent = [earlier("wish", hours) for hours in range(1, 20)]
    assert with_memory(now_told(told("wish", Level.HIGH)), recent, NOW, [both]).raises == ()


def test_words_that_something_lowered_complete_no_pair():
    assert with_memory(now_told(told("means", lowered=True)), [earlier("wish")], NOW, [pair()]).raises == ()


def test_a_pair_may_ask_how_grave_the_earlier_words_were():
    grave = pair(at_least=Level.HIGH)
    assert with_memory(now_told(told("means")), [earlier("wish", level=Level.CONCERN)], NOW, [grave]).raises == ()
    assert with_memory(now_told(told("means")), [earlier("wish", level=Level.HIGH)], NOW, [grave]).raises != ()


def test_a_pair_may_ask_for_several_earlier_messages():
    often = pair(times=2)
    twice = [earlier("wish", 1), earlier("wish", 2)]
    assert with_memory(now_told(told("means")), twice[:1], NOW, [often]).raises == ()
    assert with_memory(now_told(told("means")), [twice[0], twice[0]], NOW, [often]).raises == ()
    assert with_memory(now_told(told("means")), twice, NOW, [often]).raises != ()


def test_a_level_that_is_as_high_as_the_pair_goes_is_left_alone():
    assert with_memory(now_told(told("means", Level.HIGH)), [earlier("wish")], NOW, [pair()]).raises == ()


rows = st.builds(
    Remembered, st.just("e"), st.sampled_from(KINDS), st.sampled_from(list(Level)),
    st.floats(-5, 100).map(lambda hours: NOW - timedelta(hours=hours)), st.booleans(),
)  # fmt: skip
pairs = st.builds(
    pair, st.sampled_from(KINDS), st.sampled_from(KINDS), st.sampled_from([Level.HIGH, Level.IMMINENT]),
    times=st.integers(1, 3),
)  # fmt: skip


@given(
    said=st.lists(st.builds(told, st.sampled_from(KINDS), st.sampled_from(list(Level)), lowered=st.booleans())),
    recent=st.lists(rows),
    named=st.lists(pairs),
)
def test_memory_never_lowers_and_never_takes_two_steps(said, recent, named):
    before = now_told(*said)
    after = with_memory(before, recent, NOW, named)
    assert before.level <= after.level <= before.level + 1
    assert len(after.raises) <= 1


def test_what_is_remembered_is_one_row_a_kind_and_holds_no_text():
    found = made().assess(views_of("i want to die, i have the pills. i want to die"))
    kept = found.to_remember(NOW)
    assert sorted((row.kind, row.level) for row in kept) == [("means", Level.NONE), ("wish", Level.HIGH)]
    assert "pills" not in repr(kept)


def test_a_kind_that_the_memory_used_is_marked_as_used():
    text = ENGLISH + '\n[[memory]]\nid = "p"\nnote = "n"\nfirst = ["wish"]\nthen = ["means"]\nto = "high"\n'
    context = Context(recent=(earlier("wish"),), now=NOW)
    found = made(text).assess(views_of("i have the pills"), context)
    assert [(row.kind, row.raised) for row in found.to_remember(NOW)] == [("means", True)]


def test_without_a_time_nothing_is_remembered():
    text = ENGLISH + '\n[[memory]]\nid = "p"\nnote = "n"\nfirst = ["wish"]\nthen = ["means"]\nto = "high"\n'
    assert made(text).assess(views_of("i have the pills"), Context(recent=(earlier("wish"),))).level is Level.NONE


@pytest.mark.parametrize(
    ("before", "then", "level"),
    [
        (["i want to die"], "goodbye everyone, take care", Level.HIGH),
        (["quiero morir"], "cuídense mucho, adiós a todos", Level.HIGH),
        (["nothing will ever get better for me"], "goodbye everyone, take care", Level.CONCERN),
        (["i dont see any hope for my life", "nothing will ever get better for me"], "goodbye everyone, take care",
         Level.HIGH),
    ],
)  # fmt: skip
def test_a_wish_once_or_hopelessness_twice_makes_a_page_of_a_farewell(before, then, level):
    recent: list[Remembered] = []
    for hours, text in enumerate(before, 2):
        recent += shipped_screener().assess(views_of(text)).to_remember(NOW - timedelta(hours=hours))
    context = Context(recent=tuple(recent), now=NOW)
    assert shipped_screener().assess(views_of(then), context).level is level
