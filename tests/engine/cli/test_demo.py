"""The demo: every example is busy when it is loaded."""

from __future__ import annotations

from engine.actor import SYSTEM
from engine.queries.tasks import TaskFilter, TaskList
from tests.engine.cli.conftest import NOW


def test_every_process_is_deployed_and_can_be_started_by_someone(engine):
    startable = {row.process_id for row in engine.startable(actor=SYSTEM)}
    assert {"invoice-approval", "insurance-claim", "eligibility-to-claim"} <= startable


def test_every_member_of_a_group_has_something_to_do(engine):
    for person in engine.demo_people():
        if person.groups:
            found = engine.tasks(TaskFilter(list=TaskList.ALL), actor=person.actor)
            assert found.items, person.id


def test_nothing_failed_while_the_demo_was_played(engine):
    assert engine.incidents(actor=SYSTEM).items == ()
    assert engine.verify_history() == []


def test_the_clock_ends_now_and_some_work_is_overdue(engine):
    assert engine.clock.now() == NOW
    assert engine.task_counts(actor=SYSTEM).overdue.value > 0


def test_a_client_sees_her_requests(engine):
    iris = engine.find_person("iris")
    found = engine.my_requests(actor=iris.actor, is_open=True).items
    assert found
    assert all(row.waiting for row in found)


def test_everyone_can_log_in_with_the_password_of_the_demo(engine):
    assert engine.verify_login("ana", "demo") is not None
