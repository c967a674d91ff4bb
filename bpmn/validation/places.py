"""Where each vendor name has an effect; anywhere else it is kept, and said to do nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bpmn.model import (
    ACTIVITIES,
    EVENTS,
    GATEWAYS,
    Diagram,
    EventDefinition,
    Extension,
    Node,
    Problem,
    ProcessModel,
)
from bpmn.validation.rule import Located, warning

_NODES = ACTIVITIES | EVENTS | GATEWAYS
_THROWS = frozenset({"intermediateThrowEvent", "endEvent", "sendTask"})
_WORKING = frozenset({"serviceTask", "sendTask", "businessRuleTask"})
_SENDING = _WORKING | {"thrown message"}
_MAPPED = ACTIVITIES | {"intermediateCatchEvent", "intermediateThrowEvent", "endEvent"}
_USER = frozenset({"userTask"})
_FORM = frozenset({"userTask", "startEvent"})
_CALL = frozenset({"callActivity"})
_PROCESS = frozenset({"process"})
_MAPPINGS = frozenset({"camunda:inputOutput", "zeebe:ioMapping"})
_LOOP = frozenset({"loop"})


def _of(names: str, places: frozenset[str]) -> dict[str, frozenset[str]]:
    return dict.fromkeys(names.split(), places)


PLACES: Mapping[str, frozenset[str]] = {
    **_of(
        "camunda:assignee camunda:candidateUsers camunda:candidateGroups camunda:dueDate "
        "camunda:followUpDate camunda:priority camunda:taskListener zeebe:assignmentDefinition "
        "zeebe:taskSchedule zeebe:priorityDefinition zeebe:userTask zeebe:taskListeners",
        _USER,
    ),
    **_of(
        "camunda:formData camunda:formKey camunda:formRef camunda:formRefBinding "
        "camunda:formRefVersion camunda:formProperty camunda:formHandlerClass "
        "zeebe:formDefinition",
        _FORM,
    ),
    **_of("camunda:initiator", frozenset({"startEvent"})),
    **_of("camunda:collection camunda:elementVariable zeebe:loopCharacteristics", _LOOP),
    **_of("camunda:resultVariable", _SENDING | {"scriptTask"}),
    **_of(
        "camunda:type camunda:topic camunda:class camunda:delegateExpression camunda:expression "
        "camunda:field camunda:connector camunda:errorEventDefinition camunda:decisionRef "
        "camunda:decisionRefBinding camunda:decisionRefVersion camunda:decisionRefVersionTag "
        "camunda:decisionRefTenantId camunda:mapDecisionResult",
        _SENDING,
    ),
    **_of("camunda:taskPriority", _SENDING | _PROCESS),
    **_of(
        "camunda:calledElementBinding camunda:calledElementVersion camunda:calledElementVersionTag "
        "camunda:calledElementTenantId camunda:out zeebe:calledElement",
        _CALL,
    ),
    **_of("camunda:in", _CALL | {"thrown signal", "thrown message"}),
    **_of("camunda:inputParameter zeebe:input", _MAPPED),
    **_of(
        "camunda:inputOutput camunda:outputParameter zeebe:ioMapping zeebe:output",
        _MAPPED | {"startEvent", "boundaryEvent"},
    ),
    **_of("camunda:executionListener", _NODES | _PROCESS | {"flow"}),
    **_of("zeebe:executionListeners", _NODES | _PROCESS),
    **_of("camunda:asyncBefore camunda:asyncAfter camunda:exclusive", _NODES | {"loop"}),
    **_of("camunda:async", _NODES | {"thrown signal"}),
    **_of("camunda:failedJobRetryTimeCycle", _NODES),
    **_of("camunda:jobPriority zeebe:jobPriorityDefinition", _NODES | _PROCESS),
    **_of(
        "camunda:errorCodeVariable camunda:errorMessageVariable",
        frozenset({"caught error"}),
    ),
    **_of("camunda:errorMessage", frozenset({"caught error", "thrown error"})),
    **_of("camunda:escalationCodeVariable", frozenset({"caught escalation"})),
    **_of(
        "camunda:variableName camunda:variableEvents zeebe:conditionalFilter",
        frozenset({"caught conditional"}),
    ),
    **_of(
        "camunda:historyTimeToLive camunda:candidateStarterGroups camunda:candidateStarterUsers "
        "camunda:isStartableInTasklist camunda:potentialStarter camunda:versionTag "
        "zeebe:userTaskForm zeebe:versionTag",
        _PROCESS,
    ),
    **_of(
        "zeebe:taskDefinition zeebe:taskHeaders",
        _WORKING
        | {"scriptTask", "userTask", "intermediateThrowEvent", "endEvent", "adHocSubProcess"},
    ),
    **_of("zeebe:calledDecision", frozenset({"businessRuleTask"})),
    **_of("zeebe:script", frozenset({"scriptTask"})),
    **_of("zeebe:adHoc", frozenset({"adHocSubProcess"})),
    **_of("zeebe:subscription", frozenset({"caught message", "thrown message"})),
    **_of("zeebe:publishMessage", frozenset({"thrown message", "caught message"})),
}


@dataclass(frozen=True, slots=True)
class Use:
    """A vendor name where it is drawn; ``place`` is an element, ``loop``, or ``thrown signal``."""

    name: str
    at: Located
    place: str

    @property
    def has_effect(self) -> bool:
        """Whether anything comes of it there; what the table does not know is not judged."""
        return self.name not in PLACES or self.place in PLACES[self.name]


def uses(model: ProcessModel) -> Iterator[Use]:
    """Every vendor attribute and element of *model*, in drawn order."""
    yield from _names(model, "process", model.attributes, model.extensions)
    for flow in model.flows:
        yield from _names(flow, "flow", flow.attributes, flow.extensions)
    for node in model.nodes:
        yield from _names(node, node.type, node.attributes, node.extensions)
        for event in node.events:
            yield from _names(node, _of_event(node, event), event.attributes, event.extensions)
        if node.loop is not None:
            yield from _names(node, "loop", node.loop.attributes, node.loop.extensions)


def names_have_effect(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """A vendor's name stands where its vendor reads it."""
    for use in uses(model):
        if not use.has_effect:
            where = "multi-instance loop" if use.place == "loop" else use.place
            yield warning(
                "name-without-effect",
                use.at,
                f"{use.name!r} of {use.at.name or use.at.id!r} does nothing at a {where}.",
                f"Remove it. It works at: {', '.join(sorted(PLACES[use.name]))}.",
            )


def _of_event(node: Node, event: EventDefinition) -> str:
    return f"{'thrown' if node.type in _THROWS else 'caught'} {event.kind.value}"


def _names(
    at: Located,
    place: str,
    attributes: Mapping[str, str],
    extensions: tuple[Extension, ...],
) -> Iterator[Use]:
    mappings = (e for e in extensions if e.tag in _MAPPINGS)
    inner = (child.tag for mapping in mappings for child in mapping.children)
    for name in (*attributes, *(extension.tag for extension in extensions), *inner):
        if ":" in name:
            yield Use(name, at, place)
