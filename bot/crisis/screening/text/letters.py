"""Cleans letters: compatibility forms, marks and invisible characters, look-alikes, flags and emoji."""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

EMOJI_MARK = "\ue000"
"""Stands before the name of an emoji, so that it cannot be taken for a word that was written."""

# Letters of other scripts that are read as Latin ones. Forms that Unicode derives from a Latin letter (full width,
# mathematical, circled, small capital, hooked, turned, regional indicators) are not listed: their names tell.
_LOOKALIKES = {
    "a": "аӓӑαάձᎪ𐊠ɑ",
    "b": "ЬьвβᏏƄЪ฿₿",
    "c": "сϲϹҫᏟⲥςҁ¢",
    "d": "ԁժᎠꓒ",
    "e": "еёєҽεέɛᎬℯ€ҿ",
    "f": "ғϝƒẝ",
    "g": "ցԍɡᏀ",
    "h": "һнԋհᎻћ",
    "i": "іїιίɩӏᎥıῐǃ",
    "j": "јյᎫϳ",
    "k": "кκқᏦꓗҝ₭",
    "l": "ӏⅼᏞլℓ£",
    "m": "мṃᎷϻ₥",
    "n": "ոпռᏁηή₦",
    "o": "оοοόօөσ໐ഠ൦ⲟ",
    "p": "рρᏢրԗ₱",
    "q": "ԛգզ",
    "r": "гяɾᎡꭇ",
    "s": "ѕʂᏚꓢջ§",
    "t": "тτᎢꓔԵ†₮",
    "u": "սυύՍᑌцս",
    "v": "ѵνᏙᴠ√",
    "w": "ԝѡωώᎳшա₩",
    "x": "хχᕁ×",
    "y": "уүγყᎩӯчÿ¥",
    "z": "ᏃʐꓜΖ",
}
_NAMED = re.compile(
    r"(?:LATIN (?:SMALL |CAPITAL )?LETTER (?:SMALL CAPITAL )?(?:TURNED |REVERSED |DOTLESS |LONG |SIDEWAYS |OPEN )?"
    r"|MODIFIER LETTER (?:SMALL |CAPITAL )|(?:CROSSED )?NEGATIVE (?:CIRCLED|SQUARED) LATIN CAPITAL LETTER "
    r"|SQUARED LATIN CAPITAL LETTER |REGIONAL INDICATOR SYMBOL LETTER )([A-Z])(?: WITH .*)?$"
)
_PLAIN = {
    "’": "'",
    "‘": "'",
    "´": "'",
    "`": "'",
    "ʼ": "'",
    "“": '"',
    "”": '"',
    "„": '"',
    "…": "...",
    "—": " - ",
    "–": " - ",
}
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800")
_KEPT_CONTROLS = frozenset("\n\t\r")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Letters(dict[int, str]):
    """A table for `str.translate` that works out each character once: lower case, compatibility form, no marks.

    Letters of other scripts stay what they are; `latin` reads a word of them as look-alikes.
    """

    def __init__(self, emoji: Mapping[str, str]) -> None:
        super().__init__()
        self._emoji = emoji
        self._latin = {ord(other): latin for latin, others in _LOOKALIKES.items() for other in others + others.upper()}

    def __missing__(self, code: int) -> str:
        clean = self[code] = self._clean(chr(code))
        return clean

    def clean(self, text: str) -> str:
        """Return the text in plain lower-case letters."""
        plain = text.isascii() and (text.isprintable() or not _CONTROLS.search(text))
        return text.lower() if plain else text.translate(self)

    def clean_with_places(self, text: str) -> tuple[str, list[int]]:
        """Return the clean text, and for each of its characters the place in `text` that it came from."""
        pieces = [self[ord(letter)] for letter in text]
        places = [place for place, piece in enumerate(pieces) for _ in piece]
        places.append(len(text))
        return "".join(pieces), places

    def latin(self, word: str) -> str | None:
        """Return a word with its look-alikes read as Latin, or None if a letter of it looks like no Latin one."""
        read = [letter if letter.isascii() else self._latin.get(ord(letter), "") for letter in word]
        return "".join(read) if all(read) else None

    def _clean(self, letter: str) -> str:
        if letter.isascii():
            return letter.lower() if letter.isprintable() or letter in _KEPT_CONTROLS else ""
        if letter in self._emoji:
            return f" {EMOJI_MARK}{self._emoji[letter]} "
        if letter in _PLAIN:
            return _PLAIN[letter]
        category = unicodedata.category(letter)
        if category in {"Cf", "Mn", "Me", "Cc", "Cs", "Co", "Cn"} or letter in _INVISIBLE:
            return ""
        if category[0] in "ZC":
            return " "
        plain = _plain_letter(letter)
        return " " if category[0] == "S" and plain == letter and ord(letter) not in self._latin else plain


def _plain_letter(letter: str) -> str:
    """Return a letter without its marks, in its compatibility form and lower case."""
    named = _NAMED.match(unicodedata.name(letter, ""))
    if named:
        return named.group(1).lower()
    whole = unicodedata.normalize("NFKD", letter)
    return "".join(part for part in whole if unicodedata.category(part) not in {"Mn", "Cf"}).lower()


@lru_cache(maxsize=20_000)
def plain_letters(word: str) -> str:
    """Return a word of a lexicon as it stands in clean text, apostrophes kept."""
    return word.lower() if word.isascii() else "".join(map(_plain_letter, word)).lower()


@lru_cache(maxsize=20_000)
def plain_word(word: str) -> str:
    """Return a word as it stands in clean text: lower case, without marks and apostrophes."""
    return plain_letters(word).replace("'", "").replace("’", "")
