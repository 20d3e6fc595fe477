"""What holds for every text, and for every sentence of the open corpus that is caught."""

import random
import re
from collections import Counter
from functools import lru_cache

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.crisis.screening import Assessment, Level, View, ViewKind, views_of
from bot.crisis.screening.engine.language import Language
from bot.crisis.screening.reading import Clean
from bot.crisis.screening.text.letters import Letters
from bot.crisis.screening.text.stream import stream_of
from bot.crisis.screening.text.tokens import raw_tokens
from tests.bot.crisis.screening.disguises import ALL, OTHER_LETTERS, SAME_LETTERS
from tests.bot.crisis.screening.sends import level_in_sends, split_in_three
from tests.corpus.reader import Row, open_rows
from tests.support.seeded import shipped_screener

HARMLESS = (
    "The bus was late today and it rained.",
    "We had soup for lunch with the neighbours.",
    "Bread, milk, eggs and some apples from the market.",
    "The new curtains are blue.",
    "It is half past four already!",
)
FEWEST_CAUGHT = {"leet": 0.92, "look-alikes": 0.96, "stretched": 0.97, "dots": 0.94, "spaced": 0.90}
"""The share of caught sentences that must stay caught; what people hide best is held to what it reaches today."""

any_text = st.text(st.characters(exclude_categories=()), max_size=300)
SPOKEN = (
    "i want to die kill myself not never but my pills are here tonight the rope goodbye everyone no more . , ? ! \n || "
    "`` ``` > >>> <@1> <:gun:12> https://x.y k i l l d13 su!c!de кill \u200b 💊 🔫 800mg don't \" ' &"
)
spoken = st.lists(st.sampled_from(SPOKEN.split(" ")), max_size=60).map(" ".join)
bytes_as_text = st.binary(max_size=200).map(lambda raw: raw.decode("utf-8", errors="surrogateescape"))
anything = any_text | spoken | bytes_as_text | st.tuples(spoken, any_text).map("".join)


def read(text: str) -> Assessment:
    return shipped_screener().assess(views_of(text))


@lru_cache(maxsize=2)
def caught(language: str = "en") -> tuple[tuple[Row, Level], ...]:
    """Return open sentences of a language that are caught, with their levels; of English every third, to save time."""
    rows = [row for row in open_rows(language) if not row.disguise and len(row.text) < 400]
    rows = [row for row in rows if row.text.isascii()][::3] if language == "en" else rows
    levels = [(row, read(row.text).level) for row in rows]
    return tuple((row, level) for row, level in levels if level > Level.NONE)


@lru_cache(maxsize=1)
def imminent() -> tuple[Row, ...]:
    return tuple(row for row, level in (*caught(), *caught("es")) if level is Level.IMMINENT)


def most_steps(language: Language, words: int) -> int:
    """Return a bound of the steps that one text of so many words can take, from the sizes of the tries alone.

    Every symbol is looked up at most once (1 step). Every node of every trie is entered at most once (1 step); from
    each of the places where its parent ends, and there are at most words + 1, it looks over at most gap + 1 words.
    """
    once, from_each_place = sizes(language)
    return once + (words + 1) * from_each_place


@lru_cache(maxsize=4)
def sizes(language: Language) -> tuple[int, int]:
    """Return how many symbols and nodes there are, and how many words all nodes look over from one place."""
    shared = language._entries._concepts
    tries = [language._entries, language._replies, language._modifiers]
    tries += [shared._trie(number, symbol) for number, symbol in enumerate(shared.symbols.all) if symbol.paths]
    gaps = [step.gap for trie in tries for step in trie._steps]
    return len(shared.symbols.all) + len(gaps), sum(gap + 1 for gap in gaps)


def words_in(language: Language, view: View) -> int:
    letters = shipped_screener()._letters
    return len(stream_of(raw_tokens(Clean(view, letters).text), language.repair).words)


def bound_of(text: str) -> int:
    return sum(
        most_steps(language, words_in(language, view))
        for language in shipped_screener()._languages
        for view in views_of(text)
    )


@given(text=anything)
def test_any_text_is_read_without_a_fault_and_its_evidence_lies_within_it(text: str):
    views = views_of(text, file_names=[text], poll=[text], nickname=text)
    result = shipped_screener().assess(views)
    assert result.complete
    for item in result.evidence:
        start, end = item.span
        assert 0 <= start < end <= len(views[item.view_index].text)
        assert item.words == views[item.view_index].text[start:end]


@given(text=anything)
def test_the_same_text_is_always_read_the_same(text: str):
    assert read(text) == read(text)


@given(text=anything)
def test_no_text_takes_more_steps_than_the_sizes_of_lexicon_and_text_allow(text: str):
    assert read(text).steps <= bound_of(text)


