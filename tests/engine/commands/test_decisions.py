"""Decisions deployed, bound, called by tasks, and evaluated by themselves."""

from __future__ import annotations

import pytest

from engine.core import File
from engine.errors import DeploymentRefused, Forbidden, NotFound
from engine.runtime.decisions import DecisionReference
from engine.store.decisions import DecisionCache, TenantDecisions
from tests.engine.world import ADMIN, FOREIGN_ADMIN, PAUL, World


def price(world: World, amount: int = 5, tag: str = "spring") -> File:
    """price.dmn with another amount for the small size."""
    data = world.file("price.dmn").data
    data = data.replace(b"<text>5</text>", b"<text>%d</text>" % amount)
    return File("price.dmn", data.replace(b'"spring"', b'"%s"' % tag.encode()))


def deploy(world: World, *files: File) -> list[tuple[str, int, bool]]:
    found = world.engine.deploy(files, actor=ADMIN).decisions
    return [(decision.decision_id, decision.version, decision.is_new) for decision in found]


def test_each_change_of_the_file_is_a_version(world: World):
    assert deploy(world, price(world)) == [("price", 1, True)]
    assert deploy(world, price(world)) == [("price", 1, False)]
    assert deploy(world, price(world, 6)) == [("price", 2, True)]
    assert len(world.rows("deployment")) == 2


def test_a_change_of_an_imported_file_is_a_version(world: World):
    surcharge = world.file("surcharge.dmn")
    deploy(world, price(world), surcharge)
    assert deploy(world, price(world, 6), surcharge) == [("price", 2, True), ("surcharge", 2, True)]
    evaluated = world.engine.evaluate_decision("surcharge", {"size": "small"}, actor=ADMIN)
    assert evaluated.evaluation.value == 7


def test_a_file_without_what_it_imports_is_refused(world: World):
    with pytest.raises(DeploymentRefused) as refused:
        world.deploy("surcharge.dmn")
    assert "import-missing" in {problem.code for problem in refused.value.problems}
    assert not world.rows("deployment")


def test_two_files_with_one_decision_id_are_refused(world: World):
    copy = File("copy.dmn", price(world, 6).data)
    with pytest.raises(DeploymentRefused) as refused:
        world.engine.deploy([price(world), copy], actor=ADMIN)
    (problem,) = (p for p in refused.value.problems if p.code == "decision-id-duplicate")
    assert problem.file == "copy.dmn"


def test_rules_that_overlap_are_warned_of(world: World):
    data = price(world).data.replace(b'not("small")', b'"small","large"')
    (warning, *_) = world.engine.deploy([File("price.dmn", data)], actor=ADMIN).problems
    assert warning.severity == "warning"
    assert warning.file == "price.dmn"


def test_tasks_find_the_version_that_they_are_bound_to(world: World):
    world.engine.deploy([price(world, 1)], actor=ADMIN)
    world.engine.deploy([price(world, 2), world.file("ship.bpmn")], actor=ADMIN)
    world.engine.deploy([price(world, 3, tag="summer")], actor=ADMIN)
    instance = world.start("ship", size="small")
    seen = {"newest": 3, "together": 2, "first": 1, "tagged": 2, "size": "small"}
    assert world.variables(instance) == seen


def test_an_unchanged_file_keeps_its_version_in_a_later_deployment(world: World):
    world.engine.deploy([price(world, 1)], actor=ADMIN)
    world.engine.deploy([price(world, 1), world.file("ship.bpmn")], actor=ADMIN)
    world.engine.deploy([price(world, 3)], actor=ADMIN)
    assert world.variables(world.start("ship", size="small"))["together"] == 1


def test_a_missing_decision_waits_as_an_incident_until_it_is_deployed(world: World):
    world.deploy("ship.bpmn")
    instance = world.start("ship", size="small")
    (incident,) = world.rows("incident")
    assert (incident.kind, incident.element_id) == ("decision-not-found", "Newest")
    world.engine.deploy([price(world)], actor=ADMIN)
    world.engine.retry_incident(incident.id, actor=ADMIN)
    assert world.variables(instance)["newest"] == 5


