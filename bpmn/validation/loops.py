"""Rules of loops and multi-instance activities."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.model import Diagram, Loop, LoopKind, Node, Problem, ProcessModel
from bpmn.validation.rule import problem, warning


def standard_loop(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """A loop says when it ends: by a condition, or a maximum that is no less than 0."""
    for node, loop in _loops(model):
        if loop.kind is not LoopKind.STANDARD:
            continue
        drawn = loop.attributes.get("loopMaximum")
        if drawn is not None and (loop.maximum is None or loop.maximum < 0):
            yield problem(
                "loop-maximum",
                node,
                f"The loop maximum of {node.label!r} is {drawn!r}.",
                "Write a whole number, 0 or more.",
            )
        elif loop.condition is None and loop.maximum is None:
            yield problem(
                "loop-without-end",
                node,
                f"The loop of {node.label!r} has neither a condition nor a maximum.",
                "Give it a condition that becomes false, or a loop maximum.",
            )


def multi_instance(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """A multi-instance activity says how many instances there are."""
    for node, loop in _loops(model):
        if loop.kind is LoopKind.STANDARD:
            continue
        if loop.cardinality is None and loop.collection is None:
            yield problem(
                "multi-instance-without-count",
                node,
                f"The multi-instance activity {node.label!r} has neither a cardinality nor a "
                "collection.",
                "Give it the collection to go through, or a loop cardinality.",
            )
        elif loop.cardinality is not None and loop.collection is not None:
            yield warning(
                "multi-instance-two-counts",
                node,
                f"{node.label!r} has a cardinality and a collection; the collection counts.",
                "Remove one of them.",
            )


def _loops(model: ProcessModel) -> Iterator[tuple[Node, Loop]]:
    for node in model.nodes:
        if node.loop is not None:
            yield node, node.loop
