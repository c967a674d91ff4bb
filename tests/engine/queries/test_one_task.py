"""A task's page: what it says, who may see it, and what is said when it is over."""

from __future__ import annotations

import pytest

from engine.actor import SYSTEM, Actor
from engine.errors import Forbidden, NotFound, TaskGone

ANN = Actor("ann", groups=frozenset({"managers"}))
BOB = Actor("bob", groups=frozenset({"managers"}))
EVE = Actor("eve")


def test_detail_tells_what_the_diagram_says(office):
    office.request("one", groups="managers")
    found = office.engine.task(office.task("one").id, actor=ANN)
    assert found.documentation == "Compare the price with the policy."
    assert (found.process_version, found.initiator, found.lane, found.form_kind) == (
        1,
        "ida",
        "",
        "",
    )
    assert found.row.candidate_groups == ("managers",)


def rights(found):
    return [
        name for name in ("claim", "release", "complete", "assign") if getattr(found, f"may_{name}")
    ]


def test_rights_follow_who_holds_the_task(office):
    office.request("one", groups="managers")
    task = office.task("one").id
    assert rights(office.engine.task(task, actor=ANN)) == ["claim", "complete", "assign"]
    office.engine.claim(task, actor=ANN)
    assert rights(office.engine.task(task, actor=ANN)) == ["release", "complete", "assign"]
    assert rights(office.engine.task(task, actor=BOB)) == []


@pytest.mark.parametrize("actor", [EVE, Actor("ida"), Actor("ann", tenant_id="other"), Actor(None)])
def test_who_is_no_candidate_may_not_know_of_it(office, actor):
    office.request("one", groups="managers")
    task = office.task("one").id
    for question in (office.engine.task, office.engine.task_variables, office.engine.task_form):
        with pytest.raises(NotFound):
            question(task, actor=actor)


def test_a_task_for_anybody_is_hidden_once_somebody_took_it(office):
    office.request("open")
    task = office.task("open").id
    assert office.engine.task(task, actor=EVE).may_claim
    office.engine.claim(task, actor=BOB)
    with pytest.raises(NotFound):
        office.engine.task(task, actor=EVE)


def test_a_completed_task_says_by_whom(office):
    office.request("one", groups="managers")
    task = office.task("one").id
    office.engine.complete_task(task, actor=BOB)
    with pytest.raises(TaskGone) as gone:
        office.engine.task(task, actor=ANN)
    assert (gone.value.by, gone.value.how) == ("bob", "completed")


def test_a_cancelled_task_says_so_and_strangers_hear_nothing(office):
    instance = office.request("one", groups="managers")
    task = office.task("one").id
    office.engine.cancel_instance(instance, actor=SYSTEM)
    with pytest.raises(TaskGone) as gone:
        office.engine.task(task, actor=Actor("ida"))
    assert (gone.value.by, gone.value.how) == (None, "cancelled")
    with pytest.raises(NotFound):
        office.engine.task(task, actor=EVE)


@pytest.mark.parametrize("task", ["", "nonsense", "018f0000-0000-7000-8000-000000000000"])
def test_an_id_that_never_was_is_not_found(office, task):
    with pytest.raises(NotFound):
        office.engine.task(task, actor=SYSTEM)


def test_task_variables_are_what_the_task_sees(office):
    office.request("one", groups="managers", price=12.5)
    seen = office.engine.task_variables(office.task("one").id, actor=ANN)
    assert seen["price"] == 12.5
    assert seen["priority"] == 50


def test_a_form_without_declaration_shows_the_data(office):
    office.request("one", groups="managers", price=12.5)
    filled = office.engine.task_form(office.task("one").id, actor=ANN)
    assert {field.name: field.value for field in filled.fields}["price"] == 12.5
    typed = office.engine.task_form(office.task("one").id, actor=ANN, submitted={"price": "13"})
    assert {field.name: field.text for field in typed.fields}["price"] == "13"


def test_reading_variables_of_an_instance_needs_work_on_it(office):
    instance = office.request("one", groups="managers", price=12.5)
    assert office.engine.instance_values(instance, actor=ANN)["price"] == 12.5
    with pytest.raises(Forbidden):
        office.engine.instance_values(instance, actor=Actor("ida"))
    with pytest.raises(NotFound):
        office.engine.instance_values(instance, actor=EVE)
