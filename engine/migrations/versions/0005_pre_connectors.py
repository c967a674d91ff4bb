"""add secret, connector_contract, connector_use, callback: calls to other systems.

Pre: tables of their own, which the old code neither reads nor writes. Rows rewritten: 0. No diagram
deployed before could use a connector, so nobody is missing in connector_use.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

Id = sa.String(36).with_variant(postgresql.UUID(as_uuid=False), "postgresql")
Name = sa.String(255)
Time = sa.DateTime(timezone=True)


def upgrade() -> None:
    _secrets()
    _contracts()
    _callbacks()


def downgrade() -> None:
    op.drop_table("callback")
    op.drop_table("connector_use")
    op.drop_table("connector_contract")
    op.drop_table("secret")


def _secrets() -> None:
    op.create_table(
        "secret",
        sa.Column("tenant_id", Name, sa.ForeignKey("tenant.id"), primary_key=True),
        sa.Column("name", Name, primary_key=True),
        sa.Column("ciphertext", sa.Text, nullable=False),
        sa.Column("key_id", sa.String(8), nullable=False),
        sa.Column("updated_by", Name, nullable=True),
        sa.Column("updated_at", Time, nullable=False),
        sqlite_with_rowid=False,
    )


def _contracts() -> None:
    op.create_table(
        "connector_contract",
        sa.Column("id", Id, primary_key=True),
        sa.Column("key", sa.BigInteger, nullable=False, unique=True),
        sa.Column("tenant_id", Name, sa.ForeignKey("tenant.id"), nullable=False),
        sa.Column("name", Name, nullable=False),
        sa.Column("major", sa.Integer, nullable=False),
        sa.Column("minor", sa.Integer, nullable=False),
        sa.Column("patch", sa.Integer, nullable=False),
        sa.Column("title", Name, nullable=False),
        sa.Column("owner", Name, nullable=False),
        sa.Column("connector", Name, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("deprecated_at", Time, nullable=True),
        sa.Column("sunset_at", Time, nullable=True),
        sa.Column("successor", Name, nullable=False, server_default=""),
        sa.Column("deployment_id", Id, sa.ForeignKey("deployment.id"), nullable=True),
        sa.Column("deployed_by", Name, nullable=True),
        sa.Column("deployed_at", Time, nullable=False),
        sa.UniqueConstraint("tenant_id", "name", "major", "minor", "patch"),
    )
    op.create_table(
        "connector_use",
        sa.Column("definition_id", Id, sa.ForeignKey("process_definition.id"), primary_key=True),
        sa.Column("element_id", Name, primary_key=True),
        sa.Column("kind", sa.String(9), primary_key=True),
        sa.Column("name", Name, primary_key=True),
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("tenant_id", Name, sa.ForeignKey("tenant.id"), nullable=False),
        sa.Index("ix_connector_use_name", "tenant_id", "kind", "name"),
        sqlite_with_rowid=False,
    )


def _callbacks() -> None:
    op.create_table(
        "callback",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        sa.Column("tenant_id", Name, sa.ForeignKey("tenant.id"), nullable=False),
        sa.Column("job_id", Id, nullable=False),
        sa.Column("is_accepted", sa.Boolean, nullable=False),
        sa.Column("created_at", Time, nullable=False),
        sa.Column("expires_at", Time, nullable=False),
        sa.Column("answered_at", Time, nullable=True),
        sa.Column("answer", sa.Text, nullable=True),
        sa.Index("ix_callback_job_id", "job_id"),
        sa.Index("ix_callback_expires_at", "expires_at"),
        sqlite_with_rowid=False,
    )
