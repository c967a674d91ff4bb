"""Hold jobs back and let them go: one, or all that wait of a definition."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engine import tables
from engine.commands.definitions import find_by_id
from engine.commands.failing import JOB_FAILED, forget_incidents
from engine.commands.reviving import check_retries, revive
from engine.commands.transaction import Transaction
from engine.errors import NotActive, NotFound
from engine.runtime.state import Status
from engine.services.changes import Change, ChangeKind
from engine.store.apply import move
from engine.store.history import Event

_job = tables.job
_instance = tables.process_instance

_BY_ID = sa.select(
    _job.c.tenant_id,
    _job.c.instance_id,
    _job.c.definition_id,
    _job.c.element_id,
    _job.c.is_suspended,
    _job.c.retries,
).where(_job.c.id == sa.bindparam("id"))
_SWITCH = (
    sa.update(_job)
    .where(_job.c.id == sa.bindparam("b_id"), _job.c.is_suspended != sa.bindparam("b_to"))
    .values(is_suspended=sa.bindparam("b_to"), sent_at=None)
)
_OF_DEFINITION = (
    sa.update(_job)
    .where(
        _job.c.definition_id == sa.bindparam("b_definition"),
        _job.c.is_suspended != sa.bindparam("b_to"),
    )
    .values(is_suspended=sa.bindparam("b_to"), sent_at=None)
)
# What belongs to a suspended instance stays so until the instance itself is resumed.
_MAY_RUN = sa.or_(
    _job.c.instance_id.is_(None),
    sa.exists().where(
        _instance.c.id == _job.c.instance_id, _instance.c.status == Status.ACTIVE.value
    ),
)


def suspend_job(tx: Transaction, job_id: str) -> None:
    """Nobody runs the job until it is resumed; one that runs now is not stopped.

    Raises:
        Forbidden: the actor is no admin.
        NotFound: no such job.
        NotActive: it is suspended already.
    """
    tx.require_admin("suspend", "jobs")
    _switch(tx, job_id, is_suspended=True)


def resume_job(tx: Transaction, job_id: str) -> None:
    """The opposite of `suspend_job`; a job that came due meanwhile runs now.

    Raises:
        Forbidden, NotFound: as of `suspend_job`.
        NotActive: it is not suspended, or its instance or definition is.
    """
    tx.require_admin("resume", "jobs")
    _switch(tx, job_id, is_suspended=False)


def suspend_jobs(tx: Transaction, definition_id: str, *, element_id: str = "") -> int:
    """Hold back the waiting jobs of a definition, or of one element of it; how many.

    Jobs that are opened later are not touched: suspend the definition with its instances for that.

    Raises:
        Forbidden: the actor is no admin.
        NotFound: no such definition.
    """
    tx.require_admin("suspend", "jobs")
    return _switch_all(tx, definition_id, element_id, is_suspended=True)


def resume_jobs(tx: Transaction, definition_id: str, *, element_id: str = "") -> int:
    """The opposite of `suspend_jobs`; jobs of suspended instances stay suspended.

    Raises:
        Forbidden, NotFound: as of `suspend_jobs`.
    """
    tx.require_admin("resume", "jobs")
    return _switch_all(tx, definition_id, element_id, is_suspended=False)


def retry_job(tx: Transaction, job_id: str, *, retries: int = 1) -> None:
    """Give a job that many attempts from now on and let it be due; its incident is over.

    Raises:
        Forbidden: the actor is no admin.
        NotFound: no such job.
        Conflict: it is being run now.
        BadInput: *retries* are out of range.
    """
    tx.require_admin("retry", "jobs")
    check_retries(retries)
    found = _find(tx, job_id)
    revive(tx, JOB_FAILED, job_id, retries=retries)
    data: dict[str, object] = {"retries": retries}
    if found.instance_id is None:
        data["definition"] = found.definition_id
        tx.tell_tenant(Event("job-retried", found.element_id, data))
    else:
        was_dead = forget_incidents(tx, job_id)
        kind = "incident-resolved" if was_dead else "job-retried"
        told = {"how": "retried", "kind": JOB_FAILED, **data} if was_dead else data
        row = tx.instance(found.instance_id)
        move(tx.connection, row, [Event(kind, found.element_id, told)], tx.author())
    tx.changes.add(Change(ChangeKind.JOBS, found.tenant_id, found.instance_id or ""))


def _switch(tx: Transaction, job_id: str, *, is_suspended: bool) -> None:
    found = _find(tx, job_id)
    if not is_suspended:
        _require_resumable(tx, job_id, found)
    values = {"b_id": job_id, "b_to": is_suspended}
    if tx.connection.execute(_SWITCH, values).rowcount != 1:
        raise NotActive("job", job_id, "SUSPENDED" if is_suspended else "ACTIVE")
    kind = "job-suspended" if is_suspended else "job-resumed"
    if found.instance_id is None:
        tx.tell_tenant(Event(kind, found.element_id, {"definition": found.definition_id}))
    else:
        row = tx.instance(found.instance_id)
        move(tx.connection, row, [Event(kind, found.element_id, {"job": job_id})], tx.author())
    tx.changes.add(Change(ChangeKind.JOBS, found.tenant_id, found.instance_id or ""))


def _require_resumable(tx: Transaction, job_id: str, found: sa.Row[*tuple[Any, ...]]) -> None:
    if found.instance_id is not None:
        status = tx.instance(found.instance_id).status
        if status is not Status.ACTIVE:
            raise NotActive("process instance", found.instance_id, status.value)
        return
    definition = find_by_id(tx, found.definition_id)
    if definition is not None and definition.is_suspended:
        raise NotActive("process definition of job", job_id, "SUSPENDED")


def _find(tx: Transaction, job_id: str) -> sa.Row[*tuple[Any, ...]]:
    """The job as it is once its instance is locked."""
    found = tx.connection.execute(_BY_ID, {"id": job_id}).one_or_none()
    if found is None or found.tenant_id != tx.actor.tenant_id:
        raise NotFound("job", job_id)
    if found.instance_id is None:
        return found
    tx.instance(found.instance_id)
    again = tx.connection.execute(_BY_ID, {"id": job_id}).one_or_none()
    if again is None:
        raise NotFound("job", job_id)
    return again


def _switch_all(tx: Transaction, definition_id: str, element_id: str, *, is_suspended: bool) -> int:
    definition = find_by_id(tx, definition_id)
    if definition is None or definition.tenant_id != tx.actor.tenant_id:
        raise NotFound("process definition", definition_id)
    statement = _OF_DEFINITION
    if not is_suspended:
        statement = statement.where(_MAY_RUN)
        if definition.is_suspended:
            statement = statement.where(_job.c.instance_id.is_not(None))
    if element_id:
        statement = statement.where(_job.c.element_id == element_id)
    values = {"b_definition": definition_id, "b_to": is_suspended}
    count: int = tx.connection.execute(statement, values).rowcount
    data: dict[str, object] = {
        "definition": definition_id,
        "process": definition.process_id,
        "version": definition.version,
        "jobs": count,
    }
    kind = "jobs-suspended" if is_suspended else "jobs-resumed"
    tx.tell_tenant(Event(kind, element_id, data))
    tx.changes.add(Change(ChangeKind.JOBS, definition.tenant_id))
    return count
