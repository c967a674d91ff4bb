from __future__ import annotations

import pytest

from bpmn.model import Severity
from engine.core import File
from engine.errors import DeploymentRefused, Forbidden, NotActive, NotFound
from tests.engine.world import ADMIN, CLARA, FOREIGN_ADMIN, World


def changed(file: File) -> File:
    return File(file.name, file.data.replace(b'name="Check"', b'name="Check twice"'))


def codes(refused: pytest.ExceptionInfo[DeploymentRefused]) -> set[str]:
    return {problem.code for problem in refused.value.problems}


def errors(refused: pytest.ExceptionInfo[DeploymentRefused]) -> set[str]:
    """Codes of the problems that forbid it; style is told beside them."""
    found = refused.value.problems
    return {problem.code for problem in found if problem.severity is Severity.ERROR}


def test_first_deployment_is_version_one(world: World):
    deployed = world.deploy("review.bpmn")
    assert [(p.process_id, p.version, p.is_new) for p in deployed.processes] == [
        ("review", 1, True)
    ]


def test_a_process_without_a_name_is_called_as_its_pool(world: World):
    data = world.file("review.bpmn").data
    data = data.replace(b'<bpmn:process id="review" name="Review"', b'<bpmn:process id="review"')
    pool = b"""<bpmn:collaboration id="C"><bpmn:participant id="P" name="Front desk"
      processRef="review"/></bpmn:collaboration><bpmn:process id="review\""""
    named = data.replace(b'<bpmn:process id="review"', pool)
    deployed = world.engine.deploy([File("pool.bpmn", named)], actor=ADMIN)
    assert [p.name for p in deployed.processes] == ["Front desk"]
    deployed = world.engine.deploy([File("bare.bpmn", data)], actor=ADMIN)
    assert [p.name for p in deployed.processes] == ["review"]


def test_same_bytes_are_deployed_once(world: World):
    first = world.deploy("review.bpmn")
    before = world.everything()
    again = world.deploy("review.bpmn")
    assert (again.id, again.is_new) == (first.id, False)
    assert world.everything() == before


def test_unchanged_file_keeps_its_version_beside_a_changed_one(world: World):
    world.deploy("review.bpmn", "fork.bpmn")
    files = [changed(world.file("review.bpmn")), world.file("fork.bpmn")]
    deployed = world.engine.deploy(files, actor=ADMIN)
    assert {p.process_id: (p.version, p.is_new) for p in deployed.processes} == {
        "review": (2, True),
        "fork": (1, False),
    }


def test_running_instances_stay_on_their_version(world: World):
    world.run("review.bpmn")
    world.engine.deploy([changed(world.file("review.bpmn"))], actor=ADMIN)
    assert [row.name for row in world.rows("task")] == ["Check"]
    world.start("review")
    assert sorted(row.name for row in world.rows("task")) == ["Check", "Check twice"]


def test_an_old_version_can_be_started_by_its_number(world: World):
    world.deploy("review.bpmn")
    world.engine.deploy([changed(world.file("review.bpmn"))], actor=ADMIN)
    world.engine.start("review", version=1, actor=ADMIN)
    assert [row.name for row in world.rows("task")] == ["Check"]


def test_organisations_have_versions_of_their_own(world: World):
    world.deploy("review.bpmn")
    files = [world.file("review.bpmn")]
    deployed = world.engine.deploy(files, actor=FOREIGN_ADMIN)
    assert [(p.version, p.is_new) for p in deployed.processes] == [(1, True)]


def test_only_admins_deploy(world: World):
    with pytest.raises(Forbidden):
        world.engine.deploy([world.file("review.bpmn")], actor=CLARA)
    assert not world.rows("deployment")


def test_one_bad_file_refuses_all_and_tells_all_problems(world: World):
    before = world.everything()
    files = [
        world.file("review.bpmn"),
        File("empty.bpmn", b""),
        File("rules.dmn", b"<definitions/>"),
        File("photo.png", b"\x89PNG"),
    ]
    with pytest.raises(DeploymentRefused) as refused:
        world.engine.deploy(files, actor=ADMIN)
    assert {"file-empty", "file-unknown"} <= codes(refused)
    wrong = {p.file for p in refused.value.problems if p.severity is Severity.ERROR}
    assert wrong == {"empty.bpmn", "rules.dmn", "photo.png"}
    assert world.everything() == before


