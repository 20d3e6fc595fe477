"""English: a harmless line beside a grave one, and what is found and paged in messages that no rule was tuned on."""

import heapq
from functools import lru_cache
from zlib import crc32

import pytest

from bot.crisis.screening import Level, views_of
from tests.corpus.reader import Row, held_out_rows, open_rows
from tests.support.seeded import shipped_screener

DANGERS = {"violence", "threats", "eating_disorder", "psychosis"}
NEIGHBOURS = 2
TRIES_A_LOSS = 500
"""Of so many grave messages in harmless company one may be lost."""


def level_of(text: str) -> Level:
    return shipped_screener().assess(views_of(text)).level


@lru_cache(maxsize=1)
def rows_that_can_be_joined() -> tuple[list[Row], list[Row]]:
    """Return the open messages that are read as imminent, and harmless ones in which nothing is found."""
    rows = [row for row in open_rows("en") if not row.disguise and not set(row.text) & set('">')]
    imminent = [row for row in rows if row.level == "imminent" and level_of(row.text) is Level.IMMINENT]
    harmless = [row for row in rows if row.level == "none" and level_of(row.text) is Level.NONE]
    return imminent, harmless


def neighbours_of(grave: Row, harmless: list[Row]) -> list[Row]:
    """Choose the company by a hash of both ids, so that a row added elsewhere leaves nearly every pair as it is."""
    return heapq.nsmallest(NEIGHBOURS, harmless, key=lambda row: crc32(f"{grave.id} {row.id}".encode()))


@lru_cache(maxsize=1)
def held_out() -> tuple[tuple[Row, Level], ...]:
    return tuple((row, level_of(row.text)) for row in held_out_rows("en"))


@pytest.mark.parametrize("between", [". ", "\n"], ids=["sentence", "line"])
def test_a_harmless_message_beside_an_imminent_one_does_not_clear_it(between):
    imminent, harmless = rows_that_can_be_joined()
    lost = []
    tries = 0
    for grave in imminent:
        for other in neighbours_of(grave, harmless):
            for first, second in ((grave.text, other.text), (other.text, grave.text)):
                tries += 1
                both = first.rstrip(".") + between + second
                if level_of(both) < Level.HIGH:
                    lost.append(both)
    assert tries > 500
    assert len(lost) <= tries / TRIES_A_LOSS, lost


def test_messages_about_suicide_and_self_harm_are_found_where_no_rule_was_tuned():
    grave = [(row, level) for row, level in held_out() if row.level != "none" and row.kind not in DANGERS]
    urgent = [level for row, level in grave if row.level != "concern"]
    assert sum(level >= Level.CONCERN for _, level in grave) >= 0.85 * len(grave)
    assert sum(level >= Level.HIGH for level in urgent) >= 0.78 * len(urgent)


def test_violence_eating_disorders_and_psychosis_are_found_where_no_rule_was_tuned():
    found = [level >= Level.CONCERN for row, level in held_out() if row.level != "none" and row.kind in DANGERS]
    assert sum(found) >= 0.8 * len(found)


def test_harmless_messages_written_to_alarm_seldom_page():
    paged = [level_of(row.text) >= Level.HIGH for row in open_rows("en") if row.level == "none"]
    assert sum(paged) <= 0.04 * len(paged)
