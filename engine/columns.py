"""Columns that many tables of `engine.tables` have, and the types that their values share."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engine.types import PostgresqlUuid, UtcDateTime

Id = sa.String(36).with_variant(PostgresqlUuid(), "postgresql")
Key = sa.BigInteger()
Json = sa.Text()
Name = sa.String(255)


def identity() -> sa.Column[str]:
    """Primary key: a UUIDv7."""
    return sa.Column("id", Id, primary_key=True)


def key() -> sa.Column[int]:
    """The 63-bit number beside it."""
    return sa.Column("key", Key, nullable=False, unique=True)


def tenant() -> sa.Column[str]:
    """The owning organisation."""
    return sa.Column("tenant_id", sa.ForeignKey("tenant.id"), nullable=False)


def tenant_of_instance() -> sa.Column[str]:
    """The owning organisation of what runs: the instance's, so it is not checked for each row.

    A foreign key would lock the one row of the tenant in every step of every process.
    """
    return sa.Column("tenant_id", Name, nullable=False)


def definition_of_instance() -> sa.Column[str]:
    """The definition of what runs: the instance's, so it is not checked for each row."""
    return sa.Column("definition_id", Id, nullable=False)


def of_instance(*, primary_key: bool = False, nullable: bool = False) -> sa.Column[str]:
    """The process instance that the row lives with."""
    return sa.Column(
        "instance_id",
        sa.ForeignKey("process_instance.id", ondelete="CASCADE"),
        primary_key=primary_key,
        nullable=nullable,
    )


def wait() -> tuple[sa.Column[Any], ...]:
    """Where in its instance a run-time row belongs: see `engine.runtime.state`."""
    return (
        sa.Column("scope", sa.Integer, nullable=False),
        sa.Column("token", sa.Integer, nullable=False),
        sa.Column("wait", sa.Integer, nullable=False),
        sa.Column("element_id", Name, nullable=False),
    )


def moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    """An aware UTC time."""
    return sa.Column(name, UtcDateTime(), nullable=nullable)
