"""Step to rows: the only writer of run-time rows.

Everything that a step changes is gathered in one `batch`. First in it, the instance row is moved on
by compare-and-swap on its revision; what ends and what begins follows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine import tables
from engine.runtime.effects import Ended
from engine.runtime.state import ROOT, Status, WaitKind
from engine.runtime.step import HistoryEvent, Opened, OpenedTask, Step
from engine.services.sending import DueJob
from engine.store import codec, history, statements
from engine.store.batch import Batch, Part
from engine.store.history import Event
from engine.store.ids import Ids
from engine.store.load import InstanceRow, TaskFacts
from engine.store.opening import Frame, candidate_rows, row_of

Row = dict[str, object]


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


def apply_step(
    connection: sa.Connection, row: InstanceRow, step: Step, author: Author, *, process: str = ""
) -> Opening:
    """Write what *step* changes, and bring *row* up to date; *process* is the process' name.

    Raises:
        LostRace: another transaction moved the instance first; nothing may be committed.
    """
    closed = _closed_tasks(connection, row, step.closed)
    frame = Frame(
        row.id,
        row.tenant_id,
        row.definition_id,
        author.now,
        is_suspended=step.status is Status.SUSPENDED,
        about=f"{row.business_key} {process}" if row.business_key else process,
    )
    opened = _rows_of(step.opened, frame, author)
    tasks = opened.get(WaitKind.TASK, [])
    waits = [wait for wait in step.opened if isinstance(wait, OpenedTask)]
    events = [
        *_of_closed(closed, {author.completes, *step.completed}),
        *_told(step),
        *_of_opened(tasks, waits),
    ]
    was_new = row.is_new
    _end_or_keep(row, step)
    row.next_id = step.next_id
    batch = Batch(row.id)
    _move(batch, row, events, author)
    _close(batch, step.closed, row.tasks)
    if not row.is_over:
        _write_variables(batch, row, step)
    elif not was_new:
        batch.add(statements.ALL_VARIABLES, [{}])
    _write_scopes(batch, row, step)
    _open(batch, opened, tasks, waits)
    batch.send(connection)
    row.has_moved()
    return Opening(
        tuple(task.id for task in closed),
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
    batch = Batch(row.id)
    _move(batch, row, events, author)
    batch.send(connection)
    row.has_moved()


def _move(batch: Batch, row: InstanceRow, events: Iterable[Event], author: Author) -> None:
    rows, row.head = history.link(row.id, row.head, events, at=author.now, actor=author.actor)
    if row.is_new:
        batch.insert(tables.process_instance, [_new_values(row)])
    else:
        part = statements.MOVED if row.status is row.stored_status else statements.ALTERED
        batch.add(part, [_moved_values(row, author.now)])
    batch.insert(tables.history, rows)


def _moved_values(row: InstanceRow, now: datetime) -> Row:
    return {
        "revision": row.revision,
        "status": row.status.value,
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


def _closed_tasks(
    connection: sa.Connection, row: InstanceRow, closed: Sequence[tuple[WaitKind, int]]
) -> list[TaskFacts]:
    """The tasks among the waits that ended; those that nobody has read yet are deleted here."""
    waits = [wait for kind, wait in closed if kind is WaitKind.TASK]
    known = [row.tasks[wait] for wait in waits if wait in row.tasks]
    if len(known) == len(waits):
        return known
    values = {"id": row.id, "waits": [wait for wait in waits if wait not in row.tasks]}
    found = [TaskFacts(*task) for task in connection.execute(statements.CLOSE_TASKS, values)]
    return sorted([*known, *found], key=lambda task: task.wait)


def _close(
    batch: Batch, closed: Iterable[tuple[WaitKind, int]], known: Mapping[int, TaskFacts]
) -> None:
    """Delete the rows of waits that ended, but for tasks that are gone already."""
    waits: defaultdict[Part, list[Row]] = defaultdict(list)
    for kind, wait in closed:
        for part in statements.CLOSED.get(kind, ()):
            waits[part].append({"wait": wait})
        if kind is WaitKind.TASK and wait in known:
            waits[statements.CLOSED_TASK].append({"wait": wait})
    for part, rows in waits.items():
        batch.add(part, rows)


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


def _of_closed(closed: Iterable[TaskFacts], completed: Collection[int]) -> Iterable[Event]:
    for task in closed:
        kind = "task-completed" if task.wait in completed else "task-cancelled"
        yield Event(kind, task.element_id, task=task.id)


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


def _write_scopes(batch: Batch, row: InstanceRow, step: Step) -> None:
    created: list[Row] = []
    changed: list[Row] = []
    for scope_id, scope in step.scopes.items():
        if scope_id == ROOT:
            continue
        if scope_id in step.created:
            values: Row = {"instance_id": row.id, "scope": scope_id, "parent": scope.parent}
            created.append({**values, "state": scope.encode()})
        else:
            changed.append({"scope": scope_id, "state": scope.encode()})
    # The root scope is in the instance row.
    removed = [{"scope": scope} for scope in step.removed if scope != ROOT]
    batch.add(statements.ENDED_SCOPE, removed)
    batch.insert(tables.scope, created)
    batch.add(statements.CHANGED_SCOPE, changed)


def _write_variables(batch: Batch, row: InstanceRow, step: Step) -> None:
    batch.add(statements.VARIABLES_OF_SCOPE, [{"scope": scope} for scope in step.removed])
    deleted = [{"scope": scope, "name": name} for scope, name in sorted(step.deleted)]
    batch.add(statements.DELETED_VARIABLE, deleted)
    written = [_variable(row.id, s, n, value) for (s, n), value in step.written.items()]
    batch.add(statements.WRITTEN_VARIABLE, written)


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


def _open(
    batch: Batch,
    opened: Mapping[WaitKind, list[Row]],
    tasks: list[Row],
    waits: list[OpenedTask],
) -> None:
    rows: defaultdict[sa.Table, list[Row]] = defaultdict(list)
    for kind, of_kind in opened.items():
        rows[statements.OPENED[kind]].extend(of_kind)
    for task, wait in zip(tasks, waits, strict=True):
        rows[tables.task_candidate].extend(candidate_rows(wait, task))
    for table, of_table in rows.items():
        batch.insert(table, of_table)
