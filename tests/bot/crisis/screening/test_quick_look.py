"""The quick look that spares most messages a full reading changes nothing that counts."""

from functools import lru_cache

import pytest

from bot.crisis.screening import Assessment, Context, Level, joined, views_of
from bot.crisis.screening.engine.sieve import Sieve
from tests.bot.crisis.screening.disguises import ALL
from tests.corpus.reader import LANGUAGES, open_rows
from tests.support.seeded import shipped_screener


@lru_cache(maxsize=1)
def texts() -> tuple[str, ...]:
    """Return a part of the open corpus as it stands, and another part in every disguise by turns."""
    rows = [row.text for language in LANGUAGES for row in open_rows(language)]
    ways = list(ALL.values())
    return (*rows[::3], *(ways[number % len(ways)](text) for number, text in enumerate(rows[1::3])))


def what_counts(result: Assessment) -> tuple[object, ...]:
    """Return an assessment without the pieces of evidence that mean nothing by themselves."""
    grave = [item for item in result.evidence if item.found > Level.NONE]
    return result.level, result.raises, result.screened, result.complete, grave


def test_whatever_the_quick_look_stops_would_not_have_counted(monkeypatch: pytest.MonkeyPatch):
    quick = [what_counts(shipped_screener().assess(views_of(text))) for text in texts()]
    with monkeypatch.context() as patched:
        patched.setattr(Sieve, "lets_pass", lambda *_, **__: True)
        patched.setattr(Sieve, "counts", lambda *_, **__: True)
        full = [what_counts(shipped_screener().assess(views_of(text))) for text in texts()]
    assert [text for text, one, other in zip(texts(), quick, full, strict=True) if one != other] == []
    assert len({level for level, *_ in quick}) == len(Level)


def test_the_quick_look_stops_most_everyday_chat():
    chat = [row.text for row in open_rows("en") if row.kind == "everyday_chat" and row.level == "none"]
    read_in_full = sum(shipped_screener().assess(views_of(text)).steps > 0 for text in chat)
    assert 0 < read_in_full < len(chat) / 2


def test_pieces_in_different_parts_of_a_message_are_still_put_together():
    screener = shipped_screener()
    apart = ["took them all just now", "my hands are going numb"]
    assert screener.assess(views_of("\n".join(apart))).level >= Level.HIGH
    assert screener.assess((*views_of(apart[1]), joined(apart)), Context()).level >= Level.HIGH
