"""The report knows every name that the two Camundas and SpiffWorkflow give to a modeler."""

import pytest

from bpmn.validation.fates import VENDOR, Fate, shares

CAMUNDA = """
assignee asyncBefore asyncAfter async businessKey calledElementBinding calledElementVersion
calledElementVersionTag calledElementTenantId caseBinding caseRef caseTenantId caseVersion
candidateGroups candidateUsers candidateStarterGroups candidateStarterUsers class collection
connector connectorId constraint decisionRef decisionRefBinding decisionRefTenantId
decisionRefVersion decisionRefVersionTag delegateExpression diagramRelationId dueDate
elementVariable entry errorCodeVariable errorEventDefinition errorMessage errorMessageVariable
escalationCodeVariable exclusive executionListener expression failedJobRetryTimeCycle field
followUpDate formData formField formHandlerClass formKey formProperty formRef formRefBinding
formRefVersion historyTimeToLive in initiator inputOutput inputParameter isStartableInTasklist
jobPriority list map mapDecisionResult modelerTemplate modelerTemplateVersion out
outputParameter potentialStarter priority properties property resource resultVariable script
string taskListener taskPriority topic type validation value variableEvents
variableMappingClass variableMappingDelegateExpression variableName versionTag
"""
ZEEBE = """
adHoc assignmentDefinition calledDecision calledElement conditionalFilter executionListener
executionListeners formDefinition header input ioMapping jobPriorityDefinition linkedResource
linkedResources loopCharacteristics modelerTemplate modelerTemplateIcon modelerTemplateVersion
output priorityDefinition properties property publishMessage script subscription taskDefinition
taskHeaders taskListener taskListeners taskSchedule userTask userTaskForm versionTag
"""
SPIFF = """
allowGuest calledDecisionId instructionsForEndUser messagePayload messageVariable parameter
parameters payloadExpression postScript preScript properties serviceTaskOperator variableName
"""


@pytest.mark.parametrize(
    ("prefix", "names"), [("camunda", CAMUNDA), ("zeebe", ZEEBE), ("spiffworkflow", SPIFF)]
)
def test_every_name_of_a_vendor_has_its_fate(prefix, names):
    unknown = [name for name in names.split() if f"{prefix}:{name}" not in VENDOR]
    assert unknown == []


@pytest.mark.parametrize("prefix", ["camunda", "zeebe"])
def test_most_names_run_and_the_shares_add_up(prefix):
    found = shares(prefix)
    whole = sum(name.startswith(f"{prefix}:") for name in VENDOR)
    assert sum(found.values()) == whole
    assert found[Fate.RUNS] / whole > 0.6
