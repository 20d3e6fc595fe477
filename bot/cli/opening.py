"""Opening the database and the key for a command, and closing them whatever happens."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.config import Settings
from bot.errors import StorageError
from bot.groups.service import Groups, refuse_wrong_key
from bot.storage.engine import Database
from bot.storage.migrate import migrate
from bot.storage.vault import Keyring, Vault


def refuse_missing(settings: Settings) -> None:
    """Raise StorageError where a command that only looks would make a new database, in a wrong folder mostly."""
    path = settings.storage.sqlite_path
    if path is not None and not path.exists():
        raise StorageError(
            f"There is no database at {path}.",
            "Is this the folder where the bot runs, and is storage.url right? For a new one: holdspace groups import.",
        )


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
