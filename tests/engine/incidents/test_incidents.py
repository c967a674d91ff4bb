"""Incidents: what an operator sees, and every way out of one."""

from __future__ import annotations

from functools import partial

import pytest
import sqlalchemy as sa

from engine import tables
from engine.core import Breakdown, Edit, LockedTask, Topic
from engine.errors import BadInput, Conflict, Forbidden, NotActive, NotFound
from engine.queries.incidents import IncidentFilter, IncidentState
from engine.runtime.skipping import NotSkippable
from engine.runtime.state import Status
from engine.services.failure import WorkFailure
from engine.services.handlers import WorkItem
from tests.engine.commands.test_races import at_once
from tests.engine.world import ADMIN, CLARA, MONDAY, World

SHIPPING = Topic("shipping")


class Charge:
    """Refuses to call a wrong address, and remembers what it was asked."""

    def __init__(self) -> None:
        self.calls: list[WorkItem] = []

    def __call__(self, item: WorkItem) -> dict[str, object]:
        self.calls.append(item)
        if "wrong" in str(item.arguments["url"]) and item.variables["sum"] != 0:
            raise WorkFailure(
                "The bank does not answer.",
                request="POST http://wrong.example",
                answer="503",
                is_final=True,
            )
        return {"number": 17}


def broken_payment(world: World) -> tuple[str, str, Charge]:
    """An instance whose payment failed for good; its id, that of the incident, the handler."""
    charge = Charge()
    world.with_handlers(charge=charge)
    instance = world.run("charge.bpmn", amount=5)
    world.engine.run_due_jobs()
    return instance, incident_of(world), charge


def incident_of(world: World) -> str:
    (incident,) = world.rows("incident")
    return str(incident.id)


def fetch(world: World) -> list[LockedTask]:
    return world.engine.fetch_and_lock("w", [SHIPPING], actor=ADMIN, max_tasks=10)


def broken_shipment(world: World, diagram: str = "ship.bpmn", **variables: object) -> str:
    world.run(diagram, **variables)
    (task,) = fetch(world)
    breakdown = Breakdown("no truck", details="at the depot")
    world.engine.fail_external(task.id, worker_id="w", actor=ADMIN, breakdown=breakdown)
    return incident_of(world)


def resolved(world: World, instance: str) -> list[dict[str, object]]:
    history = world.engine.timeline(instance, actor=ADMIN).items
    return [dict(event.data) for event in history if event.kind == "incident-resolved"]


# ---- what one sees ------------------------------------------------------------------------------


def test_a_failed_job_tells_what_was_sent_what_came_back_and_what_it_saw(world: World):
    instance, incident, _ = broken_payment(world)
    found = world.engine.incident(incident, actor=ADMIN)
    assert (found.row.kind, found.row.message) == ("failedJob", "The bank does not answer.")
    assert (found.row.instance_id, found.row.element_id) == (instance, "pay")
    assert (found.request, found.answer) == ("POST http://wrong.example", "503")
    assert "WorkFailure" in found.stack
    assert found.variables == {"amount": 5, "sum": 5}
    assert found.arguments == {"url": "http://wrong.example", "currency": "EUR"}
    assert (found.source, found.retries, found.may_edit_arguments) == ("job", 0, True)
    assert found.data == {}


def test_a_failed_external_task_tells_what_the_worker_said(world: World):
    found = world.engine.incident(broken_shipment(world, street="Elm"), actor=ADMIN)
    assert (found.source, found.stack) == ("external-task", "at the depot")
    assert found.variables == {"street": "Elm"}
    assert found.may_edit_arguments


def test_a_failed_expression_tells_what_it_was(world: World):
    world.run("divide.bpmn", total=1, people=0)
    found = world.engine.incident(incident_of(world), actor=ADMIN)
    assert found.data["expression"] == "share = total / people"
    assert (found.source, found.arguments, found.may_edit_arguments) == ("", {}, False)


