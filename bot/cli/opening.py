"""Opening the database and the key for a command, and closing them whatever happens."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.config import Settings
from bot.groups.service import Groups, refuse_wrong_key
from bot.storage.engine import Database
from bot.storage.migrate import migrate
from bot.storage.vault import Keyring, Vault


@asynccontextmanager
async def opened_groups(settings: Settings) -> AsyncIterator[Groups]:
    """Give the stored groups, in a database brought up to this version's schema."""
    vault = Vault(Keyring.read(settings.encryption.key_file))
    database = Database(settings.storage.async_url)
    try:
        await migrate(database)
        groups = Groups(database, vault)
        refuse_wrong_key(await groups.read_all())
        yield groups
    finally:
        await database.close()
