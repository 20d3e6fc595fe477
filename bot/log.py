"""Logs: JSON lines on stderr that hold codes, counts and row ids, and nothing that a person wrote or is called.

Nothing leaves by being forgotten in a list of secrets: a field leaves only if its name is in `FIELDS` and its value
has the shape given there. Everything else is dropped, and the line says how many fields were (`dropped`).
Other libraries' lines keep their name, place and message template, never their arguments.
"""

import json
import logging
import re
import sys
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import Any, TextIO, cast

import structlog

from bot.errors import HoldspaceError

_ROOT = Path(__file__).resolve().parents[1]
_OUR_PACKAGES = ("bot", "cogs", "prompts", "sandbox")
_EVENT = re.compile(r"[a-z][a-z0-9]*(?:[._][a-z0-9]+)*")
_LOGGER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)*")
_LONGEST = 60
_MOST_CAUSES = 6
_MOST_FRAMES = 12
# Discord's ids are far above this, the numbers of rows far below.
_LARGEST_NUMBER = 10**12
_LONG_NUMBER = re.compile(r"[0-9]{7,}")
_CARRIED = "holdspace_fields"

Checked = int | float | bool | str | None
Check = Callable[[object], Checked]


def _number(value: object) -> Checked:
    if isinstance(value, timedelta):
        value = value.total_seconds()
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < _LARGEST_NUMBER:
        return None
    return value if isinstance(value, int) else round(value, 3)


def _yes_or_no(value: object) -> Checked:
    return value if isinstance(value, bool) else None


def _shaped(pattern: str) -> Check:
    shape = re.compile(pattern)

    def check(value: object) -> Checked:
        if not isinstance(value, str) or len(value) > _LONGEST or _LONG_NUMBER.search(value):
            return None
        return str(value) if shape.fullmatch(value) else None

    return check


def _moment(value: object) -> Checked:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) and value.tzinfo is not None else None


_code = _shaped(r"[a-z][a-z0-9]*(?:[._-][a-z0-9]+)*")


def _number_or_code(value: object) -> Checked:
    return _number(value) if not isinstance(value, str) else _code(value)


# Every field that may leave, and the shape that its value must have.
FIELDS: Mapping[str, Check] = {
    **dict.fromkeys(
        (
            "row",
            "line",
            "count",
            "attempts",
            "seconds",
            "step",
            "round",
            "shard",
            "shards",
            "groups",
            "rows",
            "status",
            "port",
        ),
        _number,
    ),
    **dict.fromkeys(("late", "opened", "graver", "repeated"), _yes_or_no),
    **dict.fromkeys(("kind", "state", "problem", "job", "feature", "reason", "signal", "intent", "table"), _code),
    **dict.fromkeys(("level", "code"), _number_or_code),
    **dict.fromkeys(("due_at", "since", "until"), _moment),
    "file": _shaped(r"[a-z0-9][a-z0-9_-]{0,38}\.toml"),
    "case": _shaped(r"[A-Z0-9]{3,8}"),
    "group_key": _shaped(r"[a-z0-9][a-z0-9-]{0,38}"),
    "version": _shaped(r"[A-Za-z0-9][A-Za-z0-9.+_-]*"),
}


class Logger(structlog.stdlib.BoundLogger):
    """Writes events: `log.info("page_sent", row=3)`; an event is a code, its fields are those of `FIELDS`."""


def get(name: str) -> Logger:
    """Return a logger; it can be made at import, before `configure`."""
    bound = structlog.wrap_logger(
        logging.getLogger(name),
        processors=[structlog.stdlib.filter_by_level, structlog.contextvars.merge_contextvars, _keep_allowed, _hand_on],
        wrapper_class=Logger,
        cache_logger_on_first_use=False,
    )
    return cast(Logger, bound)


