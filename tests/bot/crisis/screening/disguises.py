"""Twenty ways in which people hide words from filters; each is a function from plain text to disguised text."""

import random
import re
from collections.abc import Callable

Disguise = Callable[[str], str]

_LEET = str.maketrans("aeiost", "431057")
_CYRILLIC = str.maketrans("aceopxyi", "асеорхуі")
_GREEK = str.maketrans("aiov", "αιον")
_SMALL = dict(zip(map(ord, "abcdefghijklmnoprstuvwyz"), "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", strict=True))
_WORD = re.compile(r"[a-z]{4,}", re.IGNORECASE)
_VOWEL = re.compile(r"[aeiou]")


def _shift(base: int) -> Disguise:
    return lambda text: "".join(
        chr(base + ord(letter) - ord("a")) if "a" <= letter <= "z" else letter for letter in text.lower()
    )


def _each_word(change: Callable[[str], str]) -> Disguise:
    return lambda text: _WORD.sub(lambda match: change(match.group()), text)


def _swapped(word: str) -> str:
    at = random.Random(word).randrange(1, len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :] if at + 1 < len(word) else word


def _without_one(word: str) -> str:
    at = random.Random(word).randrange(1, len(word) - 1)
    return word[:at] + word[at + 1 :]


def _starred(word: str) -> str:
    return _VOWEL.sub("*", word, count=1) if _VOWEL.search(word[1:-1]) and not _VOWEL.match(word) else word


def _stretched(word: str) -> str:
    at = random.Random(word).randrange(len(word))
    return word[:at] + word[at] * 4 + word[at + 1 :]


def _with(sign: str) -> Disguise:
    return lambda text: " ".join(sign.join(word) for word in text.split())


def _mixed_case(text: str) -> str:
    return "".join(letter.upper() if at % 2 else letter.lower() for at, letter in enumerate(text))


def _longest(change: Callable[[str], str]) -> Disguise:
    """Change the two longest words only, as people do who hide just the words that matter."""

    def disguise(text: str) -> str:
        words = sorted(set(_WORD.findall(text)), key=len, reverse=True)[:2]
        for word in words:
            text = re.sub(rf"\b{re.escape(word)}\b", change(word), text)
        return text

    return disguise


DISGUISES: dict[str, Disguise] = {
    "leet": lambda text: text.lower().translate(_LEET),
    "full width": _shift(0xFF41),
    "script letters": _shift(0x1D4EA),
    "circled letters": _shift(0x24D0),
    "small capitals": lambda text: text.lower().translate(_SMALL),
    "cyrillic look-alikes": lambda text: text.lower().translate(_CYRILLIC),
    "greek look-alikes": lambda text: text.lower().translate(_GREEK),
    "zalgo": lambda text: "".join(letter + "\u0336\u0301" if letter.isalpha() else letter for letter in text),
    "zero width": lambda text: "".join(letter + "\u200b" if letter.isalpha() else letter for letter in text),
    "spaced letters": lambda text: "  ".join(" ".join(word) for word in re.sub(r"[^\w\s]", "", text).split()),
    "dotted letters": _with("."),
    "dashed letters": _with("-"),
    "underscores": lambda text: text.replace(" ", "_"),
    "line breaks": lambda text: text.replace(" ", "\n"),
    "glued": lambda text: re.sub(r"[^a-z]", "", text.lower()),
    "stretched": _each_word(_stretched),
    "starred": _each_word(_starred),
    "swapped letters": _longest(_swapped),
    "dropped letter": _longest(_without_one),
    "mixed case": _mixed_case,
    "spoiler bars": lambda text: " ".join(f"||{word}||" for word in text.split()),
    "code block": lambda text: f"```\n{text}\n```",
}
