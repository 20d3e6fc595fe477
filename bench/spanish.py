"""Crisis screening in Spanish: what it sees and pages on the open corpus, and its false alarms on ordinary chat."""

from collections.abc import Sequence

from bench.ordinary_chat import wilson
from bench.report import figure
from bot.crisis.screening import Level, Screener, views_of
from tests.corpus.reader import chat_lines, open_rows


def main() -> None:
    """Print shares with their 95 % intervals; rules have been tuned on all of these messages."""
    screener = Screener.load()
    rows = open_rows("es")
    grave = [row.text for row in rows if row.level in {"high", "imminent"}]
    _share(screener, "seen, of those at concern or above", [row.text for row in rows if row.level != "none"])
    _share(screener, "paged, of the high and imminent", grave, Level.HIGH)
    _share(screener, "paged, of the harmless ones", [row.text for row in rows if row.level == "none"], Level.HIGH)
    _share(screener, "paged, of ordinary chat", chat_lines("es"), Level.HIGH)
    _share(screener, "at concern or above, of ordinary chat", chat_lines("es"))


def _share(screener: Screener, name: str, texts: Sequence[str], least: Level = Level.CONCERN) -> None:
    count = sum(screener.assess(views_of(text)).level >= least for text in texts)
    low, high = wilson(count, len(texts))
    figure(f"{name} ({count} of {len(texts)}; 95 %: {low:.1f} to {high:.1f})", 100 * count / len(texts), "%", 1)


if __name__ == "__main__":
    main()
