"""What goes wrong on demand, and how a real client takes it."""

import asyncio
import logging
from typing import Any

import aiohttp
import discord
import pytest

from sandbox import Fault, NotAllowed, Sandbox
from tests.sandbox.conftest import Place
from tests.sandbox.harness import Bot, Raw

SEND = "POST /channels/2001/messages"


@pytest.fixture
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the client wait a hundredth of the time before it tries again."""
    sleep = asyncio.sleep

    async def short(seconds: float, result: Any = None) -> Any:
        return await sleep(seconds / 100, result)

    monkeypatch.setattr("discord.http.asyncio.sleep", short)


async def test_a_rate_limit_is_waited_out(sandbox: Sandbox, bot: Bot, caplog: pytest.LogCaptureFixture):
    sandbox.inflict(Fault("429", count=2, path=SEND, seconds=0.01))
    with caplog.at_level(logging.WARNING, "discord.http"):
        sent = await bot.get_partial_messageable(2001).send("at last")
    assert sent.content == "at last"
    assert caplog.text.count("We are being rate limited") == 2
    assert [r.status for r in sandbox.requests if r.method == "POST"] == [429, 429, 200]


async def test_a_rate_limit_says_how_long_and_by_whom(sandbox: Sandbox, raw: Raw):
    sandbox.inflict(Fault("429", seconds=2))
    async with raw.session.get(sandbox.api_url + "/users/@me") as answer:
        body = await answer.json()
        assert (answer.status, answer.headers["Via"], answer.headers["Retry-After"]) == (429, "1.1 sandbox", "2")
    assert (body["retry_after"], body["global"]) == (2, False)


@pytest.mark.usefixtures("quick_retries")
async def test_a_server_error_is_tried_again(sandbox: Sandbox, bot: Bot, place: Place):
    sandbox.inflict(Fault("5xx", path=SEND))
    await bot.get_partial_messageable(2001).send("once")
    assert [r.status for r in sandbox.requests if r.method == "POST"] == [502, 200]
    assert len(sandbox.people.messages(place.alice, 2001)) == 1


@pytest.mark.usefixtures("quick_retries")
async def test_a_lost_answer_doubles_a_message_unless_a_nonce_holds(sandbox: Sandbox, bot: Bot, place: Place):
    sandbox.inflict(Fault("5xx", path=SEND, lose_answer=True))
    await bot.http.request(discord.http.Route("POST", "/channels/2001/messages"), json={"content": "twice"})
    assert len(sandbox.people.messages(place.alice, 2001)) == 2
    sandbox.inflict(Fault("5xx", path=SEND, lose_answer=True))
    await bot.get_partial_messageable(2001).send("once")  # discord.py makes a nonce of its own
    contents = [m["content"] for m in sandbox.people.messages(place.alice, 2001)]
    assert contents == ["twice", "twice", "once"]


async def test_a_request_can_hang_and_then_be_cut(sandbox: Sandbox, bot: Bot, place: Place):
    sandbox.inflict(Fault("timeout", seconds=0.05, path=SEND))
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await bot.get_partial_messageable(2001).send("lost")
    sandbox.inflict(Fault("timeout", seconds=0, path=SEND, lose_answer=True))
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await bot.get_partial_messageable(2001).send("arrived")
    assert [m["content"] for m in sandbox.people.messages(place.alice, 2001)] == ["arrived"]


async def test_a_fault_hits_only_its_path_and_is_counted(sandbox: Sandbox, raw: Raw):
    sandbox.inflict(Fault("5xx", count=2, path="/users/3001"))
    assert (await raw("GET", "/users/3002"))[0] == 200
    async with raw.session.get(sandbox.api_url + "/users/3001") as answer:
        assert (answer.status, answer.content_type) == (502, "text/html")
    assert sandbox.faults.list()[0]["count"] == 1
    sandbox.end_faults()
    assert (await raw("GET", "/users/3001"))[0] == 200


async def test_an_unknown_fault_is_named(sandbox: Sandbox):
    with pytest.raises(NotAllowed, match="Choose one of: 429"):
        Fault("fire")
    with pytest.raises(NotAllowed, match="at least once"):
        Fault("drop", count=0)


async def test_a_mistake_of_the_sandbox_itself_is_seen_and_not_retried(
    sandbox: Sandbox, raw: Raw, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setattr(sandbox.world, "user", lambda _: 1 / 0)
    status, body = await raw("GET", "/users/3001")
    assert (status, body["code"]) == (501, 0)
    assert "ZeroDivisionError" in caplog.text
    assert [type(crash) for crash in sandbox.api.crashes] == [ZeroDivisionError]
    sandbox.api.crashes.clear()
    checker: Any = sandbox.api.checker
    if checker:
        checker.problems.clear()
