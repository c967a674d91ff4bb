"""What calls to other systems need: secrets, contracts, and which diagram uses which of them."""

from __future__ import annotations

import sqlalchemy as sa

from engine import columns
from engine.columns import Id, Json, Name
from engine.tables.registry import metadata

# Encrypted with a key that the database does not have: engine.services.secrets.
secret = sa.Table(
    "secret",
    metadata,
    sa.Column("tenant_id", sa.ForeignKey("tenant.id"), primary_key=True),
    sa.Column("name", Name, primary_key=True),
    sa.Column("ciphertext", sa.Text, nullable=False),
    sa.Column("key_id", sa.String(8), nullable=False),  # tells which key it needs
    sa.Column("updated_by", Name, nullable=True),
    columns.moment("updated_at"),
    sqlite_with_rowid=False,
)

# One version of a contract; its content never changes, how long it is to be used may.
connector_contract = sa.Table(
    "connector_contract",
    metadata,
    columns.identity(),
    columns.key(),
    columns.tenant(),
    sa.Column("name", Name, nullable=False),  # what its versions share
    sa.Column("major", sa.Integer, nullable=False),  # its version, as its owner says
    sa.Column("minor", sa.Integer, nullable=False),
    sa.Column("patch", sa.Integer, nullable=False),
    sa.Column("title", Name, nullable=False),
    sa.Column("owner", Name, nullable=False),
    sa.Column("connector", Name, nullable=False),  # http, email ...
    sa.Column("content", Json, nullable=False),  # the file
    sa.Column("digest", sa.String(64), nullable=False),  # of the file: same bytes, same version
    columns.moment("deprecated_at", nullable=True),
    columns.moment("sunset_at", nullable=True),  # no new deployment may use it from then on
    sa.Column("successor", Name, nullable=False, server_default=""),
    sa.Column("deployment_id", sa.ForeignKey("deployment.id"), nullable=True),
    sa.Column("deployed_by", Name, nullable=True),
    columns.moment("deployed_at"),
    sa.UniqueConstraint("tenant_id", "name", "major", "minor", "patch"),
)

# What a deployed diagram refers to by name.
connector_use = sa.Table(
    "connector_use",
    metadata,
    sa.Column("definition_id", sa.ForeignKey("process_definition.id"), primary_key=True),
    sa.Column("element_id", Name, primary_key=True),
    sa.Column("kind", sa.String(9), primary_key=True),  # connector, contract, secret
    sa.Column("name", Name, primary_key=True),
    sa.Column("version", sa.String(64), nullable=False),  # asked for; empty: the latest
    columns.tenant(),
    sa.Index("ix_connector_use_name", "tenant_id", "kind", "name"),
    sqlite_with_rowid=False,
)

# Where another system leaves the answer to a call that it only accepted: engine.commands.callbacks.
# Without a foreign key: jobs come and go a thousand times as often.
callback = sa.Table(
    "callback",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),  # SHA-256 of what the address holds
    columns.tenant(),
    sa.Column("job_id", Id, nullable=False),
    sa.Column("is_accepted", sa.Boolean, nullable=False),  # the other system took the request
    columns.moment("created_at"),
    columns.moment("expires_at"),
    columns.moment("answered_at", nullable=True),
    sa.Column("answer", Json, nullable=True),  # headers and body
    sa.Index("ix_callback_job_id", "job_id"),
    sa.Index("ix_callback_expires_at", "expires_at"),
    sqlite_with_rowid=False,
)
