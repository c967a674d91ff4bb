"""Forms as a person sees them: of a task with its variables in, of a process to start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

import sqlalchemy as sa

from bpmn.forms import FilledForm, prefill, refill
from bpmn.model import Node, ProcessModel
from engine.errors import NotStartable
from engine.queries import variables
from engine.queries.task_detail import TaskPlace
from engine.store.forms import form_of
from engine.store.models import Definition

Submitted = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True, slots=True)
class Viewer:
    """For whom a form is drawn: login, time zone and the time now (aware UTC)."""

    user: str | None
    zone: tzinfo
    now: datetime


def task_form(
    connection: sa.Connection,
    definition: Definition,
    place: TaskPlace,
    viewer: Viewer,
    submitted: Submitted | None = None,
) -> FilledForm:
    """The task's form, else one generated from what it sees; with *submitted* as typed so far."""
    seen = variables.visible_variables(connection, place.instance_id, place.scope)
    node = definition.model.node[place.element_id]
    return _filled(connection, definition, node, viewer, seen, submitted)


def start_form(
    connection: sa.Connection,
    definition: Definition,
    viewer: Viewer,
    submitted: Submitted | None = None,
) -> FilledForm:
    """The form that starts the process; with *submitted* as typed so far.

    Raises:
        NotStartable: only an event starts it.
    """
    node = start_node(definition.model)
    return _filled(connection, definition, node, viewer, {}, submitted)


def start_node(model: ProcessModel) -> Node:
    """The node whose form a person fills to start the process.

    Raises:
        NotStartable: only an event starts it.
    """
    events = model.start_events.get(model.id, ())
    plain = [event for event in events if not event.events]
    nodes = plain if events else model.implicit_starts.get(model.id, ())
    if not nodes:
        raise NotStartable(
            f"Process {model.id!r} has no none start event: a message, a signal or a timer "
            "starts it. Send that, or draw a none start event."
        )
    return nodes[0]


def _filled(
    connection: sa.Connection,
    definition: Definition,
    node: Node,
    viewer: Viewer,
    seen: Mapping[str, object],
    submitted: Submitted | None,
) -> FilledForm:
    form = form_of(connection, definition, node, seen)
    if submitted is None:
        return prefill(form, seen, now=viewer.now, user=viewer.user, zone=viewer.zone)
    return refill(form, submitted, seen, now=viewer.now, user=viewer.user, zone=viewer.zone)
