"""What never changes of a node, worked out once per model: how it runs and where it leads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from bpmn.model import ACTIVITIES, GATEWAYS, SUB_PROCESSES, EventKind, Flow, Node, ProcessModel
from engine.runtime.data import Data, data_of

if TYPE_CHECKING:
    from engine.runtime.behaviours.base import Behaviour

_KEY = "_runtime_plan"
_MAPPED = ACTIVITIES | {"intermediateThrowEvent", "endEvent"}
_UNMAPPED = GATEWAYS | {"startEvent", "boundaryEvent"}


@dataclass(frozen=True, slots=True)
class NodePlan:
    """The static facts of one node.

    Attributes:
        outgoing: its flows in drawn order.
        next: its one unconditional flow when leaving needs no decision, else ``None``.
        taken: history data of leaving by ``next``.
        boundary: boundary events that sit on it.
        link: of a link throw event, the catch event that it leads to; else empty.
        needs_scope: it runs in an ACTIVITY scope of its own.
        is_plain: entering it needs nothing but its behaviour.
        is_heard: somebody listens to its being left: a gateway's end, or a flow being taken.
    """

    node: Node
    behaviour: Behaviour
    outgoing: tuple[Flow, ...]
    next: Flow | None
    taken: Mapping[str, object]
    boundary: tuple[Node, ...]
    link: str
    needs_scope: bool
    is_plain: bool
    is_heard: bool


class Plan:
    """The static facts of one process: `NodePlan` by node id, and who can reach whom.

    Shared by all threads like the model itself; filling a cache twice gives the same value.
    """

    def __init__(self, model: ProcessModel, behaviours: Mapping[str, Behaviour]) -> None:
        self.model = model
        self.data: Mapping[str, Data] = data_of(model)
        self.nodes = {n.id: _node_plan(model, n, behaviours, self.data) for n in model.nodes}
        # Where the process' own listeners wait; nothing else ever comes here.
        itself = Node(model.id, model.name, "task", "", listeners=model.listeners, line=model.line)
        self.nodes[model.id] = _node_plan(model, itself, behaviours, {})
        self._upstream: dict[str, Mapping[str, frozenset[str]]] = {}

    @cached_property
    def inclusive_joins(self) -> frozenset[str]:
        """Ids of inclusive gateways with several incoming flows."""
        return frozenset(
            n.id for n in self.model.nodes if n.type == "inclusiveGateway" and len(n.incoming) > 1
        )

    @cached_property
    def has_conditions(self) -> bool:
        """Whether anything in the process can wait for a condition."""
        return any(d.kind is EventKind.CONDITIONAL for n in self.model.nodes for d in n.events)

    @cached_property
    def has_compensation(self) -> bool:
        """Whether anything in the process can be undone."""
        undoing = {EventKind.COMPENSATION, EventKind.CANCEL}
        return any(d.kind in undoing for n in self.model.nodes for d in n.events)

    @cached_property
    def handler_starts(self) -> Mapping[str, tuple[Node, ...]]:
        """Start events of event sub-processes by the scope that they guard, drawn order."""
        model = self.model
        return {
            scope: tuple(start for node in found for start in model.start_events.get(node.id, ()))
            for scope, found in model.event_sub_processes.items()
        }

    @cached_property
    def ad_hoc(self) -> frozenset[str]:
        """Ids of ad-hoc sub-processes."""
        return frozenset(n.id for n in self.model.nodes if n.type == "adHocSubProcess")

    @cached_property
    def complex_joins(self) -> frozenset[str]:
        """Ids of complex gateways with several incoming flows."""
        return frozenset(
            n.id for n in self.model.nodes if n.type == "complexGateway" and len(n.incoming) > 1
        )

    @cached_property
    def catches_signals(self) -> bool:
        """Whether anything in the process can wait for a signal."""
        return any(
            d.kind is EventKind.SIGNAL
            for n in self.model.nodes
            if n.type in {"boundaryEvent", "intermediateCatchEvent", "startEvent"}
            for d in n.events
        )

    @cached_property
    def _links_to(self) -> Mapping[str, tuple[str, ...]]:
        """Link throw events by the catch event that they lead to."""
        found: dict[str, tuple[str, ...]] = {}
        for plan in self.nodes.values():
            if plan.link:
                found[plan.link] = (*found.get(plan.link, ()), plan.node.id)
        return found

    def upstream(self, gateway: str) -> Mapping[str, frozenset[str]]:
        """Per incoming flow of *gateway*: itself, and the nodes whose token can come by it.

        Paths through the gateway itself do not count (BPMN 2.0 p. 292); an activity also reaches
        what follows its boundary events.
        """
        found = self._upstream.get(gateway)
        if found is None:
            node = self.model.node[gateway]
            found = {
                f: self._reaching(self.model.flow[f].source, gateway) | {f} for f in node.incoming
            }
            self._upstream[gateway] = found
        return found

    def _reaching(self, target: str, without: str) -> frozenset[str]:
        seen: set[str] = set()
        todo = [target]
        while todo:
            current = todo.pop()
            if current in seen or current == without:
                continue
            seen.add(current)
            node = self.model.node[current]
            todo.extend(self.model.flow[f].source for f in node.incoming)
            todo.extend(self._links_to.get(current, ()))
            if node.attached_to:
                todo.append(node.attached_to)
        return frozenset(seen)


def plan_of(model: ProcessModel, behaviours: Mapping[str, Behaviour]) -> Plan:
    """The plan of *model*, made on first use and kept with it, as its own lookups are."""
    found = vars(model).get(_KEY)
    if not isinstance(found, Plan):
        found = Plan(model, behaviours)
        vars(model)[_KEY] = found
    return found


def _node_plan(
    model: ProcessModel,
    node: Node,
    behaviours: Mapping[str, Behaviour],
    data: Mapping[str, Data],
) -> NodePlan:
    outgoing = model.outgoing.get(node.id, ())
    boundary = model.boundary_events.get(node.id, ())
    is_one = len(outgoing) == 1 and node.completion_quantity == 1
    only = outgoing[0] if is_one and outgoing[0].condition is None else None
    needs_scope = node.type in SUB_PROCESSES or bool(boundary) or _has_own(node)
    needs_scope = needs_scope or (node.id in data and node.type in ACTIVITIES)
    return NodePlan(
        node=node,
        behaviour=behaviours[node.type],
        outgoing=outgoing,
        next=only,
        taken={"flows": [only.id]} if only else {},
        boundary=boundary,
        link=_link_target(model, node),
        needs_scope=needs_scope,
        is_plain=not (needs_scope or _is_held_up(node)),
        is_heard=bool(node.type in GATEWAYS and node.listeners)
        or any(flow.listeners for flow in outgoing),
    )


def _is_held_up(node: Node) -> bool:
    """Whether something comes before the node's own work."""
    return bool(node.loop or node.async_before or node.start_quantity > 1 or node.listeners)


def _has_own(node: Node) -> bool:
    """Whether its mappings or listeners may have variables of its own."""
    if node.type in _UNMAPPED:
        return False
    if node.listeners and node.type in ACTIVITIES:
        return True
    return bool(node.inputs) or (bool(node.outputs) and node.type in _MAPPED)


def _link_target(model: ProcessModel, node: Node) -> str:
    """The link catch event of the same name in the same scope (BPMN 2.0 p. 267)."""
    if node.type != "intermediateThrowEvent":
        return ""
    names = {e.name.text for e in node.events if e.kind is EventKind.LINK and e.name}
    for other in model.nodes_in.get(node.scope, ()) if names else ():
        if other.type == "intermediateCatchEvent" and any(
            e.kind is EventKind.LINK and e.name and e.name.text in names for e in other.events
        ):
            return other.id
    return ""
