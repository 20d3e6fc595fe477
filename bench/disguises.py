"""Crisis screening: what stays caught under twenty disguises, and split over three sends, in both languages."""

from bench.report import figure
from bot.crisis.screening import Level, Screener, views_of
from tests.bot.crisis.screening.disguises import ALL
from tests.bot.crisis.screening.sends import level_in_sends, split_in_three
from tests.corpus.reader import LANGUAGES, open_rows

_LONGEST = 400


def main() -> None:
    """Print the share of caught messages of the open corpus that stay caught."""
    screener = Screener.load()
    for language in LANGUAGES:
        texts = _caught(screener, language)
        kept = {name: _share(screener, [hide(text) for text in texts]) for name, hide in ALL.items()}
        figure(f"{language}: {len(texts)} caught messages under {len(kept)} disguises, mean", _mean(kept), "%", 1)
        for name, share in sorted(kept.items(), key=lambda item: item[1]):
            if share < 100:
                figure(f"  {name}", share, "%", 1)
        sent = [level_in_sends(screener, split_in_three(text)) for text in texts]
        figure(f"{language}: split over three sends", 100 * sum(map(bool, sent)) / len(sent), "%", 1)


def _caught(screener: Screener, language: str) -> list[str]:
    texts = [row.text for row in open_rows(language) if not row.disguise and len(row.text) < _LONGEST]
    return [text for text in texts if screener.assess(views_of(text)).level]


def _share(screener: Screener, texts: list[str]) -> float:
    return 100 * sum(screener.assess(views_of(text)).level > Level.NONE for text in texts) / len(texts)


def _mean(kept: dict[str, float]) -> float:
    return sum(kept.values()) / len(kept)


if __name__ == "__main__":
    main()
