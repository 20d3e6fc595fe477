"""Finds the messages that matter: text in, assessment out. Pure, without a clock, a network or a learned model.

screener = Screener.load()                    # every language in prompts/lexicon; a fault raises LexiconError
views = views_of(message.content, file_names=["note.txt"])
assessment = screener.assess(views, Context(parent_level=Level.HIGH, recent=rows, now=now))
rows_to_keep = assessment.to_remember(now)    # kinds, levels and times; never a text
"""

from bot.crisis.screening.errors import LexiconError, Problem
from bot.crisis.screening.loading import Screener
from bot.crisis.screening.model import (
    Assessment,
    Change,
    Context,
    Evidence,
    Level,
    Raise,
    Remembered,
    View,
    ViewKind,
)
from bot.crisis.screening.views import joined, views_of

__all__ = [
    "Assessment",
    "Change",
    "Context",
    "Evidence",
    "Level",
    "LexiconError",
    "Problem",
    "Raise",
    "Remembered",
    "Screener",
    "View",
    "ViewKind",
    "joined",
    "views_of",
]
