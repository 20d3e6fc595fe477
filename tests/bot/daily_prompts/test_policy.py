from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.daily_prompts.library import built_in, load
from bot.daily_prompts.model import Because, Day, Depth, Fit, Library, Posted, Theme, Wishes
from bot.daily_prompts.policy import choose, describe_day, plan, running_low, too_late
from tests.bot.daily_prompts.build import MONDAY, library, live_through, meeting, prompt, some, weekdays


@pytest.fixture(scope="module")
def english() -> Library:
    return load("en", built_in("en"))


def reasons(choice: object) -> set[Because]:
    return {reason.because for reason in choice.reasons}  # type: ignore[attr-defined]


def any_day(shelf: Library) -> int:
    return sum(Fit.ANY in each.fits for each in shelf.prompts.values())


def test_nothing_comes_twice_before_the_pool_is_used_up(english: Library) -> None:
    ids = [choice.prompt.id for choice in live_through(english, weekdays(any_day(english)))]
    assert len(set(ids)) == any_day(english)


def test_nothing_comes_twice_either_when_sessions_and_weekends_bring_their_own(english: Library) -> None:
    days = [describe_day(MONDAY + timedelta(days=n), sessions=meeting(2)) for n in range(any_day(english))]
    ids = [choice.prompt.id for choice in live_through(english, days)]
    assert len(set(ids)) == len(ids)


def test_between_two_postings_of_a_prompt_lies_at_least_a_third_of_the_pool(english: Library) -> None:
    last: dict[str, int] = {}
    for number, choice in enumerate(live_through(english, weekdays(600))):
        if choice.prompt.id in last:
            assert number - last[choice.prompt.id] > any_day(english) / 3
        last[choice.prompt.id] = number


