"""A message made ready for finding contact details: digits and dashes in one form, links and Discord's marks blank."""

import re
import unicodedata

GAP = "\n"
"""Stands for what was taken out; nothing is found across it."""

_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")
_DASHES = re.compile(r"[\u2010-\u2015\u2212\uff0d]")
_SPACES = re.compile(r"[\u00a0\u2000-\u200a\u202f\u205f\u3000\t]")
_MARKS = re.compile(r"<(?:@[!&]?|#|a?:\w+:|t:|/[\w -]+:|id:)[^<>]{0,40}>")
_LINKS = re.compile(
    r"(?:https?|ftp)://[^\s<>]+|\bwww\.[^\s<>]+|(?<![\w@.])(?:[a-z0-9-]+\.)+[a-z]{2,}/[^\s<>]+", re.IGNORECASE
)


def readable(text: str) -> str:
    """Return a text with digits, dashes and spaces in one form, and without links and Discord's own marks."""
    plain = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    plain = _SPACES.sub(" ", _DASHES.sub("-", plain))
    digits = "".join(_digit(sign) for sign in plain)
    return _LINKS.sub(GAP, _MARKS.sub(GAP, digits))


def _digit(sign: str) -> str:
    """Write the digits of every script as 0 to 9."""
    if sign.isascii():
        return sign
    value = unicodedata.decimal(sign, None)
    return sign if value is None else str(value)
