"""Step to rows: the only writer of run-time rows.

First the waits that ended are deleted, then the instance row is moved on by compare-and-swap on its
revision, and only then is anything added. Every statement is built once; see `statements`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.dml import ReturningDelete

from engine.runtime.state import ROOT, Status, WaitKind
from engine.runtime.step import Ended, HistoryEvent, Opened, OpenedTask, Step
from engine.services.sending import DueJob
from engine.store import codec, history, statements
from engine.store.history import Event, LostRace
from engine.store.ids import Ids
from engine.store.load import InstanceRow
from engine.store.opening import Frame, candidate_rows, row_of

Row = dict[str, object]
Delete = sa.Delete | ReturningDelete[Any]


@dataclass(frozen=True, slots=True)
class Author:
    """Who and when, for every row that is written.

    ``completes`` is the wait that the actor completes: that task's event says so, any other task
    that ends in the same step was cancelled.
    """

    ids: Ids
    now: datetime
    actor: str | None
    completes: int = 0


@dataclass(frozen=True, slots=True)
class Opening:
    """What became of a step's waits: ids of tasks that are gone and that are new, and its jobs."""

    closed_tasks: tuple[str, ...] = ()
    opened_tasks: tuple[str, ...] = ()
    jobs_due: tuple[datetime, ...] = ()
    sent_jobs: tuple[DueJob, ...] = ()
    has_externals: bool = False


def apply_step(connection: sa.Connection, row: InstanceRow, step: Step, author: Author) -> Opening:
    """Write what *step* changes, and bring *row* up to date.

    Raises:
        LostRace: another transaction moved the instance first; nothing may be committed.
    """
    closed = _close(connection, row, step.closed)
    frame = Frame(
        row.id,
        row.tenant_id,
        row.definition_id,
        author.now,
        is_suspended=step.status is Status.SUSPENDED,
    )
    opened = _rows_of(step.opened, frame, author)
    tasks = opened.get(WaitKind.TASK, [])
    waits = [wait for wait in step.opened if isinstance(wait, OpenedTask)]
    events = [
        *_of_closed(closed, author.completes),
        *_told(step),
        *_of_opened(tasks, waits),
    ]
    was_new = row.is_new
    _end_or_keep(row, step)
    row.next_id = step.next_id
    move(connection, row, events, author)
    if not row.is_over:
        _write_variables(connection, row, step)
    elif not was_new:
        connection.execute(statements.DELETE_ALL_VARIABLES, {"id": row.id})
    _write_scopes(connection, row, step)
    _insert_opened(connection, opened, tasks, waits)
    return Opening(
        tuple(task_id for task_id, _, _ in closed),
        tuple(str(task["id"]) for task in tasks),
        *_of_jobs(opened),
        has_externals=WaitKind.EXTERNAL in opened,
    )


def move(
    connection: sa.Connection, row: InstanceRow, events: Iterable[Event], author: Author
) -> None:
    """Write the instance row, new or by compare-and-swap, and its history.

    Raises:
        LostRace: another transaction moved it first.
    """
    rows, row.head = history.link(row.id, row.head, events, at=author.now, actor=author.actor)
    if row.is_new:
        connection.execute(statements.INSERT_INSTANCE, _new_values(row))
        row.is_new = False
    else:
        moved = connection.execute(statements.MOVE_INSTANCE, _moved_values(row, author.now))
        if moved.rowcount != 1:
            raise LostRace(row.id)
        row.revision += 1
    if rows:
        connection.execute(history.INSERT, rows)


def _moved_values(row: InstanceRow, now: datetime) -> Row:
    return {
        "b_id": row.id,
        "b_revision": row.revision,
        "status": row.status.value,
        "revision": row.revision + 1,
        "next_id": row.next_id,
        "state": row.state,
        "history_seq": row.head.seq,
        "history_hash": row.head.hash,
        "ended_at": now if row.is_over else None,
    }


def _new_values(row: InstanceRow) -> Row:
    return {
        "id": row.id,
        "key": row.key,
        "tenant_id": row.tenant_id,
        "definition_id": row.definition_id,
        "business_key": row.business_key,
        "status": row.status.value,
        "revision": row.revision,
        "next_id": row.next_id,
        "state": row.state,
        "initiator": row.initiator,
        "parent_id": row.parent_id,
        "parent_scope": row.parent_scope,
        "parent_token": row.parent_token,
        "parent_wait": row.parent_wait,
        "root_id": row.root_id,
        "history_seq": row.head.seq,
        "history_hash": row.head.hash,
        "started_at": row.started_at,
        "ended_at": row.started_at if row.is_over else None,
    }


def _close(
    connection: sa.Connection, row: InstanceRow, closed: Sequence[tuple[WaitKind, int]]
) -> list[tuple[str, int, str]]:
    """Delete the rows of waits that ended; (id, wait, element id) of the tasks among them."""
    if len(closed) == 1 and closed[0][0] is WaitKind.TASK:
        values = {"id": row.id, "wait": closed[0][1]}
        return [tuple(found) for found in connection.execute(statements.CLOSE_ONE_TASK, values)]
    waits: defaultdict[Delete, list[int]] = defaultdict(list)
    for kind, wait in closed:
        for statement in statements.CLOSE.get(kind, ()):
            waits[statement].append(wait)
    tasks: list[tuple[str, int, str]] = []
    for statement, of_kind in waits.items():
        result = connection.execute(statement, {"id": row.id, "waits": of_kind})
        if result.returns_rows:
            tasks.extend((found.id, found.wait, found.element_id) for found in result)
    return sorted(tasks, key=lambda task: task[1])


