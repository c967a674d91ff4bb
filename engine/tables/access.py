"""Keys with which programs come in."""

from __future__ import annotations

import sqlalchemy as sa

from engine import columns
from engine.columns import Json, Name
from engine.tables.registry import metadata

api_key = sa.Table(
    "api_key",
    metadata,
    columns.identity(),
    columns.key(),
    columns.tenant(),
    sa.Column("name", Name, nullable=False),  # of the program; several keys may share it in turn
    # As whom the program acts; NULL: as itself, under the name ``key:NAME``.
    sa.Column("person_id", sa.ForeignKey("person.id", ondelete="CASCADE"), nullable=True),
    sa.Column("scopes", Json, nullable=False),  # a list: "admin", or rights (engine.actor.Right)
    sa.Column(
        "prefix", sa.String(16), nullable=False, unique=True
    ),  # shown in lists, finds the row
    sa.Column("digest", sa.String(64), nullable=False),  # sha-256 of the whole key, in hex
    sa.Column("created_by", Name, nullable=True),
    columns.moment("created_at"),
    columns.moment("expires_at", nullable=True),
    columns.moment("revoked_at", nullable=True),
    columns.moment("last_used_at", nullable=True),  # to the minute
    sa.Index("ix_api_key_tenant_id", "tenant_id", "created_at"),
    sa.Index("ix_api_key_person_id", "person_id"),
)