def test_the_trace_is_part_of_the_instances_history(world: World):
    world.engine.deploy([price(world), world.file("ship.bpmn")], actor=ADMIN)
    instance = world.start("ship", size="small")
    events = world.engine.timeline(instance, actor=ADMIN).items
    first = next(e for e in events if e.kind == "decision-evaluated")
    assert first.element_id == "Newest"
    assert first.data["decisions"][0]["rules"][0]["id"] == "price_small"
    assert world.engine.verify_history() == []


def test_an_evaluation_is_part_of_the_organisations_history(world: World):
    deploy(world, price(world))
    evaluated = world.engine.evaluate_decision("price", {"size": "large"}, actor=ADMIN)
    assert evaluated.evaluation.value == 9
    event = world.history("tenant:default")[-1]
    assert (event.kind, event.actor) == ("decision-evaluated", "ada")
    assert '"size":"large"' in event.data
    assert world.engine.verify_history() == []


def test_an_older_version_is_evaluated_by_its_number(world: World):
    deploy(world, price(world, 5))
    deploy(world, price(world, 6))
    older = world.engine.evaluate_decision("price", {"size": "small"}, actor=ADMIN, version=1)
    assert older.evaluation.value == 5
    with pytest.raises(NotFound):
        world.engine.evaluate_decision("price", actor=ADMIN, version=3)


def test_only_admins_evaluate(world: World):
    deploy(world, price(world))
    with pytest.raises(Forbidden):
        world.engine.evaluate_decision("price", {"size": "small"}, actor=PAUL)


def test_another_organisation_sees_nothing(world: World):
    deploy(world, price(world))
    (row,) = world.engine.decisions(actor=PAUL).items
    assert world.engine.decisions(actor=FOREIGN_ADMIN).items == ()
    with pytest.raises(NotFound):
        world.engine.evaluate_decision("price", actor=FOREIGN_ADMIN)
    for ask in (world.engine.decision, world.engine.decision_xml):
        with pytest.raises(NotFound):
            ask(row.id, actor=FOREIGN_ADMIN)


def test_a_decision_is_shown_with_its_versions_and_its_file(world: World):
    deploy(world, price(world, 5), world.file("surcharge.dmn"))
    deploy(world, price(world, 6))
    rows = world.engine.decisions(actor=PAUL).items
    assert [(row.label, row.version) for row in rows] == [("Price", 2), ("Surcharge", 1)]
    detail = world.engine.decision(rows[0].id, actor=PAUL)
    assert [row.version for row in detail.versions] == [2, 1]
    assert world.engine.decision_xml(rows[0].id, actor=PAUL) == ("price.dmn", price(world, 6).data)
    assert world.engine.decisions(actor=PAUL, text="SUR").items == rows[1:]
    assert len(world.engine.decisions(actor=PAUL, all_versions=True).items) == 3


def test_a_deployment_keeps_its_version_when_only_an_import_changes_later(world: World):
    surcharge = world.file("surcharge.dmn")
    first = world.engine.deploy([price(world, 5), surcharge], actor=ADMIN)
    second = world.engine.deploy([price(world, 6), surcharge], actor=ADMIN)
    wanted = DecisionReference("surcharge", "deployment")
    with world.engine.database.reading() as connection:
        found = [
            TenantDecisions(connection, DecisionCache(), "default", deployed.id).find(wanted)
            for deployed in (first, second)
        ]
    assert [decision.version for decision in found] == [1, 2]


def test_compiled_files_are_kept_and_the_oldest_forgotten(world: World):
    deploy(world, price(world))
    deploy(world, world.file("surcharge.dmn"), price(world))
    rows = world.engine.decisions(actor=ADMIN).items
    cache = DecisionCache(capacity=1)
    with world.engine.database.reading() as connection:
        first = cache.model(connection, rows[0].resource_id)
        assert cache.model(connection, rows[0].resource_id) is first
        cache.model(connection, rows[1].resource_id)
        assert cache.model(connection, rows[0].resource_id) is not first
