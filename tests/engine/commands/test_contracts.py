from __future__ import annotations

import json
from datetime import timedelta

import pytest

from bpmn.model import Problem, Severity
from engine.core import Deployed, File
from engine.errors import BadInput, DeploymentRefused, Forbidden, NotFound
from engine.queries.connector_uses import UsageCount
from engine.services.contracts import Lifecycle, ReferenceInvalid, VersionInvalid
from tests.engine.world import ADMIN, FOREIGN_ADMIN, MONDAY, STRANGER, World

DAY = timedelta(days=1)


def contract(world: World, **changes: object) -> File:
    """The contract of the credit check with members replaced."""
    found = json.loads(world.file("credit.contract.json").data)
    return File("credit.contract.json", json.dumps({**found, **changes}).encode())


def model(world: World, asked: str = "contract:credit-check:1", **names: str) -> File:
    """The model, which calls by *asked*; *names* replaces texts of it."""
    text = world.file("credit.bpmn").data.decode()
    text = text.replace("contract:credit-check:1<", f"{asked}<")
    for old, new in names.items():
        text = text.replace(f'id="{old}"', f'id="{new}"')
    return File("credit.bpmn", text.encode())


def deploy(world: World, *files: File) -> Deployed:
    return world.engine.deploy(files, actor=ADMIN)


def told(deployed: Deployed) -> list[Problem]:
    """What is said about contracts."""
    return [problem for problem in deployed.problems if problem.code.startswith("contract")]


def refused(world: World, *files: File) -> list[tuple[str, str]]:
    with pytest.raises(DeploymentRefused) as error:
        deploy(world, *files)
    return [(p.code, p.element_id) for p in error.value.problems if p.severity is Severity.ERROR]


def test_a_contract_is_deployed_beside_the_model_that_calls_by_it(world: World):
    deployed = world.deploy("credit.bpmn", "credit.contract.json")
    (found,) = deployed.contracts
    assert (found.name, found.version, found.is_new) == ("credit-check", "1.0", True)
    detail = world.engine.contract("credit-check", actor=ADMIN)
    assert (detail.row.owner, detail.row.connector, detail.row.is_latest) == ("Risk", "http", True)
    assert [usage.element_id for usage in detail.usages] == ["check"]


def test_the_same_contract_again_is_no_new_version(world: World):
    first = deploy(world, contract(world))
    again = deploy(world, contract(world))
    assert (again.id, again.is_new) == (first.id, False)
    assert not again.contracts[0].is_new


def test_what_a_version_promises_never_changes(world: World):
    deploy(world, contract(world))
    assert refused(world, contract(world, response=True)) == [("contract-changed", "version")]
    deploy(world, contract(world, response=True, version="1.1"))
    assert world.engine.contract("credit-check", actor=ADMIN).row.label == "credit-check 1.1"


def test_a_file_may_say_anew_how_long_its_version_is_to_be_used(world: World):
    deploy(world, contract(world))
    again = deploy(world, contract(world, sunset="2026-03-01", successor="credit-check:2"))
    assert again.is_new
    row = world.engine.contract("credit-check", actor=ADMIN).row
    assert row.lifecycle.successor == "credit-check:2"
    # A file that says nothing of it leaves it.
    deploy(world, contract(world))
    assert world.engine.contract("credit-check", actor=ADMIN).row.lifecycle == row.lifecycle


def test_two_files_cannot_be_one_version(world: World):
    other = File("other.contract.json", contract(world, response=True).data)
    assert refused(world, contract(world), other) == [("contract-duplicate", "version")]


def test_a_contract_with_mistakes_refuses_the_deployment_with_their_lines(world: World):
    report = world.engine.check([contract(world, owner=7, response={"type": "x"})])
    assert not report.is_deployable
    assert {problem.file for problem in report.problems} == {"credit.contract.json"}
    assert all(problem.line for problem in report.problems)


def test_a_model_that_calls_by_an_unknown_contract_is_refused(world: World):
    assert refused(world, model(world)) == [("contract-unknown", "check")]
    deploy(world, contract(world, version="2.0"))
    assert refused(world, model(world)) == [("contract-unknown", "check")]


def test_a_model_that_names_no_contract_is_refused(world: World):
    wrong = model(world, "contract:credit check")
    assert refused(world, wrong) == [("contract-reference-invalid", "check")]


def test_the_newest_version_that_begins_as_asked_is_meant(world: World):
    for version in ("1.0", "1.10", "1.9", "2.0"):
        deploy(world, contract(world, version=version, title=version))
    find = world.engine.contract
    assert find("credit-check", actor=ADMIN).row.title == "2.0"
    assert find("credit-check", actor=ADMIN, version="1").row.title == "1.10"
    assert find("credit-check", actor=ADMIN, version="1.9").row.title == "1.9"
    with pytest.raises(NotFound, match="credit-check:3"):
        find("credit-check", actor=ADMIN, version="3")
    with pytest.raises(VersionInvalid):
        find("credit-check", actor=ADMIN, version="one")


