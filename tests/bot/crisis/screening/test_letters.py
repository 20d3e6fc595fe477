"""Letters: what people do to them is undone one by one, and everything found lies where it stood in the original."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.crisis.screening import Level, View, ViewKind, views_of
from bot.crisis.screening.reading import Clean
from bot.crisis.screening.text.letters import Letters, plain_letters, plain_word
from bot.crisis.screening.text.stream import stream_of
from bot.crisis.screening.text.tokens import Break, break_of, raw_tokens, without_addresses
from tests.bot.crisis.screening.tiny import ENGLISH, made

SLIPS = ENGLISH + '\n[typos]\nwords = ["want kill suicide"]\nreal = ["wan ant"]\n'
LETTERS = Letters({"💊": "pills"})


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("WANT", "want"),
        ("ＷＡＮＴ", "want"),
        ("𝐰𝐚𝐧𝐭", "want"),
        ("ⓦⓐⓝⓣ", "want"),
        ("🅦🅐🅝🅣", "want"),
        ("🇼🇦🇳🇹", "want"),
        ("ʷᵃⁿᵗ", "want"),
        ("wᴀɴᴛ", "want"),
        ("wánt", "want"),
        ("wa\u0301nt", "want"),
        ("w\u0336a\u0336n\u0336t\u0336", "want"),
        ("w\u200ba\u200dn\u00adt", "want"),
        ("wa\u2800nt", "want"),
        ("w\x00ant", "want"),
        ("w\ue000ant", "want"),
        ("ñandú", "nandu"),
        ("søster", "soster"),
        ("ſtraße", "straße"),
        ("ﬁn", "fin"),
        ("don’t", "don't"),
        ("“hi”", '"hi"'),
        ("a…b", "a...b"),
        ("a\u00a0b", "a b"),
        ("a\u2028b", "a b"),
        ("a💊b", "a \ue000pills b"),
        ("a😀b", "a b"),
        ("привет", "привет"),
        ("\ud800x", "x"),
    ],
)
def test_letters_in_other_forms_are_plain_letters(text: str, clean: str):
    assert LETTERS.clean(text) == clean


@given(text=st.text(st.characters(exclude_categories=())))
def test_every_clean_character_knows_the_place_it_came_from(text: str):
    clean, places = LETTERS.clean_with_places(text)
    assert clean == "".join(LETTERS[ord(letter)] for letter in text)
    assert len(places) == len(clean) + 1
    assert places == sorted(places)
    assert all(0 <= place <= len(text) for place in places)


# Letters by name that stand for no letter: an apostrophe, and four blanks.
NO_LETTERS = "ʼ\u115f\u1160\u3164\uffa0"


@given(word=st.text(st.characters(categories=["L"], exclude_characters=NO_LETTERS), max_size=12))
def test_a_word_of_a_lexicon_stands_in_clean_text_as_it_is_kept(word: str):
    assert plain_word(word) == LETTERS.clean(word)


@pytest.mark.parametrize(
    ("word", "letters", "plain"), [("Don't", "don't", "dont"), ("MAÑANA", "manana", "manana"), ("i’ll", "i’ll", "ill")]
)
def test_a_word_of_a_lexicon_may_keep_its_apostrophe(word: str, letters: str, plain: str):
    assert plain_letters(word) == letters
    assert plain_word(word) == plain


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("want", "want"),
        ("don't", "do not"),
        ("dont", "do not"),
        ("w4nt", "want"),
        ("k1ll", "kill"),
        ("su!c!de", "suicide"),
        ("$uicide", "suicide"),
        ("k*ll", "kill"),
        ("s**cide", "suicide"),
        ("waaaant", "want"),
        ("wwwwanttttt", "want"),
        ("wnat", "want"),
        ("sucide", "suicide"),
        ("suiccide", "suicide"),
        ("suicidw", "suicide"),
        ("suicіde", "suicide"),
        ("ѕuiсidе", "suicide"),
        ("iwanttodie", "i want to die"),
        ("wan", "wan"),
        ("ant", "ant"),
        ("800", "800"),
        ("want's", "want"),
        ("привет", "привет"),
        ("zebra", "zebra"),
    ],
)
def test_a_token_is_read_as_words_of_the_lexicon_or_left_as_it_is(raw: str, words: str):
    assert " ".join(made(SLIPS)._languages[0].repair.words(raw)) == words


@pytest.mark.parametrize(
    ("text", "lit"),
    [
        ("so i WANT TO DIE now", "WANT TO DIE"),
        ("ｓｏ ｉ ｗａｎｔ ｔｏ ｄｉｅ ｎｏｗ", "ｗａｎｔ ｔｏ ｄｉｅ"),
        ("so w\u200bant to d\u0301ie now", "w\u200bant to d\u0301ie"),
        ("so w4nt t0 die now", "w4nt t0 die"),
        ("so waaant to dieeee now", "waaant to dieeee"),
        ("so w a n t to d i e ok", "w a n t to d i e"),
        ("so want-to-die now", "want-to-die"),
        ("so want to\ndie now", "want to\ndie"),
        ("so w\x07ant to die now", "w\x07ant to die"),
        ("so ... want ... to die!", "want ... to die"),
        ("so **want** _to_ ~~die~~ now", "want** _to_ ~~die"),
        ("so 😀 want to die 😀", "want to die"),
        ("<@123> want to die <#4>", "want to die"),
        ("so iwanttodie now", "iwanttodie"),
        ("eid ot tnaw os", "eid ot tnaw"),
        ("ﬁne, want to die", "want to die"),
    ],
)
def test_what_is_found_is_lit_where_it_stands_in_the_original(text: str, lit: str):
    found = made(SLIPS).assess(views_of(text))
    assert found.level is Level.HIGH
    longest = max(found.evidence, key=lambda item: len(item.words))
    assert longest.words == lit
    start, end = longest.span
    assert text[start:end] == lit


def test_an_emoji_is_a_word_of_its_name():
    named = made(ENGLISH.replace('"tablets"', '"tablets", "_pills"'))
    assert named.assess(views_of("i want to die, i have the 💊")).level is Level.IMMINENT
    assert made().assess(views_of("i want to die, i have the 💊")).level is Level.HIGH


@pytest.mark.parametrize(
    ("between", "found"),
    [
        (" ", Break.NONE),
        ("", Break.NONE),
        (".", Break.NONE),
        ("-", Break.NONE),
        (", ", Break.CLAUSE),
        (" - ", Break.CLAUSE),
        (" (", Break.CLAUSE),
        ("... ", Break.CLAUSE),
        (" ¿", Break.CLAUSE),
        ("\n", Break.LINE),
        (",\n", Break.LINE),
        (". ", Break.SENTENCE),
        ("?? ", Break.SENTENCE),
        ("!\n", Break.BOTH),
    ],
)
def test_the_signs_between_two_words_end_a_clause_a_line_or_a_sentence(between: str, found: Break):
    assert break_of(between) is found


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("see https://x.y/want-to-die now", "see"),
        ("<@12> <@!3> <#4> <@&5> </cmd:6> <t:7:R> hi", "hi"),
        ("<:rope:123>", "\ue000rope"),
        ("a < b > c", "a < b > c"),
    ],
)
def test_addresses_are_no_words_and_an_emoji_of_the_server_is_its_name(text: str, left: str):
    blanked = without_addresses(text)
    assert len(blanked) == len(text)
    assert blanked.split()[0] == left.split(maxsplit=1)[0]
    assert "die" not in blanked


def words_of(text: str) -> str:
    clean = Clean(View(ViewKind.TEXT, text), LETTERS)
    assert clean.raws == [token.text for token in clean.tokens] == [token.text for token in raw_tokens(clean.text)]
    return " ".join(stream_of(clean.tokens, made(SLIPS)._languages[0].repair).words)


def test_letters_apart_with_a_wider_gap_between_words_are_those_words():
    assert words_of("w a n t  t o  d i e") == "want to die"
    assert words_of("w.a.n.t t.o d.i.e") == "want to die"


def test_short_numbers_are_words_only_among_other_disguised_ones():
    text = ENGLISH.replace('dont = "do not"', 'dont = "do not"\nso = "so"')
    repair = made(text)._languages[0].repair
    clean = Clean(View(ViewKind.TEXT, "50 w4nt t0 die"), LETTERS)
    assert " ".join(stream_of(clean.tokens, repair).words) == "so want to die"
    clean = Clean(View(ViewKind.TEXT, "50 want to die"), LETTERS)
    assert " ".join(stream_of(clean.tokens, repair).words) == "50 want to die"
