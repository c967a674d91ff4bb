"""Global tasks: called as a process of one task would be (BPMN 2.0 p. 187)."""

from __future__ import annotations


def test_call_activities_call_global_tasks(world):
    run = world("global_tasks.bpmn").start("p_global_tasks", {"n": 1})
    (called,) = [i for i in run.world.instances if i.tasks]
    assert called.model.name == "Ask anyone"
    called.complete("ask_anyone.task")
    assert run.tasks == ["after"]
    assert run.variables_seen["n"] == 2
