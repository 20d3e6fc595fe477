"""The database on which a journey begins: groups imported, their alarms set up; made once a process, then copied."""

import gc
import shutil
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from bot import app
from bot.clock import Clock, MovableClock
from bot.config import Settings
from bot.crisis.screening import Screener
from bot.groups import toml_file
from bot.storage.vault import Keyring
from sandbox import scene
from tests.support.armed import arm
from tests.support.databases import copy_of_migrated_sqlite, template_folder

_load = Screener.load  # some tests put `shipped_screener` in its place
_made: dict[tuple[str, bool, datetime], Path] = {}


@cache
def shipped_screener() -> Screener:
    """Load the shipped lexicon once for all journeys: its own sentences take a second to try.

    Then it is frozen: a full round of the collector over its million objects takes half a second each time.
    """
    gc.collect()
    screener = _load()
    gc.freeze()
    return screener


@cache
def _key() -> str:
    return Keyring.new().dump()


def write_key(folder: Path) -> Path:
    """Put the key of this run's journeys into a folder: they share one, as a copied database opens with no other."""
    path = folder / "key"
    path.write_text(_key())
    path.chmod(0o600)
    return path


async def seed(settings: Settings, clock: Clock, text: str, *, armed: bool) -> None:
    """Import groups (TOML) and set their alarms up unless `armed` is False."""
    now = clock.now()
    async with app.opened(settings, clock, shipped_screener()) as parts:
        await parts.groups.save(toml_file.parse(text, now), now)
        await parts.groups.refresh(now)
        for group in parts.groups.all() if armed else []:
            await arm(parts, group, scene.OLGA, now)


async def copy_of_seeded_sqlite(path: Path, clock: Clock, text: str, *, armed: bool) -> str:
    """Put a seeded SQLite file at `path`, and return its URL."""
    # A running clock gives each journey another moment: the second it began in is near enough.
    now = clock.now().replace(microsecond=0)
    asked = (text, armed, now)
    if asked not in _made:
        _made[asked] = await _make(*asked)
    shutil.copyfile(_made[asked], path)
    return f"sqlite:///{path}"


async def _make(text: str, armed: bool, now: datetime) -> Path:
    folder = Path(mkdtemp(dir=template_folder()))
    path = folder / "holdspace.sqlite3"
    settings = Settings.model_validate(
        {
            "storage": {"url": copy_of_migrated_sqlite(path)},
            "encryption": {"key_file": str(write_key(folder))},
        }
    )
    await seed(settings, MovableClock(now, frozen=True), text, armed=armed)
    return path
