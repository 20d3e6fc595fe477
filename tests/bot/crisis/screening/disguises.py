"""Ways in which people hide words; all of them leave a text readable for a person."""

import re
from collections.abc import Callable

_LEET = str.maketrans({"a": "4", "e": "3", "i": "1", "o": "0", "s": "5"})
_LOOKALIKE = str.maketrans("aceiopxy", "асеіорху")
_WORD = re.compile(r"[^\W\d_]+")


def _each_word(change: Callable[[str], str]) -> Callable[[str], str]:
    return lambda text: _WORD.sub(lambda match: change(match.group()), text)


def _between(sign: str) -> Callable[[str], str]:
    return _each_word(sign.join)


def _full_width(text: str) -> str:
    return "".join(chr(ord(letter) + 0xFEE0) if "a" <= letter.lower() <= "z" else letter for letter in text)


def _mathematical(text: str) -> str:
    return "".join(chr(0x1D400 + ord(letter) - 65) if "A" <= letter <= "Z" else letter for letter in text.upper())


def _mixed(text: str) -> str:
    return "".join(letter.upper() if at % 2 else letter.lower() for at, letter in enumerate(text))


def _stretched(word: str) -> str:
    return word[:-1] + word[-1] * 4 if len(word) > 2 else word


def _marked(text: str) -> str:
    return "".join(letter + "\u0336" if letter.isalpha() else letter for letter in text)


def _starred(word: str) -> str:
    """Hide the first vowel inside a word."""
    vowel = re.search(r"(?<=.)[aeiouáéíóú](?=.)", word)
    return word[: vowel.start()] + "*" + word[vowel.end() :] if vowel and len(word) > 3 else word


def _swapped(word: str) -> str:
    middle = len(word) // 2
    return word[: middle - 1] + word[middle] + word[middle - 1] + word[middle + 1 :] if len(word) > 5 else word


def _lost(word: str) -> str:
    middle = len(word) // 2
    return word[:middle] + word[middle + 1 :] if len(word) > 5 else word


SAME_LETTERS: dict[str, Callable[[str], str]] = {
    "capitals": str.upper,
    "mixed case": _mixed,
    "zero width": _between("\u200b"),
    "soft hyphens": _between("\u00ad"),
    "full width": _full_width,
    "mathematical": _mathematical,
    "struck through": _marked,
    "bold": lambda text: f"**{text}**",
}
"""What is undone letter by letter, without knowing any word."""

OTHER_LETTERS: dict[str, Callable[[str], str]] = {
    "leet": lambda text: text.lower().translate(_LEET),
    "look-alikes": lambda text: text.translate(_LOOKALIKE),
    "stretched": _each_word(_stretched),
    "dots": _each_word(lambda word: ".".join(word) if len(word) > 3 else word),
    "spaced": _each_word(lambda word: " ".join(word) if len(word) > 3 else word),
}
"""What is undone only where it leads to a word of the lexicon."""

OTHER_SHAPES: dict[str, Callable[[str], str]] = {
    "starred": _each_word(_starred),
    "swapped": _each_word(_swapped),
    "lost": _each_word(_lost),
    "glued": lambda text: text.replace(" ", ""),
    "underscores": lambda text: text.replace(" ", "_"),
    "new lines": lambda text: text.replace(" ", "\n"),
    "backwards": lambda text: text[::-1],
}
"""What is undone by words of the lexicon, or by taking another sign for a blank."""

ALL = SAME_LETTERS | OTHER_LETTERS | OTHER_SHAPES
