"""10,000 groups due in the same minute: how long until all are posted, how many sends, and how many doubled.

Once with one process on SQLite, once with two processes on one PostgreSQL. Sends go to nowhere and are counted, so
the figure is what Holdspace itself needs; Discord allows about 50 requests a second on top.
"""

import asyncio
import json
import sys
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.report import figure
from bot.clock import MovableClock
from bot.daily_prompts.choosing import Chooser
from bot.daily_prompts.library import Shelf
from bot.daily_prompts.model import POST
from bot.daily_prompts.service import DailyPrompts, OpenCase
from bot.groups import toml_file
from bot.groups.model import Group
from bot.groups.service import Groups
from bot.outbox.model import Receipt, Row
from bot.outbox.service import Outbox
from bot.storage.engine import Database
from bot.storage.migrate import migrate
from bot.storage.vault import Keyring, Vault
from bot.words import Library
from tests.support import postgres
from tests.support.groups import TUESDAY

GROUPS = 10_000
IMPORTED = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DUE = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


def main() -> None:
    """Measure and print; with arguments, be one of the measured processes."""
    if len(sys.argv) > 1 and sys.argv[1] == "worker":
        asyncio.run(_work(sys.argv[2], Path(sys.argv[3])))
        return
    with TemporaryDirectory() as folder:
        key = Path(folder) / "key"
        key.write_text(Keyring.new().dump())
        key.chmod(0o600)
        asyncio.run(_measure("SQLite, one process", f"sqlite:///{folder}/bench.sqlite3", key, processes=1))
        try:
            with postgres.server() as url:
                asyncio.run(_measure("PostgreSQL, two processes", url.format(database="postgres"), key, processes=2))
        except postgres.NoPostgres as reason:
            figure(f"PostgreSQL was not measured: {reason}", 0, "", 0)


async def _measure(name: str, url: str, key: Path, *, processes: int) -> None:
    database = Database(url)
    await migrate(database)
    vault = Vault(Keyring.read(key))
    one = toml_file.parse(TUESDAY, IMPORTED)[0]
    await Groups(database, vault).save([_copy(one, n) for n in range(GROUPS)], IMPORTED)
    await database.close()
    began = time.perf_counter()
    workers = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bench.daily_prompts", "worker", url, str(key), stdout=asyncio.subprocess.PIPE
        )
        for _ in range(processes)
    ]
    outputs = [await worker.communicate() for worker in workers]
    took = time.perf_counter() - began
    counted: Counter[str] = Counter()
    for out, _ in outputs:
        counted.update(json.loads(out))
    figure(f"{name}: {len(counted)} of {GROUPS} groups posted in", took, "s", 1)
    figure(f"{name}: sends", sum(counted.values()), "", 0)
    figure(f"{name}: doubled", sum(count > 1 for count in counted.values()), "", 0)


async def _work(url: str, key: Path) -> None:
    database = Database(url)
    vault = Vault(Keyring.read(key))
    clock = MovableClock(DUE - timedelta(minutes=1), frozen=True)
    outbox = Outbox(database, clock)
    groups = Groups(database, vault)
    await groups.refresh(clock.now())
    prompts = DailyPrompts(database, outbox, groups, Chooser(Shelf(), vault, Library.load()), _no_cases, _tell_nobody)
    sent: Counter[str] = Counter()

    async def deliver(row: Row, _now: datetime) -> Receipt:
        sent[row.group_key or ""] += 1
        return Receipt(1, row.id)

    outbox.deliver_with(POST, deliver)
    await prompts.run_due(clock.now())
    clock.advance(timedelta(minutes=1))
    await prompts.run_due(clock.now())
    await outbox.settle()
    await outbox.run_due(clock.now())
    await database.close()
    print(json.dumps(sent))


def _copy(group: Group, number: int) -> Group:
    return replace(group, key=f"g{number}", circle=group.circle + 10 * (number + 1))


async def _no_cases() -> list[OpenCase]:
    return []


async def _tell_nobody(*_told: object) -> None:
    return None


if __name__ == "__main__":
    main()