def configure(level: str = "info", stream: TextIO | None = None) -> None:
    """Send every line of this process, also those of libraries, to stderr as JSON."""
    handler = _Handler(stream or sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    logging.captureWarnings(True)
    # A line for every tick and every scrape says nothing; SQL statements say too much.
    for noisy in ("apscheduler", "aiohttp.access", "sqlalchemy", "alembic", "asyncio", "aiosqlite"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


class JsonLines(logging.Formatter):
    """Writes a record as one JSON line: our own with its fields, another library's with its template only."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        fields = getattr(record, _CARRIED, None)
        if fields is None:
            fields = _foreign(record)
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "severity": record.levelname.lower(),
            "logger": record.name if _LOGGER.fullmatch(record.name) else "other",
            **fields,
        }
        return json.dumps(line, ensure_ascii=True, separators=(",", ":"))


class _Handler(logging.StreamHandler[TextIO]):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  (the name is logging's)
        """Say nothing: logging's own way would print the record with its arguments."""


def _keep_allowed(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Keep what may leave, drop and count the rest."""
    name = event.pop("event", None)
    error = _error_of(event.pop("exc_info", None))
    kept: dict[str, Any] = {}
    dropped = 0
    if isinstance(name, str) and len(name) <= _LONGEST and _EVENT.fullmatch(name) and not _LONG_NUMBER.search(name):
        kept["event"] = name
    else:
        kept["event"], dropped = "unnamed", 1
    for key, value in event.items():
        checked = FIELDS[key](value) if key in FIELDS else None
        if checked is not None:
            kept[key] = checked
        elif value is not None:
            dropped += 1
    if error is not None:
        kept |= describe(error)
    if dropped:
        kept["dropped"] = dropped
    return kept


def _hand_on(_logger: object, _method: str, event: MutableMapping[str, Any]) -> tuple[tuple[str], dict[str, Any]]:
    """Hand the checked fields to the standard library's logger, which knows the level and where lines go."""
    return (json.dumps(event),), {"extra": {_CARRIED: dict(event)}}


def _error_of(exc_info: object) -> BaseException | None:
    if isinstance(exc_info, BaseException):
        return exc_info
    if isinstance(exc_info, tuple):
        return exc_info[1] if isinstance(exc_info[1], BaseException) else None
    return sys.exc_info()[1] if exc_info else None


def describe(error: BaseException) -> dict[str, Any]:
    """Describe an exception by classes, numbers and places in our own code; by its text only if it is ours."""
    told: dict[str, Any] = {"error": type(error).__name__}
    causes = list(_causes(error))[1:_MOST_CAUSES]
    if causes:
        told["causes"] = [type(cause).__name__ for cause in causes]
    for number in ("errno", "status", "code"):
        value = getattr(error, number, None)
        if isinstance(value, int) and _number(value) is not None:
            told[number] = int(value)
    if isinstance(error, HoldspaceError):
        told["message"] = _LONG_NUMBER.sub("#", error.message)
        if error.remedy:
            told["remedy"] = _LONG_NUMBER.sub("#", error.remedy)
    frames = [place for each in (error, *causes) for place in _our_frames(each)]
    if frames:
        told["frames"] = frames[-_MOST_FRAMES:]
    return told


def _causes(error: BaseException) -> Iterator[BaseException]:
    waiting, seen = [error], set[int]()
    while waiting:
        each = waiting.pop(0)
        if id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        waiting += each.exceptions if isinstance(each, BaseExceptionGroup) else ()
        following = each.__cause__ or (None if each.__suppress_context__ else each.__context__)
        waiting += [following] if following is not None else []


def _our_frames(error: BaseException) -> Iterator[str]:
    trace = error.__traceback__
    while trace is not None:
        path = Path(trace.tb_frame.f_code.co_filename)
        if path.is_relative_to(_ROOT) and path.relative_to(_ROOT).parts[0] in _OUR_PACKAGES:
            yield f"{path.relative_to(_ROOT).as_posix()}:{trace.tb_lineno}"
        trace = trace.tb_next


def _foreign(record: logging.LogRecord) -> dict[str, Any]:
    """Describe another library's record without its arguments."""
    fields: dict[str, Any] = {"event": "library", "at": f"{record.module}:{record.lineno}"}
    if isinstance(record.msg, str) and _is_literal(record):
        fields["template"] = record.msg
    error = _error_of(record.exc_info)
    return fields | (describe(error) if error is not None else {})


def _is_literal(record: logging.LogRecord) -> bool:
    """Tell whether the message is a constant in the code that logged it, and so holds nobody's words.

    A text put together at run time (an f-string, a joined trace, a repr) is not among its function's constants.
    """
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        code = frame.f_code
        if code.co_filename == record.pathname and code.co_name == record.funcName:
            return record.msg in code.co_consts
        frame = frame.f_back
    return False
