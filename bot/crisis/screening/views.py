"""Reads one message in several ways: visible text, spoilers, code, quoted lines, and what hangs on it."""

import re
from collections.abc import Iterable, Iterator, Sequence

from bot.crisis.screening.model import View, ViewKind

FILE_TEXT_LIMIT = 8192
_CODE = re.compile(r"```(?:[a-zA-Z0-9_+-]{1,20}\n)?(.*?)```|``(.+?)``|`([^`\n]+)`", re.DOTALL)
_TICK_FOR_APOSTROPHE = re.compile(r"(?<=[a-z])`(?=(?:t|m|s|d|ll|re|ve)\b)", re.IGNORECASE)
"""Two of these in a line ("I don`t, I won`t") are no code: what stands between them would lose its denial."""
_SPOILER = re.compile(r"\|\|(.+?)\|\|", re.DOTALL)
_QUOTED_LINE = re.compile(r"^[ \t]*>(?:>>)?[ \t].*$", re.MULTILINE)
_QUOTED_REST = re.compile(r"^[ \t]*>>>[ \t]", re.MULTILINE)

_NOT_A_LINE_BREAK = re.compile(r"[^\n]")

Span = tuple[int, int]


def views_of(
    content: str = "",
    *,
    file_names: Iterable[str] = (),
    alt_texts: Iterable[str] = (),
    file_texts: Iterable[str] = (),
    poll: Iterable[str] = (),
    thread_title: str = "",
    nickname: str = "",
) -> tuple[View, ...]:
    """Return every reading of a message and of what hangs on it; places in its own readings are those of `content`."""
    attached = (
        *((ViewKind.FILE_NAME, _spoken(name)) for name in file_names),
        *((ViewKind.ALT_TEXT, text) for text in alt_texts),
        *((ViewKind.FILE_TEXT, text[:FILE_TEXT_LIMIT]) for text in file_texts),
        *((ViewKind.POLL, text) for text in poll),
        (ViewKind.THREAD_TITLE, thread_title),
        (ViewKind.NICKNAME, nickname),
    )
    return (*content_views(content), *(View(kind, text) for kind, text in attached if text.strip()))


def joined(messages: Sequence[str]) -> View:
    """Return an author's last messages as one reading, a line each, the newest last."""
    text = "\n".join(messages)
    return View(ViewKind.JOINED, text, newest=len(text) - len(messages[-1]) if messages else 0)


def content_views(content: str) -> tuple[View, ...]:
    """Return the readings of a text: outside, inside and across spoilers; code; quoted lines apart."""
    if "`" not in content and "||" not in content and ">" not in content:
        return (View(ViewKind.TEXT, content),)
    return tuple(view for view in _content_views(content) if view.text.strip())


def _content_views(content: str) -> Iterator[View]:
    content = _TICK_FOR_APOSTROPHE.sub("'", content)
    quoted = _quoted_spans(content)
    own = _without(content, quoted)
    code = [_inner(match) for match in _CODE.finditer(own)]
    spoken = _without(own, [match.span() for match in _CODE.finditer(own)])
    spoilers = [match.span() for match in _SPOILER.finditer(spoken)]
    yield View(ViewKind.TEXT, _without(spoken, spoilers))
    if spoilers:
        yield View(ViewKind.SPOILER, _only(spoken, [(start + 2, end - 2) for start, end in spoilers]))
        yield View(ViewKind.SPOILER, spoken)
    if code:
        yield View(ViewKind.CODE, _only(own, code))
        yield View(ViewKind.CODE, own.replace("`", " "))
    if quoted:
        yield View(ViewKind.QUOTE, _only(content, quoted))


def _quoted_spans(content: str) -> list[Span]:
    rest = _QUOTED_REST.search(content)
    end = rest.start() if rest else len(content)
    spans = [match.span() for match in _QUOTED_LINE.finditer(content, 0, end)]
    return [*spans, (end, len(content))] if rest else spans


def _inner(match: re.Match[str]) -> Span:
    group = next(number for number in (1, 2, 3) if match.group(number) is not None)
    return match.span(group)


def _without(text: str, spans: Sequence[Span]) -> str:
    """Return the text with these parts blank; they come in order and do not overlap."""
    pieces: list[str] = []
    last = 0
    for start, end in spans:
        pieces += (text[last:start], _blank(text[start:end]))
        last = end
    return "".join((*pieces, text[last:]))


def _only(text: str, spans: Sequence[Span]) -> str:
    """Return the text with everything but these parts blank."""
    pieces: list[str] = []
    last = 0
    for start, end in spans:
        pieces += (_blank(text[last:start]), text[start:end])
        last = end
    return "".join((*pieces, _blank(text[last:])))


def _blank(text: str) -> str:
    return _NOT_A_LINE_BREAK.sub(" ", text)


def _spoken(file_name: str) -> str:
    return re.sub(r"[_\-.]", " ", file_name)
