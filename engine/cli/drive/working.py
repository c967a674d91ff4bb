"""Operations of people and external workers: tasks, forms, external tasks."""

from __future__ import annotations

from datetime import timedelta

from bpmn.forms.fill import FilledField
from bpmn.forms.model import FieldType
from engine.actor import SYSTEM
from engine.cli.drive.protocol import Request
from engine.cli.drive.session import Operation, Session
from engine.core import Breakdown, Topic
from engine.queries.page import MAX_SIZE, every
from engine.queries.tasks import TaskFilter, TaskList, TaskRow

WORKER = "driver"
_LOCK = timedelta(minutes=5)

# Words of Camunda 7 where it has one.
_FIELD_TYPES = {
    FieldType.TEXT: "string",
    FieldType.INTEGER: "long",
    FieldType.CHOICE: "enum",
}


def _tasks(session: Session, request: Request) -> list[dict[str, object]]:
    instance = request.optional_text("instance") or ""
    wanted = TaskFilter(list=TaskList.ALL, instance_id=instance)
    rows = every(lambda n: session.engine.tasks(wanted, actor=SYSTEM, page=n, size=MAX_SIZE))
    return [_task(row) for row in sorted(rows, key=lambda row: row.key)]


def _complete(session: Session, request: Request) -> None:
    session.engine.complete_task(request.text("id"), actor=SYSTEM, variables=request.variables())


def _task_vars(session: Session, request: Request) -> dict[str, object]:
    return session.engine.task_variables(request.text("id"), actor=SYSTEM)


def _form(session: Session, request: Request) -> list[dict[str, object]]:
    filled = session.engine.task_form(request.text("id"), actor=SYSTEM)
    return [_field(field) for field in filled.fields]


def _external_tasks(session: Session, _request: Request) -> list[dict[str, object]]:
    rows = every(lambda n: session.engine.external_tasks(actor=SYSTEM, page=n, size=MAX_SIZE))
    return [
        {
            "id": row.id,
            "topic": row.topic,
            "activity": row.element_id,
            "instance": row.instance_id,
            "retries": row.retries,
        }
        for row in rows
    ]


def _fetch(session: Session, request: Request) -> list[dict[str, object]]:
    locked = session.engine.fetch_and_lock(
        WORKER,
        [Topic(request.text("topic"), _LOCK)],
        max_tasks=request.number("max", 1),
        actor=SYSTEM,
    )
    return [{"id": task.id, "vars": task.variables} for task in locked]


def _external_complete(session: Session, request: Request) -> None:
    session.engine.complete_external(
        request.text("id"), worker_id=WORKER, actor=SYSTEM, variables=request.variables()
    )


def _external_error(session: Session, request: Request) -> None:
    session.engine.throw_external(
        request.text("id"),
        worker_id=WORKER,
        actor=SYSTEM,
        code=request.text("code"),
        message=request.optional_text("message") or "",
        variables=request.variables(),
    )


def _external_failure(session: Session, request: Request) -> None:
    session.engine.fail_external(
        request.text("id"),
        worker_id=WORKER,
        actor=SYSTEM,
        breakdown=Breakdown(
            message=request.optional_text("message") or "", retries=request.number("retries", 0)
        ),
    )


def _task(row: TaskRow) -> dict[str, object]:
    return {
        "id": row.id,
        "key": row.element_id,
        "name": row.name,
        "assignee": row.assignee,
        "candidateUsers": row.candidate_users,
        "candidateGroups": row.candidate_groups,
        "priority": row.priority,
        "due": row.due_at,
        "instance": row.instance_id,
    }


def _field(filled: FilledField) -> dict[str, object]:
    field = filled.field
    return {
        "id": field.id,
        "label": filled.label,
        "type": _FIELD_TYPES.get(field.type, field.type.value),
        "value": filled.value,
        "required": filled.required,
        "readonly": filled.readonly,
        "options": [{"value": option.value, "label": option.label} for option in filled.options],
    }


OPERATIONS: dict[str, Operation] = {
    "tasks": _tasks,
    "complete": _complete,
    "task_vars": _task_vars,
    "form": _form,
    "external_tasks": _external_tasks,
    "fetch": _fetch,
    "external_complete": _external_complete,
    "external_error": _external_error,
    "external_failure": _external_failure,
}