def test_incidents_are_found_by_what_they_are_about(world: World):
    instance, incident, _ = broken_payment(world)
    row = world.engine.incident(incident, actor=ADMIN).row
    wanted = {
        "instance_id": instance,
        "definition_id": row.definition_id,
        "process_id": "charge",
        "element_id": "pay",
        "kind": "failedJob",
        "source_id": row.source_id,
        "key": row.key,
        "created_from": MONDAY,
    }
    for name, value in wanted.items():
        found = world.engine.incidents(IncidentFilter(**{name: value}), actor=ADMIN).items
        assert [each.id for each in found] == [incident], name
    others = {**wanted, "instance_id": row.definition_id, "created_before": MONDAY, "key": 1}
    del others["created_from"], others["definition_id"], others["source_id"]
    for name, value in others.items():
        wrong = f"{value}x" if name in {"process_id", "element_id", "kind"} else value
        if name == "instance_id":
            with pytest.raises(NotFound):
                world.engine.incidents(IncidentFilter(instance_id=str(wrong)), actor=ADMIN)
            continue
        assert not world.engine.incidents(IncidentFilter(**{name: wrong}), actor=ADMIN).items, name


# ---- retry, and edit and retry -------------------------------------------------------------------


def test_retrying_a_job_with_other_arguments_calls_with_them(world: World):
    instance, incident, charge = broken_payment(world)
    edit = Edit(arguments={"url": "http://right.example"})
    world.engine.retry_incident(incident, actor=ADMIN, edit=edit)
    assert world.engine.run_due_jobs() == 1
    assert charge.calls[-1].arguments == {"url": "http://right.example", "currency": "EUR"}
    assert world.tasks() == ["after"]
    assert world.variables(instance) == {"amount": 5, "number": 17, "receipt": 17}
    assert not world.rows("incident")
    (told,) = resolved(world, instance)
    assert (told["how"], told["arguments"]) == ("retried", ["url"])
    assert world.engine.verify_history() == []


def test_retrying_with_other_variables_changes_them_where_the_task_sees_them(world: World):
    instance, incident, charge = broken_payment(world)
    world.engine.retry_incident(incident, actor=ADMIN, edit=Edit(variables={"sum": 0}))
    world.engine.run_due_jobs()
    assert charge.calls[-1].variables == {"amount": 5, "sum": 0}
    assert world.tasks() == ["after"]
    assert world.variables(instance) == {"amount": 5, "number": 17, "receipt": 17}


def test_retrying_may_give_several_attempts(world: World):
    _, incident, charge = broken_payment(world)
    world.engine.retry_incident(incident, actor=ADMIN, edit=Edit(retries=4))
    (job,) = world.rows("job")
    assert (job.retries, job.error_message, job.due_at) == (4, None, world.clock.now())
    world.engine.run_due_jobs()
    assert len(charge.calls) == 2
    assert len(world.rows("incident")) == 1


def test_retrying_an_external_task_frees_it_with_other_headers(world: World):
    incident = broken_shipment(world)
    edit = Edit(arguments={"carrier": "boat"}, retries=2)
    world.engine.retry_incident(incident, actor=ADMIN, edit=edit)
    (task,) = fetch(world)
    assert (task.headers["carrier"], task.retries) == ("boat", 2)


def test_retrying_a_script_with_other_variables_runs_it_again(world: World):
    instance = world.run("divide.bpmn", total=10, people=0)
    world.engine.retry_incident(incident_of(world), actor=ADMIN, edit=Edit(variables={"people": 4}))
    assert world.tasks() == ["after"]
    assert world.variables(instance)["share"] == 2.5


def test_variables_that_end_the_failed_task_end_its_incident(world: World):
    incident = broken_shipment(world, "called_off.bpmn", cancelled=False)
    world.engine.retry_incident(incident, actor=ADMIN, edit=Edit(variables={"cancelled": True}))
    assert world.tasks() == ["refund"]
    assert not world.rows("incident")
    assert not world.rows("external_task")


@pytest.mark.parametrize(
    "edit",
    [Edit(retries=0), Edit(retries=1001), Edit(arguments={"url": object()}), Edit({"#x": 1})],
)
def test_a_senseless_edit_changes_nothing(world: World, edit: Edit):
    _, incident, _ = broken_payment(world)
    before = world.everything()
    with pytest.raises(BadInput):
        world.engine.retry_incident(incident, actor=ADMIN, edit=edit)
    assert world.everything() == before


def test_what_calls_nothing_has_no_arguments_to_edit(world: World):
    world.run("divide.bpmn", total=10, people=0)
    with pytest.raises(BadInput, match="no job and no external task"):
        world.engine.retry_incident(
            incident_of(world), actor=ADMIN, edit=Edit(arguments={"url": ""})
        )


