"""Rules of pools and message flows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bpmn.model import Diagram, MessageFlow, Node, Participant, Problem, ProcessModel
from bpmn.validation.rule import by_standard


def participant_has_process(model: ProcessModel, diagram: Diagram) -> Iterator[Problem]:
    """A pool refers to a process of the file, or is a black box."""
    known = {process.id for process in diagram.processes}
    if not _is_first(model, diagram):
        return
    for pool in diagram.participants:
        if pool.process and pool.process not in known:
            yield Problem(
                code="participant-process-missing",
                message=f"The pool {pool.name or pool.id!r} refers to the process "
                f"{pool.process!r}, which the file does not have.",
                hint="Choose a process of the file, or remove the reference.",
                element_id=pool.id,
                element_name=pool.name,
            )


def message_flow_crosses_pools(model: ProcessModel, diagram: Diagram) -> Iterator[Problem]:
    """A message flow leads from one pool to another (BPMN 2.0 p. 120)."""
    if not _is_first(model, diagram):
        return
    pools, nodes = _pools(diagram), _nodes(diagram)
    for flow in diagram.message_flows:
        source, target = pools.get(flow.source), pools.get(flow.target)
        if source is None or target is None:
            end = flow.target if source else flow.source
            fact = f"ends at {end!r}, which is no pool, task or event"
        elif source is target:
            fact = f"stays in the pool {source.name or source.id!r}"
        elif _is_wrong_event(flow, nodes):
            fact = "ends at a start or end event that is not a message event"
        else:
            continue
        yield Problem(
            code="message-flow",
            message=f"The message flow {flow.id!r} {fact}.",
            hint="Draw message flows between pools, to and from tasks and message events.",
            severity=by_standard(model),
            element_id=flow.id,
            element_name=flow.name,
        )


def correlation_is_complete(model: ProcessModel, diagram: Diagram) -> Iterator[Problem]:
    """A correlation property says how each message yields its value (BPMN 2.0 p. 137)."""
    if not _is_first(model, diagram):
        return
    for found in model.correlation_properties:
        if not found.retrievals:
            yield Problem(
                code="correlation-incomplete",
                message=f"The correlation property {found.name or found.id!r} has no expression "
                "that takes its value from a message.",
                hint="Give it a retrieval expression for each message, or remove it.",
                severity=by_standard(model),
                element_id=found.id,
                element_name=found.name,
            )


def _is_wrong_event(flow: MessageFlow, nodes: Mapping[str, Node]) -> bool:
    """A start event that receives, or an end event that sends, must be a message event."""
    for name, kind in ((flow.target, "startEvent"), (flow.source, "endEvent")):
        node = nodes.get(name)
        if node and node.type == kind and "message" not in {event.kind for event in node.events}:
            return True
    return False


def _pools(diagram: Diagram) -> dict[str, Participant]:
    """The pool of every pool, process and node, by id."""
    processes = {process.id: process for process in diagram.processes}
    found = {}
    for pool in diagram.participants:
        found[pool.id] = pool
        process = processes.pop(pool.process, None)
        if process is not None:
            found[process.id] = pool
            found.update(dict.fromkeys(process.node, pool))
    return found


def _nodes(diagram: Diagram) -> dict[str, Node]:
    return {node.id: node for process in diagram.processes for node in process.nodes}


def _is_first(model: ProcessModel, diagram: Diagram) -> bool:
    """Pools belong to the file; the rules tell them once, with its first process."""
    return bool(diagram.processes) and diagram.processes[0] is model
