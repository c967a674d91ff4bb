"""Rules of tasks that call a decision."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.model import Diagram, Node, Problem, ProcessModel, Work, WorkKind
from bpmn.validation.rule import problem

BINDINGS = ("latest", "deployment", "version", "versionTag")
MAPPINGS = ("singleEntry", "singleResult", "collectEntries", "resultList")


def decision_is_bound(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """A binding is one that there is, and says which version or tag; so is the result's mapping."""
    for node in model.nodes:
        if node.work is not None and node.work.kind is WorkKind.DECISION:
            yield from _problems(node, node.work)


def _problems(node: Node, work: Work) -> Iterator[Problem]:
    if work.binding not in BINDINGS:
        yield _unbound(node, f"is bound by {work.binding!r}", f"Choose {', '.join(BINDINGS)}.")
    elif work.binding == "version" and work.version is None:
        yield _unbound(node, "is bound to a version, but to none", "Give decisionRefVersion.")
    elif work.binding == "versionTag" and not work.version_tag:
        yield _unbound(node, "is bound to a version tag, but to none", "Give the version tag.")
    if work.map_result and work.map_result not in MAPPINGS:
        yield problem(
            "decision-mapping-unknown",
            node,
            f"The result of {node.label!r} is mapped as {work.map_result!r}.",
            f"Choose {', '.join(MAPPINGS)}.",
        )


def _unbound(node: Node, fact: str, hint: str) -> Problem:
    return problem("decision-binding", node, f"The decision of {node.label!r} {fact}.", hint)
