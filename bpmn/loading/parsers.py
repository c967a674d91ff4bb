"""SpiffWorkflow's parser through its extension points: it finds, dispatches and resolves.

It walks processes and scopes, hands every element to a class here, and resolves messages,
signals, errors, escalations, data stores, correlations and lanes. Flows, loops, boundary events
and data associations are read by `facts`: SpiffWorkflow's specs have no room for what BPMN
allows there, so those of its methods are switched off below.
"""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.event_parsers import EventDefinitionParser
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.conditional import ConditionalEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import SignalEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.multiple import MultipleEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition

from bpmn.loading.facts import documentation
from bpmn.loading.specs import (
    AnyDataStore,
    CompensateEventDefinition,
    Element,
    LinkEventDefinition,
    ScopeSpec,
)
from bpmn.model import ACTIVITIES, EVENTS, GATEWAYS, SUB_PROCESSES
from bpmn.names import EVENT_DEFINITIONS, FLOW_NODES, local, tag

MESSAGE_TASKS = frozenset({"sendTask", "receiveTask"})


class ScopeParser(ProcessParser):
    """Reads one process or sub-process: every child node, reachable or not, and every flow."""

    def create_spec(self) -> ScopeSpec:
        """Our spec, for processes that are not executable too."""
        return ScopeSpec(name=self.bpmn_id, description=self.get_name(), filename=self.filename)

    def add_tasks(self) -> None:
        """Every child, not only what the start events reach."""
        for child in self.node:
            name = local(child)
            if name in FLOW_NODES:
                self.parse_node(child)
            elif name == "sequenceFlow":
                self.spec.flows.append(child)

    def parse_io_spec(self) -> None:
        """Off: `facts` reads inputs and outputs; SpiffWorkflow loses those in no set."""

    def _index_process_nodes(self) -> None:
        """Off: it would index form fields by their ids as if they were nodes."""

    def get_outgoing_sequence_flows(self, _source: str) -> list[etree._Element]:
        """None: SpiffWorkflow follows flows by recursion, and drops what it does not reach."""
        return []

    def get_boundary_events(self, _host: str) -> list[etree._Element]:
        """None: boundary events are nodes of ours, not wrappers around their host."""
        return []


class ElementParser(TaskParser):
    """Tasks, gateways and call activities."""

    def parse_extensions(self, _node: etree._Element | None = None) -> dict[str, etree._Element]:
        """Keep the element: `compile` reads everything else from it."""
        return {"element": self.node}

    def parse_documentation(self, _flow: etree._Element | None = None) -> str:
        """The node's own documentation, not one of its children's."""
        return documentation(self.node)

    def parse_incoming_data_references(self) -> list[object]:
        """None: SpiffWorkflow loops for ever on a data object two scopes up."""
        return []

    def parse_outgoing_data_references(self) -> list[object]:
        """None, for the same reason."""
        return []

    def parse_io_spec(self) -> None:
        """Off: `facts` reads inputs and outputs; SpiffWorkflow loses those in no set."""

    def _add_loop_task(self, _characteristics: etree._Element) -> None:
        """Off, as the next: it refuses loops that BPMN and vendors allow."""

    def _add_multiinstance_task(self, _characteristics: etree._Element) -> None:
        pass


class EventParser(ElementParser, EventDefinitionParser):
    """Events, and send and receive tasks, whose message is an event definition too."""

    def create_task(self) -> Element:
        """The event with all its definitions."""
        element: Element = self._create_task(self.get_event_definition([]))
        return element

    def get_event_definition(self, _paths: list[str]) -> EventDefinition:
        """All definitions of the event in drawn order, wherever the event stands."""
        elements = [child for child in self.node if local(child) in EVENT_DEFINITIONS]
        if not elements and self.node.get("messageRef"):
            elements = [self.node]
        self.event_nodes = elements
        definitions = [self._definition(element) for element in elements]
        if len(definitions) == 1:
            return definitions[0]
        if definitions:
            return MultipleEventDefinition(definitions)
        return NoneEventDefinition()

    def parse_message_event(self, event: etree._Element) -> EventDefinition:
        """Without a reference there is no message; SpiffWorkflow takes the event's name."""
        return super().parse_message_event(event) if event.get("messageRef") else _message()

    def parse_signal_event(self, event: etree._Element) -> EventDefinition:
        """As for messages."""
        return super().parse_signal_event(event) if event.get("signalRef") else _signal()

    def parse_timer_event(self, _event: etree._Element) -> EventDefinition:
        """Only a tag: SpiffWorkflow reads the first timer's text for every timer of an event."""
        return TimerEventDefinition("", "")

    def parse_conditional_event(self, _event: etree._Element) -> EventDefinition:
        """Only a tag, for the same reason."""
        return ConditionalEventDefinition("")

    def parse_compensate_event(self, _event: etree._Element) -> EventDefinition:
        """Compensation, wherever it stands."""
        return CompensateEventDefinition()

    def parse_link_event(self, event: etree._Element) -> EventDefinition:
        """A link with its name."""
        return LinkEventDefinition(event.get("name"))

    def _definition(self, element: etree._Element) -> EventDefinition:
        kind = local(element).removesuffix("EventDefinition")
        if kind in MESSAGE_TASKS:
            kind = "message"
        read: Callable[[etree._Element], EventDefinition] = getattr(self, f"parse_{kind}_event")
        definition = read(element)
        definition.element = element
        return definition


