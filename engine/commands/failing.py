"""Work that failed for good: its row stays, with an incident that a person can retry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import sqlalchemy as sa

from engine import tables
from engine.commands.transaction import Transaction
from engine.store import codec
from engine.store.history import Event
from engine.telemetry import metrics

JOB_FAILED = "failedJob"
WORKER_FAILED = "failedExternalTask"
_COPIED = ("tenant_id", "instance_id", "definition_id", "scope", "token", "wait", "element_id")
_INSERT = sa.insert(tables.incident)
_FORGET = sa.delete(tables.incident).where(tables.incident.c.source_id == sa.bindparam("b_source"))


class Failed(Protocol):
    """What failed, with all that `_COPIED` names."""

    @property
    def id(self) -> str:
        """Of the job or external task."""

    @property
    def element_id(self) -> str:
        """Where it is in the diagram."""


def open_incident(
    tx: Transaction,
    source: Failed,
    kind: str,
    message: str,
    data: Mapping[str, object] | None = None,
) -> Event:
    """Open an incident for *source*, a job or external task; what to tell history.

    ``data`` is what people see besides: of a failed job ``stack``, ``request`` and ``answer``.
    """
    identity = tx.tools.ids.new(tx.now)
    tx.connection.execute(
        _INSERT,
        {
            **{name: getattr(source, name) for name in _COPIED},
            "id": identity.id,
            "key": identity.key,
            "kind": kind,
            "message": message,
            "data": codec.encode_map(data or {}),
            "source_id": source.id,
            "created_at": tx.now,
        },
    )
    metrics.incident_opened(kind)
    told = {"kind": kind, "message": message}
    return Event("incident-created", source.element_id, told)


def forget_incidents(tx: Transaction, source_id: str) -> bool:
    """Drop the incidents of a job or external task; whether there was one."""
    return tx.connection.execute(_FORGET, {"b_source": source_id}).rowcount > 0