def test_incidents_of_a_suspended_instance_wait(world: World):
    instance, incident, _ = broken_payment(world)
    world.engine.suspend_instance(instance, actor=ADMIN)
    with pytest.raises(NotActive):
        world.engine.retry_incident(incident, actor=ADMIN)
    with pytest.raises(NotActive):
        world.engine.skip_incident(incident, actor=ADMIN)
    world.engine.resolve_incident(incident, actor=ADMIN, note="seen")


def test_an_incident_that_a_person_has_seen_to_is_not_counted_as_open(world: World):
    _, incident, _ = broken_payment(world)
    assert world.engine.backlog().incidents == 1
    world.engine.resolve_incident(incident, actor=ADMIN, note="seen")
    assert world.engine.backlog().incidents == 0


def test_of_many_who_retry_one_wins(world: World):
    _, incident, charge = broken_payment(world)
    verbs = [world.engine.retry_incident, world.engine.skip_incident]
    outcomes = at_once([partial(verb, incident, actor=ADMIN) for verb in verbs * 4])
    assert sum(error is None for error in outcomes) == 1
    assert {type(error) for error in outcomes} <= {type(None), NotFound, Conflict}
    world.engine.run_due_jobs()
    assert len(charge.calls) <= 2
    assert world.engine.verify_history() == []


# ---- skip ----------------------------------------------------------------------------------------


def test_skipping_a_job_completes_it_with_the_result_that_a_person_gives(world: World):
    instance, incident, charge = broken_payment(world)
    world.engine.skip_incident(incident, actor=ADMIN, variables={"number": 99})
    assert world.tasks() == ["after"]
    assert world.variables(instance) == {"amount": 5, "number": 99, "receipt": 99}
    assert world.engine.run_due_jobs() == 0
    assert len(charge.calls) == 1
    assert not world.rows("incident")
    (told,) = resolved(world, instance)
    assert told == {"how": "skipped", "kind": "failedJob", "variables": ["number"]}


def test_skipping_an_external_task_completes_it(world: World):
    incident = broken_shipment(world)
    world.engine.skip_incident(incident, actor=ADMIN, variables={"code": "X"})
    assert world.tasks() == ["after"]
    assert "external_task" not in world.open_rows()


def test_skipping_a_script_takes_the_given_variables_for_its_own(world: World):
    instance = world.run("divide.bpmn", total=10, people=0)
    world.engine.skip_incident(incident_of(world), actor=ADMIN, variables={"share": 3})
    assert world.tasks() == ["after"]
    assert world.variables(instance)["share"] == 3


def test_skipping_failed_outputs_takes_the_given_variables_in_their_place(world: World):
    instance = world.run("outward.bpmn", total=10, parts=0)
    world.complete("ask")
    world.engine.skip_incident(incident_of(world), actor=ADMIN, variables={"half": 5})
    assert world.tasks() == ["after"]
    assert world.variables(instance)["half"] == 5


def test_skipping_failed_inputs_skips_the_task(world: World):
    instance = world.run("inward.bpmn", total=10, parts=0)
    world.engine.skip_incident(incident_of(world), actor=ADMIN, variables={"said": "yes"})
    assert world.tasks() == ["after"]
    assert world.variables(instance)["said"] == "yes"


def test_skipping_a_failed_listener_goes_on_with_the_next(world: World):
    instance = world.run("listen.bpmn")
    world.engine.skip_incident(incident_of(world), actor=ADMIN)
    assert world.tasks() == ["ask"]
    assert world.variables(instance) == {"second": 1}


def test_skipping_one_item_leaves_the_others(world: World):
    world.run("each.bpmn", numbers=[1, 0, 2, 0])
    first, second = [str(row.id) for row in world.rows("incident")]
    world.engine.skip_incident(first, actor=ADMIN)
    assert world.tasks() == []
    world.engine.skip_incident(second, actor=ADMIN)
    assert world.tasks() == ["after"]


def test_a_gateway_cannot_be_skipped_but_retried_with_other_variables(world: World):
    world.run("choose.bpmn", points=5)
    incident = incident_of(world)
    before = world.everything()
    with pytest.raises(NotSkippable, match="'Grade"):
        world.engine.skip_incident(incident, actor=ADMIN)
    assert world.everything() == before
    world.engine.retry_incident(incident, actor=ADMIN, edit=Edit(variables={"points": 6}))
    assert world.tasks() == ["good"]


