"""Deploy decisions: each a version of its own, when its file or one that it imports changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from bpmn.decisions import Decision
from engine import tables
from engine.commands.decision_files import DecisionFile
from engine.commands.transaction import Transaction

_decision = tables.decision_definition
_LATEST = (
    sa.select(_decision.c.id, _decision.c.version, _decision.c.digest)
    .where(
        _decision.c.tenant_id == sa.bindparam("tenant"),
        _decision.c.decision_id == sa.bindparam("decision"),
    )
    .order_by(_decision.c.version.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class DeployedDecision:
    """A decision of a deployment; not ``is_new`` when its file was deployed before, unchanged."""

    id: str
    decision_id: str
    name: str
    version: int
    is_new: bool
    resource: str = ""  # the name of its file in this deployment


@dataclass(frozen=True, slots=True)
class PlannedDecision:
    """A decision and the version that it gets, or has when ``known_id`` is given."""

    file: DecisionFile
    drawn: Decision
    version: int
    known_id: str | None


def plan_decisions(tx: Transaction, files: Iterable[DecisionFile]) -> list[PlannedDecision]:
    """Every decision of the files with its version."""
    return [
        _plan(tx, file, drawn)
        for file in files
        if file.model is not None
        for drawn in file.model.definitions.decisions
        if drawn.id
    ]


def _plan(tx: Transaction, file: DecisionFile, drawn: Decision) -> PlannedDecision:
    values = {"tenant": tx.actor.tenant_id, "decision": drawn.id}
    found = tx.connection.execute(_LATEST, values).one_or_none()
    if found is None:
        return PlannedDecision(file, drawn, 1, None)
    if found.digest == file.digest:
        return PlannedDecision(file, drawn, found.version, found.id)
    return PlannedDecision(file, drawn, found.version + 1, None)


def store_decisions(
    tx: Transaction,
    planned: Iterable[PlannedDecision],
    deployment_id: str,
    resources: Mapping[str, str],
) -> tuple[DeployedDecision, ...]:
    """Store what is new; *resources* are the ids of the stored files by name."""
    return tuple(_store(tx, plan, deployment_id, resources) for plan in planned)


def known_decisions(planned: Iterable[PlannedDecision]) -> tuple[DeployedDecision, ...]:
    """What is deployed already."""
    return tuple(_deployed(plan, plan.known_id) for plan in planned if plan.known_id)


def _store(
    tx: Transaction, plan: PlannedDecision, deployment_id: str, resources: Mapping[str, str]
) -> DeployedDecision:
    if plan.known_id:
        return _deployed(plan, plan.known_id)
    assert plan.file.model is not None
    identity = tx.tools.ids.new(tx.now)
    tx.connection.execute(
        sa.insert(_decision),
        {
            "id": identity.id,
            "key": identity.key,
            "tenant_id": tx.actor.tenant_id,
            "decision_id": plan.drawn.id,
            "version": plan.version,
            "version_tag": plan.drawn.version_tag[:255],
            "name": (plan.drawn.name or plan.drawn.id)[:255],
            "drg_id": plan.file.model.definitions.id[:255],
            "deployment_id": deployment_id,
            "resource_id": resources[plan.file.name],
            "digest": plan.file.digest,
        },
    )
    return _deployed(plan, identity.id)


def _deployed(plan: PlannedDecision, found: str) -> DeployedDecision:
    name = plan.drawn.name or plan.drawn.id
    return DeployedDecision(
        found, plan.drawn.id, name, plan.version, plan.known_id is None, plan.file.name
    )
