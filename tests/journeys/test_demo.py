"""`holdspace demo` as a visitor meets it: a process, an address on the first line, a tour, and nothing left behind."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sandbox.scene import CARE, CIRCLE, MARIA

PROJECT = Path(__file__).parents[2]


@dataclass
class Demo:
    process: subprocess.Popen[str]
    first_line: str

    def get(self, path: str) -> dict[str, Any]:
        with urllib.request.urlopen(f"{self.first_line}_sandbox/{path}") as answer:
            return dict(json.load(answer))

    def post(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(
            f"{self.first_line}_sandbox/{path}", data=json.dumps(body or {}).encode(), headers=headers
        )
        try:
            with urllib.request.urlopen(request) as answer:
                return dict(json.load(answer))
        except urllib.error.HTTPError as refusal:
            pytest.fail(f"{path}: {refusal.read().decode()}")

    def end(self, number: int) -> tuple[int, str, str]:
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=20)
        return self.process.returncode, out, err


@contextmanager
def demo(folder: Path, *arguments: str) -> Iterator[Demo]:
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "demo", "--no-browser", *arguments],
        cwd=PROJECT,
        env={**os.environ, "TMPDIR": str(folder), "PYTHONUNBUFFERED": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield Demo(process, process.stdout.readline().strip())
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.mark.long
def test_the_whole_tour_can_be_done_and_ctrl_c_leaves_nothing_behind(tmp_path):
    with demo(tmp_path) as shown:
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", shown.first_line)
        with urllib.request.urlopen(shown.first_line) as page:
            assert b"<!doctype html>" in page.read()
        assert list(tmp_path.iterdir()) != []

        ids = [step["id"] for step in shown.get("tour")["steps"]]
        for step_id in ids:
            done = {step["id"]: step["done"] for step in shown.post(f"tour/{step_id}")["steps"]}
            assert done[step_id]
        assert all(done.values())

        code, _, err = shown.end(signal.SIGINT)
        assert (code, "Traceback" in err) == (0, False)
        assert err.strip() == "The demo has ended; what it wrote is removed."
        assert list(tmp_path.iterdir()) == []


@pytest.mark.long
def test_a_visitor_who_plays_by_hand_gets_the_same_steps_done_and_sigterm_ends_it_cleanly(tmp_path):
    with demo(tmp_path, "--port", "0") as shown:
        everyone = shown.get("people")["people"]
        ids = {person["name"]: person["id"] for person in everyone}
        shown.post("say", {"as": ids["Ben"], "channel": str(CIRCLE), "content": "Soup again tonight."})
        shown.post("say", {"as": ids["Ben"], "channel": str(CIRCLE), "content": "I want to kill myself"})
        wait_until_done(shown, {"ordinary", "danger"})
        shown.post("clock", {"advance": 300})
        wait_until_done(shown, {"unanswered"})
        page = shown.get(f"messages?as={MARIA}&channel={CARE}")["messages"][-1]
        press = {"as": str(MARIA), "channel": str(CARE), "message": page["id"]}
        button = page["components"][0]["components"][0]["custom_id"]
        shown.post("press", {**press, "custom_id": button})
        wait_until_done(shown, {"taken"})

        assert shown.end(signal.SIGTERM)[0] == 0
        assert list(tmp_path.iterdir()) == []


def wait_until_done(shown: Demo, wanted: set[str]) -> None:
    until = time.monotonic() + 10
    while True:
        done = {step["id"] for step in shown.get("tour")["steps"] if step["done"]}
        if wanted <= done:
            return
        assert time.monotonic() < until, f"not done: {wanted - done}"
        time.sleep(0.05)
