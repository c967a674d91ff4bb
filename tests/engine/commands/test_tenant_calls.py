"""Calls into other organisations: only where the operator allows them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from engine.core import Engine
from engine.errors import NotFound
from engine.runtime.state import Status
from engine.services.tenancy import TenantCalls
from engine.settings import Settings, tenant_pairs
from tests.engine.world import ADMIN, FOREIGN_ADMIN, World

Allowing = Callable[[str], None]


@pytest.fixture
def allowing(world: World) -> Iterator[Allowing]:
    """Open the world's engine anew, with these calls allowed."""
    first = world.engine

    def reopen(calls: str) -> None:
        settings = Settings(tenant_calls=calls)
        world.engine = Engine.open(world.url, clock=world.clock, settings=settings)

    yield reopen
    if world.engine is not first:
        first.close()


def deploy_foreign(world: World, *names: str) -> None:
    world.engine.deploy([world.file(name) for name in names], actor=FOREIGN_ADMIN)


def incidents(world: World) -> list[tuple[str, str]]:
    return [(row.kind, row.message) for row in world.rows("incident")]


def test_another_organisations_process_is_called_and_belongs_to_it(
    world: World, allowing: Allowing
):
    allowing("default>other")
    deploy_foreign(world, "shared_review.bpmn")
    instance = world.run("tenant_call.bpmn", owner="other", amount=5)
    (task,) = world.rows("task")
    assert (task.element_id, task.tenant_id) == ("review", "other")
    with pytest.raises(NotFound):
        world.engine.complete_task(task.id, actor=ADMIN)
    world.engine.complete_task(task.id, actor=FOREIGN_ADMIN, variables={"verdict": "good"})
    assert world.variables(instance) == {"owner": "other", "amount": 5, "verdict": "good"}
    tenants = {row.element_id: row.tenant_id for row in world.rows("task")}
    # What the called process starts is its own organisation's, too.
    assert tenants == {"after": "default", "log": "other"}


def test_cancelling_the_caller_cancels_what_it_called_there(world: World, allowing: Allowing):
    allowing("*>other")
    deploy_foreign(world, "shared_review.bpmn")
    instance = world.run("tenant_call.bpmn", owner="other")
    world.engine.cancel_instance(instance, actor=ADMIN)
    statuses = {row.status for row in world.rows("process_instance")}
    assert statuses == {Status.TERMINATED.value}


def test_without_permission_it_is_an_incident_that_a_retry_heals(world: World, allowing: Allowing):
    deploy_foreign(world, "shared_review.bpmn")
    world.run("tenant_call.bpmn", owner="other")
    ((_, message),) = incidents(world)
    assert "LANEWAY_TENANT_CALLS" in message
    (incident,) = world.rows("incident")
    allowing("default>other")
    world.engine.retry_incident(incident.id, actor=ADMIN)
    assert world.tasks() == ["review"]


@pytest.mark.parametrize("owner", [None, "", "default"])
def test_no_tenant_or_ones_own_needs_no_permission(world: World, owner: str | None):
    world.deploy("shared_review.bpmn")
    world.run("tenant_call.bpmn", owner=owner)
    assert world.tasks() == ["review"]


def test_a_process_that_organisation_has_not_is_said(world: World, allowing: Allowing):
    allowing("default>other")
    world.deploy("shared_review.bpmn")
    world.run("tenant_call.bpmn", owner="other")
    ((_, message),) = incidents(world)
    assert "by organisation 'other'" in message


def test_another_organisations_decision_is_made_where_that_is_allowed(
    world: World, allowing: Allowing
):
    deploy_foreign(world, "price.dmn")
    world.run("tenant_decision.bpmn", owner="other", size="small")
    assert [kind for kind, _ in incidents(world)] == ["tenant-forbidden"]
    allowing("default>other")
    instance = world.start("tenant_decision", owner="other", size="small")
    assert world.variables(instance)["found"] == 5


@pytest.mark.parametrize(
    ("text", "caller", "called", "may"),
    [
        ("", "a", "a", True),
        ("", "a", "b", False),
        ("a>b", "a", "b", True),
        ("a>b", "b", "a", False),
        (" x > y , * > b ", "a", "b", True),
        ("a>*", "a", "b", True),
        ("a>*", "b", "c", False),
    ],
)
def test_pairs_say_who_may_call_whom(text: str, caller: str, called: str, may: bool):
    assert TenantCalls(tenant_pairs(text)).allows(caller, called) is may


@pytest.mark.parametrize("text", ["a", "a>", ">b", "a>b>c"])
def test_what_is_no_pair_is_refused(text: str):
    with pytest.raises(ValueError, match=text):
        tenant_pairs(text)
