"""discord.py forgets the modules of the extensions that it unloads; reading them again for each test takes time."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def cogs_kept() -> Iterator[None]:
    """Keep the modules of the cogs that are loaded, whatever a client that closes does to them."""
    read = {name: module for name, module in sys.modules.items() if name.startswith("cogs.")}
    try:
        yield
    finally:
        sys.modules.update(read)
