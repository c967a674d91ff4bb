"""Jobs and external tasks get attempts again, or other arguments."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from engine import tables
from engine.actor import Right
from engine.commands.failing import JOB_FAILED
from engine.commands.run_job import LET_GO
from engine.commands.transaction import Transaction
from engine.errors import BadInput, Conflict
from engine.store import codec

MOST_RETRIES = 1_000

_job = tables.job
_external = tables.external_task
PLANNED = "retries"
_incident = tables.incident
_INCIDENT_OF = (
    sa.select(_incident.c.id, _incident.c.data)
    .where(
        _incident.c.source_id == sa.bindparam("task"),
        _incident.c.tenant_id == sa.bindparam("tenant"),
    )
    .with_for_update()
)
_PLAN = (
    sa.update(_incident)
    .where(_incident.c.id == sa.bindparam("b_id"))
    .values(data=sa.bindparam("data"))
)
_REVIVE_JOB = (
    sa.update(_job)
    .where(_job.c.id == sa.bindparam("b_id"), tables.FREE)
    .values(
        retries=sa.bindparam("retries"),
        due_at=sa.bindparam("now"),
        error_message=None,
        error_details=None,
        failures=0,
        **LET_GO,
    )
)
_REVIVE_EXTERNAL = (
    sa.update(_external)
    .where(_external.c.id == sa.bindparam("b_id"))
    .values(
        retries=sa.bindparam("retries"),
        worker_id=None,
        locked_until=None,
        error_message=None,
        error_details=None,
        revision=_external.c.revision + 1,
    )
)
_SAID = {
    _job: sa.select(_job.c.arguments).where(_job.c.id == sa.bindparam("id")),
    _external: sa.select(_external.c.headers).where(_external.c.id == sa.bindparam("id")),
}
_SAY = {
    _job: sa.update(_job)
    .where(_job.c.id == sa.bindparam("b_id"))
    .values(arguments=sa.bindparam("said")),
    _external: sa.update(_external)
    .where(_external.c.id == sa.bindparam("b_id"))
    .values(headers=sa.bindparam("said")),
}


def check_retries(retries: int) -> int:
    """A number of attempts.

    Raises:
        BadInput: it is not from 1 to `MOST_RETRIES`.
    """
    if not 1 <= retries <= MOST_RETRIES:
        raise BadInput(f"retries is {retries}; it takes 1 to {MOST_RETRIES}.")
    return retries


def plan_retries(tx: Transaction, task_id: str, retries: int) -> bool:
    """Say how many attempts a dead external task has once its incident is retried (Camunda 8).

    Returns:
        False when the task is not dead: it has no incident to retry.

    Raises:
        Forbidden: the actor may not work on external tasks.
        BadInput: *retries* are out of range.
    """
    tx.require(Right.WORK, "change", "external tasks")
    check_retries(retries)
    values = {"task": task_id, "tenant": tx.actor.tenant_id}
    found = tx.connection.execute(_INCIDENT_OF, values).one_or_none()
    if found is None:
        return False
    data = codec.encode_map({**codec.decode_map(found.data), PLANNED: retries})
    tx.connection.execute(_PLAN, {"b_id": found.id, "data": data})
    return True


def planned_retries(data: Mapping[str, object]) -> int:
    """What `plan_retries` left in an incident's *data*, else 1."""
    planned = data.get(PLANNED, 1)
    return planned if isinstance(planned, int) else 1


def revive(
    tx: Transaction,
    kind: str,
    source_id: str,
    *,
    retries: int,
    arguments: Mapping[str, object] | None = None,
) -> None:
    """Let the job or external task behind an incident of *kind* be taken again, at once.

    Raises:
        Conflict: the job is being run now.
    """
    table = _job if kind == JOB_FAILED else _external
    if arguments:
        said = codec.decode_map(tx.connection.execute(_SAID[table], {"id": source_id}).scalar_one())
        text = codec.encode_map({**said, **arguments})
        tx.connection.execute(_SAY[table], {"b_id": source_id, "said": text})
    if table is _job:
        values = {"b_id": source_id, "retries": retries, "now": tx.now}
        if tx.connection.execute(_REVIVE_JOB, values).rowcount != 1:
            raise Conflict(f"Job {source_id} is being run now. Wait for how it ends.")
    else:
        tx.connection.execute(_REVIVE_EXTERNAL, {"b_id": source_id, "retries": retries})
