"""Column types that behave the same on SQLite and PostgreSQL."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_NO_ID = "00000000-0000-0000-0000-000000000000"


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """Aware UTC on every database; SQLite stores ISO text that sorts by time.

    Raises:
        ValueError: a naive time was given.
    """

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 - SQLAlchemy calls it so
    ) -> datetime | None:
        """Refuse naive times, store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"Naive time {value!r}: pass aware UTC.")
        return value.astimezone(UTC)

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 - SQLAlchemy calls it so
    ) -> datetime | None:
        """Give aware UTC back: SQLite loses the zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class PostgresqlUuid(sa.types.TypeDecorator[str]):
    """A native ``uuid``, as text in Python; text that is no UUID finds nothing instead of failing.

    On SQLite ids are plain text (`engine.columns.Id`), where that is so anyway.
    """

    impl = postgresql.UUID(as_uuid=False)
    cache_ok = True

    def process_bind_param(
        self,
        value: str | None,
        dialect: Dialect,  # noqa: ARG002 - SQLAlchemy calls it so
    ) -> str | None:
        """Let what is no UUID match no row."""
        return value if value is None or _UUID.fullmatch(value) else _NO_ID
