"""The migrations build exactly the tables that the stores describe, on both databases, up and down."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import inspect, text

from bot.errors import StorageError
from bot.schema import whole_schema
from bot.storage.migrate import migrate, scripts
from bot.storage.schema import tables_without_promise


async def test_the_migrations_build_the_tables_that_the_stores_describe(own_database):
    whole_schema()

    def differences(connection):
        return compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), whole_schema())

    async with own_database.read() as tx:
        assert await tx.run_sync(differences) == []


async def test_migrating_twice_changes_nothing(database):
    await migrate(database)


async def test_every_migration_goes_back_too(own_database):
    def down(connection):
        context = MigrationContext.configure(connection, opts={"render_as_batch": True})
        with Operations.context(context):
            for revision in scripts().walk_revisions():
                revision.module.downgrade()
        return set(inspect(connection).get_table_names()) - {"alembic_version"}

    async with own_database.write() as tx:
        assert await tx.run_sync(down) == set()


async def test_a_database_from_a_newer_program_is_refused_and_left_alone(own_database):
    async with own_database.write() as tx:
        await tx.execute(text("UPDATE alembic_version SET version_num = '9999_future'"))
    with pytest.raises(StorageError, match="newer Holdspace"):
        await migrate(own_database)
    async with own_database.read() as tx:
        assert (await tx.execute(text("SELECT version_num FROM alembic_version"))).scalar_one() == "9999_future"


async def test_a_database_that_has_lost_its_version_is_refused_and_left_alone(own_database):
    async with own_database.write() as tx:
        await tx.execute(text("DELETE FROM alembic_version"))
    with pytest.raises(StorageError, match="does not say which Holdspace made them"):
        await migrate(own_database)


def test_the_migrations_are_one_line():
    assert len(scripts().get_heads()) == 1


def test_every_table_names_who_erases_it_and_how_long_it_is_kept():
    whole_schema()
    assert [table.name for table in tables_without_promise()] == []
