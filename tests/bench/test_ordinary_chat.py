"""The replay of ordinary chat: what it counts, and that it does without the messages."""

import random
from pathlib import Path

import pytest

from bench import ordinary_chat
from bot.crisis.screening import Assessment, Evidence, Level, ViewKind
from bot.crisis.screening.memory import Pair

PAIR = Pair("hopeless-farewell", frozenset({"hopeless"}), frozenset({"farewell"}), Level.HIGH, "Both.")


def said(kind: str, level: Level) -> Assessment:
    piece = Evidence(kind, kind, "", "en", level, level, ViewKind.TEXT, 0, (0, 1), "x")
    return Assessment(level, (piece,))


def test_without_the_messages_it_says_so(capsys, monkeypatch, tmp_path: Path):
    monkeypatch.setattr(ordinary_chat, "BESIDE", tmp_path)
    ordinary_chat.main()
    assert "skipped" in capsys.readouterr().out


def test_pages_are_counted_by_member_day():
    quiet = [Assessment(Level.NONE)] * 59
    without, remembering, days, by_pair = ordinary_chat.replayed([*quiet, said("wish", Level.HIGH)], [PAIR])
    assert (without, remembering, days) == (500, 500, 2 * ordinary_chat.REPEATED)
    assert not by_pair


def test_the_memory_adds_the_pages_of_its_pairs(monkeypatch):
    monkeypatch.setattr(random.Random, "sample", lambda _dice, found, _count: list(found))
    talk = [said("hopeless", Level.CONCERN), said("farewell", Level.CONCERN)]
    without, remembering, days, by_pair = ordinary_chat.replayed(talk, [PAIR])
    assert (without, remembering) == (0, 1000)
    assert by_pair == {f"memory.{PAIR.id}": days}


@pytest.mark.parametrize(("count", "of", "low", "high"), [(0, 10, 0.0, 27.8), (5, 10, 23.7, 76.3), (10, 10, 72.2, 100)])
def test_the_interval_is_wilsons(count, of, low, high):
    assert ordinary_chat.wilson(count, of) == pytest.approx((low, high), abs=0.05)
