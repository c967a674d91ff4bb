import pytest

from engine.runtime.commanding import WaitGone
from engine.runtime.state import ROOT
from engine.runtime.step import Fire, OpenedExternal


def test_processes_talk_by_messages(world):
    talk = world("catch_and_throw.bpmn")
    asking = talk.start("asking")
    (_, answering) = talk.instances
    assert answering.tasks == ["Task_A"]
    answering.complete("Task_A", said="yes")
    assert asking.is_finished
    assert asking.variables_seen == {"heard": "yes"}
    assert answering.is_finished


def test_the_correlation_key_is_evaluated_when_the_wait_begins(run_diagram):
    run = run_diagram("correlation_key.bpmn", {"order": {"id": "o-17"}})
    (subscription,) = run.waits.values()
    assert (subscription.name, subscription.correlation) == ("paid", "o-17")


def test_a_message_name_may_come_from_a_variable(run_diagram):
    run = run_diagram("name_from_a_variable.bpmn", {"nr": 17})
    run.message("paid-17")
    assert run.is_finished


def test_a_message_that_came_already_does_not_come_again(run_diagram):
    run = run_diagram("name_from_a_variable.bpmn", {"nr": 17})
    (wait,) = run.waits
    run.message("paid-17")
    with pytest.raises(WaitGone):
        run.act(Fire(ROOT, wait))


def test_a_worker_sends_the_message_where_the_diagram_names_one(run_diagram):
    run = run_diagram("worker_sends.bpmn")
    (job,) = run.opened(OpenedExternal)
    assert (job.topic, job.headers) == ("kafka", {"level": "high"})
    run.complete("Throw", offset=3)
    assert [each.topic for each in run.opened(OpenedExternal)] == ["mq"]
    run.complete("End")
    assert (run.is_finished, run.variables_seen, run.world.sent) == (True, {"offset": 3}, [])
