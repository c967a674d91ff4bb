"""Rules of tasks and call activities."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.model import ACTIVITIES, Diagram, Dialect, Node, Problem, ProcessModel, Severity, WorkKind
from bpmn.validation.rule import problem

_HINTS = {
    Dialect.CAMUNDA7: "Choose an implementation: an external task with a topic, or a delegate "
    "expression ${name} for the Python handler of that name.",
    Dialect.CAMUNDA8: "Give it a task definition with a job type.",
    Dialect.SPIFF: "Choose an operator.",
}


def work_is_named(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """A service task names what it calls; in plain diagrams it may pass through."""
    hint = _HINTS.get(model.dialect)
    for node in model.nodes:
        if node.type not in ("serviceTask", "businessRuleTask"):
            continue
        if node.work is not None and node.work.kind is not WorkKind.NONE:
            if not node.work.name.text:
                yield _unnamed(
                    node, "names no topic, handler, connector or decision", hint or "Name it."
                )
        elif hint:
            yield _unnamed(node, "does not say what it calls", hint)
        elif node.type == "businessRuleTask":
            yield problem(
                "work-missing",
                node,
                f"{node.label!r} names no decision; it passes without deciding.",
                "Name the decision in a modeler for Camunda, or use a script task.",
                Severity.WARNING,
            )


def call_has_target(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """A call activity says which process it calls."""
    for node in model.nodes:
        if node.type != "callActivity":
            continue
        if node.call is None or not node.call.process.text:
            case = node.attributes.get("camunda:caseRef")
            yield problem(
                "call-target-missing",
                node,
                f"The call activity {node.label!r} calls the case {case!r}, and Laneway runs no "
                "cases (CMMN)."
                if case
                else f"The call activity {node.label!r} does not say which process it calls.",
                "Choose the id of the process to call.",
            )


def script_is_given(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """A script task has a script."""
    for node in model.nodes:
        if node.type != "scriptTask" or node.work is not None:
            continue
        if node.script is None or not (node.script.text or node.script.resource):
            yield problem(
                "script-missing",
                node,
                f"The script task {node.label!r} has no script.",
                "Write its script, or make it a task of another type.",
                Severity.WARNING if model.dialect is Dialect.PLAIN else Severity.ERROR,
            )


def quantities(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """Start and completion quantity are at least 1 (BPMN 2.0 p. 152)."""
    for node in model.nodes:
        if node.type not in ACTIVITIES:
            continue
        for name, value in (
            ("startQuantity", node.start_quantity),
            ("completionQuantity", node.completion_quantity),
        ):
            if value < 1:
                yield problem(
                    "quantity-invalid",
                    node,
                    f"{name} of {node.label!r} is {value}.",
                    "It must be at least 1; remove the attribute for the usual 1.",
                )


def _unnamed(node: Node, fact: str, hint: str) -> Problem:
    return problem("work-missing", node, f"The {node.type} {node.label!r} {fact}.", hint)
