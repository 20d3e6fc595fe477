"""The logs: what may leave, and that nothing else does."""

import ast
import asyncio
import io
import json
import logging
import re
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import log
from bot.errors import StorageError

CANARY = "Canary Bird said 'I want out' 123456789012345678"


class Lines:
    """What was written."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    def all(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]

    def last(self) -> dict[str, Any]:
        return self.all()[-1]


@pytest.fixture
def lines() -> Iterator[Lines]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    written = Lines()
    log.configure("debug", written.stream)
    yield written
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)


def test_a_line_holds_the_event_and_the_fields_that_may_leave(lines: Lines):
    log.get("bot.outbox").info("outbox_row_ended", kind="crisis_page", row=7, state="done", attempts=1, late=False)
    line = lines.last()
    assert datetime.fromisoformat(line.pop("time")).tzinfo is not None
    assert line == {
        "severity": "info",
        "logger": "bot.outbox",
        "event": "outbox_row_ended",
        "kind": "crisis_page",
        "row": 7,
        "state": "done",
        "attempts": 1,
        "late": False,
    }


def test_moments_spans_and_codes_are_written_plainly(lines: Lines):
    due = datetime(2026, 11, 22, 9, tzinfo=UTC)
    log.get("x").info("page.due", due_at=due, seconds=timedelta(minutes=5), case="7K2", group_key="tuesday", level=3)
    line = lines.last()
    assert line["due_at"] == "2026-11-22T09:00:00+00:00"
    assert line["seconds"] == 300.0
    assert (line["case"], line["group_key"], line["level"]) == ("7K2", "tuesday", 3)


def test_any_other_field_is_dropped_and_counted(lines: Lines):
    log.get("x").info("said", row=1, content=CANARY, author="anna", state=None)
    line = lines.last()
    assert line["dropped"] == 2
    assert "state" not in line, "nothing to say is not a loss"
    assert "anna" not in lines.text


@pytest.mark.parametrize(
    "field",
    [
        {"row": 123456789012345678},
        {"row": "7"},
        {"row": True},
        {"row": float("nan")},
        {"state": "Anna Maria"},
        {"state": "said: no"},
        {"kind": "channel_123456789012345678"},
        {"case": CANARY},
        {"due_at": datetime(2026, 1, 1)},  # noqa: DTZ001  (naive on purpose)
        {"late": "yes"},
        {"reason": "a" * 61},
        {"job": object()},
    ],
)
def test_a_value_of_the_wrong_shape_is_dropped_and_counted(lines: Lines, field: dict[str, Any]):
    log.get("x").info("said", **field)
    assert lines.last()["dropped"] == 1
    assert not set(field) & set(lines.last())


@pytest.mark.parametrize("event", ["Anna said hello", "I want out", "member_123456789012345678", "", "a" * 61])
def test_an_event_that_is_no_code_is_not_written(lines: Lines, event: str):
    log.get("x").info(event)
    assert lines.last()["event"] == "unnamed"
    assert lines.last()["dropped"] == 1


@pytest.mark.parametrize("code", ["discord.50007", "discord.200000", "rate_limited", "crisis.member_text"])
def test_codes_of_ours_and_of_discord_pass(lines: Lines, code: str):
    log.get("x").info("said", problem=code)
    assert lines.last()["problem"] == code


def written_by_us() -> Iterator[tuple[str, ast.Call]]:
    root = Path(__file__).parents[2]
    for path in (file for package in ("bot", "cogs") for file in (root / package).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id in ("log", "_log")
                and node.func.attr in ("debug", "info", "warning", "error", "exception", "critical")
            ):
                yield f"{path.relative_to(root)}:{node.lineno}", node


def test_every_line_in_our_code_has_an_event_and_fields_that_are_let_through():
    for place, call in written_by_us():
        event = call.args[0]
        assert len(call.args) == 1, place
        assert isinstance(event, ast.Constant), place
        assert re.fullmatch(r"[a-z][a-z0-9]*([._][a-z0-9]+)*", str(event.value)), place
        unknown = {keyword.arg for keyword in call.keywords} - set(log.FIELDS) - {"exc_info"}
        assert not unknown, f"{place}: {unknown} would be dropped; add it to bot.log.FIELDS or leave it out"


def test_bound_fields_are_checked_too(lines: Lines):
    log.get("x").bind(row=3, author=CANARY).warning("said")
    assert lines.last()["row"] == 3
    assert lines.last()["dropped"] == 1


def raise_with_text() -> None:
    raise ValueError(CANARY)


def test_an_exception_is_its_classes_and_our_places_never_its_text(lines: Lines):
    try:
        try:
            raise_with_text()
        except ValueError as cause:
            raise OSError(28, CANARY) from cause
    except OSError as error:
        log.get("x").error("write_failed", exc_info=error)
    line = lines.last()
    assert (line["error"], line["causes"], line["errno"]) == ("OSError", ["ValueError"], 28)
    assert "Canary" not in lines.text


def test_a_place_in_our_own_code_is_named_by_file_and_line(lines: Lines):
    try:
        log.describe("no exception")  # type: ignore[arg-type]
    except AttributeError:
        log.get("x").exception("broke")
    assert lines.last()["frames"][-1].startswith("bot/log.py:")


def test_a_foreseen_failure_keeps_its_words_but_not_its_ids(lines: Lines):
    problem = StorageError("The disk is full, says server 123456789012345678.", "Free some space.")
    log.get("x").error("storage_failed", exc_info=problem)
    assert lines.last()["message"] == "The disk is full, says server #."
    assert lines.last()["remedy"] == "Free some space."


def test_a_group_of_exceptions_names_its_members(lines: Lines):
    log.get("x").error("broke", exc_info=ExceptionGroup(CANARY, [KeyError(CANARY), ValueError(CANARY)]))
    assert lines.last()["causes"] == ["KeyError", "ValueError"]
    assert "Canary" not in lines.text


def test_a_librarys_line_keeps_its_template_and_loses_its_arguments(lines: Lines):
    logging.getLogger("discord.gateway").info("Shard ID %s has connected (Session ID: %s).", 0, CANARY)
    line = lines.last()
    assert line["logger"] == "discord.gateway"
    assert line["template"] == "Shard ID %s has connected (Session ID: %s)."
    assert line["at"].startswith("test_log:")
    assert "Canary" not in lines.text


def test_a_librarys_line_put_together_at_run_time_loses_its_text(lines: Lines):
    logging.getLogger("discord").warning(f"unknown event {CANARY}")
    logging.getLogger("discord").warning("unknown event " + CANARY)
    logging.getLogger("discord").warning(ValueError(CANARY))
    assert len(lines.all()) == 3
    assert all("template" not in line for line in lines.all())
    assert "Canary" not in lines.text


def test_a_librarys_exception_loses_its_text(lines: Lines):
    try:
        raise_with_text()
    except ValueError:
        logging.getLogger("aiohttp.server").exception("Error handling request from %s", CANARY)
    assert lines.last()["error"] == "ValueError"
    assert "Canary" not in lines.text


def test_a_warning_reaches_the_log_without_its_text(lines: Lines):
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(CANARY, UserWarning, stacklevel=1)
    assert lines.last()["logger"] == "py.warnings"
    assert "Canary" not in lines.text


async def test_a_task_that_nobody_awaited_loses_its_text(lines: Lines):
    async def named_after_a_member() -> None:
        raise_with_text()

    task = asyncio.create_task(named_after_a_member(), name=CANARY)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    context = {"message": f"Task exception was never retrieved {CANARY}", "exception": task.exception(), "future": task}
    asyncio.get_running_loop().default_exception_handler(context)
    assert lines.last()["error"] == "ValueError"
    assert "Canary" not in lines.text


def test_a_record_that_cannot_be_written_is_lost_in_silence(capsys: pytest.CaptureFixture[str], lines: Lines):
    lines.stream.close()
    logging.getLogger("discord").warning("to %s", CANARY)
    shown = capsys.readouterr()
    assert "Canary" not in shown.out + shown.err
    lines.stream = io.StringIO()


def test_before_configure_the_logger_is_just_as_tight(caplog: pytest.LogCaptureFixture):
    log.get("x").warning("said", content=CANARY, row=4)
    assert "Canary" not in caplog.text
    assert '"row": 4' in caplog.text


def test_lines_below_the_level_are_not_written(lines: Lines):
    log.configure("warning", lines.stream)
    log.get("x").info("said")
    logging.getLogger("discord").info("hello")
    assert lines.text == ""


def test_every_tick_is_not_a_line(lines: Lines):
    logging.getLogger("apscheduler.executors.default").info("Running job")
    logging.getLogger("aiohttp.access").info("GET /healthz")
    assert lines.text == ""


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=30)
    | st.builds(lambda a, b: a + CANARY + b, st.text(max_size=5), st.text(max_size=5)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(
    event=st.text(max_size=20) | st.just(CANARY),
    fields=st.dictionaries(
        st.sampled_from(sorted(log.FIELDS)) | st.from_regex("[a-z_]{1,12}", fullmatch=True), anything
    ),
    carrier=st.sampled_from([ValueError, KeyError, OSError, RuntimeError]),
)
def test_whatever_is_logged_no_text_and_no_discord_id_leaves(
    event: str, fields: dict[str, Any], carrier: type[Exception]
):
    written = io.StringIO()
    logger = logging.getLogger("canary")
    logger.propagate = False
    handler = logging.StreamHandler(written)
    handler.setFormatter(log.JsonLines())
    logger.handlers[:] = [handler]
    for reserved in ("event", "exc_info", "stack_info", "stacklevel"):
        fields.pop(reserved, None)
    log.get("canary").error(event, exc_info=carrier(CANARY), **fields)
    logger.error(event, exc_info=carrier(CANARY))
    logger.error("a %s b", {"it": CANARY, **fields})
    told = written.getvalue()
    assert "Canary" not in told
    assert "123456789012345678" not in told
    assert all(line.isascii() and json.loads(line) for line in told.splitlines())
    texts = [value for value in fields.values() if isinstance(value, str) and " " in value.strip()]
    assert not any(text.strip() in told for text in texts if len(text.strip()) > 3)
