"""Who may do what, verb by verb: nobody acts on, or learns of, what is not theirs.

A verb of the engine that is missing in the tables below fails the last test: say there who may.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from engine.actor import Actor
from engine.commands.kept_messages import Message
from engine.core import Breakdown, Engine, NewApiKey, NewPerson, Order, TaskChange, Topic, Which
from engine.errors import EngineError
from engine.queries.tasks import TaskCounts
from engine.services.contracts import Lifecycle
from tests.engine.world import ADMIN, CLARA, FOREIGN_ADMIN, STRANGER, World


@dataclass(frozen=True, slots=True)
class Guarded:
    """An engine with one of everything, which belongs to clerks and their administrators."""

    engine: Engine
    instance: str
    definition: str
    decision: str
    task: str
    work: str
    incident: str
    job: str
    api_key: str
    deployment: str
    resource: str
    contract: str


@pytest.fixture
def guarded(world: World) -> Guarded:
    deployed = world.deploy("guarded.bpmn", "guarded.dmn", "guarded.contract.json")
    engine = world.engine
    engine.add_person(NewPerson("clara", "Clara", groups=("clerks",)), actor=ADMIN)
    engine.add_person(NewPerson("sven", "Sven"), actor=ADMIN)
    instance = engine.start("guarded", actor=CLARA)
    locked = engine.fetch_and_lock("robot", [Topic("shipping")], actor=ADMIN)
    return Guarded(
        engine,
        instance,
        deployed.processes[0].id,
        deployed.decisions[0].id,
        world.task("check"),
        locked[0].id,
        engine.incidents(actor=ADMIN).items[0].id,
        engine.jobs(actor=ADMIN).items[0].id,
        engine.add_api_key(NewApiKey("robot", ("tasks",), "clara"), actor=ADMIN).id,
        deployed.id,
        engine.resources(deployed.id, actor=ADMIN)[0].id,
        deployed.contracts[0].id,
    )


Call = Callable[[Guarded, Actor], Any]
HOUR = timedelta(hours=1)


def exported(guarded: Guarded, actor: Actor) -> list[str]:
    with guarded.engine.export_history(actor=actor) as lines:
        return [line for line in lines if line.startswith('{"chain"')]


VERBS: dict[str, tuple[Call, str, str]] = {
    "export_history": (exported, "Forbidden", "nothing"),
    "instance_progress": (
        lambda g, a: g.engine.instance_progress(g.instance, actor=a),
        "NotFound",
        "NotFound",
    ),
    # How it is called, what a stranger meets, what another tenant's administrator meets.
    "assign": (
        lambda g, a: g.engine.assign(g.task, actor=a, assignee="sven"),
        "NotFound",
        "NotFound",
    ),
    "claim": (lambda g, a: g.engine.claim(g.task, actor=a), "NotFound", "NotFound"),
    "complete_task": (lambda g, a: g.engine.complete_task(g.task, actor=a), "NotFound", "NotFound"),
    "instance": (lambda g, a: g.engine.instance(g.instance, actor=a), "NotFound", "NotFound"),
    "instance_row": (
        lambda g, a: g.engine.instance_row(g.instance, actor=a),
        "NotFound",
        "NotFound",
    ),
    "instance_tasks": (
        lambda g, a: g.engine.instance_tasks(g.instance, actor=a),
        "NotFound",
        "NotFound",
    ),
    "instance_values": (
        lambda g, a: g.engine.instance_values(g.instance, actor=a),
        "NotFound",
        "NotFound",
    ),
    "instance_variables": (
        lambda g, a: g.engine.instance_variables(g.instance, actor=a),
        "NotFound",
        "NotFound",
    ),
    "passed": (lambda g, a: g.engine.passed(g.instance, actor=a), "NotFound", "NotFound"),
    "start": (lambda g, a: g.engine.start("guarded", actor=a), "NotFound", "NotFound"),
    "start_ad_hoc": (
        lambda g, a: g.engine.start_ad_hoc(g.task, "check", actor=a),
        "NotFound",
        "NotFound",
    ),
    "start_form": (lambda g, a: g.engine.start_form(g.definition, actor=a), "NotFound", "NotFound"),
    "startable_activities": (
        lambda g, a: g.engine.startable_activities(g.task, actor=a),
        "NotFound",
        "NotFound",
    ),
    "submit_start": (
        lambda g, a: g.engine.submit_start(g.definition, {}, actor=a),
        "NotFound",
        "NotFound",
    ),
    "submit_task": (lambda g, a: g.engine.submit_task(g.task, {}, actor=a), "NotFound", "NotFound"),
    "task": (lambda g, a: g.engine.task(g.task, actor=a), "NotFound", "NotFound"),
    "task_form": (lambda g, a: g.engine.task_form(g.task, actor=a), "NotFound", "NotFound"),
    "task_variables": (
        lambda g, a: g.engine.task_variables(g.task, actor=a),
        "NotFound",
        "NotFound",
    ),
    "timeline": (lambda g, a: g.engine.timeline(g.instance, actor=a), "NotFound", "NotFound"),
    "unclaim": (lambda g, a: g.engine.unclaim(g.task, actor=a), "NotFound", "NotFound"),
    "revoke_api_key": (
        lambda g, a: g.engine.revoke_api_key(g.api_key, actor=a),
        "NotFound",
        "NotFound",
    ),
    "add_api_key": (
        lambda g, a: g.engine.add_api_key(NewApiKey("robot", ("tasks",), "clara"), actor=a),
        "Forbidden",
        "NotFound",
    ),
    "set_secret": (
        lambda g, a: g.engine.set_secret("TOKEN", "x", actor=a),
        "Forbidden",
        "SecretsKeyMissing",
    ),
    "remove_secret": (
        lambda g, a: g.engine.remove_secret("TOKEN", actor=a),
        "Forbidden",
        "NotFound",
    ),
    "rotate_secrets": (lambda g, a: g.engine.rotate_secrets(actor=a), "Forbidden", "nothing"),
    "secrets": (lambda g, a: g.engine.secrets(actor=a), "Forbidden", "nothing"),
    "secret_usages": (
        lambda g, a: g.engine.secret_usages("TOKEN", actor=a),
        "Forbidden",
        "nothing",
    ),
    "deprecate_contract": (
        lambda g, a: g.engine.deprecate_contract(g.contract, Lifecycle(), actor=a),
        "Forbidden",
        "NotFound",
    ),
    "contract": (lambda g, a: g.engine.contract("rating", actor=a), "may", "NotFound"),
    "contracts": (lambda g, a: g.engine.contracts(actor=a), "may", "nothing"),
    "api_keys": (lambda g, a: g.engine.api_keys(actor=a), "nothing", "nothing"),
    "cancel_instance": (
        lambda g, a: g.engine.cancel_instance(g.instance, actor=a),
        "Forbidden",
        "NotFound",
    ),
    "complete_external": (
        lambda g, a: g.engine.complete_external(g.work, worker_id="robot", actor=a),
        "Forbidden",
        "NotFound",
    ),
    "evaluate_decision": (
        lambda g, a: g.engine.evaluate_decision("rate", actor=a),
        "Forbidden",
        "NotFound",
    ),
    "extend_lock": (
        lambda g, a: g.engine.extend_lock(g.work, worker_id="robot", actor=a, duration=HOUR),
        "Forbidden",
        "NotFound",
    ),
    "fail_external": (
        lambda g, a: g.engine.fail_external(
            g.work, worker_id="robot", actor=a, breakdown=Breakdown("no")
        ),
        "Forbidden",
        "NotFound",
    ),
    "resume_definition": (
        lambda g, a: g.engine.resume_definition(g.definition, actor=a),
        "Forbidden",
        "NotFound",
    ),
    "resume_instance": (
        lambda g, a: g.engine.resume_instance(g.instance, actor=a),
        "Forbidden",
        "NotFound",
    ),
    "incident": (
        lambda g, a: g.engine.incident(g.incident, actor=a),
        "Forbidden",
        "NotFound",
    ),
    "skip_incident": (
        lambda g, a: g.engine.skip_incident(g.incident, actor=a),
        "Forbidden",
        "NotFound",
    ),
    "resolve_incident": (
        lambda g, a: g.engine.resolve_incident(g.incident, actor=a, note="seen"),
        "Forbidden",
        "NotFound",
    ),
    "change_task": (
        lambda g, a: g.engine.change_task(g.task, TaskChange({"priority": 1}), actor=a),
        "Forbidden",
        "NotFound",
    ),
    "scoped_values": (
        lambda g, a: g.engine.scoped_values(g.instance, actor=a),
        "NotFound",
        "NotFound",
    ),
    "start_once": (
        lambda g, a: g.engine.start_once("k", Order(Which("guarded")), actor=a),
        "NotFound",
        "NotFound",
    ),
    "submit_task_values": (
        lambda g, a: g.engine.submit_task_values(g.task, {}, actor=a),
        "NotFound",
        "NotFound",
    ),
    "plan_retries": (
        lambda g, a: g.engine.plan_retries(g.work, 2, actor=a),
        "Forbidden",
        "nothing",
    ),
    "search": (lambda g, a: g.engine.search("incidents", actor=a), "Forbidden", "nothing"),
    "find_key": (lambda g, a: g.engine.find_key("task", 5, actor=a), "NotFound", "NotFound"),
    "find_keys": (
        lambda g, a: list(g.engine.find_keys("process instance", [g.instance], actor=a)),
        "may",
        "nothing",
    ),
    "find_place": (lambda g, a: g.engine.find_place(5, actor=a), "Forbidden", "NotFound"),
    "elements": (lambda g, a: g.engine.elements(g.instance, actor=a), "NotFound", "NotFound"),
    "suspend_job": (
        lambda g, a: g.engine.suspend_job(g.job, actor=a),
        "Forbidden",
        "NotFound",
    ),
    "resume_job": (
        lambda g, a: g.engine.resume_job(g.job, actor=a),
        "Forbidden",
        "NotFound",
    ),
    "retry_job": (
        lambda g, a: g.engine.retry_job(g.job, actor=a),
        "Forbidden",
        "NotFound",
    ),
    "suspend_jobs": (
        lambda g, a: g.engine.suspend_jobs(g.definition, actor=a),
        "Forbidden",
        "NotFound",
    ),
    "resume_jobs": (
        lambda g, a: g.engine.resume_jobs(g.definition, actor=a),
        "Forbidden",
        "NotFound",
    ),
    "retry_incident": (
        lambda g, a: g.engine.retry_incident(g.incident, actor=a),
        "Forbidden",
        "NotFound",
    ),
    "set_active": (
        lambda g, a: g.engine.set_active("clara", is_active=False, actor=a),
        "Forbidden",
        "NotFound",
    ),
    "set_groups": (
        lambda g, a: g.engine.set_groups("clara", ["x"], actor=a),
        "Forbidden",
        "NotFound",
    ),
    "set_password": (
        lambda g, a: g.engine.set_password("clara", "s" * 12, actor=a),
        "Forbidden",
        "NotFound",
    ),
    "set_preferences": (
        lambda g, a: g.engine.set_preferences("clara", locale="de", zone="UTC", actor=a),
        "Forbidden",
        "NotFound",
    ),
    "set_variables": (
        lambda g, a: g.engine.set_variables(g.instance, {"x": 1}, actor=a),
        "Forbidden",
        "NotFound",
    ),
    "suspend_definition": (
        lambda g, a: g.engine.suspend_definition(g.definition, actor=a),
        "Forbidden",
        "NotFound",
    ),
    "suspend_instance": (
        lambda g, a: g.engine.suspend_instance(g.instance, actor=a),
        "Forbidden",
        "NotFound",
    ),
    "throw_external": (
        lambda g, a: g.engine.throw_external(g.work, worker_id="robot", actor=a, code="X"),
        "Forbidden",
        "NotFound",
    ),
    "trigger": (
        lambda g, a: g.engine.trigger(g.instance, "stopped", actor=a),
        "Forbidden",
        "NotFound",
    ),
    "unlock": (lambda g, a: g.engine.unlock(g.work, actor=a), "Forbidden", "NotFound"),
    "broadcast_signal": (
        lambda g, a: g.engine.broadcast_signal("alarm", actor=a),
        "Forbidden",
        "nothing",
    ),
    "evaluate_conditions": (
        lambda g, a: g.engine.evaluate_conditions({}, actor=a),
        "Forbidden",
        "nothing",
    ),
    "external_tasks": (lambda g, a: g.engine.external_tasks(actor=a), "Forbidden", "nothing"),
    "find_external_tasks": (
        lambda g, a: g.engine.find_external_tasks(actor=a),
        "Forbidden",
        "nothing",
    ),
    "count_external_tasks": (
        lambda g, a: g.engine.count_external_tasks(actor=a),
        "Forbidden",
        "nothing",
    ),
    "external_topics": (lambda g, a: g.engine.external_topics(actor=a), "Forbidden", "nothing"),
    "has_free_work": (
        lambda g, a: g.engine.has_free_work([Topic("shipping")], actor=a),
        "Forbidden",
        "nothing",
    ),
    "external_task": (
        lambda g, a: g.engine.external_task(g.work, actor=a),
        "Forbidden",
        "NotFound",
    ),
    "external_variables": (
        lambda g, a: g.engine.external_variables(g.work, actor=a),
        "Forbidden",
        "NotFound",
    ),
    "worked_values": (
        lambda g, a: g.engine.worked_values(g.instance, actor=a),
        "Forbidden",
        "NotFound",
    ),
    "lock_external": (
        lambda g, a: g.engine.lock_external(g.work, worker_id="robot", actor=a, duration=HOUR),
        "Forbidden",
        "NotFound",
    ),
    "set_external_retries": (
        lambda g, a: g.engine.set_external_retries(g.work, 1, actor=a),
        "Forbidden",
        "NotFound",
    ),
    "set_external_priority": (
        lambda g, a: g.engine.set_external_priority(g.work, 1, actor=a),
        "Forbidden",
        "NotFound",
    ),
    "fetch_and_lock": (
        lambda g, a: g.engine.fetch_and_lock("robot", [Topic("shipping")], actor=a),
        "Forbidden",
        "nothing",
    ),
    "incidents": (lambda g, a: g.engine.incidents(actor=a), "Forbidden", "nothing"),
    "job": (lambda g, a: g.engine.job(g.job, actor=a), "Forbidden", "NotFound"),
    "job_workers": (lambda g, a: g.engine.job_workers(actor=a), "Forbidden", "nothing"),
    "jobs": (lambda g, a: g.engine.jobs(actor=a), "Forbidden", "nothing"),
    "log_lines": (lambda g, a: g.engine.log_lines(actor=a), "Forbidden", "nothing"),
    "publish_message": (
        lambda g, a: g.engine.publish_message(Message("stop"), actor=a),
        "Forbidden",
        "nothing",
    ),
    "subscriptions": (lambda g, a: g.engine.subscriptions(actor=a), "Forbidden", "nothing"),
    "decision": (lambda g, a: g.engine.decision(g.decision, actor=a), "may", "NotFound"),
    "decision_xml": (lambda g, a: g.engine.decision_xml(g.decision, actor=a), "may", "NotFound"),
    "deployment": (
        lambda g, a: g.engine.deployment(g.deployment, actor=a),
        "may",
        "NotFound",
    ),
    "resources": (lambda g, a: g.engine.resources(g.deployment, actor=a), "may", "NotFound"),
    "resource": (
        lambda g, a: g.engine.resource(g.deployment, g.resource, actor=a),
        "may",
        "NotFound",
    ),
    "deployments": (lambda g, a: g.engine.deployments(actor=a), "may", "nothing"),
    "count_deployments": (lambda g, a: g.engine.count_deployments(actor=a), "may", "nothing"),
    "definition": (lambda g, a: g.engine.definition(g.definition, actor=a), "may", "NotFound"),
    "diagram_xml": (lambda g, a: g.engine.diagram_xml(g.definition, actor=a), "may", "NotFound"),
    "model": (lambda g, a: g.engine.model(g.definition, actor=a), "may", "NotFound"),
    "instances": (lambda g, a: g.engine.instances(actor=a), "nothing", "nothing"),
    "my_requests": (lambda g, a: g.engine.my_requests(actor=a), "nothing", "nothing"),
    "startable": (lambda g, a: g.engine.startable(actor=a), "nothing", "nothing"),
    "task_counts": (lambda g, a: g.engine.task_counts(actor=a), "nothing", "nothing"),
    "tasks": (lambda g, a: g.engine.tasks(actor=a), "nothing", "nothing"),
    "decisions": (lambda g, a: g.engine.decisions(actor=a), "may", "nothing"),
    "definitions": (lambda g, a: g.engine.definitions(actor=a), "may", "nothing"),
    "groups": (lambda g, a: g.engine.groups(actor=a), "may", "nothing"),
    "people": (lambda g, a: g.engine.people(actor=a), "may", "nothing"),
    "add_group": (lambda g, a: g.engine.add_group("clerks", actor=a), "Forbidden", "Conflict"),
    "add_person": (
        lambda g, a: g.engine.add_person(NewPerson("clara", "C"), actor=a),
        "Forbidden",
        "Conflict",
    ),
    "correlate_message": (
        lambda g, a: g.engine.correlate_message("stop", actor=a),
        "Forbidden",
        "MismatchingCorrelation",
    ),
    "reach": (
        lambda g, a: g.engine.reach("stop", actor=a),
        "Forbidden",
        "MismatchingCorrelation",
    ),
    "start_by_message": (
        lambda g, a: g.engine.start_by_message("stop", actor=a),
        "Forbidden",
        "MismatchingCorrelation",
    ),
    "deploy": (lambda g, a: g.engine.deploy([], actor=a), "Forbidden", "DeploymentRefused"),
}


def outcome(call: Call, guarded: Guarded, actor: Actor) -> str:
    """The error's class; ``nothing`` for an answer without any content, else ``may``."""
    try:
        found = call(guarded, actor)
    except EngineError as error:
        return type(error).__name__
    if isinstance(found, TaskCounts):
        return "may" if found.mine.value or found.unassigned.value else "nothing"
    return "may" if getattr(found, "items", found) else "nothing"


@pytest.mark.parametrize("verb", VERBS)
def test_nobody_acts_on_or_learns_of_what_is_not_theirs(verb: str, guarded: Guarded, world: World):
    call, by_stranger, by_foreigner = VERBS[verb]
    before = world.everything()
    assert outcome(call, guarded, STRANGER) == by_stranger
    assert outcome(call, guarded, FOREIGN_ADMIN) == by_foreigner
    assert world.everything() == before


def test_every_verb_has_its_row():
    verbs = inspect.getmembers(Engine, inspect.isfunction)
    asked = {name for name, verb in verbs if "actor" in inspect.signature(verb).parameters}
    assert {name for name in asked if not name.startswith("_")} == set(VERBS)
