"""Alembic asks for this file; the work is done by bot/storage/migrate.py, which configures the context itself."""

from alembic import context

context.run_migrations()
