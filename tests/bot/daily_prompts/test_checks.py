from dataclasses import replace

import pytest

from bot.daily_prompts.checks import SAME, alike, check, topics_in
from bot.daily_prompts.library import built_in, load
from bot.daily_prompts.model import Library, Prompt, Theme
from tests.bot.daily_prompts.build import library, prompt

ENGLISH = load("en", built_in("en"))
SPANISH = load("es", built_in("es"))


def found(*prompts: Prompt, of: Library = ENGLISH) -> list[str]:
    shelf = replace(library(*prompts, vocabulary=of.vocabulary), language=of.language)
    return [problem.message for problem in check(shelf) if problem.place.file == "test.toml"]


def said(text: str, of: Library = ENGLISH, **more: object) -> list[str]:
    return found(prompt("a", text=text, **more), of=of)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "He committed suicide. What do you feel?",
        "He COMMITTED  Suicide. What now?",
        "What is your deepest fear?",
        "How long is your streak?",
        "Say why you missed yesterday.",
        "Who is missing today?",
        "Calm down for a minute. How is it?",
        "How is your inner child?",
    ],
)
def test_words_that_may_harm_are_found(text: str) -> None:
    assert any("says" in message for message in said(text))


@pytest.mark.parametrize("text", ["Cometió suicidio. ¿Qué sientes?", "¿Cuántos días seguidos llevas?"])
def test_words_that_may_harm_are_found_in_spanish(text: str) -> None:
    assert any("says" in message for message in said(text, of=SPANISH))


def test_words_that_only_contain_such_a_word_are_fine() -> None:
    assert said("Which skill do you use on a streaky window?") == []


def test_a_remedy_says_what_to_write_instead() -> None:
    shelf = library(prompt("a", text="He committed suicide."), vocabulary=ENGLISH.vocabulary)
    remedies = [problem.remedy for problem in check(shelf) if "'committed suicide'" in problem.message]
    assert remedies == ["Say 'died by suicide', and keep it out of a daily prompt: it belongs in the session."]


@pytest.mark.parametrize("text", ["Say it aloud!", "¡Dilo!"])
def test_exclamation_marks_are_found(text: str) -> None:
    assert said(text) == ["'a' has an exclamation mark."]


@pytest.mark.parametrize("text", ["How are you, {name}?", "Think of <place>.", "Think of [place].", "TBD what to ask."])
def test_forgotten_placeholders_are_found(text: str) -> None:
    assert len(said(text)) == 1
    assert "placeholder" in said(text)[0]


@pytest.mark.parametrize("text", ["Hello @everyone, how are you?", "Read https://example.org and say."])
def test_mentions_and_links_are_found(text: str) -> None:
    assert "holds" in said(text)[0]


def test_dots_for_an_unfinished_sentence_are_fine() -> None:
    assert said("Finish the sentence: I feel ... when ...") == []


def test_a_text_that_touches_a_topic_has_to_name_it() -> None:
    text = "What did you cook for your mother?"
    assert said(text) == [
        "'a' says 'cook' but does not list the topic 'food'.",
        "'a' says 'mother' but does not list the topic 'family'.",
    ]
    assert said(text, topics=("food", "family")) == []
    assert topics_in("Was esst ihr?", ENGLISH.vocabulary) == {}


def test_a_topic_or_skill_that_nobody_knows_is_named() -> None:
    assert said("How are you?", topics=("dragons",), skill="juggling") == [
        "There is no topic 'dragons'.",
        "There is no skill 'juggling'.",
    ]


def test_two_prompts_that_say_nearly_the_same_are_found() -> None:
    one = prompt("a", text="What small thing went well for you today?")
    other = prompt("b", text="What went well today for you? Any small thing.")
    assert alike(one, other) > SAME
    assert found(one, other) == ["'b' says nearly the same as 'a' (89% of their words)."]


def test_two_prompts_that_share_a_beginning_are_fine() -> None:
    one = prompt("a", text="Finish the sentence: On Monday I like to walk.")
    assert found(one, prompt("b", text="Finish the sentence: If rain could sing, then what?")) == []


def test_a_text_that_is_hard_to_read_is_found() -> None:
    hard = (
        "Characterize the multidimensional interrelationships underlying your habitual communicative predispositions."
    )
    assert "reads like a text for age" in said(hard)[0]


def test_a_language_without_a_formula_has_no_reading_age() -> None:
    shelf = replace(library(prompt("a"), vocabulary=ENGLISH.vocabulary), language="cy")
    assert not [problem for problem in check(shelf) if "age" in problem.message]


def test_a_theme_without_prompts_is_named() -> None:
    shelf = library(prompt("a", Theme.CHANGES), vocabulary=ENGLISH.vocabulary)
    missing = [problem.message for problem in check(shelf) if "for the theme" in problem.message]
    assert len(missing) == len(Theme) - 1


def test_names_that_a_language_lacks_are_told() -> None:
    vocabulary = replace(ENGLISH.vocabulary, themes={}, reasons={**ENGLISH.vocabulary.reasons, "new": "{days} ago"})
    messages = [problem.message for problem in check(library(prompt("a"), vocabulary=vocabulary))]
    assert "[themes] has no name for 'strengths'." in messages
    assert "The reason 'new' has no days." in messages


def test_nothing_here_keeps_a_library_from_being_used() -> None:
    assert not any(problem.blocks for problem in check(library(prompt("a", text="Fail! {x}"))))
