"""discord.py forgets the modules of the extensions that it unloads; reading them again for each test takes time.

What it reads again is another module than the one that a test has imported, so a test that changes one asks for the one
that is in use (`in_use`).
"""

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType


@contextmanager
def cogs_kept() -> Iterator[None]:
    """Keep the modules of the cogs that are loaded, whatever a client that closes does to them."""
    read = {name: module for name, module in sys.modules.items() if name.startswith("cogs.")}
    try:
        yield
    finally:
        sys.modules.update(read)


def in_use(name: str) -> ModuleType:
    """Return the module of a cog that a bot which runs, or starts next, works with."""
    importlib.import_module(name)
    return sys.modules[name]