def _message() -> EventDefinition:
    return MessageEventDefinition(None)


def _signal() -> EventDefinition:
    return SignalEventDefinition(None)


class ScopeNodeParser(ElementParser):
    """Sub-processes of all kinds: a node, and a scope that is read in its turn."""

    def create_task(self) -> Element:
        """The node; its scope is read later, so nesting needs no recursion."""
        self.process_parser.parser.create_parser(self.node, filename=self.filename)
        element: Element = super().create_task()
        return element


class DiagramParser(BpmnParser):
    """One file. Never reused: its tables are keyed by the identity of a Python object."""

    OVERRIDE_PARSER_CLASSES = {  # noqa: RUF012 - SpiffWorkflow's extension point
        tag(name): (parser, Element)
        for parser, names in (
            (
                ElementParser,
                ACTIVITIES - SUB_PROCESSES - MESSAGE_TASKS | GATEWAYS,
            ),
            (
                EventParser,
                EVENTS | MESSAGE_TASKS,
            ),
            (ScopeNodeParser, SUB_PROCESSES),
        )
        for name in names
    }
    PROCESS_PARSER_CLASS = ScopeParser
    DATA_STORE_CLASSES = AnyDataStore()

    def __init__(self, lanes: dict[str, str]) -> None:
        super().__init__()
        self.lanes = lanes
        self.scopes: list[ScopeParser] = []

    def create_parser(
        self, node: etree._Element, filename: str | None = None, lane: str | None = None
    ) -> None:
        """Remember the scope, so that `read` reaches it."""
        super().create_parser(node, filename, lane)
        self.scopes.append(self.process_parsers[node.get("id")])

    def read(self) -> dict[str, ScopeSpec]:
        """All scopes by id; reading one may add its sub-processes to the end of the list."""
        return {scope.bpmn_id: scope.get_spec() for scope in self.scopes}

    def complete(self, root: etree._Element) -> None:
        """Fill the tables so that resolving cannot fail.

        Unnamed messages and signals get an empty name. What is missing gets an empty entry;
        `references` tells of it. A missing error has its id as code, as Camunda 7 reads it.
        """
        for table in (self.messages, self.signals):
            for key, name in table.items():
                table[key] = name or ""
        for element in root.iter():
            self._complete(element)

    def _complete(self, element: etree._Element) -> None:
        for attribute, table in (("messageRef", self.messages), ("signalRef", self.signals)):
            table.setdefault(element.get(attribute), "")
        error, escalation = element.get("errorRef"), element.get("escalationRef")
        self.errors.setdefault(error, {"name": error, "error_code": error})
        self.escalations.setdefault(escalation, {"name": "", "escalation_code": None})

    def _add_diagram_indexes(self, bpmn: etree._Element) -> None:
        """Our lanes; no positions, so that the order is as drawn and odd numbers do no harm."""
        key = self._document_key(bpmn)
        self.document_lanes[key] = self.lanes
        self.document_positions[key] = {}

    def _add_correlations(self, bpmn: etree._Element) -> None:
        """Stock, unless a property is incomplete: then it would refuse the whole file."""
        expressions = bpmn.findall(f".//{tag('correlationPropertyRetrievalExpression')}")
        complete = all(e.get("messageRef") and len(e) for e in expressions) and all(
            p.find(tag("correlationPropertyRetrievalExpression")) is not None
            for p in bpmn.iter(tag("correlationProperty"))
        )
        if complete:
            super()._add_correlations(bpmn)
