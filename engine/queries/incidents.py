"""Incidents: what failed for good and waits for a person; lists, and one with all that is known.

An incident is shown to whoever may see its instance; what was sent, answered and seen there is for
admins.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from engine import tables
from engine.actor import Actor
from engine.queries.page import COUNT_CAP, Page, Window, counted
from engine.store import codec

_incident = tables.incident
_definition = tables.process_definition
_instance = tables.process_instance
_job = tables.job
_external = tables.external_task


class IncidentState(StrEnum):
    """OPEN: nobody has seen to it. RESOLVED: somebody noted that; its token still waits."""

    OPEN = "open"
    RESOLVED = "resolved"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class IncidentFilter:
    """Which incidents. Empty fields do not filter.

    Attributes:
        kind: ``failedJob``, ``failedExternalTask``, or the word of a failed step such as
            ``expression-failed``.
        source_id: the job or external task behind it.
        key: its 63-bit number.
    """

    state: IncidentState = IncidentState.OPEN
    instance_id: str = ""
    definition_id: str = ""
    process_id: str = ""
    element_id: str = ""
    kind: str = ""
    source_id: str = ""
    key: int | None = None
    created_from: datetime | None = None
    created_before: datetime | None = None


OPEN_INCIDENTS = IncidentFilter()
"""All that nobody has seen to."""


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """Something failed for good and waits for a person. ``source_id``: the job behind it.

    ``resolved_at`` is set when a person has seen to it, who left ``note``.
    """

    id: str
    key: int
    kind: str
    message: str
    instance_id: str
    definition_id: str
    process_id: str
    process_name: str
    version: int
    business_key: str | None
    element_id: str
    source_id: str | None
    created_at: datetime
    resolved_at: datetime | None
    resolved_by: str | None
    note: str


@dataclass(frozen=True, slots=True)
class IncidentDetail:
    """One incident with what an operator needs to mend it.

    Attributes:
        row: what lists show.
        scope: the scope of the instance in which it happened, for `Engine.set_variables`.
        variables: by name, as the failed element sees them.
        stack: where in the code, or the log that the worker sent; empty without.
        request, answer: what was sent and came back, redacted and cut; empty without.
        data: what else is known, by the incident's kind: the expression, the flows.
        source: ``job``, ``external-task``, or empty.
        arguments: what the job or external task was given by the diagram.
        retries: attempts that it has left: 0, unless somebody gave it some.
        may_edit_arguments: a retry can change ``arguments``.
    """

    row: IncidentRow
    scope: int
    variables: Mapping[str, object]
    stack: str
    request: str
    answer: str
    data: Mapping[str, object]
    source: str
    arguments: Mapping[str, object]
    retries: int
    may_edit_arguments: bool


@dataclass(frozen=True, slots=True)
class IncidentPlace:
    """An incident and where its token waits, before its variables are read."""

    row: IncidentRow
    scope: int
    facts: Mapping[str, Any]


_NAMES = (
    "id",
    "key",
    "kind",
    "message",
    "instance_id",
    "definition_id",
    "element_id",
    "source_id",
    "created_at",
    "resolved_at",
    "resolved_by",
    "note",
)
_ROWS = (
    sa.select(
        *(_incident.c[name] for name in _NAMES),
        _definition.c.process_id,
        _definition.c.name.label("process_name"),
        _definition.c.version,
        _instance.c.business_key,
    )
    .join(_definition, _definition.c.id == _incident.c.definition_id)
    .join(_instance, _instance.c.id == _incident.c.instance_id)
)
_FACTS = (
    _incident.c.scope,
    _incident.c.data,
    _job.c.kind.label("job_kind"),
    _job.c.arguments,
    _job.c.retries.label("job_retries"),
    _job.c.error_details.label("job_details"),
    _external.c.headers,
    _external.c.retries.label("external_retries"),
    _external.c.error_details.label("external_details"),
)
_DETAIL = (
    _ROWS.add_columns(*_FACTS)
    .outerjoin(_job, _job.c.id == _incident.c.source_id)
    .outerjoin(_external, _external.c.id == _incident.c.source_id)
)


def list_incidents(
    connection: sa.Connection, actor: Actor, wanted: IncidentFilter, window: Window
) -> Page[IncidentRow]:
    """Incidents, oldest first."""
    matching = _ROWS.where(_incident.c.tenant_id == actor.tenant_id, *_conditions(wanted))
    ordered = matching.order_by(_incident.c.created_at, _incident.c.key)
    rows = connection.execute(ordered.limit(window.size + 1).offset(window.offset))
    found = [IncidentRow(**row._asdict()) for row in rows]
    total = counted(connection, matching.with_only_columns(_incident.c.id), cap=COUNT_CAP)
    return window.page(found, total)


def find_incident(
    connection: sa.Connection, actor: Actor, incident_id: str
) -> IncidentPlace | None:
    """The incident, or ``None`` when the tenant has none by that id."""
    wanted = _DETAIL.where(_incident.c.id == incident_id, _incident.c.tenant_id == actor.tenant_id)
    found = connection.execute(wanted).first()
    if found is None:
        return None
    facts = found._asdict()
    told = {column.name: facts.pop(column.name) for column in _FACTS}
    return IncidentPlace(IncidentRow(**facts), told["scope"], told)


def detail_of(place: IncidentPlace, variables: Mapping[str, object]) -> IncidentDetail:
    """All that is known of the incident at *place*, which sees *variables*."""
    facts = place.facts
    data = codec.decode_map(facts["data"])
    is_job, is_external = facts["job_kind"] is not None, facts["headers"] is not None
    stack = data.pop("stack", "") or facts["job_details"] or facts["external_details"] or ""
    said = facts["arguments"] or facts["headers"]
    return IncidentDetail(
        row=place.row,
        scope=place.scope,
        variables=variables,
        stack=str(stack),
        request=str(data.pop("request", "")),
        answer=str(data.pop("answer", "")),
        data=data,
        source="job" if is_job else "external-task" if is_external else "",
        arguments=codec.decode_map(said) if said else {},
        retries=facts["job_retries"] or facts["external_retries"] or 0,
        may_edit_arguments=is_external or facts["job_kind"] == "work",
    )


def _conditions(wanted: IncidentFilter) -> list[sa.ColumnElement[bool]]:
    equal = (
        (wanted.instance_id, _incident.c.instance_id),
        (wanted.definition_id, _incident.c.definition_id),
        (wanted.process_id, _definition.c.process_id),
        (wanted.element_id, _incident.c.element_id),
        (wanted.kind, _incident.c.kind),
        (wanted.source_id, _incident.c.source_id),
    )
    found = [column == value for value, column in equal if value]
    if wanted.key is not None:
        found.append(_incident.c.key == wanted.key)
    if wanted.state is IncidentState.OPEN:
        found.append(_incident.c.resolved_at.is_(None))
    elif wanted.state is IncidentState.RESOLVED:
        found.append(_incident.c.resolved_at.is_not(None))
    if wanted.created_from is not None:
        found.append(_incident.c.created_at >= wanted.created_from)
    if wanted.created_before is not None:
        found.append(_incident.c.created_at < wanted.created_before)
    return found
