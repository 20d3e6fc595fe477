"""What Discord itself shows beside a command, in the language of the person who looks at it."""

from typing import Final

from discord import Locale
from discord.app_commands import TranslationContextTypes, Translator, locale_str

from bot.words import FALLBACK, Library

TEXT: Final = "text"
"""Under this name a command's description carries the name of its text in `prompts/`."""


class DescriptionTranslator(Translator):
    """Finds the words of a description; what a language lacks stays English."""

    def __init__(self, words: Library) -> None:
        self._words = words

    async def translate(self, string: locale_str, locale: Locale, context: TranslationContextTypes) -> str | None:
        """Return a description in a language, or None to leave it as it is."""
        text, language = string.extras.get(TEXT), locale.value.partition("-")[0]
        if text is None or language == FALLBACK or language not in self._words.languages():
            return None
        return self._words.of(language)(text)
