"""`holdspace screen`: one text for people, lines for programs."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.cli import screen_lines
from bot.crisis.screening import Context, Level, Screener
from tests.bot.cli.conftest import Run
from tests.support.seeded import shipped_screener


def answers_to(*lines: bytes, context: Context | None = None) -> tuple[list[dict[str, Any]], list[str]]:
    target, complaints = io.StringIO(), list[str]()
    source = io.BytesIO(b"\n".join(lines))
    bad = screen_lines.answers(shipped_screener(), context or Context(), source, target, complaints.append)
    assert bad == len(complaints)
    return [json.loads(line) for line in target.getvalue().splitlines()], complaints


def test_a_text_is_explained_without_colour_where_there_is_no_terminal(holdspace: Run):
    ended = holdspace("screen", "so i want to die")
    assert ended.code == 0
    assert ended.out.startswith("high: the therapists are paged\n  message: so [i want to die]\n")
    assert "\x1b" not in ended.out
    assert "Lexicon: en " in ended.out


def test_colour_comes_where_it_is_wanted_and_nowhere_else(holdspace: Run, monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[1;31m" in holdspace("screen", "i want to die").out
    assert "\x1b" not in holdspace("screen", "--plain", "i want to die").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in holdspace("screen", "i want to die").out


def test_an_empty_text_is_nothing(holdspace: Run):
    assert holdspace("screen", "").out.startswith("none: nothing happens\n")


def test_a_text_in_another_script_is_told_as_not_screened(holdspace: Run):
    assert holdspace("screen", "Привет").out.startswith("not screened: ")


def test_a_therapists_words_are_read_as_such(holdspace: Run):
    assert holdspace("screen", "--as-therapist", "i want to die").out.startswith("concern: ")


def test_a_reply_is_read_with_what_it_replies_to(holdspace: Run):
    assert holdspace("screen", "same").out.startswith("none: ")
    assert not holdspace("screen", "--reply-to", "high", "same").out.startswith("none: ")


@pytest.mark.parametrize("arguments", [(), ("--jsonl", "text")])
def test_neither_or_both_ways_is_a_mistake_in_use(holdspace: Run, arguments):
    ended = holdspace("screen", *arguments)
    assert ended.code == 2
    assert "--jsonl" in ended.err


def test_a_text_comes_from_stdin_and_stray_bytes_are_left_out(holdspace: Run, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"i want to die \xff")))
    ended = holdspace("screen", "-")
    assert ended.out.startswith("high: ")
    assert "no UTF-8" in ended.err


def test_every_line_gets_an_answer_with_its_own_id():
    found, complaints = answers_to(b'{"id": "a", "text": "i want to die"}', b'{"id": 7, "text": "nice day"}')
    assert [(row["id"], row["severity"]) for row in found] == [("a", "high"), (7, "none")]
    assert "wish.die" in found[0]["entries"]
    assert all(row["screened"] is True and row["complete"] is True for row in found)
    assert complaints == []


def test_every_answer_has_the_same_fields():
    found, _ = answers_to(b'{"id": "a", "text": "i want to die"}', b'{"id": "b", "text": ""}')
    assert found[0].keys() == found[1].keys()


def test_an_empty_text_is_none_and_another_script_is_not_screened():
    found, _ = answers_to(b'{"id": "a", "text": ""}', '{"id": "b", "text": "Привет"}'.encode())
    assert [(row["severity"], row["screened"]) for row in found] == [("none", True), ("none", False)]


def test_a_text_that_is_cut_says_so():
    found, _ = answers_to(json.dumps({"id": "a", "text": "la " * 4000}).encode())
    assert found[0]["complete"] is False


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"", "no JSON"),
        (b"no", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b'["id"]', "no JSON object"),
        (b'{"text": "x"}', '"id"'),
        (b'{"id": null, "text": "x"}', '"id"'),
        (b'{"id": true, "text": "x"}', '"id"'),
        (b'{"id": "x"}', '"text"'),
        (b'{"id": "x", "text": 5}', '"text"'),
        (b'{"id": "x", "text": "\xff"}', "UTF-8"),
    ],
)
def test_a_bad_line_is_told_with_its_number_and_the_others_still_run(line, reason):
    found, complaints = answers_to(b'{"id": "a", "text": ""}', line, b'{"id": "b", "text": ""}')
    assert [row["id"] for row in found] == ["a", "b"]
    assert len(complaints) == 1
    assert complaints[0].startswith("line 2: ")
    assert reason in complaints[0]


def test_a_bad_line_is_never_quoted():
    _, complaints = answers_to(b'{"id": "x", "text": "secret words"', b"secret words")
    assert len(complaints) == 2
    assert "secret" not in "".join(complaints)


def test_a_byte_order_mark_and_line_ends_of_other_systems_are_taken():
    found, complaints = answers_to(b'\xef\xbb\xbf{"id": "a", "text": "kms"}\r', b'{"id": "b", "text": ""}\r')
    assert [row["id"] for row in found] == ["a", "b"]
    assert complaints == []


def test_half_a_letter_in_a_text_or_an_id_hurts_nobody():
    found, complaints = answers_to(b'{"id": "\\ud800", "text": "i want to die \\udc00"}')
    assert (found[0]["id"], found[0]["severity"]) == ("\ud800", "high")
    assert complaints == []


def test_a_line_without_end_is_refused_and_the_next_is_answered(monkeypatch):
    monkeypatch.setattr(screen_lines, "LONGEST_LINE", 50)
    found, complaints = answers_to(b'{"id": "a", "text": "' + b"x" * 200 + b'"}', b'{"id": "b", "text": ""}')
    assert [row["id"] for row in found] == ["b"]
    assert complaints[0].startswith("line 1: longer than ")


def test_a_fault_of_the_screener_costs_one_line_only(monkeypatch):
    def faulty(*_: object) -> None:
        raise LookupError("secret words")

    with monkeypatch.context() as patch:
        patch.setattr(Screener, "assess", faulty)
        found, complaints = answers_to(b'{"id": "a", "text": "secret words"}')
    assert found == []
    assert complaints[0].startswith("line 1: could not be screened (LookupError)")
    assert "secret" not in complaints[0]


def test_lines_may_be_read_as_a_therapists_own():
    found, _ = answers_to(b'{"id": "a", "text": "i want to die"}', context=Context(author_is_therapist=True))
    assert found[0]["severity"] == Level.CONCERN.word


def test_an_answer_comes_before_the_next_line_is_sent():
    folder = Path(__file__).parents[3]
    command = [sys.executable, "-m", "bot", "screen", "--jsonl"]
    with subprocess.Popen(
        command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdin.write(b'{"id": "a", "text": "i want to die"}\n')
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["severity"] == "high"
        process.stdin.write(b'bad\n{"id": "b", "text": ""}\n')
        process.stdin.close()
        assert json.loads(process.stdout.readline())["id"] == "b"
        assert process.stderr.read().decode().startswith("line 2: no JSON.")
        assert process.wait() == 1
