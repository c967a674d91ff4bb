"""`laneway drive`: see docs/reference/driver.md."""

from __future__ import annotations

import argparse

import sqlalchemy as sa

from engine import tables
from engine.actor import DEFAULT_TENANT
from engine.cli.drive.loop import serve_standard_streams
from engine.cli.drive.session import Session
from engine.cli.opening import Verbs, add_verb
from engine.clock import VirtualClock
from engine.core import Engine
from engine.errors import BadInput

IN_MEMORY = "sqlite://"


def add_verbs(verbs: Verbs) -> None:
    """Add ``drive``."""
    drive = add_verb(
        verbs,
        "drive",
        _drive,
        "Answer JSON requests, one a line, with an engine on a virtual clock: for tests of "
        "processes in any language. Without --database the engine is private and in memory.",
    )
    drive.epilog = "With --database every reset empties that database."


def empty_engine(url: str, clock: VirtualClock) -> Engine:
    """An engine on the database at *url*, which is emptied and gets the current schema.

    Raises:
        BadInput: people can log in there, so it is no database for tests; nothing was deleted.
    """
    engine = Engine.open(url, clock=clock)
    _refuse_used(engine)
    with engine.database.pool.begin() as connection:
        tables.metadata.drop_all(connection)
        tables.metadata.create_all(connection)
        connection.execute(
            tables.tenant.insert(), {"id": DEFAULT_TENANT, "name": DEFAULT_TENANT.title()}
        )
    return engine


def _refuse_used(engine: Engine) -> None:
    if not sa.inspect(engine.database.pool).has_table(tables.person.name):
        return
    with engine.database.reading() as connection:
        found = connection.execute(sa.select(tables.person.c.id).limit(1)).first()
    if found is not None:
        raise BadInput(
            f"The database has people, such as {found.id!r}, and the driver would delete "
            "everything in it. Give it an empty database."
        )


def _drive(chosen: argparse.Namespace) -> int:
    url = chosen.database or IN_MEMORY
    serve_standard_streams(Session(lambda clock: empty_engine(url, clock)))
    return 0
