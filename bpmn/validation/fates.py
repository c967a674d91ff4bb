"""Tables of the compatibility report: what Laneway makes of element types and vendor names."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Fate(StrEnum):
    """What becomes of something that is drawn."""

    RUNS = "runs"
    APPROXIMATED = "approximated"
    REFUSED = "refused"
    KEPT = "kept"


Line = tuple[Fate, str]

IGNORED = ("xsi:", "bioc:", "color:", "modeler:")
"""Prefixes that only concern drawing and modelers."""

ELEMENTS: Mapping[str, Line] = {
    "transaction": (Fate.RUNS, "Undone as a whole when a cancel end event is reached."),
    "adHocSubProcess": (
        Fate.RUNS,
        "What needs nobody starts by itself; people start the rest from its task.",
    ),
    "manualTask": (Fate.RUNS, "Passes through; in SpiffWorkflow diagrams it waits for a person."),
    "task": (Fate.RUNS, "Passes through."),
    "sendTask": (Fate.RUNS, "Sends its message, or calls its worker or handler."),
    "serviceTask": (Fate.RUNS, "Calls its worker or handler as a job; passes where none is named."),
}


def _same(names: str, fate: Fate, sentence: str) -> dict[str, Line]:
    return dict.fromkeys(names.split(), (fate, sentence))


VENDOR: Mapping[str, Line] = {
    **_same(
        "camunda:assignee camunda:candidateUsers camunda:candidateGroups camunda:dueDate "
        "camunda:followUpDate camunda:priority zeebe:assignmentDefinition zeebe:taskSchedule "
        "zeebe:priorityDefinition zeebe:userTask",
        Fate.RUNS,
        "Decides who sees the task, and when it is due.",
    ),
    **_same(
        "camunda:formData camunda:formRef zeebe:formDefinition zeebe:userTaskForm "
        "camunda:formRefBinding camunda:formRefVersion",
        Fate.RUNS,
        "The form that the person fills in.",
    ),
    **_same(
        "camunda:formProperty",
        Fate.APPROXIMATED,
        "Activiti's form properties become form fields.",
    ),
    **_same(
        "camunda:formKey",
        Fate.APPROXIMATED,
        "A form of the modeler, deployed with the diagram, is used; any other key is kept and a "
        "form is generated.",
    ),
    **_same(
        "camunda:inputOutput zeebe:ioMapping camunda:in camunda:out camunda:collection "
        "camunda:elementVariable zeebe:loopCharacteristics camunda:resultVariable "
        "camunda:initiator spiffworkflow:preScript spiffworkflow:postScript",
        Fate.RUNS,
        "Maps variables.",
    ),
    **_same(
        "camunda:type camunda:topic zeebe:taskDefinition zeebe:taskHeaders camunda:taskPriority",
        Fate.RUNS,
        "A worker fetches the task under this name; io.camunda:http-json:1 is called over HTTP.",
    ),
    **_same(
        "camunda:class camunda:delegateExpression",
        Fate.APPROXIMATED,
        "Calls the Python handler that is registered under this name; Java code is not run.",
    ),
    **_same(
        "spiffworkflow:serviceTaskOperator",
        Fate.RUNS,
        "Operators of http are calls over HTTP; any other is the Python handler of that name.",
    ),
    **_same(
        "camunda:field",
        Fate.APPROXIMATED,
        "The handler receives the fields by name.",
    ),
    **_same(
        "camunda:expression zeebe:script",
        Fate.RUNS,
        "Is evaluated.",
    ),
    **_same(
        "camunda:asyncBefore camunda:asyncAfter camunda:async camunda:failedJobRetryTimeCycle",
        Fate.RUNS,
        "The engine commits here and goes on in a job.",
    ),
    **_same(
        "camunda:exclusive camunda:jobPriority zeebe:jobPriorityDefinition",
        Fate.APPROXIMATED,
        "Jobs run in order of due time; steps of one instance never overlap.",
    ),
    **_same(
        "camunda:calledElementBinding camunda:calledElementVersion camunda:calledElementVersionTag "
        "zeebe:calledElement",
        Fate.RUNS,
        "Chooses the process that is called.",
    ),
    **_same(
        "camunda:decisionRef camunda:decisionRefBinding camunda:decisionRefVersion "
        "camunda:decisionRefVersionTag camunda:mapDecisionResult zeebe:calledDecision "
        "spiffworkflow:calledDecisionId",
        Fate.RUNS,
        "Chooses the decision, which is evaluated on the spot, and the form of its result.",
    ),
    **_same(
        "zeebe:adHoc",
        Fate.RUNS,
        "Chooses what starts first; the output of each flow is collected.",
    ),
    **_same(
        "zeebe:subscription",
        Fate.RUNS,
        "The message is received by the instance with this correlation key.",
    ),
    **_same(
        "camunda:errorCodeVariable camunda:errorMessageVariable camunda:errorEventDefinition "
        "camunda:escalationCodeVariable",
        Fate.RUNS,
        "Receives, or decides, the error.",
    ),
    **_same(
        "camunda:variableName camunda:variableEvents zeebe:conditionalFilter",
        Fate.RUNS,
        "The condition is asked for these variables and kinds of writes only.",
    ),
    **_same(
        "camunda:versionTag zeebe:versionTag camunda:candidateStarterGroups "
        "camunda:candidateStarterUsers camunda:isStartableInTasklist",
        Fate.RUNS,
        "Version tag and who may start the process.",
    ),
    **_same(
        "camunda:executionListener camunda:taskListener",
        Fate.RUNS,
        "Expressions and scripts run within the step, handlers as a job that is waited for, or "
        "beside when their element is cancelled.",
    ),
    **_same(
        "zeebe:executionListeners zeebe:taskListeners zeebe:taskListener",
        Fate.RUNS,
        "Workers are waited for; of a task, they may deny and correct what is wanted of it.",
    ),
    **_same(
        "camunda:inputParameter camunda:outputParameter camunda:list camunda:map camunda:entry "
        "camunda:value camunda:businessKey zeebe:input zeebe:output",
        Fate.RUNS,
        "Maps variables.",
    ),
    **_same(
        "camunda:formField camunda:validation camunda:constraint camunda:formType",
        Fate.RUNS,
        "A field of the form, checked by the server too.",
    ),
    **_same(
        "camunda:formHandlerClass",
        Fate.APPROXIMATED,
        "Java code is not run; the form is checked by its own rules.",
    ),
    **_same(
        "camunda:script camunda:string camunda:potentialStarter zeebe:header "
        "zeebe:executionListener zeebe:publishMessage zeebe:bindingType",
        Fate.RUNS,
        "As its vendor defines it.",
    ),
    **_same(
        "camunda:resource",
        Fate.RUNS,
        "A script in a file of its deployment (deployment://name); any other place is refused.",
    ),
    **_same(
        "camunda:connector camunda:connectorId",
        Fate.RUNS,
        "A job calls the connector of this name; deployment refuses names that nobody has.",
    ),
    **_same(
        "camunda:variableMappingClass camunda:variableMappingDelegateExpression",
        Fate.REFUSED,
        "Java code is not run; map the variables with in and out mappings.",
    ),
    **_same(
        "camunda:caseRef camunda:caseBinding camunda:caseVersion camunda:caseTenantId",
        Fate.REFUSED,
        "Laneway runs no cases (CMMN); call a process.",
    ),
    **_same(
        "camunda:calledElementTenantId camunda:decisionRefTenantId",
        Fate.RUNS,
        "What is called is looked for in that organisation, where the operator allows it.",
    ),
    **_same(
        "zeebe:linkedResources zeebe:linkedResource",
        Fate.REFUSED,
        "Laneway hands no files to workers; give the worker its file by name in a header.",
    ),
    **_same(
        "spiffworkflow:instructionsForEndUser spiffworkflow:messagePayload "
        "spiffworkflow:messageVariable spiffworkflow:payloadExpression "
        "spiffworkflow:variableName spiffworkflow:parameters spiffworkflow:parameter",
        Fate.RUNS,
        "As SpiffWorkflow defines it.",
    ),
    **_same(
        "spiffworkflow:allowGuest",
        Fate.REFUSED,
        "Only who logs in does a task; remove it.",
    ),
    **_same(
        "camunda:modelerTemplate camunda:modelerTemplateVersion camunda:diagramRelationId "
        "camunda:errorMessage camunda:property zeebe:property zeebe:modelerTemplate "
        "zeebe:modelerTemplateVersion zeebe:modelerTemplateIcon",
        Fate.KEPT,
        "Kept with the diagram; it has no effect here.",
    ),
    **_same(
        "camunda:properties zeebe:properties spiffworkflow:properties camunda:historyTimeToLive",
        Fate.KEPT,
        "Kept, and shown to handlers and workers.",
    ),
}


def shares(prefix: str) -> Mapping[Fate, int]:
    """How many names of a vendor, as ``camunda``, meet each fate."""
    found = [fate for name, (fate, _) in VENDOR.items() if name.startswith(f"{prefix}:")]
    return {fate: found.count(fate) for fate in Fate}
