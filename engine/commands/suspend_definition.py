"""Suspend and resume definitions: nobody starts a suspended one; its instances go on."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from engine import tables
from engine.commands.definitions import find_by_id
from engine.commands.transaction import Transaction
from engine.errors import NotActive, NotFound
from engine.runtime.state import Status
from engine.services.changes import Change, ChangeKind
from engine.store.database import Database
from engine.store.history import Event

_definition = tables.process_definition
_job = tables.job
_instance = tables.process_instance
_SWITCH = (
    sa.update(_definition)
    .where(_definition.c.id == sa.bindparam("b_id"))
    .values(is_suspended=sa.bindparam("is_suspended"))
)
_SWITCH_JOBS = (
    sa.update(_job)
    .where(_job.c.definition_id == sa.bindparam("b_id"), _job.c.instance_id.is_(None))
    .values(is_suspended=sa.bindparam("is_suspended"), sent_at=None)
)
_NEXT_INSTANCES = (
    sa.select(_instance.c.id)
    .where(
        _instance.c.definition_id == sa.bindparam("definition"),
        _instance.c.status == sa.bindparam("status"),
    )
    .order_by(_instance.c.started_at, _instance.c.id)
    .limit(500)
)


def suspend(tx: Transaction, definition_id: str) -> None:
    """Its start events, timers included, start nothing until it is resumed.

    Raises:
        Forbidden: the actor is no admin.
        NotFound: no such definition.
        NotActive: it is suspended already.
    """
    tx.require_admin("suspend", "definitions")
    _switch(tx, definition_id, "definition-suspended", is_suspended=True)


def resume(tx: Transaction, definition_id: str) -> None:
    """The opposite of `suspend`.

    Raises:
        Forbidden, NotFound: as of `suspend`.
        NotActive: it is not suspended.
    """
    tx.require_admin("resume", "definitions")
    _switch(tx, definition_id, "definition-resumed", is_suspended=False)


def instances_of(database: Database, definition_id: str, status: Status) -> Iterator[str]:
    """Ids of a definition's instances that have *status*; the caller changes it as it goes."""
    values = {"definition": definition_id, "status": status.value}
    passed: set[str] = set()
    while True:
        with database.reading() as connection:
            listed = connection.scalars(_NEXT_INSTANCES, values).all()
        # Each is given once, so that one which somebody switches back cannot keep this going.
        found = [each for each in listed if each not in passed]
        if not found:
            return
        passed.update(found)
        yield from found


def _switch(tx: Transaction, definition_id: str, kind: str, *, is_suspended: bool) -> None:
    found = find_by_id(tx, definition_id)
    if found is None or found.tenant_id != tx.actor.tenant_id:
        raise NotFound("process definition", definition_id)
    if found.is_suspended is is_suspended:
        status = "SUSPENDED" if is_suspended else "ACTIVE"
        raise NotActive("process definition", definition_id, status)
    values = {"b_id": definition_id, "is_suspended": is_suspended}
    tx.connection.execute(_SWITCH, values)
    tx.connection.execute(_SWITCH_JOBS, values)
    data = {"process": found.process_id, "version": found.version}
    tx.tell_tenant(Event(kind, data=data))
    tx.changes.add(Change(ChangeKind.DEFINITIONS, found.tenant_id))
    tx.changes.add(Change(ChangeKind.JOBS, found.tenant_id))
