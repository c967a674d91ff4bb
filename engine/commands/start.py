"""Start an instance: by a person, by a form, by a message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo

from bpmn.forms import check
from bpmn.model import Node, ProcessModel
from engine.actor import Right
from engine.commands.definitions import Startable, find_by_id, find_latest, find_version
from engine.commands.delivering import deliver, find_receivers
from engine.commands.inputs import check_key, check_variables
from engine.commands.instances import new_instance
from engine.commands.stepping import take_step
from engine.commands.transaction import Transaction
from engine.errors import FormInvalid, MismatchingCorrelation, NotActive, NotFound, NotStartable
from engine.queries.forms import start_node
from engine.runtime.step import Start
from engine.store.forms import form_of


@dataclass(frozen=True, slots=True)
class Which:
    """Which definition: by id; else that version of the process; else its newest version."""

    process_id: str = ""
    version: int | None = None
    definition_id: str = ""


def start(
    tx: Transaction,
    which: Which,
    *,
    variables: Mapping[str, object] | None = None,
    business_key: str | None = None,
) -> str:
    """Begin an instance at the none start event, or at the only start event there is; its id.

    Raises:
        Forbidden: the actor may start nothing.
        NotFound: no such definition, or the actor may not know of it.
        NotStartable: only an event starts it, or it is not executable.
        NotActive: it is suspended.
        BadInput: a variable or the key cannot be stored.
    """
    found = _startable(tx, which)
    node = _entry(tx.definition(found.id).model)
    return _begin(tx, found, node, check_variables(variables), check_key(business_key))


def submit_start(
    tx: Transaction,
    definition_id: str,
    submitted: Mapping[str, str | Sequence[str]],
    *,
    zone: tzinfo = UTC,
) -> str:
    """Begin an instance with what its start form posted; its id.

    Raises:
        FormInvalid: values break rules of the form; nothing is started.
        NotFound, NotStartable, NotActive: as of `start`.
    """
    found = _startable(tx, Which(definition_id=definition_id))
    definition = tx.definition(found.id)
    node = start_node(definition.model)
    form = form_of(tx.connection, definition, node, {})
    checked = check(form, submitted, {}, now=tx.now, user=tx.actor.id, zone=zone)
    if not checked.ok:
        raise FormInvalid(checked, len(checked.problems))
    values, key = check_variables(checked.values), check_key(checked.business_key)
    return _begin(tx, found, node, values, key)


def start_by_message(
    tx: Transaction,
    name: str,
    *,
    variables: Mapping[str, object] | None = None,
    business_key: str | None = None,
) -> str:
    """Begin the process whose message start event has that name; the instance's id.

    Raises:
        Forbidden: the actor may not send messages.
        MismatchingCorrelation: none or several processes are started by it.
    """
    tx.require(Right.MESSAGES, "send", "messages")
    given = check_variables(variables)
    key = check_key(business_key)
    found = find_receivers(tx, "message", name, tx.actor.tenant_id)
    starts = [receiver for receiver in found if receiver.instance_id is None]
    if len(starts) != 1:
        raise MismatchingCorrelation(name, len(starts))
    delivery = deliver(tx, starts[0], given, business_key=key)
    take_step(tx, delivery.row, delivery.command)
    return delivery.row.id


def _startable(tx: Transaction, which: Which) -> Startable:
    tx.require(Right.START, "start", "processes")
    found = _find(tx, which)
    name = which.definition_id or which.process_id
    if found is None or not found.is_open_to(tx.actor):
        raise NotFound("process", name)
    if not found.is_executable:
        raise NotStartable(
            f"Process {found.process_id!r} is drawn as not executable (isExecutable), "
            "so it can be shown but not started."
        )
    if tx.definition(found.id).model.is_called_only:
        raise NotStartable(
            f"{found.process_id!r} is a global task, which call activities call. Start a process "
            "that calls it."
        )
    if found.is_suspended:
        raise NotActive("process definition", f"{found.process_id}:{found.version}", "SUSPENDED")
    return found


def _find(tx: Transaction, which: Which) -> Startable | None:
    if which.definition_id:
        return find_by_id(tx, which.definition_id)
    tenant = tx.actor.tenant_id
    if which.version is not None:
        return find_version(tx, tenant, which.process_id, which.version)
    return find_latest(tx, tenant, which.process_id)


def _entry(model: ProcessModel) -> Node:
    """Where a program starts the process: as Camunda, also at a lone message or timer start."""
    events = model.start_events.get(model.id, ())
    return events[0] if len(events) == 1 else start_node(model)


def _begin(
    tx: Transaction,
    found: Startable,
    node: Node,
    variables: Mapping[str, object],
    key: str | None,
) -> str:
    given = dict(variables)
    if node.initiator:
        given[node.initiator] = tx.actor.id
    entry = node.id if node.type == "startEvent" else ""
    delivery = new_instance(tx, found.id, Start(given, entry), business_key=key)
    take_step(tx, delivery.row, delivery.command)
    return delivery.row.id
