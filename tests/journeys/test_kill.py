"""A real process is killed with SIGKILL at any moment: after the restart the page goes out, once."""

import asyncio
import random

import pytest

from bot.clock import MovableClock, SystemClock
from bot.groups import toml_file
from bot.groups.service import Groups
from bot.storage.engine import Database
from bot.storage.migrate import migrate
from bot.storage.vault import Keyring, Vault
from sandbox import Fault, Sandbox, scene
from tests.support.bot_process import BotProcess
from tests.support.groups import ALICE, CARE, CIRCLE, MARIA, SERVER, TUESDAY
from tests.support.harness import TOKEN, bot_permissions

DANGER = "I want to kill myself"
ROUNDS = 6


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
    process = BotProcess(
        tmp_path,
        {
            "HOLDSPACE_DISCORD__TOKEN": TOKEN,
            "HOLDSPACE_DISCORD__API_URL": sandbox.api_url,
            "HOLDSPACE_DISCORD__GATEWAY_URL": sandbox.gateway_url,
            "HOLDSPACE_STORAGE__URL": database_url,
            "HOLDSPACE_ENCRYPTION__KEY_FILE": str(tmp_path / "key"),
            "HOLDSPACE_HEALTH__ENABLED": "false",
        },
    )
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
    assert '"event": "stopped"' in process.log or '"stopped"' in process.log
