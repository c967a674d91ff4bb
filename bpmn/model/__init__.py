"""What a diagram means: all that validation, forms, drawing and the engine ever see of it.

Everything here is immutable and shared by all threads. Loading fills it (`bpmn.loading`, with the
vendor's meaning from `bpmn.dialects`); nobody else reads XML. Names are BPMN 2.0's
(formal/2011-01-03) where it has one.
"""

from bpmn.model.base import (
    EMPTY,
    Dialect,
    Expression,
    Extension,
    ListValue,
    MapValue,
    Problem,
    Script,
    Severity,
    Value,
    Variable,
)
from bpmn.model.diagram import Diagram, Drawn, MessageFlow, Participant, Shape
from bpmn.model.events import EventDefinition, EventKind, ImplicitThrow, Loop, LoopKind, TimerKind
from bpmn.model.process import (
    ACTIVITIES,
    EVENTS,
    GATEWAYS,
    SUB_PROCESSES,
    CorrelationKey,
    CorrelationProperty,
    CorrelationSubscription,
    Flow,
    Node,
    ProcessModel,
)
from bpmn.model.work import (
    Argument,
    Assignment,
    Call,
    ConnectorCall,
    DataAssociation,
    DataItem,
    FormKind,
    FormReference,
    Listener,
    Work,
    WorkKind,
)

__all__ = [
    "ACTIVITIES",
    "EMPTY",
    "EVENTS",
    "GATEWAYS",
    "SUB_PROCESSES",
    "Argument",
    "Assignment",
    "Call",
    "ConnectorCall",
    "CorrelationKey",
    "CorrelationProperty",
    "CorrelationSubscription",
    "DataAssociation",
    "DataItem",
    "Diagram",
    "Dialect",
    "Drawn",
    "EventDefinition",
    "EventKind",
    "Expression",
    "Extension",
    "Flow",
    "FormKind",
    "FormReference",
    "ImplicitThrow",
    "ListValue",
    "Listener",
    "Loop",
    "LoopKind",
    "MapValue",
    "MessageFlow",
    "Node",
    "Participant",
    "Problem",
    "ProcessModel",
    "Script",
    "Severity",
    "Shape",
    "TimerKind",
    "Value",
    "Variable",
    "Work",
    "WorkKind",
]
