"""Rules of complex gateways."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.model import Diagram, Problem, ProcessModel
from bpmn.validation.rule import warning


def join_has_condition(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """A complex gateway that joins says how many tokens are enough (BPMN 2.0 p. 295)."""
    for node in model.nodes:
        if node.type == "complexGateway" and len(node.incoming) > 1 and node.condition is None:
            yield warning(
                "complex-without-condition",
                node,
                f"The complex gateway {node.label!r} has no activation condition, so it waits for "
                "a token on each of its flows.",
                "Give it a condition, as activationCount >= 2, or use a parallel gateway.",
            )
