"""The schema in an empty SQLite database, copied from one that is made once for the whole run."""

from __future__ import annotations

import sqlite3
from functools import cache

import sqlalchemy as sa

from engine import tables


def create_in(pool: sa.Engine) -> None:
    """Make all tables and indexes, without rows, in the SQLite database of *pool*."""
    with pool.connect() as connection:
        _template().backup(_driver_of(connection))


@cache
def _template() -> sqlite3.Connection:
    pool = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    tables.metadata.create_all(pool)
    with pool.connect() as connection:
        return _driver_of(connection)


def _driver_of(connection: sa.Connection) -> sqlite3.Connection:
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver
