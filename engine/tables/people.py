"""Organisations, people and their groups."""

from __future__ import annotations

import sqlalchemy as sa

from engine import columns
from engine.columns import Name
from engine.tables.registry import metadata

tenant = sa.Table(
    "tenant",
    metadata,
    sa.Column("id", Name, primary_key=True),  # a short word such as "default": Camunda's tenant id
    sa.Column("name", Name, nullable=False),
)

person = sa.Table(
    "person",
    metadata,
    sa.Column("id", Name, primary_key=True),  # the login, as diagrams name people
    columns.tenant(),
    sa.Column("name", Name, nullable=False),
    sa.Column("email", Name, nullable=False, server_default=""),
    sa.Column("password_hash", Name, nullable=False),  # argon2; empty: cannot log in
    sa.Column("is_admin", sa.Boolean, nullable=False),  # may deploy and operate
    sa.Column("is_active", sa.Boolean, nullable=False),
    sa.Column("locale", sa.String(16), nullable=False, server_default="en"),
    sa.Column("zone", sa.String(64), nullable=False, server_default="UTC"),
    sa.Column("session_epoch", sa.Integer, nullable=False, server_default="0"),  # +1 ends sessions
    columns.moment("created_at"),
)

# Named person_group since GROUP is a word of SQL.
person_group = sa.Table(
    "person_group",
    metadata,
    sa.Column("id", Name, primary_key=True),  # as candidateGroups or a lane names it
    columns.tenant(),
    sa.Column("name", Name, nullable=False),
)

membership = sa.Table(
    "membership",
    metadata,
    sa.Column("person_id", sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("group_id", sa.ForeignKey("person_group.id", ondelete="CASCADE"), primary_key=True),
    sqlite_with_rowid=False,
)
