"""Deploy: files become definitions, idempotent by the digest of each file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from bpmn.model import Problem, ProcessModel
from engine import tables
from engine.actor import Right
from engine.commands.connector_uses import Judged, problems_of_uses, store_uses
from engine.commands.deploy_contracts import (
    DeployedContract,
    PlannedContract,
    changed_contracts,
    known_contracts,
    plan_contracts,
    store_contracts,
)
from engine.commands.deploy_decisions import (
    DeployedDecision,
    PlannedDecision,
    known_decisions,
    plan_decisions,
    store_decisions,
)
from engine.commands.files import File, Report
from engine.commands.inputs import check_text
from engine.commands.script_files import is_unchanged
from engine.commands.start_events import arm_start_events
from engine.commands.transaction import Transaction
from engine.errors import DeploymentRefused
from engine.services.changes import Change, ChangeKind
from engine.store.history import Event
from engine.store.models import Definition

_deployment = tables.deployment
_resource = tables.resource
_definition = tables.process_definition
_form = tables.form_definition

_SAME = (
    sa.select(_deployment.c.id)
    .where(
        _deployment.c.tenant_id == sa.bindparam("tenant"),
        _deployment.c.digest == sa.bindparam("digest"),
    )
    .order_by(_deployment.c.key.desc())
    .limit(1)
)
_LATEST_PROCESS = (
    sa.select(_definition.c.id, _definition.c.version, _definition.c.digest)
    .where(
        _definition.c.tenant_id == sa.bindparam("tenant"),
        _definition.c.process_id == sa.bindparam("name"),
    )
    .order_by(_definition.c.version.desc())
    .limit(1)
)
_LATEST_FORM = (
    sa.select(_form.c.id, _form.c.version, _form.c.digest)
    .where(_form.c.tenant_id == sa.bindparam("tenant"), _form.c.form_id == sa.bindparam("name"))
    .order_by(_form.c.version.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class DeployedProcess:
    """A process of a deployment; not ``is_new`` when its file was deployed before, unchanged."""

    id: str
    process_id: str
    name: str
    version: int
    is_new: bool
    is_executable: bool
    resource: str = ""  # the name of its file in this deployment


@dataclass(frozen=True, slots=True)
class DeployedForm:
    """A form file of a deployment; not ``is_new`` when it was deployed before, unchanged."""

    id: str
    form_id: str
    version: int
    is_new: bool
    resource: str


@dataclass(frozen=True, slots=True)
class Deployed:
    """The outcome. Not ``is_new``: these very files are deployed already, nothing was written.

    ``problems`` are warnings and notes; errors refuse a deployment.
    """

    id: str
    is_new: bool
    processes: tuple[DeployedProcess, ...]
    problems: tuple[Problem, ...]
    decisions: tuple[DeployedDecision, ...] = ()
    contracts: tuple[DeployedContract, ...] = ()
    forms: tuple[DeployedForm, ...] = ()


@dataclass(frozen=True, slots=True)
class _Planned:
    """A process or form, and the version that it gets or has."""

    file: File
    name: str
    version: int
    known_id: str | None
    model: ProcessModel | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class _Plans:
    processes: list[_Planned]
    forms: list[_Planned]
    decisions: list[PlannedDecision]
    contracts: list[PlannedContract]

    @property
    def are_known(self) -> bool:
        """Whether all of it is deployed already."""
        known = [plan.known_id for plan in (*self.processes, *self.forms)]
        decided = [plan.known_id for plan in self.decisions]
        return all((*known, *decided, *(plan.is_known for plan in self.contracts)))


def deploy(tx: Transaction, report: Report, *, name: str = "", source: str = "") -> Deployed:
    """Store what changed.

    Args:
        tx: open transaction.
        report: the files, opened and judged.
        name: what people call the deployment.
        source: where it comes from, as ``Camunda Modeler``.

    Raises:
        Forbidden: the actor may not deploy.
        DeploymentRefused: at least one file has an error; nothing is stored.
    """
    tx.require(Right.DEPLOY, "deploy", "processes")
    if not report.is_deployable:
        raise DeploymentRefused(report.problems)
    check_text("deployment name", name)
    check_text("source", source)
    digests = {file.name: file.digest for file in report.files}
    processes = [
        replace(_plan_process(tx, file, model, digests), title=diagram.title(model))
        for file, diagram in report.diagrams
        for model in diagram.processes
    ]
    forms = [_plan(tx, _LATEST_FORM, file, form.id) for file, form in report.forms]
    values = {"tenant": tx.actor.tenant_id, "digest": report.digest}
    same = tx.connection.execute(_SAME, values).scalar_one_or_none()
    decisions = plan_decisions(tx, report.decisions)
    plans = _Plans(processes, forms, decisions, plan_contracts(tx, report.contracts))
    report = replace(report, problems=(*report.problems, *_of_calls(tx, plans)))
    if not report.is_deployable:
        raise DeploymentRefused(report.problems)
    if same is not None and plans.are_known:
        found = tuple(_process(plan, {}) for plan in processes)
        decided, agreed = known_decisions(decisions), known_contracts(plans.contracts)
        shown = tuple(_form_of(plan, plan.known_id or "") for plan in forms)
        return Deployed(same, False, found, report.problems, decided, agreed, shown)
    return _store(tx, report, (name, source), plans)


def _of_calls(tx: Transaction, plans: _Plans) -> Iterable[Problem]:
    """What is wrong between the files and what is deployed."""
    processes = [
        Judged(plan.file.name, plan.model, is_new=plan.known_id is None)
        for plan in plans.processes
        if plan.model is not None
    ]
    yield from changed_contracts(plans.contracts)
    yield from problems_of_uses(tx, processes, plans.contracts)


def _plan_process(
    tx: Transaction, file: File, model: ProcessModel, digests: Mapping[str, str]
) -> _Planned:
    plan = _plan(tx, _LATEST_PROCESS, file, model.id, model)
    if plan.known_id is None or is_unchanged(tx, plan.known_id, model, digests):
        return plan
    # The diagram is the same, but a script that it keeps in a file of its own is not.
    return replace(plan, version=plan.version + 1, known_id=None)


def _plan(
    tx: Transaction,
    latest: sa.Select[Any],
    file: File,
    name: str,
    model: ProcessModel | None = None,
) -> _Planned:
    values = {"tenant": tx.actor.tenant_id, "name": name}
    found = tx.connection.execute(latest, values).one_or_none()
    if found is None:
        return _Planned(file, name, 1, None, model)
    if found.digest == file.digest:
        return _Planned(file, name, found.version, found.id, model)
    return _Planned(file, name, found.version + 1, None, model)


def _store(
    tx: Transaction,
    report: Report,
    label: tuple[str, str],
    plans: _Plans,
) -> Deployed:
    identity = tx.tools.ids.new(tx.now)
    name, source = label
    tx.connection.execute(
        sa.insert(_deployment),
        {
            "id": identity.id,
            "key": identity.key,
            "tenant_id": tx.actor.tenant_id,
            "name": name or ", ".join(file.name for file in report.files)[:255],
            "source": source,
            "digest": report.digest,
            "deployed_by": tx.actor.id,
            "deployed_at": tx.now,
        },
    )
    resources = _store_files(tx, identity.id, report.files)
    new = {
        p.name: _store_process(tx, p, identity.id, resources)
        for p in plans.processes
        if not p.known_id
    }
    forms = tuple(
        _form_of(plan, plan.known_id or _store_form(tx, plan, identity.id, resources))
        for plan in plans.forms
    )
    decisions = store_decisions(tx, plans.decisions, identity.id, resources)
    contracts = store_contracts(tx, plans.contracts, identity.id)
    _tell(tx, identity.id, report, plans)
    found = tuple(_process(plan, new) for plan in plans.processes)
    return Deployed(identity.id, True, found, report.problems, decisions, contracts, forms)


def _process(plan: _Planned, new: dict[str, str]) -> DeployedProcess:
    assert plan.model is not None
    return DeployedProcess(
        id=plan.known_id or new[plan.name],
        process_id=plan.name,
        name=plan.title,
        version=plan.version,
        is_new=plan.known_id is None,
        is_executable=plan.model.executable,
        resource=plan.file.name,
    )


def _form_of(plan: _Planned, form_id: str) -> DeployedForm:
    is_new = plan.known_id is None
    return DeployedForm(form_id, plan.name, plan.version, is_new, plan.file.name)


def _store_files(tx: Transaction, deployment_id: str, files: Iterable[File]) -> dict[str, str]:
    """Store the original bytes; ids by file name."""
    rows = [
        {
            "id": tx.tools.ids.new(tx.now).id,
            "deployment_id": deployment_id,
            "name": file.name,
            "digest": file.digest,
            "content": file.data,
        }
        for file in files
    ]
    tx.connection.execute(sa.insert(_resource), rows)
    return {str(row["name"]): str(row["id"]) for row in rows}


def _store_process(
    tx: Transaction, plan: _Planned, deployment_id: str, resources: dict[str, str]
) -> str:
    model = plan.model
    assert model is not None
    identity = tx.tools.ids.new(tx.now)
    starters = {
        "users": list(model.candidate_starter_users),
        "groups": list(model.candidate_starter_groups),
    }
    tx.connection.execute(
        sa.insert(_definition),
        {
            "id": identity.id,
            "key": identity.key,
            "tenant_id": tx.actor.tenant_id,
            "process_id": model.id,
            "version": plan.version,
            "version_tag": model.version_tag,
            "name": plan.title[:255],
            "documentation": model.documentation,
            "deployment_id": deployment_id,
            "resource_id": resources[plan.file.name],
            "digest": plan.file.digest,
            "is_executable": model.executable,
            "is_startable": _is_startable(model),
            "is_suspended": False,
            "starters": json.dumps(starters),
        },
    )
    definition = Definition(
        identity.id,
        identity.key,
        tx.actor.tenant_id,
        model.id,
        plan.version,
        model.version_tag,
        plan.title[:255],
        deployment_id,
        model,
    )
    arm_start_events(tx, definition)
    store_uses(tx, identity.id, model)
    return identity.id


def _is_startable(model: ProcessModel) -> bool:
    """Whether a person can start it: it has a none start event, or none at all."""
    if model.is_called_only or not (model.executable and model.startable_in_tasklist):
        return False
    events = model.start_events.get(model.id, ())
    return any(not event.events for event in events) or (
        not events and bool(model.implicit_starts.get(model.id))
    )


def _store_form(
    tx: Transaction, plan: _Planned, deployment_id: str, resources: dict[str, str]
) -> str:
    identity = tx.tools.ids.new(tx.now)
    tx.connection.execute(
        sa.insert(_form),
        {
            "id": identity.id,
            "key": identity.key,
            "tenant_id": tx.actor.tenant_id,
            "form_id": plan.name,
            "version": plan.version,
            "deployment_id": deployment_id,
            "resource_id": resources[plan.file.name],
            "digest": plan.file.digest,
        },
    )
    return identity.id


def _tell(tx: Transaction, deployment_id: str, report: Report, plans: _Plans) -> None:
    data: dict[str, object] = {
        "deployment": deployment_id,
        "files": [{"name": file.name, "sha256": file.digest} for file in report.files],
        "processes": [{"id": plan.name, "version": plan.version} for plan in plans.processes],
    }
    if plans.decisions:
        data["decisions"] = [{"id": p.drawn.id, "version": p.version} for p in plans.decisions]
    if plans.contracts:
        data["contracts"] = [plan.contract.label for plan in plans.contracts]
    tx.tell_tenant(Event("deployment-created", data=data))
    tx.changes.add(Change(ChangeKind.DEFINITIONS, tx.actor.tenant_id))
