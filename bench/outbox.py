"""How fast the outbox is on SQLite: rows written one by one, each in a transaction of its own, and rows sent."""

import asyncio
import time
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.report import figure
from bot.clock import SystemClock
from bot.outbox.model import NewRow, Receipt, Row
from bot.outbox.service import Kind, Outbox
from bot.storage.engine import Database
from bot.storage.migrate import migrate

ROWS = 1000


def main() -> None:
    """Measure and print."""
    asyncio.run(_measure())


async def _measure() -> None:
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'bench.sqlite3'}")
        await migrate(database)
        outbox = Outbox(database, SystemClock())
        outbox.declare(Kind("bench"))
        outbox.deliver_with("bench", _deliver)
        began = time.perf_counter()
        for number in range(ROWS):
            async with database.write() as tx:
                await outbox.add(tx, NewRow("bench", f"bench:{number}", {}, None), datetime.now(UTC))
        figure(f"rows written, {ROWS} commits", ROWS / (time.perf_counter() - began), "rows/s", 0)
        began = time.perf_counter()
        sent = await outbox.run_due(datetime.now(UTC))
        figure(f"rows leased, sent to nowhere and recorded, {sent}", sent / (time.perf_counter() - began), "rows/s", 0)
        await database.close()


async def _deliver(_row: Row, _now: datetime) -> Receipt:
    return Receipt(1, 1)


if __name__ == "__main__":
    main()
