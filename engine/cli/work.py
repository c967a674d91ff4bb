"""Verbs on user tasks: tasks, complete."""

from __future__ import annotations

import argparse

from engine.actor import SYSTEM, Actor
from engine.cli.opening import Verbs, add_variables, add_verb, opened, print_table
from engine.core import Engine
from engine.errors import NotFound
from engine.queries.tasks import TaskFilter, TaskList, TaskRow


def add_verbs(verbs: Verbs) -> None:
    """Add ``tasks`` and ``complete``."""
    tasks = add_verb(verbs, "tasks", _tasks, "List open user tasks, the ones due first on top.")
    tasks.add_argument("--person", metavar="LOGIN", help="only what that person may do")
    tasks.add_argument("--limit", type=int, default=50, help="how many, 1 to 500 (50)")

    complete = add_verb(verbs, "complete", _complete, "Complete a user task.")
    complete.add_argument("task", metavar="TASK", help="its id, as `laneway tasks` prints it")
    add_variables(complete)


def _tasks(chosen: argparse.Namespace) -> int:
    with opened(chosen) as engine:
        actor = _actor(engine, chosen.person)
        page = engine.tasks(TaskFilter(list=TaskList.ALL), actor=actor, size=chosen.limit)
    print_table(
        ("ID", "TASK", "PROCESS", "BUSINESS KEY", "WHO", "DUE"), [_cells(r) for r in page.items]
    )
    if page.next:
        print(f"... of {page.total}; --limit shows more.")
    return 0


def _actor(engine: Engine, login: str | None) -> Actor:
    if login is None:
        return SYSTEM
    person = engine.find_person(login)
    if person is None:
        raise NotFound("person", login)
    return person.actor


def _cells(row: TaskRow) -> tuple[str, ...]:
    candidates = ", ".join((*row.candidate_users, *row.candidate_groups))
    return (
        row.id,
        row.name,
        row.process_name or row.process_id,
        row.business_key or "-",
        row.assignee or (f"({candidates})" if candidates else "(anybody)"),
        row.due_at.isoformat(timespec="minutes") if row.due_at else "-",
    )


def _complete(chosen: argparse.Namespace) -> int:
    with opened(chosen) as engine:
        engine.complete_task(chosen.task, actor=SYSTEM, variables=dict(chosen.variable))
    print(f"Task {chosen.task} is completed.")
    return 0