def test_models_and_live_instances_count_for_the_version_that_they_mean_today(world: World):
    deploy(world, contract(world), model(world))
    for _ in range(2):
        world.start("credit", customer="C")
    over = world.start("credit", customer="C")
    world.engine.cancel_instance(over, actor=ADMIN)
    pinned = model(world, "contract:credit-check:1.0", credit="pinned")
    deploy(world, File("pinned.bpmn", pinned.data))
    world.start("pinned", customer="C")
    first = world.engine.contract("credit-check", actor=ADMIN, version="1.0")
    assert first.used == UsageCount(2, 3)
    deploy(world, contract(world, version="1.1"))
    first = world.engine.contract("credit-check", actor=ADMIN, version="1.0")
    assert [(usage.process_id, usage.asked) for usage in first.usages] == [("pinned", "1.0")]
    assert first.used == UsageCount(1, 1)
    newer = world.engine.contract("credit-check", actor=ADMIN, version="1.1")
    assert (newer.used, newer.usages[0].live_instances) == (UsageCount(1, 2), 2)
    (listed,) = world.engine.contracts(actor=ADMIN).items
    assert listed.used == UsageCount(2, 3)
    everything = world.engine.contracts(actor=ADMIN, all_versions=True).items
    assert [(one.row.label, one.used.models) for one in everything] == [
        ("credit-check 1.1", 1),
        ("credit-check 1.0", 1),
    ]


def test_an_older_version_of_a_model_counts_as_long_as_it_has_instances(world: World):
    deploy(world, contract(world), model(world))
    world.start("credit", customer="C")
    deploy(world, model(world, f2="finished"))
    old, new = sorted(
        world.engine.contract("credit-check", actor=ADMIN).usages, key=lambda u: u.process_version
    )
    assert (old.is_latest, old.live_instances) == (False, 1)
    assert (new.is_latest, new.live_instances) == (True, 0)


def test_contracts_are_found_by_title_name_and_owner(world: World):
    deploy(world, contract(world))
    find = world.engine.contracts
    for text in ("CREDIT", "-check", "risk"):
        assert len(find(actor=STRANGER, text=text).items) == 1
    assert find(actor=ADMIN, text="%").items == ()


def test_a_deprecated_contract_is_warned_of_and_a_past_one_refused(world: World):
    deploy(world, contract(world))
    found = world.engine.contract("credit-check", actor=ADMIN).row
    life = Lifecycle(MONDAY + DAY, MONDAY + 5 * DAY, "contract:credit-check:2")
    world.engine.deprecate_contract(found.id, life, actor=ADMIN)
    assert told(deploy(world, model(world))) == []
    world.clock.move(DAY)
    (warning,) = told(deploy(world, model(world, f2="second")))
    assert (warning.code, warning.severity) == ("contract-deprecated", Severity.WARNING)
    assert "ends 2026-01-10" in warning.message
    assert warning.hint == "Use contract:credit-check:2 instead."
    assert (warning.element_name, warning.file) == ("Check the credit", "credit.bpmn")
    world.clock.move(4 * DAY)
    assert refused(world, model(world, f2="third")) == [("contract-over", "check")]
    # What is deployed already goes on, and may be part of a deployment again.
    again = deploy(world, model(world, f2="second"))
    assert not again.is_new
    assert [problem.code for problem in told(again)] == ["contract-deprecated"]


def test_deprecating_can_be_taken_back(world: World):
    deploy(world, contract(world, deprecated="2025-12-01"), model(world))
    row = world.engine.contract("credit-check", actor=ADMIN).row
    assert row.lifecycle.is_deprecated(MONDAY)
    world.engine.deprecate_contract(row.id, Lifecycle(), actor=ADMIN)
    assert told(deploy(world, model(world, f2="second"))) == []
    kinds = [event.kind for event in world.history("tenant:default")]
    assert kinds.count("contract-deprecated") == 1


def test_a_contract_cannot_end_before_it_is_deprecated(world: World):
    deploy(world, contract(world))
    row = world.engine.contract("credit-check", actor=ADMIN).row
    for life, error in (
        (Lifecycle(MONDAY, MONDAY - DAY), BadInput),
        (Lifecycle(MONDAY, None, "a b"), ReferenceInvalid),
    ):
        with pytest.raises(error):
            world.engine.deprecate_contract(row.id, life, actor=ADMIN)


def test_only_administrators_of_the_organisation_deprecate(world: World):
    deploy(world, contract(world))
    row = world.engine.contract("credit-check", actor=ADMIN).row
    with pytest.raises(Forbidden):
        world.engine.deprecate_contract(row.id, Lifecycle(), actor=STRANGER)
    with pytest.raises(NotFound):
        world.engine.deprecate_contract(row.id, Lifecycle(), actor=FOREIGN_ADMIN)


def test_organisations_do_not_see_each_others_contracts(world: World):
    deploy(world, contract(world))
    assert world.engine.contracts(actor=FOREIGN_ADMIN).items == ()
    with pytest.raises(NotFound):
        world.engine.contract("credit-check", actor=FOREIGN_ADMIN)
    with pytest.raises(DeploymentRefused):
        world.engine.deploy([model(world)], actor=FOREIGN_ADMIN)
