"""Screens JSON lines one by one, as they come."""

import json
from collections.abc import Callable, Iterator
from typing import BinaryIO, TextIO

from bot.crisis.screening import Assessment, Context, Screener, views_of
from bot.crisis.screening.explain import telling

LONGEST_LINE = 16 << 20
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_QUIET = '"severity": "none", "screened": true, "complete": true, "entries": [], "rules": []}\n'


class BadLine(ValueError):
    """A line that asks for nothing that can be answered; the message says what to write."""


def answers(
    screener: Screener, context: Context, source: BinaryIO, target: TextIO, complain: Callable[[str], None]
) -> int:
    """Write an answer for each line of the source at once; return how many lines had none."""
    bad = 0
    for number, line in enumerate(_lines(source), 1):
        try:
            key, text = _asked(line)
            target.write(_answer(key, screener.assess(views_of(text), context)))
            target.flush()
        except BadLine as fault:
            bad += 1
            complain(f"line {number}: {fault}")
        except (ArithmeticError, LookupError, RecursionError, TypeError, ValueError) as fault:
            bad += 1
            complain(
                f"line {number}: could not be screened ({type(fault).__name__}). Please report it; keep the text apart."
            )
    return bad


def _lines(source: BinaryIO) -> Iterator[bytes]:
    """Yield the lines; of one that is too long only its beginning, so that memory stays bounded."""
    first = True
    while line := source.readline(LONGEST_LINE + 1):
        rest = line
        while len(rest) > LONGEST_LINE and not rest.endswith(b"\n"):
            rest = source.readline(LONGEST_LINE + 1)
        yield line.removeprefix(_BYTE_ORDER_MARK) if first else line
        first = False


def _asked(line: bytes) -> tuple[str | int, str]:
    if len(line) > LONGEST_LINE:
        raise BadLine(f"longer than {LONGEST_LINE >> 20} MiB. Send a text of at most 8,192 letters; more is not read.")
    try:
        found = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError:
        raise BadLine("no UTF-8. Save the file as UTF-8.") from None
    except (ValueError, RecursionError):
        raise BadLine('no JSON. Write {"id": "1", "text": "..."} on one line.') from None
    if not isinstance(found, dict):
        raise BadLine('no JSON object. Write {"id": "1", "text": "..."}.')
    key, text = found.get("id"), found.get("text")
    if not isinstance(key, str | int) or isinstance(key, bool):
        raise BadLine('"id" is missing or is neither a text nor a whole number.')
    if not isinstance(text, str):
        raise BadLine('"text" is missing or is no text. An empty text is "".')
    return key, text


def _answer(key: str | int, found: Assessment) -> str:
    begun = f'{{"id": {json.dumps(key)}, '
    if not found.evidence and found.screened and found.complete:
        return begun + _QUIET
    rest = {
        "severity": found.level.word,
        "screened": found.screened,
        "complete": found.complete,
        "entries": list(dict.fromkeys(item.entry for item in telling(found))),
        "rules": [step.rule for step in found.raises],
    }
    return begun + json.dumps(rest)[1:] + "\n"