def test_two_files_with_one_process_id_are_refused(world: World):
    review = world.file("review.bpmn")
    with pytest.raises(DeploymentRefused) as refused:
        world.engine.deploy([review, File("copy.bpmn", review.data)], actor=ADMIN)
    assert "process-id-duplicate" in codes(refused)


def test_two_files_with_one_name_are_refused(world: World):
    fork = File("review.bpmn", world.file("fork.bpmn").data)
    with pytest.raises(DeploymentRefused) as refused:
        world.engine.deploy([world.file("review.bpmn"), fork], actor=ADMIN)
    assert errors(refused) == {"file-name-duplicate"}


def test_no_files_are_refused(world: World):
    with pytest.raises(DeploymentRefused) as refused:
        world.engine.deploy([], actor=ADMIN)
    assert codes(refused) == {"files-missing"}


def test_a_start_timer_that_cannot_be_read_is_refused_and_leaves_nothing(world: World):
    jobs = (world.folder.parent / "jobs" / "hourly.bpmn").read_bytes()
    before = world.everything()
    with pytest.raises(DeploymentRefused):
        world.engine.deploy([File("hourly.bpmn", jobs.replace(b"R/PT1H", b"soon"))], actor=ADMIN)
    assert world.everything() == before


def test_start_subscriptions_move_to_the_newest_version(world: World):
    world.deploy("messages.bpmn")
    data = world.file("messages.bpmn").data
    newer = File("messages.bpmn", data.replace(b"order", b"purchase"))
    world.engine.deploy([newer], actor=ADMIN)
    assert [row.name for row in world.rows("subscription")] == ["purchase"]


def test_deployment_is_told_in_the_history_of_the_organisation(world: World):
    world.deploy("review.bpmn")
    assert world.events("tenant:default") == ["deployment-created"]
    assert world.engine.verify_history() == []


def test_a_changed_form_is_a_new_version(world: World):
    world.deploy("application.form")
    world.deploy("application.form")
    data = world.file("application.form").data.replace(b"100", b"200")
    world.engine.deploy([File("application.form", data)], actor=ADMIN)
    assert sorted(row.version for row in world.rows("form_definition")) == [1, 2]


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("bad\x07name.bpmn", b"", "file-name-invalid"),
        ("n" * 300 + ".bpmn", b"", "file-name-invalid"),
        ("no_id.form", b'{"type": "default", "components": []}', "form-id-missing"),
        ("broken.form", b"{", "form-not-json"),
    ],
)
def test_files_that_cannot_be_stored_are_refused(world: World, name: str, data: bytes, code: str):
    before = world.everything()
    with pytest.raises(DeploymentRefused) as refused:
        world.engine.deploy([File(name, data)], actor=ADMIN)
    assert code in codes(refused)
    assert world.everything() == before


def test_two_forms_with_one_id_are_refused(world: World):
    form = world.file("application.form")
    with pytest.raises(DeploymentRefused) as refused:
        world.engine.deploy([form, File("copy.form", form.data)], actor=ADMIN)
    assert codes(refused) == {"form-id-duplicate"}


def test_a_process_id_that_is_too_long_is_refused(world: World):
    data = world.file("fork.bpmn").data.replace(b'id="fork"', b'id="' + b"f" * 256 + b'"')
    with pytest.raises(DeploymentRefused) as refused:
        world.engine.deploy([File("fork.bpmn", data)], actor=ADMIN)
    assert "process-id-too-long" in codes(refused)


def test_checking_stores_nothing_and_tells_the_same_problems(world: World):
    before = world.everything()
    report = world.engine.check([world.file("review.bpmn"), File("rules.dmn", b"")])
    assert not report.is_deployable
    assert {problem.code for problem in report.errors} == {"file-empty"}
    assert world.everything() == before


def test_a_definition_is_suspended_and_resumed_once(world: World):
    definition = world.deploy("fork.bpmn").processes[0].id
    with pytest.raises(NotActive):
        world.engine.resume_definition(definition, actor=ADMIN)
    with pytest.raises(NotFound):
        world.engine.suspend_definition(definition, actor=FOREIGN_ADMIN)