def _told(step: Step) -> Iterable[Event]:
    """The step's own events; the last one tells the variables that the instance ended with."""
    ended = next((effect for effect in step.effects if isinstance(effect, Ended)), None)
    for event in step.history:
        if ended is not None and event.kind == "process-ended":
            yield Event(event.kind, event.node, {**event.data, "variables": dict(ended.variables)})
        else:
            yield _event(event)
    yield from (Event("log", data={"text": text}) for text in step.log)


def _event(event: HistoryEvent) -> Event:
    if not event.scope:
        return Event(event.kind, event.node, event.data)
    return Event(event.kind, event.node, {**event.data, "scope": event.scope})


def _of_closed(closed: Iterable[tuple[str, int, str]], completes: int) -> Iterable[Event]:
    for task_id, wait, element in closed:
        kind = "task-completed" if wait == completes else "task-cancelled"
        yield Event(kind, element, task=task_id)


def _of_opened(tasks: Iterable[Row], waits: Iterable[OpenedTask]) -> Iterable[Event]:
    for task, wait in zip(tasks, waits, strict=True):
        named: Row = {
            "assignee": wait.assignee,
            "users": list(wait.candidate_users),
            "groups": list(wait.candidate_groups),
        }
        data = {key: value for key, value in named.items() if value}
        yield Event("task-created", wait.node.id, data, task=str(task["id"]))


def _rows_of(opened: Iterable[Opened], frame: Frame, author: Author) -> dict[WaitKind, list[Row]]:
    found: defaultdict[WaitKind, list[Row]] = defaultdict(list)
    for wait in opened:
        kind, values = row_of(wait, frame, author.ids.new(author.now))
        found[kind].append(values)
    return found


def _end_or_keep(row: InstanceRow, step: Step) -> None:
    row.status = step.status
    if row.is_over:
        row.state = None
    elif ROOT in step.scopes:
        row.state = step.scopes[ROOT].encode()


def _write_scopes(connection: sa.Connection, row: InstanceRow, step: Step) -> None:
    created: list[Row] = []
    changed: list[Row] = []
    for scope_id, scope in step.scopes.items():
        if scope_id == ROOT:
            continue
        if scope_id in step.created:
            values: Row = {"instance_id": row.id, "scope": scope_id, "parent": scope.parent}
            created.append({**values, "state": scope.encode()})
        else:
            changed.append({"b_id": row.id, "b_scope": scope_id, "state": scope.encode()})
    if step.removed:
        values = {"id": row.id, "scopes": step.removed}
        connection.execute(statements.DELETE_SCOPES, values)
    if created:
        connection.execute(statements.INSERT_SCOPE, created)
    if changed:
        connection.execute(statements.UPDATE_SCOPE, changed)


def _write_variables(connection: sa.Connection, row: InstanceRow, step: Step) -> None:
    if step.removed:
        values: Row = {"id": row.id, "scopes": step.removed}
        connection.execute(statements.DELETE_SCOPE_VARIABLES, values)
    if step.deleted:
        gone = [{"b_id": row.id, "b_scope": s, "b_name": n} for s, n in sorted(step.deleted)]
        connection.execute(statements.DELETE_VARIABLE, gone)
    written = [_variable(row.id, s, n, value) for (s, n), value in step.written.items()]
    if written:
        connection.execute(statements.UPSERT_VARIABLE[connection.dialect.name], written)


def _variable(instance_id: str, scope: int, name: str, value: object) -> Row:
    text = codec.encode(value)
    return {
        "instance_id": instance_id,
        "scope": scope,
        "name": name,
        "value": text,
        "size": len(text),
    }


def _of_jobs(opened: dict[WaitKind, list[Row]]) -> tuple[tuple[Any, ...], tuple[DueJob, ...]]:
    """When the jobs of a step are due, and those that its process sends to workers."""
    rows: list[dict[str, Any]] = [
        row for kind in statements.JOB_KINDS & opened.keys() for row in opened[kind]
    ]
    sent = [row for row in rows if row["sent_at"] is not None]
    return (
        tuple(row["due_at"] for row in rows),
        tuple(DueJob(row["id"], row["handler"], row["priority"]) for row in sent),
    )


def _insert_opened(
    connection: sa.Connection,
    rows: dict[WaitKind, list[Row]],
    tasks: list[Row],
    waits: list[OpenedTask],
) -> None:
    for kind, of_kind in rows.items():
        connection.execute(statements.OPEN[kind], of_kind)
    candidates = [
        line for task, wait in zip(tasks, waits, strict=True) for line in candidate_rows(wait, task)
    ]
    if candidates:
        connection.execute(statements.INSERT_CANDIDATE, candidates)
