"""`holdspace run`: how it ends when something is not as it should be, and when it is told to stop."""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import discord
import pytest

from bot.cli import run_command
from bot.storage.vault import Keyring
from sandbox import Sandbox
from tests.bot.cli.conftest import Ended, Run
from tests.bot.cli.test_groups import GROUP
from tests.support.seeded import shipped_screener

ROOT = Path(__file__).parents[3]


@pytest.fixture
async def sandbox(folder: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Sandbox]:
    running = Sandbox(clock=None, token="sandbox-token")
    await running.start()
    monkeypatch.setattr(discord.http.Route, "BASE", discord.http.Route.BASE)
    monkeypatch.setattr(
        discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY
    )
    monkeypatch.setenv("HOLDSPACE_DISCORD__API_URL", running.api_url)
    monkeypatch.setenv("HOLDSPACE_DISCORD__GATEWAY_URL", running.gateway_url)
    monkeypatch.setenv("HOLDSPACE_DISCORD__TOKEN", "sandbox-token")
    monkeypatch.setenv("HOLDSPACE_HEALTH__PORT", "0")
    yield running
    await running.close()


async def ended(folder: Path, capfd: pytest.CaptureFixture[str]) -> Ended:
    """Run the bot in a thread of its own, as the sandbox needs this one."""
    capfd.readouterr()
    code = await asyncio.to_thread(run_command, ["run"])
    shown = capfd.readouterr()
    return Ended(code, shown.out, shown.err)


def test_without_a_token_it_says_where_to_put_one(holdspace: Run):
    result = holdspace("run")
    assert result.code == 3
    assert "HOLDSPACE_DISCORD__TOKEN" in result.err


def test_without_a_key_nothing_starts(holdspace: Run, folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HOLDSPACE_DISCORD__TOKEN", "x")
    result = holdspace("run")
    assert result.code == 6
    assert "There is no encryption key at secrets/holdspace.key, so nothing can start." in result.err
    assert "holdspace keys new" in result.err
    assert not (folder / "holdspace.sqlite3").exists()


def test_with_another_key_than_the_databases_nothing_starts(
    holdspace: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    holdspace("keys", "new")
    (folder / "groups.toml").write_text(GROUP)
    assert holdspace("groups", "import", "groups.toml").code == 0
    (folder / "secrets/holdspace.key").write_text(Keyring.new().dump())
    monkeypatch.setenv("HOLDSPACE_DISCORD__TOKEN", "x")
    screener = shipped_screener()
    monkeypatch.setattr("bot.app.Screener.load", lambda: screener)
    result = holdspace("run")
    assert result.code == 6
    assert "Put back the key that the database was written with" in result.err


def test_a_database_in_a_folder_that_does_not_exist_is_told(
    holdspace: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    holdspace("keys", "new")
    monkeypatch.setenv("HOLDSPACE_DISCORD__TOKEN", "x")
    monkeypatch.setenv("HOLDSPACE_STORAGE__URL", "sqlite:///no/such/folder.db")
    result = holdspace("run")
    assert result.code == 4
    assert "Does the database's folder exist" in result.err


async def test_a_wrong_token_ends_with_its_remedy(
    sandbox: Sandbox, holdspace: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
):
    holdspace("keys", "new")
    monkeypatch.setenv("HOLDSPACE_DISCORD__TOKEN", "canary-token")
    result = await ended(folder, capfd)
    assert result.code == 5
    assert "Discord does not accept the bot's token." in result.err
    assert "canary" not in result.err + result.out
    assert "Traceback" not in result.err


@pytest.mark.parametrize(
    ("intent", "named"), [("members", "Server Members Intent"), ("message_content", "Message Content Intent")]
)
async def test_an_intent_that_is_off_is_named_with_its_switch(
    sandbox: Sandbox, holdspace: Run, folder: Path, capfd: pytest.CaptureFixture[str], intent: str, named: str
):
    holdspace("keys", "new")
    sandbox.world.switch_intent(intent, on=False)
    result = await ended(folder, capfd)
    assert result.code == 5
    assert f"Discord does not give this application the {named}." in result.err
    assert "discord.com/developers/applications" in result.err


async def test_a_health_port_that_is_taken_is_told(
    sandbox: Sandbox, holdspace: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
):
    holdspace("keys", "new")
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setenv("HOLDSPACE_HEALTH__PORT", str(port))
        result = await ended(folder, capfd)
    assert result.code == 3
    assert f"port {port}: another program does" in result.err


async def test_no_network_ends_with_a_message(
    sandbox: Sandbox, holdspace: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
):
    holdspace("keys", "new")
    monkeypatch.setenv("HOLDSPACE_DISCORD__API_URL", "http://127.0.0.1:9/api/v10")
    result = await ended(folder, capfd)
    assert result.code == 5
    assert "Discord cannot be reached" in result.err


async def test_discord_that_shuts_the_bot_out_is_told_with_what_to_do(
    sandbox: Sandbox, holdspace: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
):
    holdspace("keys", "new")
    banned = SimpleNamespace(status=429, reason="Too Many Requests")

    async def refused(*_args: object) -> None:
        raise discord.HTTPException(banned, "a page of Cloudflare")  # type: ignore[arg-type]

    monkeypatch.setattr(discord.http.HTTPClient, "static_login", refused)
    result = await ended(folder, capfd)
    assert result.code == 5
    assert "(HTTP 429)" in result.err
    assert "Cloudflare" not in result.err


@pytest.mark.parametrize("stop", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.long)])
async def test_told_to_stop_it_ends_in_order(sandbox: Sandbox, holdspace: Run, folder: Path, stop: signal.Signals):
    holdspace("keys", "new")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", env={**os.environ, "PYTHONPATH": str(ROOT)}, stderr=asyncio.subprocess.PIPE
    )
    try:
        lines = [line async for line in told(process, stop)]
        code = await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert (code, json.loads(lines[-1])["event"]) == (0, "stopped"), lines
    assert any(json.loads(line)["event"] == "no_group_to_listen_to" for line in lines)
    assert (folder / "holdspace.sqlite3").stat().st_mode & 0o077 == 0, "the database is for this account only"


async def told(process: asyncio.subprocess.Process, stop: signal.Signals) -> AsyncIterator[str]:
    """Read what the process tells, and stop it as soon as it has started."""
    assert process.stderr is not None
    async for line in process.stderr:
        if b'"started"' in line:
            process.send_signal(stop)
        yield line.decode()
