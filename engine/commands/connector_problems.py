"""What is wrong with the connectors that diagrams name, as far as it is known at deployment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from bpmn.model import Argument, Expression, Node, Problem, Work, WorkKind
from engine.commands.contract_problems import must_be_literal
from engine.commands.files import Report
from engine.services.connectors.base import Connector, Connectors
from engine.services.contracts import PREFIX

_GENERAL = frozenset({"callback"})
"""Inputs that belong to every connector."""


def with_connectors(report: Report, connectors: Connectors) -> Report:
    """*report* with the problems of connectors added."""
    found = [
        replace(problem, file=file.name)
        for file, diagram in report.diagrams
        for process in diagram.processes
        if process.executable
        for node in process.nodes
        for problem in _of_node(node, connectors)
    ]
    return replace(report, problems=(*report.problems, *found))


def _of_node(node: Node, connectors: Connectors) -> Iterator[Problem]:
    for work in node.works:
        if work.kind is not WorkKind.CONNECTOR:
            continue
        if work.name.language == "literal" and not work.name.text.startswith(PREFIX):
            yield from _of_work(node, work, connectors)


def _of_work(node: Node, work: Work, connectors: Connectors) -> Iterator[Problem]:
    name = work.name.text
    connector = connectors.find(name) if name else None
    if connector is not None:
        yield from _of_inputs(node, work, connector)
        return
    fact = f"calls the connector {name!r}, which is not here" if name else "names no connector"
    yield _problem(
        "connector-unknown",
        node,
        f"{node.label!r} {fact}.",
        f"Known are: {', '.join(_shown(connectors))}. Use one of these, an external task, or a "
        "delegate expression for a Python handler.",
    )


def _of_inputs(node: Node, work: Work, connector: Connector) -> Iterator[Problem]:
    assert work.call is not None
    properties = connector.schema.get("properties")
    if not isinstance(properties, Mapping):
        return
    is_closed = connector.schema.get("additionalProperties") is False
    required = connector.schema.get("required")
    given = {argument.name for argument in work.call.arguments}
    for name in sorted(given - properties.keys() - _GENERAL) if is_closed else ():
        yield _problem(
            "connector-input-unknown",
            node,
            f"{node.label!r} gives the connector {connector.name!r} {name!r}, which it does not "
            "take.",
            f"It takes: {', '.join(sorted(properties))}.",
        )
    for argument in work.call.arguments:
        if must_be_literal(connector, argument.name) and not _is_literal(argument):
            yield _problem(
                "connector-input-built",
                node,
                f"{node.label!r} puts the {argument.name!r} of the connector {connector.name!r} "
                "together at run time, which may make something else of it.",
                "Write it as it is, and give values as parameters.",
            )
    for name in required if isinstance(required, list) else ():
        if name not in given:
            yield _problem(
                "connector-input-missing",
                node,
                f"{node.label!r} does not give the connector {connector.name!r} its {name!r}.",
                "Add it to the inputs.",
            )


def _is_literal(argument: Argument) -> bool:
    if isinstance(argument.value, Expression) and argument.value.language == "variable":
        # Camunda 8: the texts are sources of input mappings.
        return not any(text.strip().startswith("=") for text in argument.drawn)
    return isinstance(argument.value, Expression) and argument.value.language == "literal"


def _shown(connectors: Connectors) -> Iterator[str]:
    """Names for a person: not every operator of SpiffWorkflow."""
    return (name for name in connectors.names() if not name.startswith("http/"))


def _problem(code: str, node: Node, message: str, hint: str) -> Problem:
    return Problem(code, message, hint, element_id=node.id, element_name=node.name, line=node.line)
