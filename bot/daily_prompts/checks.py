"""Judge how prompts are written: what they may do to somebody, how they read, and whether they repeat each other.

Nothing here keeps a library from being used; `holdspace prompts check` shows it to whoever writes prompts.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import combinations
from string import Formatter

from bot.daily_prompts.model import (
    VALUES_OF,
    Because,
    Depth,
    Fit,
    Library,
    Place,
    Problem,
    Prompt,
    Theme,
    Vocabulary,
)
from bot.daily_prompts.reading_age import reading_age

SAME = 0.7
"""From this share of shared words on, two prompts count as one."""

READING_AGE = 11.0
ONE_READING_AGE = 14.0
"""Years: for a library as a whole, and for any one prompt, whose figure scatters because it is short."""

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_PLACEHOLDER = re.compile(r"\{[^}]*\}|<[^>]*>|\[[^\]]*\]|\b(?:TO-?DO|TBD|XXX|[Ll]orem ipsum)\b|\?{3,}")
_MENTION = re.compile(r"@(?:everyone|here)\b|<[@#][^>]*>|https?://")
_LOUD = re.compile(r"[!¡]")


def check(library: Library) -> list[Problem]:
    """Return everything about a library that its authors should look at, in the order of the files."""
    found = [
        problem
        for prompt in library.prompts.values()
        for problem in _of_prompt(prompt, library.places[prompt.id], library)
    ]
    found += _alike(library)
    found += _of_vocabulary(library)
    found += _of_whole(library)
    return sorted(found, key=lambda problem: (problem.place.file, problem.place.line))


def style_of(prompt: Prompt, library: Library) -> list[Problem]:
    """Return what the author of one prompt should look at; it need not be in the library yet."""
    return list(_of_prompt(prompt, Place("", 1), library))


def alike(one: Prompt, other: Prompt) -> float:
    """Return which share of all the words of two prompts they have in common, from 0 to 1."""
    ours, theirs = _words(one.text), _words(other.text)
    return len(ours & theirs) / len(ours | theirs) if ours | theirs else 0.0


def topics_in(text: str, vocabulary: Vocabulary) -> dict[str, str]:
    """Return the topics that a text touches, each with the word that gives it away."""
    spoken = _spoken(text)
    touched: dict[str, str] = {}
    for key, topic in vocabulary.topics.items():
        found = next((word for word in topic.words if _says(spoken, word)), None)
        if found is not None:
            touched[key] = found
    return touched


def _of_prompt(prompt: Prompt, place: Place, library: Library) -> Iterator[Problem]:
    vocabulary = library.vocabulary
    whole = " ".join(filter(None, (prompt.text, prompt.why, prompt.note)))
    spoken = _spoken(whole)
    for phrase, remedy in vocabulary.avoid.items():
        if _says(spoken, phrase):
            yield _style(place, f"'{prompt.id}' says '{phrase}'.", remedy)
    if _LOUD.search(whole):
        yield _style(place, f"'{prompt.id}' has an exclamation mark.", "End the sentence with a full stop.")
    if left := _PLACEHOLDER.search(whole):
        yield _style(place, f"'{prompt.id}' still holds the placeholder '{left[0]}'.", "Write it out.")
    if found := _MENTION.search(whole):
        yield _style(place, f"'{prompt.id}' holds '{found[0]}'.", "Leave mentions and links out of prompts.")
    yield from _of_topics(prompt, place, vocabulary)
    if prompt.skill is not None and prompt.skill not in vocabulary.skills:
        yield _style(place, f"There is no skill '{prompt.skill}'.", f"Choose from: {_listed(vocabulary.skills)}.")
    age = reading_age([prompt.text], library.language)
    if age is not None and age > ONE_READING_AGE:
        remedy = "Use shorter words and sentences."
        yield _style(place, f"'{prompt.id}' reads like a text for age {age:.0f}.", remedy)


def _of_topics(prompt: Prompt, place: Place, vocabulary: Vocabulary) -> Iterator[Problem]:
    for topic in sorted(prompt.topics - vocabulary.topics.keys()):
        remedy = f"Choose from: {_listed(vocabulary.topics)}; or add [topics.{topic}] to vocabulary.toml."
        yield _style(place, f"There is no topic '{topic}'.", remedy)
    for topic, word in topics_in(prompt.text, vocabulary).items():
        if topic not in prompt.topics:
            remedy = f'Add "{topic}" to its topics, so that members who leave the topic out do not meet it.'
            yield _style(place, f"'{prompt.id}' says '{word}' but does not list the topic '{topic}'.", remedy)


def _alike(library: Library) -> Iterator[Problem]:
    for one, other in combinations(library.prompts.values(), 2):
        share = alike(one, other)
        if share > SAME:
            message = f"'{other.id}' says nearly the same as '{one.id}' ({share:.0%} of their words)."
            yield _style(library.places[other.id], message, "Keep the better one, or give one another turn.")


def _of_vocabulary(library: Library) -> Iterator[Problem]:
    vocabulary = library.vocabulary
    place = Place(f"prompts/{library.language}/daily/vocabulary.toml", 1)
    wanted: dict[str, tuple[Mapping[str, str], list[str]]] = {
        "themes": (vocabulary.themes, list(Theme)),
        "depths": (vocabulary.depths, list(Depth)),
        "fits": (vocabulary.fits, list(Fit)),
        "reasons": (vocabulary.reasons, list(Because)),
    }
    for table, (names, keys) in wanted.items():
        for key in keys:
            if key not in names:
                yield _style(place, f"[{table}] has no name for '{key}'.", f'Add {key} = "...".')
    for because, sentence in vocabulary.reasons.items():
        unknown = {name for _, name, _, _ in Formatter().parse(sentence) if name} - VALUES_OF[Because(because)]
        if unknown:
            known = _listed(VALUES_OF[Because(because)]) or "none"
            yield _style(place, f"The reason '{because}' has no {_listed(unknown)}.", f"Its placeholders: {known}.")


def _of_whole(library: Library) -> Iterator[Problem]:
    folder = Place(f"prompts/{library.language}/daily", 1)
    for theme in Theme:
        if not library.of_theme(theme):
            yield _style(folder, f"There is no prompt for the theme '{theme}'.", f"Write some in {theme}.toml.")
    age = reading_age((prompt.text for prompt in library.prompts.values()), library.language)
    if age is not None and age > READING_AGE:
        remedy = f"It should not be above {READING_AGE:.0f}: use shorter words and sentences."
        yield _style(folder, f"Taken together the prompts read like a text for age {age:.1f}.", remedy)


def _style(place: Place, message: str, remedy: str) -> Problem:
    return Problem(place, message, remedy, blocks=False)


def _spoken(text: str) -> str:
    return f" {' '.join(_WORD.findall(text.casefold().replace('’', chr(39))))} "


def _says(spoken: str, phrase: str) -> bool:
    return _spoken(phrase) in spoken


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold()))


def _listed(names: "Mapping[str, object] | frozenset[str] | set[str]") -> str:
    return ", ".join(sorted(names))
