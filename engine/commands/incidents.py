"""What operators do about incidents: retry, edit and retry, skip, resolve with a note.

An incident lives as long as its token waits. Retrying and skipping end it; resolving says that a
person has seen to it, takes it off the lists, and leaves the token where it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NoReturn

import sqlalchemy as sa

from engine import tables
from engine.commands.inputs import check_note, check_variables
from engine.commands.reviving import check_retries, planned_retries, revive
from engine.commands.stepping import take_step
from engine.commands.transaction import Transaction
from engine.errors import BadInput, Conflict, NotActive, NotFound
from engine.runtime.commanding import WaitGone
from engine.runtime.state import Status, WaitKind
from engine.runtime.step import Command, Continue, Fire, SetVariables, Skip
from engine.services.changes import Change, ChangeKind
from engine.store import codec
from engine.store.apply import move
from engine.store.history import Event, LostRace
from engine.store.load import InstanceRow

RESOLVED = "incident-resolved"
"""History event; ``how`` is retried, skipped or resolved."""

_incident = tables.incident
_job = tables.job
_WHERE_IT_IS = sa.select(_incident.c.instance_id, _incident.c.tenant_id).where(
    _incident.c.id == sa.bindparam("id")
)
_BY_ID = (
    sa.select(
        _incident.c.id,
        _incident.c.scope,
        _incident.c.token,
        _incident.c.wait,
        _incident.c.element_id,
        _incident.c.kind,
        _incident.c.data,
        _incident.c.source_id,
        _incident.c.resolved_at,
        _job.c.kind.label("job_kind"),
    )
    .outerjoin(_job, _job.c.id == _incident.c.source_id)
    .where(_incident.c.id == sa.bindparam("id"))
)
_DELETE = sa.delete(_incident).where(_incident.c.id == sa.bindparam("b_id"))
_RESOLVE = (
    sa.update(_incident)
    .where(_incident.c.id == sa.bindparam("b_id"), _incident.c.resolved_at.is_(None))
    .values(
        resolved_at=sa.bindparam("at"), resolved_by=sa.bindparam("by"), note=sa.bindparam("note")
    )
)

_Row = sa.Row[*tuple[Any, ...]]


class IncidentResolved(Conflict):
    """Somebody resolved the incident first."""

    code = "incident-resolved"

    def __init__(self, incident_id: str, at: datetime) -> None:
        when = at.isoformat(timespec="minutes")
        super().__init__(f"Incident {incident_id} was resolved already at {when}. Reload.")


@dataclass(frozen=True, slots=True)
class Edit:
    """What the next attempt finds different.

    Attributes:
        variables: written where the failed element sees them: to the nearest scope that has a
            variable of that name, else to the process.
        arguments: of the failed job (its fields, headers, payload) or external task (its headers);
            these replace those of the same name.
        retries: attempts before there is an incident again, for a job or external task; ``None``:
            what somebody planned for it, else 1.
    """

    variables: Mapping[str, object] = field(default_factory=dict)
    arguments: Mapping[str, object] = field(default_factory=dict)
    retries: int | None = None


AS_IT_WAS = Edit()


def retry_incident(tx: Transaction, incident_id: str, edit: Edit = AS_IT_WAS) -> None:
    """Try again what failed: the job or external task once more, or the token at its element.

    Raises:
        Forbidden: the actor is no admin.
        NotFound: no such incident, or it is over meanwhile.
        NotActive: its instance is suspended or over.
        BadInput: a variable cannot be stored, retries are out of range, or what failed has no
            arguments to change.
    """
    tx.require_admin("retry", "incidents")
    given = check_variables(edit.variables)
    if edit.retries is not None:
        check_retries(edit.retries)
    row, found = _open_incident(tx, incident_id)
    _require_editable(found, edit)
    if given and _is_over_after(tx, row, found, SetVariables(found.scope, given)):
        return
    if found.source_id is None:
        _step(tx, row, Continue(found.scope, found.token), found)
        return
    tx.connection.execute(_DELETE, {"b_id": found.id})
    retries = edit.retries or planned_retries(codec.decode_map(found.data))
    revive(tx, found.kind, found.source_id, retries=retries, arguments=edit.arguments)
    data: dict[str, object] = {"how": "retried", "kind": found.kind, "retries": retries}
    if edit.arguments:
        data["arguments"] = sorted(edit.arguments)
    move(tx.connection, row, [Event(RESOLVED, found.element_id, data)], tx.author())
    tx.changes.add(Change(ChangeKind.JOBS, row.tenant_id, row.id))
    tx.changes.add(Change(ChangeKind.EXTERNAL_TASKS, row.tenant_id, row.id))


def skip_incident(
    tx: Transaction, incident_id: str, *, variables: Mapping[str, object] | None = None
) -> None:
    """Take what failed for done, with *variables* as its result: `engine.runtime.skipping`.

    A timer that failed happens with *variables*.

    Raises:
        NotSkippable: it is a gateway, or a way out of an element: no result can take its place.
        Forbidden, NotFound, NotActive, BadInput: as of `retry_incident`.
    """
    tx.require_admin("skip", "incidents")
    given = check_variables(variables)
    row, found = _open_incident(tx, incident_id)
    data = {"how": "skipped", "kind": found.kind, "variables": sorted(given)}
    move(tx.connection, row, [Event(RESOLVED, found.element_id, data)], tx.author())
    if found.job_kind == WaitKind.TIMER.value:
        _step(tx, row, Fire(found.scope, found.wait, given), found, wait=0)
    else:
        _step(tx, row, Skip(found.scope, found.token, given), found)


def resolve_incident(tx: Transaction, incident_id: str, *, note: str) -> None:
    """Say that a person has seen to it; nothing is tried again and the token stays.

    Raises:
        IncidentResolved: somebody did so before.
        BadInput: the note is empty or too long.
        Forbidden, NotFound: as of `retry_incident`.
    """
    tx.require_admin("resolve", "incidents")
    said = check_note(note)
    row, found = _find(tx, incident_id)
    values = {"b_id": found.id, "at": tx.now, "by": tx.actor.id, "note": said}
    if tx.connection.execute(_RESOLVE, values).rowcount != 1:
        raise IncidentResolved(incident_id, found.resolved_at)
    data = {"how": "resolved", "kind": found.kind, "note": said}
    move(tx.connection, row, [Event(RESOLVED, found.element_id, data)], tx.author())


def _open_incident(tx: Transaction, incident_id: str) -> tuple[InstanceRow, _Row]:
    row, found = _find(tx, incident_id)
    if row.status is not Status.ACTIVE:
        raise NotActive("process instance", row.id, row.status.value)
    return row, found


def _find(tx: Transaction, incident_id: str) -> tuple[InstanceRow, _Row]:
    """The instance, locked, and the incident as it is since then: of two who act, one finds it."""
    place = tx.connection.execute(_WHERE_IT_IS, {"id": incident_id}).one_or_none()
    if place is None or place.tenant_id != tx.actor.tenant_id:
        _raise_gone(incident_id)
    row = tx.instance(place.instance_id)
    found = tx.connection.execute(_BY_ID, {"id": incident_id}).one_or_none()
    if found is None:
        _raise_gone(incident_id)
    return row, found


def _raise_gone(incident_id: str) -> NoReturn:
    raise NotFound("incident", incident_id)


def _require_editable(found: _Row, edit: Edit) -> None:
    if found.source_id is None and not found.token:
        raise BadInput(
            f"The incident at {found.element_id!r} has no token to retry. "
            "Cancel the instance and start it again."
        )
    if found.source_id is None and edit.arguments:
        raise BadInput(
            f"What failed at {found.element_id!r} is no job and no external task, so it has no "
            "arguments. Change variables instead."
        )
    if found.job_kind not in {None, WaitKind.WORK.value} and edit.arguments:
        raise BadInput(
            f"The job at {found.element_id!r} calls nothing ({found.job_kind}), so it has no "
            "arguments. Change variables instead."
        )


def _is_over_after(tx: Transaction, row: InstanceRow, found: _Row, command: Command) -> bool:
    """Take a step; whether it ended the incident, as a condition that became true may do."""
    take_step(tx, row, command)
    return tx.connection.execute(_WHERE_IT_IS, {"id": found.id}).first() is None


def _step(
    tx: Transaction, row: InstanceRow, command: Command, found: _Row, *, wait: int | None = None
) -> None:
    if not found.token and not isinstance(command, Fire):
        raise BadInput(
            f"The incident at {found.element_id!r} has no token that could go on. "
            "Cancel the instance and start it again."
        )
    try:
        take_step(tx, row, command, wait=found.wait if wait is None else wait)
    except LostRace as lost:
        # The instance is locked, so looking again would find the same.
        if isinstance(lost.__cause__, WaitGone):
            raise Conflict(f"{found.element_id!r} went on meanwhile. Reload.") from lost
        raise
