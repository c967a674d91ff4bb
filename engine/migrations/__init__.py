"""Brings a database to the current schema, with Alembic, without any configuration file."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from engine.store.database import Database, open_database

HEAD = "head"
BASE = "base"


def upgrade(url: str, revision: str = HEAD) -> None:
    """Apply the migrations up to *revision* to the database at *url*."""
    database = open_database(url)
    try:
        upgrade_database(database, revision)
    finally:
        database.close()


def upgrade_database(database: Database, revision: str = HEAD) -> None:
    """Apply the migrations up to *revision*; all of them or, on any error, none."""
    with database.writing() as connection:
        command.upgrade(_config(connection), revision)


def downgrade_database(database: Database, revision: str) -> None:
    """Take migrations back down to *revision*; `BASE` leaves nothing."""
    with database.writing() as connection:
        command.downgrade(_config(connection), revision)


def current_revision(database: Database) -> str | None:
    """The revision of the database's schema, ``None`` when it has none."""
    with database.reading() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head_revision() -> str:
    """The revision that this version of the code needs."""
    head = ScriptDirectory.from_config(_config(None)).get_current_head()
    assert head is not None
    return head


def _config(connection: object) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