@given(text=st.lists(spoken, min_size=1, max_size=3).map(". ".join), times=st.integers(4, 8))
def test_twice_the_text_takes_at_most_about_twice_the_steps(text: str, times: int):
    """Beside the bound, which is wide: the work grows with the words, not with their square."""
    part = [View(ViewKind.TEXT, f"{text}. " * times)]
    whole = [View(ViewKind.TEXT, f"{text}. " * (2 * times))]
    screener = shipped_screener()
    steps = screener.assess(part).steps
    assume(steps > 0)
    assert screener.assess(whole).steps <= 2.2 * steps + 50


@lru_cache(maxsize=1)
def words_of_the_lexicons() -> tuple[str, ...]:
    """Return the words that the patterns use, those of the most patterns first."""
    counts: Counter[str] = Counter()
    for lexicon in shipped_screener().lexicons:
        lists = [item.patterns for item in lexicon.entries] + [item.patterns for item in lexicon.modifiers]
        counts.update(word for patterns in lists for pattern in patterns for word in re.findall(r"[a-z]{2,}", pattern))
    return tuple(word for word, _ in counts.most_common())


@settings(max_examples=15)
@given(seed=st.integers(0, 10_000), of=st.sampled_from([40, 200, 1500]))
def test_no_text_of_4000_characters_takes_more_than_its_share_of_steps(seed: int, of: int):
    """The worst that can be written: the words of the patterns themselves, in any order, without an end of sentence."""
    dice = random.Random(seed)
    half = " ".join(dice.choices(words_of_the_lexicons()[:of], k=350))[:2000]
    whole = f"{half} {half}"[:4000]
    first, both = read(half).steps, read(whole).steps
    assert both <= 200 * len(whole.split())
    assert both <= 2.2 * first + 500


@pytest.mark.parametrize(
    "sign", ["a", " ", "\n", "k ", "|", "`", ">", "'", '"', "\u0301", "💊", "\ufdfa", "i want to "]
)
def test_a_text_of_any_length_is_read_up_to_its_limit_and_says_so(sign: str):
    result = read(sign * 100_000)
    assert not result.complete or not views_of(sign * 100_000)
    assert result.level <= Level.HIGH


def test_an_end_that_is_not_read_does_not_hide_the_beginning():
    assert read("i want to die. " + "x " * 100_000).level >= Level.HIGH


@given(before=st.lists(st.sampled_from(HARMLESS)), after=st.lists(st.sampled_from(HARMLESS)), data=st.data())
def test_harmless_sentences_around_an_imminent_one_do_not_clear_it(before: list[str], after: list[str], data):
    row = data.draw(st.sampled_from(imminent()))
    around = "\n".join([*before[:20], row.text, *after[:20]])
    assert read(around).level >= Level.HIGH, row.id


def test_everyday_chat_around_an_imminent_sentence_takes_no_page_away():
    assert_pages_stay("en", 0)


def test_everyday_spanish_around_an_imminent_sentence_takes_no_page_away():
    assert_pages_stay("es", 0)


def assert_pages_stay(language: str, most: float) -> None:
    chat = [row.text for row in open_rows(language) if row.kind == "everyday_chat" and not read(row.text).evidence][::4]
    rows = [row.text for row, level in caught(language) if level is Level.IMMINENT][::2]
    blamed: Counter[str] = Counter()
    lost = 0
    for text in rows:
        for other in chat:
            for whole in (f"{other}\n{text}", f"{text}\n{other}"):
                result = read(whole)
                if result.level < Level.HIGH:
                    lost += 1
                    blamed.update(change.modifier for item in result.evidence for change in item.changes)
    assert rows
    assert chat
    assert lost <= most * 2 * len(rows) * len(chat), blamed


@pytest.mark.parametrize("name", SAME_LETTERS)
def test_letters_in_another_form_change_nothing(name: str):
    changed = [row.id for row, level in caught() if read(SAME_LETTERS[name](row.text)).level is not level]
    assert changed == []


@pytest.mark.parametrize("name", OTHER_LETTERS)
def test_a_caught_sentence_in_disguise_mostly_stays_caught(name: str):
    kept = sum(read(OTHER_LETTERS[name](row.text)).level > Level.NONE for row, _ in caught())
    assert kept >= FEWEST_CAUGHT[name] * len(caught())


@pytest.mark.parametrize("language", ["en", "es"])
def test_under_twenty_disguises_nearly_every_caught_sentence_stays_caught(language: str):
    assert len(ALL) == 20
    texts = [row.text for row, _ in caught(language)][::4]
    kept = {name: sum(read(hide(text)).level > Level.NONE for text in texts) / len(texts) for name, hide in ALL.items()}
    assert sum(kept.values()) / len(kept) >= 0.95, kept
    assert min(kept.values()) >= 0.75, kept


def test_a_caught_message_split_over_three_sends_stays_caught():
    texts = [row.text for row, _ in caught()][::2]
    kept = sum(level_in_sends(shipped_screener(), split_in_three(text)) > Level.NONE for text in texts)
    assert kept >= 0.97 * len(texts)


def test_every_character_has_a_clean_form():
    letters = Letters({})
    for code in range(0x110000):
        assert isinstance(letters[code], str)
