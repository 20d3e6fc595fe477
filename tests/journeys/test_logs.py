"""Neither the logs nor the database of a whole journey hold what somebody wrote, or is called."""

import contextlib
import io
import logging
import sqlite3

import pytest

from bot import log
from sandbox import Fault
from tests.support.groups import ALICE, BEN, CARE, CIRCLE, MARIA
from tests.support.harness import journey

CANARY = "zanzibar-canary-7731"
DANGER = f"I want to kill myself {CANARY}"


@pytest.fixture
def logged():
    stream, root = io.StringIO(), logging.getLogger()
    handlers, level = root.handlers[:], root.level
    log.configure("debug", stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)


async def test_no_word_and_no_name_reaches_the_logs_or_the_database(tmp_path, clock, logged):
    async with journey(tmp_path, clock) as story:
        story.sandbox.inflict(Fault("5xx", count=1, path=f"POST /channels/{CARE}/messages"))
        said = await story.people.say(ALICE, CIRCLE, f"ordinary {CANARY}")
        await story.people.edit(ALICE, CIRCLE, said, DANGER)
        page = await story.expect(MARIA, CARE, "Case ")
        button = page["components"][0]["components"][0]["custom_id"]
        await story.answer(await story.people.press(MARIA, CARE, page, button))
        await story.people.say(BEN, await story.people.dm(BEN), f"hello {CANARY}")
        await story.expect(BEN, None, "Nobody reads this box")
        await story.people.delete(ALICE, CIRCLE, said)
        await story.restart()
        await story.skip(hours=1)
    text = logged.getvalue()
    assert "case_acknowledged" in text, "the journey was not logged at all"
    for secret in (CANARY, "kill myself", "Alice", "Tuesday circle", "Riverside", said["id"]):
        assert secret not in text, secret
    with contextlib.closing(sqlite3.connect(tmp_path / "holdspace.sqlite3")) as database:
        stored = "\n".join(database.iterdump())
    assert "case_signals" in stored
    for secret in (CANARY, "kill myself", "Alice", "Tuesday circle"):
        assert secret not in stored, secret