@given(st.integers(1, 60), st.integers(1, 7), st.text("abc", min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_a_round_of_any_library_has_no_repeats_as_long_as_every_day_bears_it(count: int, themes: int, key: str) -> None:
    light = [prompt(f"p{n}", list(Theme)[n % themes], (Depth.LIGHT, Depth.MIDDLE)[n % 2]) for n in range(count)]
    choices = live_through(library(*light), weekdays(2 * count), group_key=key)
    for half in (choices[:count], choices[count:]):
        assert len({choice.prompt.id for choice in half}) == count


def test_every_theme_has_its_turn(english: Library) -> None:
    themes = Counter(choice.prompt.theme for choice in live_through(english, weekdays(70)))
    assert set(themes) == set(Theme)
    assert max(themes.values()) - min(themes.values()) <= 3


def test_a_theme_rests_after_its_turn(english: Library) -> None:
    themes = [choice.prompt.theme for choice in live_through(english, weekdays(150))]
    assert all(theme not in themes[n - 3 : n] for n, theme in enumerate(themes) if n >= 3)


@pytest.mark.parametrize("sessions", [(), (1,), (4,)])
def test_nothing_deep_comes_into_or_over_a_weekend_nor_twice_in_a_row(
    english: Library, sessions: tuple[int, ...]
) -> None:
    days = [describe_day(MONDAY + timedelta(days=n), sessions=meeting(*sessions)) for n in range(300)]
    choices = live_through(english, days)
    depths = [choice.prompt.depth for choice in choices]
    assert not any(
        depth is Depth.DEEP and day.date.weekday() in {4, 5, 6} for depth, day in zip(depths, days, strict=True)
    )
    assert all(pair != (Depth.DEEP, Depth.DEEP) for pair in pairwise(depths))
    assert Depth.DEEP in depths


def test_a_heavy_day_gets_a_prompt_made_for_it(english: Library) -> None:
    heavy = [describe_day(MONDAY + timedelta(days=n), heavy=True, sessions=meeting(1)) for n in range(20)]
    for choice in live_through(english, heavy):
        assert Fit.HEAVY_DAY in choice.prompt.fits
        assert choice.prompt.depth is not Depth.DEEP
        assert Because.GENTLE in reasons(choice)


def test_a_long_heavy_time_goes_on_with_light_prompts_without_a_content_note() -> None:
    shelf = library(
        prompt("made-for-it", fits={Fit.HEAVY_DAY}),
        prompt("light", Theme.CHANGES),
        prompt("noted", Theme.CHANGES, note="This one is about goodbyes."),
        prompt("middle", Theme.PATTERNS, Depth.MIDDLE),
    )
    days = [describe_day(MONDAY + timedelta(days=n), heavy=True) for n in range(4)]
    ids = [choice.prompt.id for choice in live_through(shelf, days)]
    assert ids == ["made-for-it", "light", "made-for-it", "light"]


def test_the_first_week_begins_gently(english: Library) -> None:
    days = [describe_day(MONDAY + timedelta(days=n), began=MONDAY) for n in range(8)]
    choices = live_through(english, days)
    assert all(Fit.FIRST_WEEK in choice.prompt.fits for choice in choices[:7])
    assert Fit.FIRST_WEEK not in days[7].fits


def test_prompts_for_a_session_come_only_around_it(english: Library) -> None:
    days = [describe_day(MONDAY + timedelta(days=n), sessions=meeting(3)) for n in range(100)]
    around = Counter()  # type: ignore[var-annotated]
    for day, choice in zip(days, live_through(english, days), strict=True):
        if Fit.BEFORE_SESSION in choice.prompt.fits:
            assert day.date.weekday() == 2
            around["before"] += 1
        if Fit.AFTER_SESSION in choice.prompt.fits:
            assert day.date.weekday() == 4
            around["after"] += 1
    assert around["before"] >= 3
    assert around["after"] >= 3


def test_a_topic_that_rests_does_not_come(english: Library) -> None:
    resting = frozenset({"praise", "body"})
    choices = live_through(english, weekdays(200), wishes=Wishes(resting_topics=resting))
    assert not any(choice.prompt.topics & resting for choice in choices)
    assert all(Because.TOPICS_REST in reasons(choice) for choice in choices)


def test_the_therapists_queue_comes_first_whatever_the_day(english: Library) -> None:
    wishes = Wishes(queue=("when-praised", "medal"), resting_topics=frozenset({"praise"}))
    choice = choose(english, "tuesday", describe_day(date(2027, 1, 9), heavy=True), (), wishes)
    assert choice is not None
    assert choice.prompt.id == "when-praised"
    assert reasons(choice) == {Because.QUEUED}


def test_a_queued_prompt_that_the_library_lost_is_passed_over(english: Library) -> None:
    choice = choose(english, "tuesday", Day(MONDAY), (), Wishes(queue=("gone", "medal")))
    assert choice is not None
    assert choice.prompt.id == "medal"


def test_the_theme_of_the_week_has_the_say_until_it_is_used_up() -> None:
    shelf = library(
        *(prompt(f"b{n}", Theme.BOUNDARIES) for n in range(3)), *(prompt(f"s{n}", Theme.STRENGTHS) for n in range(9))
    )
    choices = live_through(shelf, weekdays(5), wishes=Wishes(theme=Theme.BOUNDARIES))
    assert [choice.prompt.theme for choice in choices[:3]] == [Theme.BOUNDARIES] * 3
    assert Because.WEEK_THEME in reasons(choices[0])
    assert {choice.prompt.theme for choice in choices[3:]} == {Theme.STRENGTHS}


def test_therapists_may_set_how_deep_prompts_go(english: Library) -> None:
    choices = live_through(english, weekdays(150), wishes=Wishes(deepest=Depth.LIGHT))
    assert {choice.prompt.depth for choice in choices} == {Depth.LIGHT}


def test_no_prompt_is_left_when_every_topic_rests() -> None:
    shelf = library(prompt("a", topics={"food"}))
    assert choose(shelf, "tuesday", Day(MONDAY), (), Wishes(resting_topics=frozenset({"food"}))) is None


def test_if_only_deep_prompts_are_left_on_a_friday_one_of_them_comes_after_all() -> None:
    choice = choose(library(prompt("deep", depth=Depth.DEEP)), "tuesday", Day(MONDAY + timedelta(days=4)))
    assert choice is not None
    assert choice.prompt.id == "deep"


def test_the_same_group_and_day_always_get_the_same_prompt(english: Library) -> None:
    days = weekdays(40)
    assert live_through(english, days) == live_through(english, days)


def test_two_groups_do_not_walk_in_step(english: Library) -> None:
    days = weekdays(20)
    one = [choice.prompt.id for choice in live_through(english, days, group_key="tuesday")]
    other = [choice.prompt.id for choice in live_through(english, days, group_key="thursday")]
    assert sum(a == b for a, b in zip(one, other, strict=True)) < 5


def test_two_prompts_on_one_day_differ(english: Library) -> None:
    first = choose(english, "tuesday", Day(MONDAY, place=0))
    assert first is not None
    second = choose(english, "tuesday", Day(MONDAY, place=1), [Posted(first.prompt.id, MONDAY)])
    assert second is not None
    assert second.prompt.theme is not first.prompt.theme


def test_a_choice_does_not_depend_on_the_order_of_the_files(english: Library) -> None:
    turned = Library("en", dict(reversed(list(english.prompts.items()))), english.places, english.vocabulary)
    days = weekdays(60)
    assert [c.prompt.id for c in live_through(english, days)] == [c.prompt.id for c in live_through(turned, days)]


def test_prompts_that_are_added_later_come_soon_and_only_once() -> None:
    before = some(20)
    history = [Posted(c.prompt.id, MONDAY) for c in live_through(before, weekdays(50))]
    grown = library(*before.prompts.values(), *(prompt(f"new{n}", Theme.CELEBRATING) for n in range(3)))
    ids = [c.prompt.id for c in live_through(grown, weekdays(12, date(2027, 6, 7)), history=history)]
    assert {"new0", "new1", "new2"} <= set(ids)
    assert all(ids.count(f"new{n}") == 1 for n in range(3))


def test_a_prompt_that_left_the_library_does_not_disturb_the_rotation() -> None:
    history = [Posted("gone", MONDAY), Posted("p1", MONDAY)]
    assert choose(some(10), "tuesday", Day(MONDAY + timedelta(days=1)), history) is not None


def test_a_plan_is_what_will_be_posted(english: Library) -> None:
    days = weekdays(14)
    wishes = Wishes(queue=("toast", "medal"))
    planned = plan(english, "tuesday", days, (), wishes)
    first, second, *rest = [choice.prompt.id for _, choice in planned if choice]
    assert [first, second] == ["toast", "medal"]
    assert not {"toast", "medal"} & set(rest)
    history = [Posted(first, days[0].date), Posted(second, days[1].date)]
    assert rest == [choice.prompt.id for choice in live_through(english, days[2:], history=history)]


def test_every_choice_says_why(english: Library) -> None:
    for choice in live_through(english, weekdays(60, sessions=(1,))):
        assert {Because.NEW, Because.DEPTH, Because.THEME_TURN} <= reasons(choice)


def test_a_repeat_says_how_long_ago_it_was() -> None:
    shelf = library(prompt("a", fits={Fit.HEAVY_DAY}))
    heavy = [describe_day(MONDAY + timedelta(days=n), heavy=True) for n in (0, 9)]
    told = {reason.because: reason.values for reason in live_through(shelf, heavy)[1].reasons}
    assert told[Because.LONGEST_AGO] == {"days": 9}


def test_what_runs_low_is_named() -> None:
    shelf = library(prompt("a"), *(prompt(f"b{n}", Theme.BOUNDARIES) for n in range(4)))
    low = {each.about: each.left for each in running_low(shelf, [Posted("b0", MONDAY)], Wishes(queue=("a",)))}
    assert low["queue"] == 1
    assert low["pool"] == 4
    assert low[Theme.STRENGTHS] == 1
    assert Theme.BOUNDARIES not in low


def test_nothing_runs_low_in_a_full_library_without_a_queue(english: Library) -> None:
    assert running_low(english, (), Wishes()) == []


def test_a_post_may_be_two_hours_late_and_no_more() -> None:
    nine = datetime(2027, 1, 4, 9, tzinfo=UTC)
    assert not too_late(nine, nine + timedelta(hours=2))
    assert too_late(nine, nine + timedelta(hours=2, seconds=1))
