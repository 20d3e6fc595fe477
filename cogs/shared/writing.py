"""What a person wrote, shown as they wrote it: it pings nobody and cannot pass for the bot's own words."""

import re
import unicodedata

_ADDRESS = re.compile(r"https?://[^\s<>]+")
# Discord's markdown takes a backslash before any of these and shows the sign itself.
_ANYWHERE = re.compile(r"[\\*_~`|\[\]<@]")
_AT_LINE_START = re.compile(r"^([ \t]*)([#>+-])", re.MULTILINE)
_NUMBERED = re.compile(r"^([ \t]*\d+)\.", re.MULTILINE)
_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
# They turn the direction of everything that follows, beyond the end of what the person wrote.
_DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def tidy(text: str) -> str:
    """Take out control signs and superfluous blank lines; what is left is what the person wrote."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(sign for sign in lines if sign in "\n\t" or not _is_control(sign))
    return _BLANK_LINES.sub("\n\n", kept).strip()


def as_written(text: str) -> str:
    """Escape Discord's markdown and mentions; web addresses stay as they are, so that they still open."""
    parts, last = [], 0
    for address in _ADDRESS.finditer(text):
        parts += [_ANYWHERE.sub(_escaped, text[last : address.start()]), address.group()]
        last = address.end()
    parts.append(_ANYWHERE.sub(_escaped, text[last:]))
    escaped = _AT_LINE_START.sub(r"\1\\\2", "".join(parts))
    return _NUMBERED.sub(r"\1\\.", escaped)


def quoted(text: str) -> str:
    """Show a person's text as a block that is plainly theirs; nothing of the bot's may follow in the same block."""
    return f">>> {as_written(text)}"


def shortened(text: str, longest: int) -> str:
    """Cut a text to at most `longest` characters, with a sign that something is missing."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _escaped(found: re.Match[str]) -> str:
    return "\\" + found.group()


def _is_control(sign: str) -> bool:
    return sign in _DIRECTIONS or unicodedata.category(sign) == "Cc"
