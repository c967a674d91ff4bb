"""SpiffWorkflow's specs, and the facts of their elements, to immutable process models."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypedDict

from lxml import etree
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition as SpiffDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import CodeEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.multiple import MultipleEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition

from bpmn.dialects import Vendor
from bpmn.loading import facts, implicit
from bpmn.loading.facts import Reader
from bpmn.loading.global_tasks import IS_GLOBAL
from bpmn.loading.specs import Element, ScopeSpec
from bpmn.loading.tables import Tables
from bpmn.model import (
    EMPTY,
    SUB_PROCESSES,
    CorrelationProperty,
    CorrelationSubscription,
    DataAssociation,
    DataItem,
    EventDefinition,
    EventKind,
    Expression,
    Flow,
    Loop,
    Node,
    ProcessModel,
)
from bpmn.names import FLOW_NODES, local, tag

_KINDS = {
    "messageEventDefinition": EventKind.MESSAGE,
    "timerEventDefinition": EventKind.TIMER,
    "signalEventDefinition": EventKind.SIGNAL,
    "errorEventDefinition": EventKind.ERROR,
    "escalationEventDefinition": EventKind.ESCALATION,
    "conditionalEventDefinition": EventKind.CONDITIONAL,
    "compensateEventDefinition": EventKind.COMPENSATION,
    "cancelEventDefinition": EventKind.CANCEL,
    "linkEventDefinition": EventKind.LINK,
    "terminateEventDefinition": EventKind.TERMINATE,
    "sendTask": EventKind.MESSAGE,
    "receiveTask": EventKind.MESSAGE,
}
_REFERENCES = ("messageRef", "signalRef", "errorRef", "escalationRef")


def read_correlation_properties(
    root: etree._Element, reader: Reader
) -> Iterator[CorrelationProperty]:
    """The file's correlation properties, which all its processes share."""
    for found in root.iter(tag("correlationProperty")):
        yield CorrelationProperty(
            id=found.get("id", ""),
            name=found.get("name", ""),
            retrievals=tuple(_retrievals(found, reader)),
        )


def _retrievals(element: etree._Element, reader: Reader) -> Iterator[tuple[str, Expression]]:
    for retrieval in element.iterfind(tag("correlationPropertyRetrievalExpression")):
        # The schema wants messagePath; bpmn-js writes formalExpression.
        for path in retrieval:
            if (path.text or "").strip():
                yield retrieval.get("messageRef", ""), reader.formal(path)


