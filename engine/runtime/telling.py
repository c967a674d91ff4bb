"""Listeners that run within the step: expressions and scripts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bpmn.expressions import BpmnErrorThrown
from bpmn.model import GATEWAYS, Flow, Listener, Node, Script
from engine.runtime import task_listening
from engine.runtime.plan import NodePlan
from engine.runtime.run import Failure, Run
from engine.runtime.state import Scope

FAILED = "listener-failed"


def of(listeners: Iterable[Listener], target: str, event: str) -> tuple[Listener, ...]:
    """Those of *listeners* that hear *event* of the *target* (``execution`` or ``task``)."""
    return tuple(e for e in listeners if (e.target, e.event) == (target, event))


def are_inline(listeners: Iterable[Listener]) -> bool:
    """Whether nobody has to wait for any of *listeners*."""
    return all(listener.is_inline for listener in listeners)


def leaving(run: Run, scope: Scope, plan: NodePlan, flows: Iterable[Flow]) -> None:
    """A token is about to leave the node of *plan* by *flows*.

    A gateway or flow with a listener that is waited for tells all of its listeners later.

    Raises:
        Failure, BpmnErrorThrown: a listener failed; nothing is left yet.
    """
    for listener in _of_leaving(plan.node, flows):
        run_inline(run, scope, listener, plan.node)


def _of_leaving(node: Node, flows: Iterable[Flow]) -> Iterator[Listener]:
    ends = of(node.listeners, "execution", "end") if node.type in GATEWAYS else ()
    if are_inline(ends):
        yield from ends
    for flow in flows:
        if are_inline(flow.listeners):
            yield from flow.listeners


def run_safely(run: Run, scope: Scope, listener: Listener, node: Node) -> None:
    """Run one listener of something that ends: what fails is told in the history only."""
    try:
        run_inline(run, scope, listener, node)
    except (Failure, BpmnErrorThrown) as problem:
        run.record(FAILED, node.id, scope, {"message": problem.message})


def run_inline(run: Run, scope: Scope, listener: Listener, node: Node) -> None:
    """Run one listener of *node*.

    Raises:
        Failure, BpmnErrorThrown: it failed.
    """
    if listener.target == "task":
        task_listening.run_one(run, scope, listener, node)
        return
    names = {"eventName": listener.event}
    if node.id != run.model.id:
        names |= {"currentActivityId": node.id, "currentActivityName": node.name}
    run.run_script(script_of(listener, node), scope, beans=run.execution(scope, names))


def script_of(listener: Listener, node: Node) -> Script:
    """What an inline *listener* runs.

    Raises:
        Failure: it says nothing, or calls out.
    """
    if listener.script is not None:
        return listener.script
    if listener.work is None or not listener.is_inline:
        raise Failure(
            "listener-unsupported",
            f"A listener for {listener.event!r} of {node.label!r} cannot run here. "
            "Make it an expression or a script.",
        )
    return Script(listener.work.name.text, listener.work.name.language, line=listener.line)
