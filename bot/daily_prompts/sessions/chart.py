"""A small bar chart as a picture: plain shapes and words, the same bytes for the same counts. Pure.

Pillow's own font has no letters with accents, and a font of the machine would not be the same everywhere. So the
accents are drawn above the plain letters.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from anyascii import anyascii
from PIL import Image, ImageDraw, ImageFont

WIDTH = 680
"""Pixels."""
_MARGIN, _ROW, _HEAD, _BAR, _SIZE = 24, 34, 40, 20, 18
_LABELS = 270
_PAPER, _INK, _FILL, _LINE = (255, 255, 255), (32, 34, 37), (74, 101, 176), (190, 194, 200)
_GAP = 10


_Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
# Lines of each mark, in steps from the middle of its letter (right, up).
_MARKS: dict[str, tuple[tuple[tuple[int, int], ...], ...]] = {
    "\u0301": (((0, 1), (3, 4)),),
    "\u0300": (((0, 1), (-3, 4)),),
    "\u0302": (((-3, 1), (0, 4), (3, 1)),),
    "\u0303": (((-4, 2), (-2, 3), (2, 1), (4, 2)),),
    "\u0308": (((-3, 2), (-2, 2)), ((2, 2), (3, 2))),
}


@dataclass(frozen=True, slots=True)
class Bars:
    """One set of bars below a heading: labels with their counts, drawn in this order."""

    heading: str
    counts: Sequence[tuple[str, int]]


def draw(parts: Sequence[Bars]) -> bytes:
    """Draw sets of bars below each other, as a PNG. Each bar has its label and its figure, so colour says nothing."""
    height = 2 * _MARGIN + sum(_HEAD + _ROW * len(part.counts) for part in parts)
    picture = Image.new("RGB", (WIDTH, height), _PAPER)
    pen = ImageDraw.Draw(picture)
    font = ImageFont.load_default(_SIZE)
    top = _MARGIN
    most = max((count for part in parts for _, count in part.counts), default=0) or 1
    for part in parts:
        _write(pen, (_MARGIN, top), part.heading, font, stroke=0.4)
        top += _HEAD
        for label, count in part.counts:
            _bar(pen, top, label, count, most, font)
            top += _ROW
    out = BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def _bar(
    pen: ImageDraw.ImageDraw,
    top: int,
    label: str,
    count: int,
    most: int,
    font: _Font,
) -> None:
    left = _MARGIN + _LABELS
    room = WIDTH - left - _MARGIN - 40
    _write(pen, (_MARGIN, top), _fitting(label, font), font)
    right = left + room * count // most
    if count:
        pen.rectangle((left, top, right, top + _BAR), fill=_FILL)
    pen.line((left, top - 4, left, top + _BAR + 4), fill=_LINE, width=2)
    pen.text((right + 10, top), str(count), fill=_INK, font=font)


def _write(pen: ImageDraw.ImageDraw, at: tuple[int, int], text: str, font: _Font, *, stroke: float = 0) -> None:
    """Write a line of text, and the marks above its letters."""
    letters = [_letter(sign) for sign in text]
    plain = "".join(letter for letter, _ in letters)
    pen.text(at, plain, fill=_INK, font=font, stroke_width=stroke)
    before = ""
    for letter, mark in letters:
        if mark in _MARKS:
            middle = at[0] + round(font.getlength(before) + font.getlength(letter) / 2)
            edge = at[1] + round(font.getbbox(letter)[1])
            if letter == "i":  # its dot gives way to the mark
                pen.rectangle((middle - 3, edge - 1, middle + 3, edge + 3), fill=_PAPER)
                edge += 4
            for line in _MARKS[mark]:
                pen.line([(middle + right, edge - 1 - up) for right, up in line], fill=_INK, width=2)
        before += letter


def _fitting(label: str, font: _Font) -> str:
    """Cut a label to the room before the bars."""
    shown = label
    while shown and font.getlength("".join(_letter(sign)[0] for sign in shown)) > _LABELS - _GAP:
        shown = shown.removesuffix("…")[:-1].rstrip() + "…"
    return shown


def _letter(sign: str) -> tuple[str, str]:
    """Return the plain letter of a sign, and the mark above it if there is one."""
    parts = unicodedata.normalize("NFD", sign)
    return (sign, "") if sign == "…" else (anyascii(parts[0]), parts[1:2])
