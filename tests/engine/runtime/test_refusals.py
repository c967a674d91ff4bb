"""What validation should have refused stops with an incident that names it; nothing is skipped."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bpmn.model import (
    Call,
    Dialect,
    EventDefinition,
    EventKind,
    Expression,
    Flow,
    Loop,
    LoopKind,
    Node,
    ProcessModel,
    Script,
    TimerKind,
    Variable,
    Work,
    WorkKind,
)
from engine.runtime.effects import BroadcastSignal, Ended, SendMessage
from engine.runtime.memory import MemoryInstance
from engine.runtime.state import Status
from engine.runtime.step import (
    Continue,
    Fire,
    OpenedExternal,
    OpenedIncident,
    OpenedSubscription,
    OpenedTask,
    Start,
    ThrowError,
)

NOW = datetime(2026, 1, 5, 8, tzinfo=UTC)


def text(value):
    return Expression(value, "literal")


def event(kind, **facts):
    return (EventDefinition(EventKind(kind), **facts),)


def run_node(kind, **facts):
    """Start a process of one start event and the node."""
    node = Node("Node", "The node", kind, "process", incoming=("flow",), **facts)
    model = ProcessModel(
        "process",
        "",
        Dialect.CAMUNDA7,
        nodes=(Node("Start", "", "startEvent", "process", outgoing=("flow",)), node),
        flows=(Flow("flow", "", "Start", "Node", "process"),),
    )
    instance = MemoryInstance(model)
    instance.do(Start({}), NOW)
    return instance


@pytest.mark.parametrize(
    ("kind", "facts", "incident"),
    [
        ("intermediateCatchEvent", {"events": event("terminate")}, "event-unsupported"),
        ("intermediateThrowEvent", {"events": event("link")}, "link-unpaired"),
        ("endEvent", {"events": event("cancel")}, "cancel-outside-transaction"),
        ("intermediateCatchEvent", {"events": event("error")}, "nothing-to-catch"),
        ("eventBasedGateway", {}, "nothing-to-catch"),
        ("intermediateCatchEvent", {"events": event("timer")}, "timer-invalid"),
        ("callActivity", {}, "call-without-process"),
        ("callActivity", {"call": Call(text(""))}, "call-without-process"),
        ("sendTask", {"work": Work(WorkKind.DECISION, text("d"))}, "decision-not-found"),
        ("task", {"loop": Loop(LoopKind.PARALLEL)}, "loop-empty"),
        (
            "task",
            {"loop": Loop(LoopKind.PARALLEL, cardinality=text("-1"))},
            "loop-cardinality",
        ),
        (
            "task",
            {"loop": Loop(LoopKind.SEQUENTIAL, cardinality=text("1.5"))},
            "value-not-a-number",
        ),
        ("task", {"loop": Loop(LoopKind.STANDARD, maximum=-1)}, "loop-maximum"),
        ("scriptTask", {"script": Script("x", "cobol")}, "script-format-unknown"),
    ],
)
def test_it_is_an_incident_at_the_element(kind, facts, incident):
    instance = run_node(kind, **facts)
    found = [wait for wait in instance.waits.values() if isinstance(wait, OpenedIncident)]
    assert [wait.kind for wait in found] == [incident]
    assert found[0].node.id == "Node"
    instance.do(Continue(found[0].scope, found[0].token), NOW)
    assert [wait.kind for wait in instance.waits.values()] == [incident]


@pytest.mark.parametrize("value", ["3", "3.0", " 3 "])
def test_a_number_may_be_written_as_text(value):
    loop = Loop(LoopKind.PARALLEL, cardinality=text(value))
    assert len(run_node("userTask", loop=loop).waits) == 3


def test_a_catch_event_without_events_passes():
    assert run_node("intermediateCatchEvent").instance.status is Status.COMPLETED


@pytest.mark.parametrize(
    ("kind", "facts"),
    [
        ("sendTask", {"work": Work(WorkKind.EXTERNAL, text("mail"), priority=text("4"))}),
        (
            "endEvent",
            {"events": event("message", work=Work(WorkKind.EXTERNAL, text("mail")))},
        ),
        ("businessRuleTask", {"work": Work(WorkKind.EXTERNAL, text("mail"))}),
    ],
)
def test_whatever_names_a_worker_waits_for_it(kind, facts):
    (opened,) = run_node(kind, **facts).waits.values()
    assert isinstance(opened, OpenedExternal)
    assert opened.topic == "mail"


@pytest.mark.parametrize("work", [None, Work(WorkKind.NONE, text(""))])
def test_a_service_task_without_work_passes(work):
    assert run_node("serviceTask", work=work).instance.status is Status.COMPLETED


@pytest.mark.parametrize(
    ("condition", "taken"),
    [
        (text("true"), True),
        (text("False"), False),
        (Expression("yes", "variable"), True),
        (Script("2 > 1", "python"), True),
        (text("perhaps"), None),
        (Expression("gone", "variable"), None),
        (Script("7", "python"), None),
    ],
)
def test_a_condition_is_a_truth_value_or_an_incident(condition, taken):
    nodes = (
        Node("Start", "", "startEvent", "process", outgoing=("maybe", "other"), default="other"),
        Node("Task_A", "", "userTask", "process", incoming=("maybe",)),
        Node("Task_B", "", "userTask", "process", incoming=("other",)),
    )
    flows = (
        Flow("maybe", "", "Start", "Task_A", "process", condition=condition),
        Flow("other", "", "Start", "Task_B", "process", is_default=True),
    )
    instance = MemoryInstance(ProcessModel("process", "", Dialect.PLAIN, nodes=nodes, flows=flows))
    instance.do(Start({"yes": True}), NOW)
    (wait,) = instance.waits.values()
    if taken is None:
        assert wait.kind == "condition-not-boolean"
    else:
        assert wait.node.id == ("Task_A" if taken else "Task_B")


def test_a_timer_event_may_not_be_thrown():
    (wait,) = run_node(
        "intermediateThrowEvent", events=event("timer", timer=TimerKind.DATE)
    ).waits.values()
    assert wait.kind == "event-unsupported"


def test_a_job_priority_that_is_no_number_is_an_incident_before_the_job():
    (wait,) = run_node("userTask", async_before=True, job_priority=text("high")).waits.values()
    assert wait.kind == "value-not-a-number"


def guarded(definition, **facts):
    """A user task with a boundary event on it, started."""
    host = Node("Task", "", "userTask", "process")
    boundary = Node("Guard", "", "boundaryEvent", "process", attached_to="Task", **facts)
    boundary = replace(boundary, events=definition)
    model = ProcessModel("process", "", Dialect.CAMUNDA7, nodes=(host, boundary))
    instance = MemoryInstance(model)
    instance.do(Start({}), NOW)
    return instance


@pytest.mark.parametrize("interrupting", [True, False])
def test_what_a_boundary_event_brings_and_cannot_be_mapped_is_an_incident_there(interrupting):
    outputs = (Variable("why", Expression("${reason.deep}", "juel")),)
    instance = guarded(event("message", name=text("m")), outputs=outputs, interrupting=interrupting)
    armed = next(w for w in instance.waits.values() if isinstance(w, OpenedSubscription))
    instance.do(Fire(armed.scope, armed.wait, {"reason": 1}), NOW)
    (incident,) = [w for w in instance.waits.values() if isinstance(w, OpenedIncident)]
    assert incident.node.id == "Guard"
    assert any(isinstance(w, OpenedTask) for w in instance.waits.values()) is not interrupting


def test_an_error_event_without_code_catches_every_error():
    instance = guarded(event("error"))
    (task,) = instance.waits.values()
    instance.do(ThrowError(task.scope, task.token, "A"), NOW)
    assert instance.instance.status is Status.COMPLETED


def test_an_output_mapping_of_a_call_that_fails_keeps_the_error_at_the_call():
    outs = (Variable("why", Expression("${reason.deep}", "juel")),)
    instance = run_node("callActivity", call=Call(text("other"), outs=outs))
    (call,) = instance.waits.values()
    instance.do(ThrowError(call.scope, call.token, "A", "", {"reason": 1}), NOW)
    (incident,) = instance.waits.values()
    assert isinstance(incident, OpenedIncident)


def test_a_standard_operation_sends_the_message_that_is_drawn():
    node = Node(
        "Send",
        "",
        "sendTask",
        "process",
        events=event("message", name=text("hello")),
        work=Work(WorkKind.HANDLER, text("operation")),
    )
    plain = MemoryInstance(ProcessModel("process", "", Dialect.PLAIN, nodes=(node,)))
    plain.do(Start({}), NOW)
    assert isinstance(plain.effects[0], SendMessage)
    vendor = MemoryInstance(ProcessModel("process", "", Dialect.CAMUNDA7, nodes=(node,)))
    vendor.do(Start({}), NOW)
    assert [wait.handler for wait in vendor.waits.values()] == ["operation"]


def test_a_signal_that_nobody_here_can_catch_leaves_the_instance():
    instance = run_node("endEvent", events=event("signal", name=text("alarm")))
    assert [type(effect) for effect in instance.effects] == [BroadcastSignal, Ended]