@dataclass(frozen=True, slots=True)
class Compiler:
    """Everything that compiling a process needs to know of its file."""

    reader: Reader
    vendor: Vendor
    tables: Tables
    scopes: Mapping[str, ScopeSpec]
    correlation_properties: tuple[CorrelationProperty, ...]

    def process(self, element: etree._Element) -> ProcessModel:
        """Compile the ``<process>`` *element*: scope by scope, each in drawn order."""
        name = element.get("id", "")
        scopes = list(self._scopes(element))
        wiring = _Wiring(scopes, self)
        nodes = tuple(self._nodes(scopes, wiring))
        data = [
            item for _, child in scopes for item in facts.data_items(child, child.get("id", ""))
        ]
        data.extend(item for scope, _ in scopes for item in _task_data(scope))
        model = ProcessModel(
            id=name,
            name=element.get("name", ""),
            dialect=self.reader.dialect,
            executable=element.get("isExecutable", "true") == "true",
            is_called_only=element.get(IS_GLOBAL) == "true",
            documentation=facts.documentation(element),
            nodes=nodes,
            flows=tuple(wiring.flows),
            data=tuple(data),
            lanes=self.tables.lanes_of.get(name, ()),
            attributes=facts.attributes(element),
            extensions=facts.extensions(element),
            correlation_keys=self.tables.correlation_keys,
            correlation_properties=self.correlation_properties,
            correlation_subscriptions=tuple(self._subscriptions(element)),
            line=element.sourceline or 0,
        )
        return self.vendor.process(model)

    def _subscriptions(self, process: etree._Element) -> Iterator[CorrelationSubscription]:
        for found in process.iterfind(tag("correlationSubscription")):
            bindings = tuple(
                (binding.get("correlationPropertyRef", ""), self.reader.formal(path))
                for binding in found.iterfind(tag("correlationPropertyBinding"))
                for path in binding.iterfind(tag("dataPath"))
            )
            yield CorrelationSubscription(found.get("correlationKeyRef", ""), bindings)

    def flow(self, element: etree._Element, scope: str, *, is_default: bool) -> Flow:
        """Compile one sequence flow."""
        flow = Flow(
            id=element.get("id", ""),
            name=element.get("name", ""),
            source=element.get("sourceRef", ""),
            target=element.get("targetRef", ""),
            scope=scope,
            condition=self.reader.condition(element),
            is_default=is_default,
            attributes=facts.attributes(element),
            extensions=facts.extensions(element),
            line=element.sourceline or 0,
        )
        return self.vendor.flow(flow)

    def _scopes(self, process: etree._Element) -> Iterator[tuple[ScopeSpec, etree._Element]]:
        """The process' scope and all below it, with their elements."""
        waiting = deque([process])
        while waiting:
            element = waiting.popleft()
            scope = self.scopes[element.get("id", "")]
            yield scope, element
            for spec in scope.task_specs.values():
                if spec.name in self.scopes:
                    waiting.append(spec.extensions["element"])

    def _nodes(
        self, scopes: list[tuple[ScopeSpec, etree._Element]], wiring: _Wiring
    ) -> Iterator[Node]:
        for scope, _ in scopes:
            for spec in scope.task_specs.values():
                yield self.vendor.node(self._node(spec, scope.name, wiring))

    def _node(self, spec: Element, scope: str, wiring: _Wiring) -> Node:
        element: etree._Element = spec.extensions["element"]
        name = spec.bpmn_id
        return Node(
            id=name,
            name=spec.bpmn_name or "",
            type=local(element),
            scope=scope,
            incoming=tuple(wiring.incoming[name]),
            outgoing=tuple(wiring.outgoing[name]),
            default=element.get("default", ""),
            lane=spec.lane or "",
            lanes=self.tables.lanes.get(name, ()),
            documentation=spec.documentation,
            attributes=facts.attributes(element),
            extensions=facts.extensions(element),
            events=tuple(self._events(spec)),
            loop=self._loop(element),
            script=facts.script(element),
            performers=tuple(self.reader.performers(element)),
            compensated_by=self.tables.handlers.get(name, ""),
            data=tuple(self._associations(element)),
            input_sets=tuple(facts.input_sets(element)),
            line=element.sourceline or 0,
            **_settings(element),
            condition=self._condition(element),
        )

    def _condition(self, element: etree._Element) -> Expression | None:
        """An ad-hoc sub-process' completion, or a complex gateway's activation condition."""
        condition = self.reader.child(element, "completionCondition")
        return condition or self.reader.child(element, "activationCondition")

    def _loop(self, element: etree._Element) -> Loop | None:
        loop = self.reader.loop(element, self.tables.variables)
        if loop is None:
            return None
        multiple = element.find(tag("multiInstanceLoopCharacteristics"))
        if multiple is not None and loop.behavior != "All":
            loop = replace(loop, throws=tuple(implicit.throws(multiple, self.reader)))
        return self.vendor.loop(loop)

    def _associations(self, element: etree._Element) -> Iterator[DataAssociation]:
        for child in element:
            if local(child) in ("dataInputAssociation", "dataOutputAssociation"):
                yield self.reader.association(child)

    def _events(self, spec: Element) -> Iterator[EventDefinition]:
        definition = spec.event_definition
        if isinstance(definition, MultipleEventDefinition):
            for each in definition.event_definitions:
                yield self.vendor.event(self._event(each))
        elif definition is not None and not isinstance(definition, NoneEventDefinition):
            yield self.vendor.event(self._event(definition))

    def _event(self, definition: SpiffDefinition) -> EventDefinition:
        """One event definition; names and codes from SpiffWorkflow's tables, the rest drawn."""
        element: etree._Element = definition.element
        kind = _KINDS[local(element)]
        line = element.sourceline or 0
        reference = next((found for a in _REFERENCES if (found := element.get(a))), "")
        timer = self.reader.timer(element) if kind is EventKind.TIMER else None
        # A send or receive task is its own definition; its attributes belong to the node.
        own = local(element) not in FLOW_NODES
        code = definition.code if isinstance(definition, CodeEventDefinition) else None
        return EventDefinition(
            kind=kind,
            id=element.get("id", ""),
            reference=reference,
            name=self._event_name(definition, kind, reference, line),
            code=self.reader.name(code, line),
            timer=timer[0] if timer else None,
            expression=timer[1] if timer else self.reader.child(element, "condition"),
            activity_ref=element.get("activityRef", ""),
            wait_for_completion=element.get("waitForCompletion", "true") == "true",
            attributes={
                **self.tables.root_attributes.get(reference, EMPTY),
                **(facts.attributes(element) if own else EMPTY),
            },
            extensions=(facts.extensions(element) if own else ())
            + self.tables.root_extensions.get(reference, ()),
            line=line,
        )

    def _event_name(
        self, definition: SpiffDefinition, kind: EventKind, reference: str, line: int
    ) -> Expression | None:
        if kind is EventKind.LINK:
            return Expression(definition.name, "literal", line) if definition.name else None
        return self.reader.name(definition.name, line) if reference else None


