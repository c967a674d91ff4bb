"""Flows in an ad-hoc sub-process of Camunda 8: each has variables of its own, and an output."""

from __future__ import annotations

from bpmn.model import Node
from engine.runtime import completed
from engine.runtime.agenda import Operation
from engine.runtime.run import Failure, Run
from engine.runtime.state import MISSING, Scope, ScopeKind, Stage, Variables

ELEMENTS = "adHocSubProcessElements"
"""The variable that tells workers what they can start."""


def begin(run: Run, scope: Scope, activity: str, variables: Variables) -> None:
    """A flow at *activity* begins in the ad-hoc sub-process *scope*, with *variables* of its own.

    A token at the activity stands for it there.
    """
    host = run.work.add_token(scope, activity)
    host.stage = Stage.EXECUTE
    inner = run.work.open_scope(ScopeKind.INNER, scope.node, parent=scope.id, token=host.id)
    host.child = inner.id
    run.write_local(inner, variables)
    run.schedule(Operation.ENTER, inner, run.work.add_token(inner, activity))


def finish(run: Run, inner: Scope) -> None:
    """The flow is done: collect what it gives, and let its sub-process see whether it is complete.

    Raises:
        Failure: its output cannot be evaluated; it stays, with an incident.
    """
    scope = run.work.parent(inner)
    node = run.node(inner.node).node
    if node.output_collection:
        value = run.evaluate(node.output_element, inner) if node.output_element else None
        collected = run.work.local(scope.id, node.output_collection)
        if not isinstance(collected, list):
            raise Failure(
                "ad-hoc-output-invalid",
                f"{node.output_collection!r} of {node.label!r} collects outputs, but is "
                f"{collected!r}, not a list. Set it to a list, then retry.",
            )
        run.work.set_local(scope.id, node.output_collection, [*collected, value])
    del scope.tokens[inner.token]
    completed.close(run, inner)
    run.schedule(Operation.SETTLE, scope)


def prepare(run: Run, scope: Scope, activities: tuple[Node, ...]) -> None:
    """Give the sub-process the variables that it has of its own."""
    node = run.node(scope.node).node
    known = [
        {
            "elementId": each.id,
            "elementName": each.name,
            "documentation": each.documentation,
            "properties": dict(each.properties),
            "parameters": [],
        }
        for each in activities
    ]
    run.work.set_local(scope.id, ELEMENTS, known)
    if node.output_collection:
        run.work.set_local(scope.id, node.output_collection, [])


def give(run: Run, scope: Scope) -> None:
    """The sub-process, which collects, is complete: that goes to what is around it."""
    name = run.node(scope.node).node.output_collection
    collected = run.work.local(scope.id, name)
    if collected is not MISSING:
        run.write(run.work.parent(scope), {name: collected})
