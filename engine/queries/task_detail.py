"""One user task: everything that its page shows, and what the actor may do with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bpmn.model import Node
from engine import tables
from engine.actor import Actor
from engine.queries import tasks
from engine.queries.tasks import TaskRow
from engine.queries.visibility import may_see_task

_task = tables.task

NodeOf = Callable[[str, str], Node]
"""Node by definition id and element id."""


@dataclass(frozen=True, slots=True)
class TaskPlace:
    """Where in its instance a task waits: its scope, token and wait, as the runtime names them."""

    instance_id: str
    definition_id: str
    scope: int
    token: int
    wait: int
    element_id: str


@dataclass(frozen=True, slots=True)
class TaskDetail:
    """One open task.

    Attributes:
        process_version: of the diagram that made it.
        documentation: as drawn, plain text or Markdown.
        form_kind: ``fields``, ``form-js``, ``key`` or ``json-schema`` as the diagram declares it;
            empty: the form is generated.
        form_key: what a ``camunda:formKey`` or form reference says, else empty.
        lane: innermost lane's name, else empty.
        may_claim ... may_assign: what the actor may do now; the commands check it again.
    """

    row: TaskRow
    revision: int
    process_version: int
    instance_started_at: datetime
    initiator: str | None
    documentation: str
    form_kind: str
    form_key: str
    lane: str
    may_claim: bool
    may_release: bool
    may_complete: bool
    may_assign: bool


_PLACE = sa.select(
    _task.c.instance_id,
    _task.c.definition_id,
    _task.c.scope,
    _task.c.token,
    _task.c.wait,
    _task.c.element_id,
)

_DETAIL = tasks.ROWS.add_columns(
    _task.c.revision,
    tables.process_definition.c.version,
    tables.process_instance.c.started_at,
    tables.process_instance.c.initiator,
)


def find_place(connection: sa.Connection, actor: Actor, task_id: str) -> TaskPlace | None:
    """Where the task waits, or ``None`` when it is not open or *actor* may not see it."""
    row = connection.execute(_PLACE.where(*_visible(actor, task_id))).first()
    return None if row is None else TaskPlace(**row._asdict())


def find_detail(
    connection: sa.Connection, actor: Actor, task_id: str, node_of: NodeOf
) -> TaskDetail | None:
    """The task, or ``None`` when it is not open or *actor* may not see it."""
    found = connection.execute(_DETAIL.where(*_visible(actor, task_id))).first()
    if found is None:
        return None
    facts = found._asdict()
    extra: dict[str, Any] = {
        "revision": facts.pop("revision"),
        "process_version": facts.pop("version"),
        "instance_started_at": facts.pop("started_at"),
        "initiator": facts.pop("initiator"),
    }
    row = tasks.with_candidates(connection, [facts])[0]
    node = node_of(row.definition_id, row.element_id)
    return TaskDetail(
        row=row,
        documentation=node.documentation,
        form_kind=node.form.kind.value if node.form else "",
        form_key=node.form.key if node.form else "",
        lane=node.lane,
        **extra | _rights(actor, row),
    )


def _visible(actor: Actor, task_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    mine = (_task.c.id == task_id, _task.c.tenant_id == actor.tenant_id)
    return mine if actor.is_admin else (*mine, may_see_task(actor))


def _rights(actor: Actor, row: TaskRow) -> dict[str, bool]:
    """What the buttons of the page need; the commands decide by the same rules."""
    may_act = actor.is_admin or row.assignee in {None, actor.id}
    acts = may_act and not row.is_suspended
    return {
        "may_claim": acts and row.assignee is None and actor.id is not None,
        "may_release": acts and row.assignee is not None,
        "may_complete": acts,
        "may_assign": acts,
    }
