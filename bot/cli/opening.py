"""Opening the database and the key for a command, and closing them whatever happens."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.config import Settings
from bot.errors import StorageError
from bot.groups.service import Groups, refuse_wrong_key
from bot.storage.engine import Database
from bot.storage.lock import is_running_on
from bot.storage.migrate import is_current, migrate, refuse_what_is_not_ours
from bot.storage.vault import Keyring, Vault


def refuse_missing(settings: Settings) -> None:
    """Raise StorageError where a command that only looks would make a new database, in a wrong folder mostly."""
    path = settings.storage.sqlite_path
    if path is not None and not path.exists():
        raise StorageError(
            f"There is no database at {path}.",
            "Is this the folder where the bot runs, and is storage.url right? For a new one: holdspace groups import.",
        )


async def bring_up_to_date(database: Database) -> None:
    """Migrate, but never below a bot of an earlier version that runs on this SQLite file; raises StorageError then."""
    file = database.file
    if file is None:
        await migrate(database)
        return
    async with database.read() as tx:
        if await tx.run_sync(is_current):
            return
        await tx.run_sync(refuse_what_is_not_ours)
    if is_running_on(file):
        raise StorageError(
            "The bot that runs on this database is of an earlier version.",
            "Restart it first: the new version brings the database up to date. Nothing was changed.",
        )
    await migrate(database)


@asynccontextmanager
async def opened_groups(settings: Settings) -> AsyncIterator[Groups]:
    """Give the stored groups, in a database brought up to this version's schema."""
    vault = Vault(Keyring.read(settings.encryption.key_file))
    database = Database(settings.storage.async_url)
    try:
        await bring_up_to_date(database)
        groups = Groups(database, vault)
        refuse_wrong_key(await groups.read_all())
        yield groups
    finally:
        await database.close()
