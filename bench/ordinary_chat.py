"""False alarms on ordinary chat, and what the 72 hours of memory add to them.

The messages are no part of the project: JSON lines with "text" and "label" in `screening/ordinary` of a folder beside
it. Without them nothing is measured. No text is printed.
"""

import json
import math
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.report import figure
from bot.crisis.screening import Assessment, Level, Remembered, Screener, views_of
from bot.crisis.screening.memory import Pair, with_memory

BESIDE = Path(__file__).parents[2]
A_DAY = 30
DAYS_OF_A_TALKER = 7
REPEATED = 10
_EVERY = timedelta(minutes=20)
_START = datetime(2026, 1, 1, 8, tzinfo=UTC)
_Z = 1.96


def main() -> None:
    """Measure and print."""
    texts = list(_harmless(BESIDE))
    if not texts:
        print("  skipped: there is no */screening/ordinary/*.jsonl beside the project")
        return
    screener = Screener.load()
    found = [screener.assess(views_of(text)) for text in texts]
    for name, least in (("paged", Level.HIGH), ("at concern or above", Level.CONCERN)):
        count = sum(one.level >= least for one in found)
        low, high = wilson(count, len(found))
        figure(f"{name}, of {len(found):,} ({count}; 95 %: {low:.2f} to {high:.2f})", 100 * count / len(found), "%", 2)
    pairs = [pair for lexicon in screener.lexicons for pair in lexicon.pairs]
    without, remembering, days, by_pair = replayed(found, pairs)
    figure(f"pages per 1,000 member-days of {A_DAY} messages, {days:,} days, without memory", without, "", 2)
    figure("the same with memory", remembering, "", 2)
    figure("added by the memory (at most 1)", remembering - without, "", 2)
    for rule, count in by_pair.most_common():
        figure(f"  {rule}", 1000 * count / days, "", 2)


def wilson(count: int, of: int) -> tuple[float, float]:
    """Return the 95 % interval of a share, in per cent."""
    share = count / of
    middle = share + _Z * _Z / (2 * of)
    reach = _Z * math.sqrt(share * (1 - share) / of + _Z * _Z / (4 * of * of))
    whole = 1 + _Z * _Z / of
    return 100 * (middle - reach) / whole, 100 * (middle + reach) / whole


def replayed(found: Sequence[Assessment], pairs: Sequence[Pair]) -> tuple[float, float, int, Counter[str]]:
    """Return the pages per 1,000 member-days without and with memory, the days, and which pair added how many.

    The messages are dealt out anew several times.
    """
    dice = random.Random(1)
    by_pair: Counter[str] = Counter()
    without = remembering = days = 0
    for _ in range(REPEATED):
        dealt = dice.sample(found, len(found))
        for first in range(0, len(dealt), A_DAY * DAYS_OF_A_TALKER):
            said = dealt[first : first + A_DAY * DAYS_OF_A_TALKER]
            without += sum(one.level >= Level.HIGH for one in said)
            remembering += _pages_with_memory(said, pairs, by_pair)
            days += math.ceil(len(said) / A_DAY)
    return 1000 * without / days, 1000 * remembering / days, days, by_pair


def _pages_with_memory(said: Sequence[Assessment], pairs: Sequence[Pair], by_pair: Counter[str]) -> int:
    kept: list[Remembered] = []
    pages = 0
    for number, one in enumerate(said):
        now = _START + timedelta(days=number // A_DAY) + number % A_DAY * _EVERY
        result = with_memory(one, kept, now, pairs)
        kept.extend(result.to_remember(now))
        pages += result.level >= Level.HIGH
        if one.level < Level.HIGH <= result.level:
            by_pair[result.raises[-1].rule] += 1
    return pages


def _harmless(folder: Path) -> Iterator[str]:
    for path in sorted(folder.glob("*/screening/ordinary/*.jsonl")):
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                if row["label"] == "benign":
                    yield row["text"]


if __name__ == "__main__":
    main()