def kill_job(world: World) -> str:
    """Let the only job be out of attempts, as after a crash loop; its incident."""
    engine = world.engine
    (job,) = world.rows("job")
    with engine.database.writing() as connection:
        connection.execute(sa.update(tables.job).values(retries=0))
        row = {name: getattr(job, name) for name in ("scope", "token", "wait", "element_id")}
        row |= {"tenant_id": job.tenant_id, "instance_id": job.instance_id}
        row |= {"definition_id": job.definition_id, "source_id": job.id, "created_at": MONDAY}
        row |= {"id": job.id, "key": 1, "kind": "failedJob", "message": "lost", "data": "{}"}
        connection.execute(sa.insert(tables.incident), row)
    return str(job.id)


def test_skipping_what_waits_to_begin_passes_over_it(world: World):
    instance = world.run("later.bpmn")
    world.engine.skip_incident(kill_job(world), actor=ADMIN, variables={"noted": "by hand"})
    assert world.variables(instance) == {"noted": "by hand"}
    (timer,) = world.rows("job")
    assert timer.kind == "timer"


def test_skipping_a_dead_timer_lets_it_happen_now(world: World):
    world.run("later.bpmn")
    world.engine.run_due_jobs()
    incident = kill_job(world)
    with pytest.raises(BadInput, match="calls nothing"):
        world.engine.retry_incident(incident, actor=ADMIN, edit=Edit(arguments={"x": 1}))
    world.engine.skip_incident(incident, actor=ADMIN)
    assert world.tasks() == ["after"]
    assert not world.rows("job")
    assert not world.rows("incident")


def test_a_starved_join_has_nothing_that_could_go_on(world: World):
    instance = world.run("stuck.bpmn")
    incident = incident_of(world)
    for verb in (world.engine.retry_incident, world.engine.skip_incident):
        with pytest.raises(BadInput, match="no token"):
            verb(incident, actor=ADMIN)
    world.engine.resolve_incident(incident, actor=ADMIN, note="The order is void.")
    world.engine.cancel_instance(instance, actor=ADMIN)
    assert world.open_rows() == {}


# ---- resolve -------------------------------------------------------------------------------------


def test_a_resolved_incident_leaves_the_lists_and_its_token_where_it_is(world: World):
    instance, incident, _ = broken_payment(world)
    world.engine.resolve_incident(incident, actor=ADMIN, note=" Paid by hand.\nSee ticket 5. ")
    assert not world.engine.incidents(actor=ADMIN).items
    assert world.engine.instance(instance, actor=ADMIN).row.incidents == 0
    seen = IncidentFilter(state=IncidentState.RESOLVED)
    (found,) = world.engine.incidents(seen, actor=ADMIN).items
    assert (found.note, found.resolved_by) == ("Paid by hand.\nSee ticket 5.", "ada")
    assert found.resolved_at == world.clock.now()
    (told,) = resolved(world, instance)
    assert (told["how"], told["note"]) == ("resolved", "Paid by hand.\nSee ticket 5.")
    assert world.engine.run_due_jobs() == 0


def test_a_resolved_incident_can_still_be_skipped(world: World):
    _, incident, _ = broken_payment(world)
    world.engine.resolve_incident(incident, actor=ADMIN, note="seen")
    with pytest.raises(Conflict, match="was resolved already"):
        world.engine.resolve_incident(incident, actor=ADMIN, note="seen")
    world.engine.skip_incident(incident, actor=ADMIN, variables={"number": 1})
    assert world.tasks() == ["after"]
    all_of_them = IncidentFilter(state=IncidentState.ALL)
    assert not world.engine.incidents(all_of_them, actor=ADMIN).items


@pytest.mark.parametrize("note", ["", "  ", "x" * 2001, "a\x00b", "\ud800"])
def test_a_note_is_a_short_text(world: World, note: str):
    _, incident, _ = broken_payment(world)
    with pytest.raises(BadInput):
        world.engine.resolve_incident(incident, actor=ADMIN, note=note)


def test_only_admins_mend(world: World):
    _, incident, _ = broken_payment(world)
    for verb in (
        partial(world.engine.retry_incident, incident),
        partial(world.engine.skip_incident, incident),
        partial(world.engine.resolve_incident, incident, note="x"),
        partial(world.engine.incident, incident),
    ):
        with pytest.raises(Forbidden):
            verb(actor=CLARA)


def test_mending_leaves_a_history_that_verifies(world: World):
    instance, incident, _ = broken_payment(world)
    world.engine.skip_incident(incident, actor=ADMIN, variables={"number": 1})
    world.complete("after")
    assert world.status(instance) is Status.COMPLETED
    assert world.engine.verify_history() == []
