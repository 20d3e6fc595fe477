"""What keeps a group from working is found by rule, and told once."""

from datetime import timedelta

import pytest

from bot.groups.problems import Channel, GroupProblems, Problem, problems_of
from bot.outbox.service import Outbox
from tests.support.groups import tuesday, with_tuesday

WELL = Channel(exists=True)
GONE = Channel(exists=False)
MUTE = Channel(exists=True, lacking=("send_messages",))


def named(permission):
    return permission.replace("_", " ")


@pytest.mark.parametrize(
    ("circle", "care", "screened", "reasons"),
    [
        (WELL, WELL, ("en",), []),
        (GONE, WELL, ("en",), ["circle_gone"]),
        (MUTE, WELL, ("en",), ["circle_permissions"]),
        (WELL, GONE, ("en",), ["care_gone"]),
        (WELL, MUTE, ("en",), ["care_permissions"]),
        (WELL, WELL, ("es",), ["language_not_screened"]),
        (MUTE, MUTE, (), ["circle_permissions", "care_permissions", "language_not_screened"]),
    ],
)
def test_each_fault_is_a_problem_of_its_own(clock, circle, care, screened, reasons):
    found = problems_of(tuesday(clock.now()), circle, care, screened, named)
    assert [problem.reason for problem in found] == reasons


@pytest.mark.parametrize(
    ("channel", "can"),
    [
        (WELL, True), (GONE, False), (MUTE, False), (Channel(exists=True, lacking=("view_channel",)), False),
        (Channel(exists=True, lacking=("read_message_history",)), True),
    ],
)  # fmt: skip
def test_a_channel_can_be_told_something_when_it_is_there_and_may_be_written_to(channel, can):
    assert channel.can_be_told is can


@pytest.fixture
async def told():
    return []


@pytest.fixture
async def problems(database, vault, clock, told):
    await with_tuesday(database, vault, clock.now())
    outbox = Outbox(database, clock)

    async def notify(tx, group, text, now, places):
        told.append((text, dict(places)))

    yield GroupProblems(database, outbox, notify)
    await outbox.settle()


def lacks(*permissions):
    return Problem("circle_permissions", "notice", ",".join(permissions), {"missing": " ".join(permissions)})


async def test_a_problem_is_told_once_and_again_when_it_changes_or_comes_back(problems, told, clock):
    group = tuesday(clock.now())
    for found in ([lacks("a")], [lacks("a")], [lacks("a", "b")], [lacks("a", "b")], [], [lacks("a")]):
        await problems.found(group, found, clock.advance(timedelta(minutes=1)), can_tell=True)
    assert [places["missing"] for _, places in told] == ["a", "a b", "a"]
    assert await problems.known("tuesday") == ["circle_permissions"]


async def test_what_cannot_be_told_is_told_later(problems, told, clock):
    group = tuesday(clock.now())
    await problems.found(group, [lacks("a")], clock.now(), can_tell=False)
    assert told == []
    await problems.found(group, [lacks("a")], clock.now(), can_tell=True)
    assert len(told) == 1
