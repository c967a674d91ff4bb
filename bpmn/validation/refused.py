"""What Laneway does not run yet: refused by name at deployment, never skipped at run time.

Teaching the engine an element means deleting its line here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bpmn.model import Diagram, EventKind, Node, Problem, ProcessModel, WorkKind
from bpmn.validation.rule import Located, problem


@dataclass(frozen=True, slots=True)
class Refusal:
    """An element or attribute that is not run: what it is called, and what to draw instead."""

    what: str
    hint: str
    matches: Callable[[Node], bool]


def _type(name: str) -> Callable[[Node], bool]:
    return lambda node: node.type == name


def _event(kind: EventKind) -> Callable[[Node], bool]:
    return lambda node: any(event.kind is kind for event in node.events)


def _attribute(*names: str) -> Callable[[Node], bool]:
    return lambda node: any(name in node.attributes for name in names)


def _extension(tag: str, text: str) -> Callable[[Node], bool]:
    return lambda node: any(
        found.tag == tag and found.text.strip().lower() == text for found in node.extensions
    )


REFUSALS: tuple[Refusal, ...] = (
    Refusal(
        "an element with a connector as listener",
        "Draw the call as a service task of its own.",
        lambda node: any(
            found.work is not None and found.work.kind is WorkKind.CONNECTOR
            for found in node.listeners
        ),
    ),
    Refusal(
        "a call activity with a variable mapping class",
        "Map the variables with in and out mappings.",
        _attribute("camunda:variableMappingClass", "camunda:variableMappingDelegateExpression"),
    ),
    Refusal(
        "an element that hands files to its worker (linkedResources)",
        "Give the worker its file by name in a header.",
        lambda node: any(found.tag == "zeebe:linkedResources" for found in node.extensions),
    ),
    Refusal(
        "a task that guests may do without logging in",
        "Remove allowGuest, or publish a start form.",
        _extension("spiffworkflow:allowGuest", "true"),
    ),
)


def refused_elements(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """One problem for each element and each reason why it is not run."""
    for node in model.nodes:
        for refusal in refusals_of(node):
            yield _problem(node, node.label, refusal.what, refusal.hint)


def refusals_of(node: Node) -> Iterator[Refusal]:
    """Why *node* is not run; nothing when it is."""
    return (refusal for refusal in REFUSALS if refusal.matches(node))


def _problem(at: Located, label: str, what: str, hint: str) -> Problem:
    return problem(
        "element-refused", at, f"{label!r} is {what}, which Laneway does not run yet.", hint
    )
