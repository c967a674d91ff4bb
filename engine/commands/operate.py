"""What operators do to instances: set variables, cancel, suspend, resume."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from engine import tables
from engine.commands.inputs import check_variables
from engine.commands.stepping import take_step
from engine.commands.transaction import Transaction
from engine.errors import NotActive, NotFound
from engine.runtime.commanding import WaitGone
from engine.runtime.state import ROOT, Status
from engine.runtime.step import CancelInstance, SetVariables
from engine.services.changes import Change, ChangeKind
from engine.store.apply import move
from engine.store.history import Event, LostRace
from engine.store.load import InstanceRow

_SUSPENDABLE = (tables.task, tables.job, tables.external_task)
_SUSPEND = tuple(
    sa.update(table)
    .where(table.c.instance_id == sa.bindparam("b_id"))
    # What a broker was told of a suspended job is void: it is told again when the job goes on.
    .values(
        is_suspended=sa.bindparam("is_suspended"),
        **({"sent_at": None} if table is tables.job else {}),
    )
    for table in _SUSPENDABLE
)


def set_variables(
    tx: Transaction,
    instance_id: str,
    variables: Mapping[str, object],
    *,
    scope: int = ROOT,
    is_local: bool = True,
) -> None:
    """Write variables into exactly that scope of a running instance.

    Not *is_local*: each into the nearest scope from there on that has it, else into the process.

    Raises:
        Forbidden: the actor is no admin.
        NotFound: no such instance, or no such scope in it.
        NotActive: the instance is over.
        BadInput: a variable cannot be stored.
    """
    tx.require_admin("set", "variables of instances")
    given = check_variables(variables)
    row = _open_instance(tx, instance_id)
    try:
        take_step(tx, row, SetVariables(scope, given, local=is_local))
    except LostRace as lost:
        if isinstance(lost.__cause__, WaitGone):
            raise NotFound("scope", str(scope)) from lost
        raise


def cancel_instance(tx: Transaction, instance_id: str, *, reason: str = "") -> None:
    """End the instance and everything that it called.

    Raises:
        Forbidden: the actor is no admin.
        NotFound: no such instance.
        NotActive: it is over.
    """
    tx.require_admin("cancel", "instances")
    row = _open_instance(tx, instance_id)
    take_step(tx, row, CancelInstance(reason))


def suspend_instance(tx: Transaction, instance_id: str) -> None:
    """Nothing of the instance goes on until it is resumed: tasks, jobs, messages.

    Raises:
        Forbidden, NotFound: as of `cancel_instance`.
        NotActive: it is over, or suspended already.
    """
    tx.require_admin("suspend", "instances")
    _switch(tx, instance_id, (Status.ACTIVE, Status.SUSPENDED), "instance-suspended")


def resume_instance(tx: Transaction, instance_id: str) -> None:
    """The opposite of `suspend_instance`; what came due meanwhile happens now.

    Raises:
        Forbidden, NotFound: as of `cancel_instance`.
        NotActive: it is over, or not suspended.
    """
    tx.require_admin("resume", "instances")
    _switch(tx, instance_id, (Status.SUSPENDED, Status.ACTIVE), "instance-resumed")


def _open_instance(tx: Transaction, instance_id: str) -> InstanceRow:
    row = tx.own_instance(instance_id)
    if row.is_over:
        raise NotActive("process instance", instance_id, row.status.value)
    return row


def _switch(tx: Transaction, instance_id: str, change: tuple[Status, Status], kind: str) -> None:
    before, after = change
    row = tx.own_instance(instance_id)
    if row.status is not before:
        raise NotActive("process instance", instance_id, row.status.value)
    row.status = after
    move(tx.connection, row, [Event(kind)], tx.author())
    values = {"b_id": row.id, "is_suspended": after is Status.SUSPENDED}
    for statement in _SUSPEND:
        tx.connection.execute(statement, values)
    tx.changes.add(Change(ChangeKind.TASKS, row.tenant_id, row.id))
    tx.changes.add(Change(ChangeKind.JOBS, row.tenant_id, row.id))
