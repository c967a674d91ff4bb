"""Who may see what, as SQL: the one place that lists and details agree on."""

from __future__ import annotations

import sqlalchemy as sa

from engine import tables
from engine.actor import Actor

_instance = tables.process_instance
_task = tables.task
_candidate = tables.task_candidate
_history = tables.history

ANY = ("any", "")
"""Candidate row of a task whose diagram names nobody: everyone of the tenant may claim it."""


def candidate_names(actor: Actor) -> list[tuple[str, str]]:
    """Candidate rows (kind, name) by which *actor* is a candidate of a task."""
    names = [("group", group) for group in sorted(actor.groups)]
    return [("user", actor.id), *names] if actor.id else names


def may_see_task(actor: Actor) -> sa.ColumnElement[bool]:
    """The open task is the actor's, or could be: by name, by group, or as anybody's."""
    named = [
        sa.and_(_candidate.c.kind == kind, _candidate.c.name == name)
        for kind, name in candidate_names(actor)
    ]
    anybody = sa.and_(_candidate.c.kind == ANY[0], sa.not_(_candidate.c.is_assigned))
    is_candidate = (
        sa.select(_candidate.c.task_id)
        .where(_candidate.c.task_id == _task.c.id, sa.or_(anybody, *named))
        .correlate(_task)
        .exists()
    )
    return sa.or_(_task.c.assignee == (actor.id or ""), is_candidate)


def works_on(actor: Actor) -> sa.ColumnElement[bool]:
    """An open task of the instance is the actor's, or could be."""
    return (
        sa.select(_task.c.id)
        .where(_task.c.instance_id == _instance.c.id, may_see_task(actor))
        .correlate(_instance)
        .exists()
    )


def took_part(actor: Actor) -> sa.ColumnElement[bool]:
    """The actor did something in the instance. Costs a read of its history."""
    chain = sa.cast(_instance.c.id, sa.String(64))
    return (
        sa.select(_history.c.seq)
        .where(_history.c.chain == chain, _history.c.actor == (actor.id or ""))
        .correlate(_instance)
        .exists()
    )
