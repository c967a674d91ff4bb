"""Call activities: the called instance begins, ends, or is cancelled with its caller."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from engine import tables
from engine.commands.definitions import (
    Startable,
    find_deployed_with,
    find_latest,
    find_tagged,
    find_version,
)
from engine.commands.deliveries import Delivery
from engine.commands.instances import Caller, new_instance
from engine.commands.transaction import Transaction
from engine.runtime.deciding import forbidden
from engine.runtime.effects import CallProcess, CancelCalled, Ended, Escalated
from engine.runtime.state import Status
from engine.runtime.step import (
    CancelInstance,
    Complete,
    FailToken,
    Start,
    ThrowError,
    ThrowEscalation,
)
from engine.store.load import InstanceRow

_instance = tables.process_instance
_CALLED = sa.select(_instance.c.id).where(
    _instance.c.parent_id == sa.bindparam("parent"), _instance.c.parent_wait == sa.bindparam("wait")
)
INCIDENT = "called-process"
DEEPEST = 100
"""Most levels of calls that one command may open: a process that calls itself ends here."""
_TOO_DEEP = (
    f"Processes called each other {DEEPEST} levels deep in one go, probably without end. "
    f"Correct the diagram, or retry to go on for another {DEEPEST} levels."
)


def call_process(tx: Transaction, row: InstanceRow, call: CallProcess) -> Iterable[Delivery]:
    """Begin the called process, or leave an incident at the call activity that says why not."""
    found = _resolve(tx, row, call)
    if isinstance(found, str):
        return [_failed(row, call, found)]
    depth = tx.depths.get(row.id, 0) + 1
    if depth > DEEPEST:
        return [_failed(row, call, _TOO_DEEP)]
    delivery = new_instance(
        tx,
        found.id,
        Start(call.variables),
        business_key=call.business_key,
        caller=Caller(row, call),
    )
    tx.depths[delivery.row.id] = depth
    return [delivery]


def cancel_called(tx: Transaction, row: InstanceRow, effect: CancelCalled) -> Iterable[Delivery]:
    """The call activity was cancelled: cancel what it called."""
    values = {"parent": row.id, "wait": effect.wait}
    called = [tx.instance(found) for found in tx.connection.scalars(_CALLED, values)]
    return [
        Delivery(one, CancelInstance("the call activity was cancelled"))
        for one in called
        if not one.is_over
    ]


def escalate_to_caller(
    tx: Transaction, row: InstanceRow, escalated: Escalated
) -> Iterable[Delivery]:
    """The called instance escalates: its caller may catch it, then the called one goes on.

    What the caller does about it is done before, which may be to cancel the called instance.
    """
    if row.parent_id is None:
        return
    place = (row.parent_scope or 0, row.parent_token or 0)
    command = ThrowEscalation(*place, escalated.code, escalated.variables)
    yield Delivery(tx.instance(row.parent_id), command, row.parent_wait or 0)
    if escalated.wait:
        yield Delivery(row, Complete(escalated.scope, escalated.token), escalated.wait)


def answer_caller(tx: Transaction, row: InstanceRow, ended: Ended) -> Iterable[Delivery]:
    """The called instance ended: its caller goes on, catches the error, or needs a person."""
    if row.parent_id is None:
        return []
    caller = tx.instance(row.parent_id)
    place = (row.parent_scope or 0, row.parent_token or 0)
    wait = row.parent_wait or 0
    if ended.error is not None:
        answer = ThrowError(*place, ended.error, ended.message, ended.variables)
        return [Delivery(caller, answer, wait)]
    if ended.status is Status.TERMINATED:
        # Cancelled by its caller: the caller waits no more and the delivery is dropped.
        message = (
            f"The called instance {row.id} was cancelled. "
            "Retry to call the process again, or cancel this instance too."
        )
        return [Delivery(caller, FailToken(*place, INCIDENT, message), wait)]
    return [Delivery(caller, Complete(*place, ended.variables), wait)]


def _failed(row: InstanceRow, call: CallProcess, message: str) -> Delivery:
    return Delivery(row, FailToken(call.scope, call.token, INCIDENT, message), call.wait)


def _resolve(tx: Transaction, row: InstanceRow, call: CallProcess) -> Startable | str:
    """The definition to start, or what is wrong with it."""
    if call.tenant and not tx.tools.tenant_calls.allows(row.tenant_id, call.tenant):
        return forbidden(call.tenant)
    found = _find(tx, row, call)
    if found is None:
        return _missing(call)
    if not found.is_executable:
        return f"Process {call.process!r} is not executable. Deploy a version with isExecutable."
    if found.is_suspended:
        return f"Process {call.process!r} version {found.version} is suspended. Resume it, retry."
    return found


def _find(tx: Transaction, row: InstanceRow, call: CallProcess) -> Startable | None:
    tenant = call.tenant or row.tenant_id
    if call.binding == "deployment":
        deployment = tx.definition(row.definition_id).deployment_id
        return find_deployed_with(tx, tenant, call.process, deployment)
    if call.binding == "version":
        if not call.version.isdecimal():
            return None
        return find_version(tx, tenant, call.process, int(call.version))
    if call.binding == "versionTag":
        return find_tagged(tx, tenant, call.process, call.version_tag)
    return find_latest(tx, tenant, call.process)


def _missing(call: CallProcess) -> str:
    which = {
        "version": f" with version {call.version!r}",
        "versionTag": f" with version tag {call.version_tag!r}",
        "deployment": " in the same deployment",
    }.get(call.binding, "")
    whose = f" by organisation {call.tenant!r}" if call.tenant else ""
    return f"No process {call.process!r}{which} is deployed{whose}. Deploy it, then retry."
