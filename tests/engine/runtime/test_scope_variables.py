from engine.runtime.memory import MemoryInstance
from engine.runtime.state import MISSING, Scope, ScopeKind
from engine.runtime.variables import (
    Overlay,
    ScopeVariables,
    ScriptVariables,
    assign,
    find,
    visible,
)
from engine.runtime.workspace import Workspace
from tests.engine.runtime.blocks import Builder


def workspace():
    """A process with x and y, around a sub-process with its own y and something internal."""
    work = Workspace(MemoryInstance(Builder().model(("leaf", "task"))))
    work.add_scope(Scope(0, ScopeKind.PROCESS, "process"))
    work.add_scope(Scope(1, ScopeKind.ACTIVITY, "sub", parent=0))
    work.set_local(0, "x", 1)
    work.set_local(0, "y", 2)
    work.set_local(1, "y", 3)
    work.set_local(1, "#in0", 4)
    return work


def test_reading_goes_outward_to_the_nearest():
    work = workspace()
    assert [find(work, 1, name) for name in ("x", "y", "z")] == [1, 3, MISSING]


def test_writing_goes_to_the_nearest_that_has_it_else_to_the_process():
    work = workspace()
    for name in ("x", "y", "z"):
        assign(work, 1, name, 9)
    assert visible(work, 0) == {"x": 9, "y": 2, "z": 9}
    assert visible(work, 1) == {"x": 9, "y": 9, "z": 9}


def test_deleting_uncovers_the_outer_variable():
    work = workspace()
    assign(work, 1, "y", MISSING)
    assert find(work, 1, "y") == 2


def test_a_view_lists_what_it_sees_without_what_is_internal():
    view = ScopeVariables(workspace(), 1, 0)
    assert dict(view) == {"x": 1, "y": 3}
    assert len(view) == 2


def test_an_overlay_hides_what_is_below():
    assert dict(Overlay({"a": 1}, {"a": 2, "b": 3})) == {"a": 1, "b": 3}
    assert len(Overlay({"a": 1}, {"a": 2, "b": 3})) == 2


def test_a_script_sees_what_it_wrote_and_no_more_what_it_deleted():
    variables = ScriptVariables({"a": 1, "b": 2})
    variables["c"] = 3
    variables["a"] = 4
    del variables["b"]
    assert dict(variables) == {"a": 4, "c": 3}
    assert len(variables) == 2
    assert variables.pop("b", "gone") == "gone"
    assert variables.written == {"c": 3, "a": 4, "b": MISSING}


def script_in(seen, near):
    return ScriptVariables({**seen, **near}, near)


def test_what_a_script_makes_its_own_is_the_nearest_from_then_on():
    variables = script_in({"x": 1}, {})
    variables.own["x"] = 2
    variables["x"] = 3
    assert (variables["x"], variables.own["x"]) == (3, 3)
    assert (variables.written, variables.own.written) == ({}, {"x": 3})
    del variables["x"]
    assert "x" not in variables
    assert (variables.written, variables.own.written) == ({}, {"x": MISSING})


def test_what_is_a_script_s_own_already_is_written_there():
    variables = script_in({"x": 1, "y": 1}, {"x": 2})
    variables["x"] = 3
    variables["y"] = 3
    assert (variables.own["x"], variables.get("y"), variables.own.get("y")) == (3, 3, None)
    assert (variables.written, variables.own.written) == ({"y": 3}, {"x": 3})


def test_what_a_script_removes_and_writes_again_is_there():
    variables = script_in({}, {"x": 2})
    del variables["x"]
    variables["x"] = 3
    assert (variables["x"], dict(variables)) == (3, {"x": 3})


def test_a_script_lists_what_it_made_its_own():
    variables = script_in({"x": 1, "z": 1}, {})
    variables.own["y"] = 2
    variables.own["x"] = 2
    assert dict(variables) == {"x": 2, "y": 2, "z": 1}
    assert dict(variables.own) == {"x": 2, "y": 2}