class _Wiring:
    """The flows of a process, and which of them enter and leave each node."""

    def __init__(self, scopes: list[tuple[ScopeSpec, etree._Element]], compiler: Compiler) -> None:
        self.flows: list[Flow] = []
        self.incoming: defaultdict[str, list[str]] = defaultdict(list)
        self.outgoing: defaultdict[str, list[str]] = defaultdict(list)
        defaults = {
            spec.extensions["element"].get("default")
            for scope, _ in scopes
            for spec in scope.task_specs.values()
        }
        for scope, _ in scopes:
            for element in scope.flows:
                is_default = element.get("id") in defaults
                flow = compiler.flow(element, scope.name, is_default=is_default)
                self.flows.append(flow)
                self.incoming[flow.target].append(flow.id)
                self.outgoing[flow.source].append(flow.id)


class _Settings(TypedDict):
    """The plain attributes of a node that steer its execution."""

    attached_to: str
    interrupting: bool
    parallel_multiple: bool
    triggered_by_event: bool
    is_for_compensation: bool
    start_quantity: int
    completion_quantity: int
    instantiate: bool
    event_gateway_type: str
    ordering: str
    cancel_remaining: bool


def _settings(element: etree._Element) -> _Settings:
    boundary = local(element) == "boundaryEvent"
    interrupting = element.get("cancelActivity" if boundary else "isInterrupting", "true")
    return _Settings(
        attached_to=element.get("attachedToRef", "") if boundary else "",
        interrupting=interrupting == "true",
        parallel_multiple=element.get("parallelMultiple") == "true",
        triggered_by_event=element.get("triggeredByEvent") == "true",
        is_for_compensation=element.get("isForCompensation") == "true",
        start_quantity=_quantity(element, "startQuantity"),
        completion_quantity=_quantity(element, "completionQuantity"),
        instantiate=element.get("instantiate") == "true",
        event_gateway_type=element.get("eventGatewayType", ""),
        ordering=element.get("ordering", ""),
        cancel_remaining=element.get("cancelRemainingInstances", "true") == "true",
    )


def _quantity(element: etree._Element, name: str) -> int:
    found = facts.whole_number(element.get(name, "1"))
    return 1 if found is None else found


def _task_data(scope: ScopeSpec) -> Iterator[DataItem]:
    """Inputs, outputs and properties of the tasks in *scope*."""
    for spec in scope.task_specs.values():
        element = spec.extensions["element"]
        if local(element) not in SUB_PROCESSES:
            yield from facts.data_items(element, spec.bpmn_id)
