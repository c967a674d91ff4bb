"""Alembic's entry: runs the revisions on the connection that `engine.migrations` hands over."""

from __future__ import annotations

from alembic import context

from engine import tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables.metadata,
    # SQLite cannot alter a table: batch mode copies it.
    render_as_batch=True,
)
context.run_migrations()
