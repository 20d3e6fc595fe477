"""Crisis screening: how fast it is, how long it loads, and what it sees and pages on the open corpus."""

import gc
import random
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from statistics import median

from bench.report import figure, spread
from bot.crisis.screening import Level, Screener, views_of
from tests.corpus.reader import Row, held_out_rows, open_rows

KEYWORDS = (
    "kill myself", "killing myself", "suicide", "suicidal", "want to die", "wanna die", "end my life", "end it all",
    "better off dead", "wish i was dead", "don't want to live", "no reason to live", "self harm", "self-harm",
    "cut myself", "cutting myself", "hurt myself", "overdose", "kms", "hang myself", "take my own life",
    "don't want to be alive", "jump off a bridge", "slit my wrists", "can't go on",
)  # fmt: skip
"""What an administrator would type into AutoMod."""
_LONGEST_MESSAGE = 4000
_LOAD = """
import time
from bot.crisis.screening import Screener
began = time.process_time()
Screener.load()
print(time.process_time() - began)
"""


def main() -> None:
    """Print load time, throughput, latency, the longest texts, and a table against a keyword list."""
    figure("load with all self-tests, processor time, median of 3", median(_load() for _ in range(3)), "s", 2)
    screener = Screener.load()
    gc.freeze()  # as the bot and `holdspace screen` do
    rows = open_rows("en")
    _speed(screener, [row.text for row in rows])
    _hostile(screener)
    _against_keywords(screener, rows)
    for name, kind in (("therapy talk", "therapy_talk"), ("distress without danger", "ordinary_distress")):
        told = [row.text for row in [*rows, *held_out_rows("en")] if row.kind == kind and row.level == "none"]
        paged = sum(screener.assess(views_of(text)).level >= Level.HIGH for text in told)
        figure(f"this screener: {name} paged, of {len(told)} ({paged})", 100 * paged / len(told), "%")


def _load() -> float:
    """Return the seconds that a new process takes, as the bot is one: in this one other benches have filled memory."""
    done = subprocess.run([sys.executable, "-c", _LOAD], check=True, capture_output=True, text=True)
    return float(done.stdout)


def _speed(screener: Screener, texts: Sequence[str]) -> None:
    seconds = []
    for text in texts:
        views = views_of(text)
        began = time.process_time()
        screener.assess(views)
        seconds.append(time.process_time() - began)
    figure("messages a second, texts of the corpus (half of them grave)", len(texts) / sum(seconds), "/s", 0)
    spread("one message", seconds)


def _hostile(screener: Screener) -> None:
    dice = random.Random(1)
    words = " ".join(row.text for row in open_rows("en")).split()
    texts = {
        "one wish, over and over": "i want to die " * 400,
        "words of the corpus, shuffled": " ".join(dice.choice(words) for _ in range(1200)),
        "letters apart": "k i l l m y s e l f " * 300,
        "single letters": "i " * 2000,
        "back-ticks": "`a" * 2000,
        "emoji": "💊🔪" * 1000,
    }
    for name, text in texts.items():
        views = views_of(text[:_LONGEST_MESSAGE])
        began = time.process_time()
        screener.assess(views)
        figure(f"4,000 characters: {name}", (time.process_time() - began) * 1000, "ms")


def _against_keywords(screener: Screener, rows: Sequence[Row]) -> None:
    grave = [row.text for row in rows if row.level in {"high", "imminent"}]
    harmless = [row.text for row in rows if row.level == "none"]
    judges: dict[str, Callable[[str], bool]] = {
        "this screener": lambda text: screener.assess(views_of(text)).level >= Level.HIGH,
        "a keyword list": lambda text: any(word in text.lower() for word in KEYWORDS),
    }
    for name, pages in judges.items():
        figure(f"{name}: grave messages of the open corpus paged", 100 * sum(map(pages, grave)) / len(grave), "%")
        figure(f"{name}: harmless ones paged", 100 * sum(map(pages, harmless)) / len(harmless), "%")
