"""A real process is killed with SIGKILL at any moment: after the restart the page goes out, once."""

import asyncio
import os
import random
import signal
import sys
from pathlib import Path

import pytest

from bot.clock import MovableClock, SystemClock
from bot.groups import toml_file
from bot.groups.service import Groups
from bot.storage.engine import Database
from bot.storage.migrate import migrate
from bot.storage.vault import Keyring, Vault
from sandbox import Fault, Sandbox, scene
from tests.support.groups import ALICE, CARE, CIRCLE, MARIA, SERVER, TUESDAY
from tests.support.harness import TOKEN, bot_permissions

DANGER = "I want to kill myself"
ROUNDS = 6


class Process:
    """The bot as its operator runs it."""

    def __init__(self, folder: Path, sandbox: Sandbox, url: str) -> None:
        self._folder = folder
        self._environment = {
            **os.environ,
            "HOLDSPACE_DISCORD__TOKEN": TOKEN,
            "HOLDSPACE_DISCORD__API_URL": sandbox.api_url,
            "HOLDSPACE_DISCORD__GATEWAY_URL": sandbox.gateway_url,
            "HOLDSPACE_STORAGE__URL": url,
            "HOLDSPACE_ENCRYPTION__KEY_FILE": str(folder / "key"),
            "HOLDSPACE_HEALTH__ENABLED": "false",
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        with (self._folder / "log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", cwd=self._folder, env=self._environment, stdout=log, stderr=log
            )

    async def kill(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        await self._process.wait()
        self._process = None

    async def stop(self) -> int:
        if self._process is None:
            return 0
        self._process.send_signal(signal.SIGTERM)
        return await self._process.wait()

    @property
    def log(self) -> str:
        return (self._folder / "log").read_text()


@pytest.fixture
async def world(database_url, tmp_path):
    """A sandbox on the machine's clock, a bot that runs in a process of its own, and an imported group."""
    (tmp_path / "key").write_text(Keyring.new().dump())
    (tmp_path / "key").chmod(0o600)
    now = SystemClock().now()
    database = Database(database_url)
    await migrate(database)
    await Groups(database, Vault(Keyring.read(tmp_path / "key"))).save(toml_file.parse(TUESDAY, now), now)
    await database.close()
    sandbox = Sandbox(clock=MovableClock(), token=TOKEN)
    scene.build(sandbox.world, bot_permissions())
    await sandbox.start()
    process = Process(tmp_path, sandbox, database_url)
    yield sandbox, process
    await process.stop()
    await sandbox.close()


def first_pages(sandbox):
    return [m["content"] for m in sandbox.people.messages(MARIA, CARE, 200) if "Case " in m["content"]]


async def online(sandbox, process):
    try:
        await sandbox.people.until(
            lambda: any(each.connection for each in sandbox.gateway.sessions.values()), within=20
        )
    except AssertionError as error:
        raise AssertionError(process.log) from error


def new_member(sandbox, number):
    world = sandbox.world
    guild = world.guilds[SERVER]
    person = world.add_person(id=7000 + number, name=f"Member {number}")
    world.join(guild, person, roles=[guild.roles[6001]])
    return person


@pytest.mark.long
async def test_a_process_killed_at_any_moment_loses_no_page_and_doubles_none(world):
    sandbox, process = world
    dice = random.Random(20261122)
    for number in range(ROUNDS):
        await process.start()
        await online(sandbox, process)
        person = new_member(sandbox, number)
        await sandbox.people.say(person, CIRCLE, DANGER)
        await asyncio.sleep(dice.uniform(0, 0.12))
        await process.kill()
        await process.start()
        await sandbox.people.until(lambda count=number: len(first_pages(sandbox)) > count, within=30)
        await asyncio.sleep(0.5)
        assert len(first_pages(sandbox)) == number + 1
        await process.kill()


@pytest.mark.long
async def test_a_page_whose_confirmation_was_lost_with_the_process_is_not_doubled(world):
    sandbox, process = world
    await process.start()
    await online(sandbox, process)
    sandbox.inflict(Fault("timeout", count=1, path=f"POST /channels/{CARE}/messages", lose_answer=True))
    await sandbox.people.say(ALICE, CIRCLE, DANGER)
    await sandbox.people.until(lambda: len(first_pages(sandbox)) == 1, within=10)
    await process.kill()
    await process.start()
    await online(sandbox, process)
    await asyncio.sleep(3)
    assert len(first_pages(sandbox)) == 1


@pytest.mark.long
async def test_sigterm_ends_it_in_order(world):
    sandbox, process = world
    await process.start()
    await online(sandbox, process)
    assert await process.stop() == 0
    process._process = None
    assert '"event": "stopped"' in process.log or '"stopped"' in process.log
