import re
import unicodedata
from collections import Counter, defaultdict

import pytest

from tests.corpus.reader import HERE, LANGUAGES, LEVELS, Row, blind_rows, held_out_rows, open_rows, rows_of

FEWEST = {("open", "en"): 1300, ("open", "es"): 340, ("blind", "en"): 340, ("blind", "es"): 90}
SHARES = {"none": (0.45, 0.60), "concern": (0.10, 0.20), "high": (0.20, 0.32), "imminent": (0.07, 0.14)}
KINDS = frozenset(
    {
        "ideation",
        "passive_wish",
        "burden",
        "hopelessness",
        "preparation",
        "means_and_time",
        "in_progress",
        "self_harm",
        "overdose",
        "method_question",
        "third_person",
        "violence",
        "threats",
        "eating_disorder",
        "psychosis",
        "farewell",
        "implicit",
        "negation",
        "past_recovery",
        "helpers_and_therapists",
        "therapy_talk",
        "idiom_hyperbole",
        "games",
        "titles_fiction",
        "medicine",
        "news_education",
        "quotation",
        "bereavement",
        "ordinary_distress",
        "everyday_chat",
        "disguises",
        "misspelling_slang",
        "algospeak",
        "long_messages",
    }
)
SPARED_BY_THE_BLIND_PART = {"long_messages"}
DISGUISES = frozenset(
    {
        "leet",
        "spaced",
        "dotted",
        "zero_width",
        "lookalike",
        "fullwidth",
        "stretched",
        "censored",
        "emoji",
        "spoiler",
        "code",
        "mixed_case",
        "no_spaces",
        "typo",
        "combining",
        "algospeak",
        "split",
        "reversed",
        "diacritics",
        "strikethrough",
        "markdown",
        "code_switch",
    }
)
MOSTLY_HARMLESS = {"everyday_chat", "idiom_hyperbole", "games", "titles_fiction", "medicine", "news_education"}
AMOUNT_OF_A_DRUG = re.compile(r"\d\s?(?:mg|ml|mcg|µg|grams?|gramos|miligramos|milligrams?)\b", re.IGNORECASE)
ALIKE = 0.8

PARTS = {"open": open_rows, "blind": blind_rows}
EVERY_PART = [(part, language) for part in PARTS for language in LANGUAGES]


def every_row() -> list[Row]:
    parts = [row for part, language in EVERY_PART for row in PARTS[part](language)]
    return [*parts, *held_out_rows("en")]


def words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold()))


def pairs_too_alike(rows: list[Row]) -> list[tuple[str, str]]:
    """Return ids of rows whose words overlap by more than ALIKE (Jaccard)."""
    seen: list[frozenset[str]] = []
    holders: defaultdict[str, list[int]] = defaultdict(list)
    pairs = []
    for position, row in enumerate(rows):
        mine = words(row.text)
        shared = Counter(other for word in mine for other in holders[word])
        pairs += [
            (rows[other].id, row.id)
            for other, count in shared.items()
            if count > ALIKE * (len(mine) + len(seen[other]) - count)
        ]
        seen.append(mine)
        for word in mine:
            holders[word].append(position)
    return pairs


@pytest.mark.parametrize(("part", "language"), EVERY_PART)
def test_each_part_is_large_enough_to_measure_with(part, language):
    assert len(PARTS[part](language)) >= FEWEST[part, language]


@pytest.mark.parametrize(("part", "language"), EVERY_PART)
def test_each_part_keeps_its_mix_of_levels(part, language):
    rows = PARTS[part](language)
    counts = Counter(row.level for row in rows)
    for level, (least, most) in SHARES.items():
        assert least <= counts[level] / len(rows) <= most, f"{part} {language}: {counts[level]} of {len(rows)} {level}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_parts_cover_every_kind_of_message(language):
    assert {row.kind for row in open_rows(language)} == KINDS
    assert {row.kind for row in blind_rows(language)} | SPARED_BY_THE_BLIND_PART == KINDS


@pytest.mark.parametrize("language", LANGUAGES)
def test_kinds_that_sound_alarming_are_mostly_harmless(language):
    rows = [row for row in open_rows(language) if row.kind in MOSTLY_HARMLESS]
    assert sum(row.level == "none" for row in rows) >= 0.8 * len(rows)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_danger_has_harmless_twins(language):
    levels = defaultdict(set)
    for row in open_rows(language):
        levels[row.kind].add(row.level)
    assert [kind for kind in KINDS - {"everyday_chat"} if "none" not in levels[kind]] == []


def test_every_family_of_disguise_is_present_in_english():
    assert {row.disguise for row in open_rows("en")} - {None} == DISGUISES


def test_spanish_covers_nearly_every_family_of_disguise():
    used = {row.disguise for row in open_rows("es")} - {None}
    assert used <= DISGUISES
    assert len(used) >= len(DISGUISES) - 2


def test_disguises_hide_harmless_messages_too():
    hidden = Counter(row.level for row in every_row() if row.disguise)
    assert hidden["none"] >= 25


def test_rows_are_complete_and_carry_a_known_level():
    faulty = [
        row.id
        for row in every_row()
        if not row.text.strip() or not row.why or row.level not in LEVELS or row.kind not in KINDS
    ]
    assert faulty == []


def test_messages_fit_into_one_discord_message():
    assert [row.id for row in every_row() if len(row.text) > 2000] == []


def test_a_row_lies_in_the_file_of_its_kind_and_says_so_in_its_id():
    for language in LANGUAGES:
        for path in (HERE / language).glob("*.jsonl"):
            stem = f"{language}-{path.stem.replace('_', '-')}-"
            assert [row.id for row in rows_of(path) if row.kind != path.stem or not row.id.startswith(stem)] == []
        assert [row.id for row in blind_rows(language) if not row.id.startswith(f"{language}-blind-")] == []


def test_ids_are_unique():
    assert [key for key, count in Counter(row.id for row in every_row()).items() if count > 1] == []


def test_no_message_repeats_another_or_leaks_from_the_blind_part():
    assert pairs_too_alike(every_row()) == []


def test_the_check_for_alike_messages_finds_one():
    rows = [
        Row("a", "the kettle is on again tonight", "none", "", ""),
        Row("b", "Tonight the kettle is on again!", "none", "", ""),
    ]
    assert pairs_too_alike(rows) == [("a", "b")]


def test_no_blind_message_is_quoted_inside_an_open_one():
    blind = {" ".join(row.text.casefold().split()): row.id for language in LANGUAGES for row in blind_rows(language)}
    texts = [" ".join(row.text.casefold().split()) for language in LANGUAGES for row in open_rows(language)]
    leaked = [key for text, key in blind.items() if len(text) >= 15 and any(text in other for other in texts)]
    assert leaked == []


def test_no_message_gives_an_amount_of_a_drug():
    assert [row.id for row in every_row() if AMOUNT_OF_A_DRUG.search(row.text)] == []


def test_a_faulty_row_is_named_by_line_without_its_text(tmp_path):
    path = tmp_path / "broken.jsonl"
    path.write_text('{"id": "x", "text": "secret words"}\n', "utf-8")
    with pytest.raises(ValueError, match=r"broken\.jsonl, line 1") as caught:
        rows_of(path)
    assert "secret" not in str(caught.value)
