"""Write a migration for what the tables have gained: python -m bot.storage.migrations 0003_goals."""

import sys

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from alembic.operations.ops import MigrationScript
from sqlalchemy import create_engine

from bot.schema import whole_schema
from bot.storage.migrate import scripts, upgrade


def main(name: str) -> str:
    """Compare the newest schema with the tables, write the difference as a migration, and return its path."""
    folder = scripts()
    head = folder.get_current_head()
    with create_engine("sqlite://").begin() as connection:
        upgrade(connection)
        context = MigrationContext.configure(connection, opts={"render_as_batch": True, "compare_type": True})
        script: MigrationScript = produce_migrations(context, whole_schema())
        ups = (
            render_python_code(script.upgrade_ops, render_as_batch=True, migration_context=context)
            if script.upgrade_ops
            else ""
        )
        downs = (
            render_python_code(script.downgrade_ops, render_as_batch=True, migration_context=context)
            if script.downgrade_ops
            else ""
        )
    made = folder.generate_revision(
        name, f"The step {name}", head=head or "base", upgrades=ups, downgrades=downs, splice=False
    )
    return str(made.path) if made is not None else ""


if __name__ == "__main__":
    print(main(sys.argv[1]))  # noqa: T201
