"""Bringing the database up to this program's schema, at every start; a newer database is refused."""

from functools import cache
from importlib import resources

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from alembic.script.revision import ResolutionError
from alembic.util.exc import CommandError
from sqlalchemy import Connection, inspect, text

from bot.errors import StorageError
from bot.storage.engine import Database
from bot.storage.schema import metadata

# Any number will do, as long as every process takes the same one: two that start at once migrate one after the other.
_MIGRATION_LOCK = 4_711_001


async def migrate(database: Database) -> None:
    """Run what is missing, in one transaction; raises StorageError for a database newer than this program."""
    async with database.write() as tx:
        if not database.is_sqlite:
            await tx.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MIGRATION_LOCK})
        await tx.run_sync(upgrade)


@cache
def scripts() -> ScriptDirectory:
    """Open the folder of migrations; it is read once in a process."""
    config = Config()
    config.set_main_option("script_location", str(resources.files("bot.storage").joinpath("migrations")))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(rev)s")
    return ScriptDirectory.from_config(config)


def upgrade(connection: Connection) -> None:
    """Run what is missing on an open connection."""
    folder = scripts()
    refuse_what_is_not_ours(connection)

    def steps(revision: object, _context: MigrationContext) -> object:
        return folder._upgrade_revs("head", revision)  # type: ignore[arg-type]

    with EnvironmentContext(Config(), folder, fn=steps, destination_rev="head") as environment:
        environment.configure(
            connection=connection, target_metadata=metadata, render_as_batch=True, transaction_per_migration=False
        )
        environment.run_migrations()


def is_current(connection: Connection) -> bool:
    """Say whether a database has exactly this program's schema."""
    return set(MigrationContext.configure(connection).get_current_heads()) == set(scripts().get_heads())


def refuse_what_is_not_ours(connection: Connection) -> None:
    """Raise StorageError for a database of a newer Holdspace, of another program, or without its version."""
    present, folder = MigrationContext.configure(connection).get_current_heads(), scripts()
    for revision in present:
        try:
            known = folder.get_revision(revision) is not None
        except (ResolutionError, CommandError):
            known = False
        if not known:
            raise StorageError(
                f"This database was written by a newer Holdspace (schema {revision}).",
                "Install that version again, or restore a backup from before the update. Nothing was changed.",
            )
    if not present and not set(inspect(connection).get_table_names()).isdisjoint(metadata.tables):
        raise StorageError(
            "This database holds tables of these names already, and does not say which Holdspace made them.",
            "Name a database of its own (storage.url), or restore your newest backup. Nothing was changed.",
        )
