"""What starts a process from outside: the events of its newest version."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bpmn.expressions import Environment, ExpressionError, compile_expression
from bpmn.model import EventKind, Expression, Node, Problem, ProcessModel
from engine import tables
from engine.commands.transaction import Transaction
from engine.errors import DeploymentRefused
from engine.runtime.state import WaitKind
from engine.runtime.timers import TimerInvalid, Timing, timing
from engine.store import codec
from engine.store.models import Definition

_definition = tables.process_definition
_KINDS = {
    EventKind.CONDITIONAL: WaitKind.CONDITION,
    EventKind.MESSAGE: WaitKind.MESSAGE,
    EventKind.SIGNAL: WaitKind.SIGNAL,
}
_RETRIES = 3


def _delete_old(table: sa.Table) -> sa.Delete:
    versions = sa.select(_definition.c.id).where(
        _definition.c.tenant_id == sa.bindparam("tenant"),
        _definition.c.process_id == sa.bindparam("process"),
    )
    return sa.delete(table).where(
        table.c.instance_id.is_(None), table.c.definition_id.in_(versions)
    )


_DELETE_JOBS = _delete_old(tables.job).where(tables.job.c.kind == WaitKind.TIMER.value)
_DELETE_SUBSCRIPTIONS = _delete_old(tables.subscription)
_INSERT_JOB = sa.insert(tables.job)
_INSERT_SUBSCRIPTION = sa.insert(tables.subscription)


def arm_start_events(tx: Transaction, definition: Definition) -> None:
    """Let the start events of *definition* take the place of those of earlier versions.

    Raises:
        DeploymentRefused: a timer or a name cannot be evaluated.
    """
    values = {"tenant": definition.tenant_id, "process": definition.process_id}
    tx.connection.execute(_DELETE_JOBS, values)
    tx.connection.execute(_DELETE_SUBSCRIPTIONS, values)
    for node, index in _events(definition.model):
        try:
            _arm(tx, definition, node, index)
        except (ExpressionError, TimerInvalid) as error:
            raise DeploymentRefused((_problem(node, str(error)),)) from error


def _events(model: ProcessModel) -> Iterator[tuple[Node, int]]:
    if not model.executable:
        return
    for node in (*model.start_events.get(model.id, ()), *model.instantiating):
        yield from ((node, index) for index in range(len(node.events)))


def _arm(tx: Transaction, definition: Definition, node: Node, index: int) -> None:
    event = node.events[index]
    if event.kind is EventKind.TIMER and event.timer is not None:
        value = _evaluate(event.expression, tx.now)
        found = timing(event.timer, value, tx.now)
        tx.connection.execute(_INSERT_JOB, _job(tx, definition, (node, index), found))
    elif event.kind in _KINDS:
        is_condition = event.kind is EventKind.CONDITIONAL
        name = event.variable_name if is_condition else _evaluate(event.name, tx.now)
        row = _row(tx, definition, (node, index))
        kind = _KINDS[event.kind].value
        tx.connection.execute(
            _INSERT_SUBSCRIPTION, {**row, "kind": kind, "name": str(name), "correlation": ""}
        )


def _evaluate(expression: Expression | None, now: datetime) -> object:
    if expression is None:
        return ""
    if expression.language in {"literal", "variable"}:
        return expression.text
    compiled = compile_expression(expression.text, expression.language)
    return compiled.evaluate(Environment({}, now))


def _row(tx: Transaction, definition: Definition, at: tuple[Node, int]) -> dict[str, Any]:
    """What all rows share; ``wait`` is the number of the event in its start event."""
    identity = tx.tools.ids.new(tx.now)
    return {
        "id": identity.id,
        "key": identity.key,
        "tenant_id": definition.tenant_id,
        "instance_id": None,
        "scope": 0,
        "token": 0,
        "wait": at[1],
        "element_id": at[0].id,
        "definition_id": definition.id,
        "created_at": tx.now,
    }


def _job(
    tx: Transaction, definition: Definition, at: tuple[Node, int], found: Timing
) -> dict[str, Any]:
    return {
        **_row(tx, definition, at),
        "kind": WaitKind.TIMER.value,
        "due_at": found.due,
        "priority": 0,
        "is_exclusive": False,
        "retries": _RETRIES,
        "handler": "",
        "arguments": codec.encode_map({}),
        "repeat": found.cycle,
        "fired": found.index,
        "is_suspended": False,
        "revision": 1,
    }


def _problem(node: Node, message: str) -> Problem:
    return Problem(
        "start-event-invalid",
        f"The start event {node.label!r} cannot be armed: {message}",
        "A start event sees no variables: write a fixed name, date, duration or cycle.",
        element_id=node.id,
        element_name=node.name,
        line=node.line,
    )
