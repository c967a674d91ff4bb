"""Nodes, flows, and the process that holds them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from bpmn.model.base import Dialect, Expression, Extension, Script, Variable, no_attributes
from bpmn.model.events import EventDefinition, EventKind, Loop
from bpmn.model.work import (
    Assignment,
    Call,
    DataAssociation,
    DataItem,
    FormReference,
    Listener,
    Work,
)

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow. ``source`` and ``target`` are node ids; ``scope`` as of a node."""

    id: str
    name: str
    source: str
    target: str
    scope: str
    condition: Expression | Script | None = None
    is_default: bool = False
    attributes: Mapping[str, str] = field(default_factory=no_attributes)
    extensions: tuple[Extension, ...] = ()
    listeners: tuple[Listener, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class Node:
    """A flow node: activity, gateway or event.

    Attributes:
        type: BPMN's local tag, ``userTask``, ``exclusiveGateway``, ``boundaryEvent`` ...
        scope: id of the process or sub-process that holds it.
        incoming, outgoing: flow ids in drawn order (from the flows themselves, not the
            ``<incoming>`` children).
        lane: innermost lane's name, empty when none; ``lanes`` outermost first.
        attributes: every attribute as drawn, vendor ones as ``camunda:asyncBefore``.
        extensions: every vendor extension element as drawn.
        attached_to, interrupting: boundary events; ``interrupting`` also for start events of
            event sub-processes.
        compensated_by: of a compensation boundary event, the activity that its association names.
        input_sets: ids of the data inputs that each input set requires.
        event_gateway_type, instantiate, parallel_multiple: as drawn.
        ordering, cancel_remaining: ad-hoc sub-processes; their condition is ``condition``, which
            is also a complex gateway's activation condition; ``active_elements`` gives the ids of
            the activities that start first (Camunda 8), ``None`` leaves that to the engine. Each
            flow in it gives ``output_element``, collected into the variable ``output_collection``.
    """

    id: str
    name: str
    type: str
    scope: str
    incoming: tuple[str, ...] = ()
    outgoing: tuple[str, ...] = ()
    default: str = ""
    lane: str = ""
    lanes: tuple[str, ...] = ()
    documentation: str = ""
    attributes: Mapping[str, str] = field(default_factory=no_attributes)
    extensions: tuple[Extension, ...] = ()
    events: tuple[EventDefinition, ...] = ()
    loop: Loop | None = None
    attached_to: str = ""
    compensated_by: str = ""
    interrupting: bool = True
    parallel_multiple: bool = False
    triggered_by_event: bool = False
    is_for_compensation: bool = False
    start_quantity: int = 1
    completion_quantity: int = 1
    instantiate: bool = False
    event_gateway_type: str = ""
    ordering: str = ""
    cancel_remaining: bool = True
    condition: Expression | None = None
    active_elements: Expression | None = None
    output_collection: str = ""
    output_element: Expression | None = None
    script: Script | None = None
    assignment: Assignment | None = None
    work: Work | None = None
    call: Call | None = None
    form: FormReference | None = None
    inputs: tuple[Variable, ...] = ()
    outputs: tuple[Variable, ...] = ()
    listeners: tuple[Listener, ...] = ()
    properties: Mapping[str, str] = field(default_factory=no_attributes)
    data: tuple[DataAssociation, ...] = ()
    input_sets: tuple[tuple[str, ...], ...] = ()
    async_before: bool = False
    async_after: bool = False
    exclusive: bool = True
    retry_cycle: Expression | None = None
    job_priority: Expression | None = None
    result_variable: str = ""
    initiator: str = ""
    pre_script: Script | None = None
    post_script: Script | None = None
    performers: tuple[tuple[str, Expression], ...] = ()
    line: int = 0

    @property
    def label(self) -> str:
        """What a person calls it: its name, else its id."""
        return self.name or self.id

    @property
    def works(self) -> tuple[Work, ...]:
        """Its own work and that of its events; not that of its listeners."""
        drawn = (self.work, *(event.work for event in self.events))
        return tuple(work for work in drawn if work is not None)


ACTIVITIES = frozenset(
    [
        "task",
        "userTask",
        "manualTask",
        "serviceTask",
        "sendTask",
        "receiveTask",
        "scriptTask",
        "businessRuleTask",
        "callActivity",
        "subProcess",
        "transaction",
        "adHocSubProcess",
    ]
)
SUB_PROCESSES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
GATEWAYS = frozenset(
    [
        "exclusiveGateway",
        "parallelGateway",
        "inclusiveGateway",
        "complexGateway",
        "eventBasedGateway",
    ]
)
EVENTS = frozenset(
    ["startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"]
)


@dataclass(frozen=True, slots=True)
class CorrelationProperty:
    """A correlation property: how each message yields its value."""

    id: str
    name: str
    retrievals: tuple[tuple[str, Expression], ...] = ()


@dataclass(frozen=True, slots=True)
class CorrelationKey:
    """A correlation key of a conversation: ids of its properties."""

    id: str
    name: str
    properties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CorrelationSubscription:
    """What a process knows of a correlation key: each property's value, from its variables."""

    key: str
    bindings: tuple[tuple[str, Expression], ...]


@dataclass(frozen=True)
class ProcessModel:
    """One ``<process>``: nodes and flows flat in drawn order, sub-processes as ``scope`` links.

    ``is_called_only``: it is a global task, which call activities call and nobody starts.
    The lookups below are computed once, on first use, and shared.
    """

    id: str
    name: str
    dialect: Dialect
    executable: bool = True
    is_called_only: bool = False
    documentation: str = ""
    version_tag: str = ""
    candidate_starter_users: tuple[str, ...] = ()
    candidate_starter_groups: tuple[str, ...] = ()
    startable_in_tasklist: bool = True
    history_time_to_live: str = ""
    nodes: tuple[Node, ...] = ()
    flows: tuple[Flow, ...] = ()
    data: tuple[DataItem, ...] = ()
    lanes: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=no_attributes)
    extensions: tuple[Extension, ...] = ()
    listeners: tuple[Listener, ...] = ()
    properties: Mapping[str, str] = field(default_factory=no_attributes)
    correlation_keys: tuple[CorrelationKey, ...] = ()
    correlation_properties: tuple[CorrelationProperty, ...] = ()
    correlation_subscriptions: tuple[CorrelationSubscription, ...] = ()
    line: int = 0

    @cached_property
    def node(self) -> Mapping[str, Node]:
        """Node by id."""
        return {node.id: node for node in self.nodes}

    @cached_property
    def flow(self) -> Mapping[str, Flow]:
        """Flow by id."""
        return {flow.id: flow for flow in self.flows}

    @cached_property
    def outgoing(self) -> Mapping[str, tuple[Flow, ...]]:
        """Outgoing flows by node id, drawn order."""
        return self._group((flow.source, flow) for flow in self.flows)

    @cached_property
    def boundary_events(self) -> Mapping[str, tuple[Node, ...]]:
        """Boundary events by the activity that they sit on, drawn order."""
        return self._group((n.attached_to, n) for n in self.nodes if n.attached_to)

    @cached_property
    def nodes_in(self) -> Mapping[str, tuple[Node, ...]]:
        """Direct child nodes by scope id (the process' or a sub-process' id)."""
        return self._group((node.scope, node) for node in self.nodes)

    @cached_property
    def event_sub_processes(self) -> Mapping[str, tuple[Node, ...]]:
        """Event sub-processes by scope id."""
        return self._group((n.scope, n) for n in self.nodes if n.triggered_by_event)

    @cached_property
    def start_events(self) -> Mapping[str, tuple[Node, ...]]:
        """Start events by scope id."""
        return self._group((n.scope, n) for n in self.nodes if n.type == "startEvent")

    @cached_property
    def implicit_starts(self) -> Mapping[str, tuple[Node, ...]]:
        """Where a scope without start event begins: nodes without incoming flow (p. 239)."""
        return self._group(
            (n.scope, n)
            for n in self.nodes
            if n.scope not in self.start_events
            and not n.incoming
            and not n.attached_to
            and not n.triggered_by_event
            and not n.is_for_compensation
            and not n.instantiate
            and not any(event.kind is EventKind.LINK for event in n.events)
        )

    @cached_property
    def instantiating(self) -> tuple[Node, ...]:
        """What starts an instance when its event happens, beside start events (p. 161, 298).

        Receive tasks that instantiate, and what follows event-based gateways that do.
        """
        found: dict[str, Node] = {}
        for node in self.nodes_in.get(self.id, ()):
            if node.instantiate and node.type == "receiveTask":
                found[node.id] = node
            elif node.instantiate and node.type == "eventBasedGateway":
                targets = (self.node.get(flow.target) for flow in self.outgoing.get(node.id, ()))
                found.update((target.id, target) for target in targets if target is not None)
        return tuple(found.values())

    @staticmethod
    def _group(pairs: Iterable[tuple[str, _T]]) -> Mapping[str, tuple[_T, ...]]:
        found: defaultdict[str, list[_T]] = defaultdict(list)
        for key, value in pairs:
            found[key].append(value)
        return {key: tuple(values) for key, values in found.items()}
