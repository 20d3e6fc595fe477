"""One message as people send it in three: cut between words, wherever that falls."""

from collections.abc import Sequence

from bot.crisis.screening import Level, Screener, joined, views_of


def split_in_three(text: str) -> list[str]:
    """Return the text in three sends of about as many words each; a shorter one in fewer."""
    words = text.split()
    third = max(1, -(-len(words) // 3))
    return [" ".join(words[at : at + third]) for at in range(0, len(words), third)]


def level_in_sends(screener: Screener, sends: Sequence[str]) -> Level:
    """Return the highest level as the sends come in, each with those before it."""
    return max(screener.assess((*views_of(sends[at]), joined(sends[: at + 1]))).level for at in range(len(sends)))
