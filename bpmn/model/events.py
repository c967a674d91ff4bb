"""Event definitions and loop characteristics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bpmn.model.base import Expression, Extension, Variable, no_attributes
from bpmn.model.work import Work


class EventKind(StrEnum):
    """BPMN 2.0 event definitions (p. 233 ff); no definition at all is a none event."""

    MESSAGE = "message"
    TIMER = "timer"
    SIGNAL = "signal"
    ERROR = "error"
    ESCALATION = "escalation"
    CONDITIONAL = "conditional"
    COMPENSATION = "compensation"
    CANCEL = "cancel"
    LINK = "link"
    TERMINATE = "terminate"


class TimerKind(StrEnum):
    """Which child the timer event definition has."""

    DATE = "date"
    DURATION = "duration"
    CYCLE = "cycle"


@dataclass(frozen=True, slots=True)
class EventDefinition:
    """One event definition of an event (or the message of a send or receive task).

    Attributes:
        name: message or signal name, link name; ``None`` when none is given.
        code: error or escalation code; ``None`` catches every code.
        message: of a thrown error, for people.
        expression: timer text, or the condition.
        correlation_key: ``zeebe:subscription correlationKey``.
        time_to_live, message_id: of a thrown message: how long it is kept, and what keeps it from
            being published twice meanwhile; Camunda 8 only.
        payload: what a thrown signal or message carries (``camunda:in``...), with ``payload_all``
            every visible variable, with ``payload_own`` those of the event's own scope.
        business_key: of the instances that a thrown signal starts.
        is_async: a thrown signal reaches each receiver by a job of its own.
        code_variable, message_variable: variables that receive a caught error or escalation.
        activity_ref, wait_for_completion: compensation.
        variable_name, variable_events: limits of a conditional event: names with commas between,
            and kinds of writes (``create``, ``update``, ``delete``).
        work: how a thrown message is sent (``camunda:type="external"``...), as of a send task.
    """

    kind: EventKind
    id: str = ""
    reference: str = ""
    name: Expression | None = None
    code: Expression | None = None
    message: Expression | None = None
    timer: TimerKind | None = None
    expression: Expression | None = None
    correlation_key: Expression | None = None
    time_to_live: Expression | None = None
    message_id: Expression | None = None
    payload: tuple[Variable, ...] = ()
    payload_all: bool = False
    payload_own: bool = False
    business_key: Expression | None = None
    is_async: bool = False
    code_variable: str = ""
    message_variable: str = ""
    activity_ref: str = ""
    wait_for_completion: bool = True
    variable_name: str = ""
    variable_events: tuple[str, ...] = ()
    work: Work | None = None
    attributes: Mapping[str, str] = field(default_factory=no_attributes)
    extensions: tuple[Extension, ...] = ()
    line: int = 0


class LoopKind(StrEnum):
    """Loop characteristics (BPMN 2.0 p. 189 ff)."""

    STANDARD = "standard"
    SEQUENTIAL = "sequential"
    PARALLEL = "parallel"


@dataclass(frozen=True, slots=True)
class ImplicitThrow:
    """An event that a multi-instance activity throws when an instance completes."""

    event: EventDefinition
    condition: Expression | None = None


@dataclass(frozen=True, slots=True)
class Loop:
    """Loop or multi-instance characteristics of an activity.

    ``collection`` is the variable or expression that is iterated (vendor attribute, or the
    variable behind ``loopDataInputRef``); ``element_variable`` receives the item, the item's
    result is ``output_element`` (an expression or variable) collected in index order into the
    variable ``output_collection``. Standard loops use ``condition``, ``test_before``, ``maximum``.
    ``behavior`` is BPMN's multi-instance behavior (None, One, All, Complex), ``throws`` its events.
    """

    kind: LoopKind
    condition: Expression | None = None
    test_before: bool = False
    maximum: int | None = None
    cardinality: Expression | None = None
    collection: Expression | None = None
    element_variable: str = ""
    output_collection: str = ""
    output_element: Expression | None = None
    completion_condition: Expression | None = None
    behavior: str = "All"
    throws: tuple[ImplicitThrow, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=no_attributes)
    extensions: tuple[Extension, ...] = ()
    line: int = 0
