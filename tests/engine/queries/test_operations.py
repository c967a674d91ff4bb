"""What operators look at: jobs, subscriptions, incidents, external tasks, and paging itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.actor import SYSTEM, Actor
from engine.core import Breakdown, File, Topic
from engine.errors import NotFound
from engine.queries.incidents import IncidentFilter
from engine.queries.jobs import JobFilter
from engine.queries.operations import OperationsFilter
from engine.queries.page import MAX_ROWS, MAX_SIZE, Count, Window

ORDER = Path(__file__).parents[1] / "cli" / "order.bpmn"
EVE = Actor("eve")


@pytest.fixture
def order(office):
    office.engine.deploy([File(ORDER.name, ORDER.read_bytes())], actor=SYSTEM)
    return office.engine.start("order", actor=Actor("ida"), variables={"number": 7})


def test_jobs_and_subscriptions_of_one_instance(office, order):
    job = office.engine.jobs(JobFilter(order, kind="timer"), actor=SYSTEM).items[0]
    assert (job.kind, job.element_id, job.process_name, job.retries) == (
        "timer",
        "late",
        "Order",
        3,
    )
    assert office.engine.jobs(JobFilter(order, kind="work"), actor=SYSTEM).items == ()
    found = office.engine.subscriptions(OperationsFilter(order), actor=SYSTEM).items
    assert [(row.kind, row.name, row.element_id) for row in found] == [("message", "paid", "pay")]
    other = OperationsFilter(definition_id=order)
    assert office.engine.subscriptions(other, actor=SYSTEM).items == ()
    stranger = Actor("root", tenant_id="other", is_admin=True)
    assert office.engine.jobs(actor=stranger).items == ()


def test_an_incident_is_shown_to_admins_and_on_its_instance(office, order):
    office.engine.trigger(order, "pay", actor=SYSTEM)
    office.engine.run_due_jobs()
    work = office.engine.fetch_and_lock("w", [Topic("shipping")], actor=SYSTEM)[0]
    held = office.engine.external_tasks(actor=SYSTEM).items[0]
    assert (held.worker_id, held.topic, held.retries) == ("w", "shipping", None)
    office.engine.fail_external(
        work.id, worker_id="w", actor=SYSTEM, breakdown=Breakdown("no truck")
    )
    incident = office.engine.incidents(actor=SYSTEM).items[0]
    assert (incident.message, incident.element_id, incident.source_id) == (
        "no truck",
        "ship",
        work.id,
    )
    of_instance = IncidentFilter(instance_id=order)
    assert office.engine.incidents(of_instance, actor=Actor("ida")).items == (incident,)
    with pytest.raises(NotFound):
        office.engine.incidents(of_instance, actor=EVE)
    assert office.engine.instance(order, actor=SYSTEM).row.incidents == 1


def test_what_scripts_wrote_is_kept(office, order):
    assert office.engine.log_lines(actor=SYSTEM) == ["order 7"]
    assert office.engine.log_lines(actor=Actor("x", tenant_id="other", is_admin=True)) == []


@pytest.mark.parametrize(
    ("number", "size", "expected"),
    [(1, 50, (1, 50)), (0, 0, (1, 1)), (-5, 50, (1, 50)), (10**9, 10**9, (21, MAX_SIZE))],
)
def test_a_page_outside_is_the_nearest_one_inside(number, size, expected):
    window = Window(number, size)
    assert (window.number, window.size) == expected
    assert window.offset <= MAX_ROWS


def test_a_count_that_stops_says_so():
    assert str(Count(1_000, is_capped=True)) == "1,000+"
    assert str(Count(12)) == "12"
