"""What every start of the bot reads first: its modules and the shipped lexicon. To be imported in a process to fork."""

import gc
import importlib
import pkgutil

import cogs
from bot.crisis.screening import Screener

for name in ("bot.cli.run", "bot.app", "bot.client", "aiosqlite", "asyncpg"):
    importlib.import_module(name)
for package in pkgutil.walk_packages(cogs.__path__, "cogs."):
    importlib.import_module(package.name)
_screener = Screener.load()
Screener.load = lambda *_folder: _screener  # type: ignore[method-assign]
gc.freeze()
