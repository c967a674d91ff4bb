"""What is not run yet is refused by name; the report says what becomes of everything else."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpmn.loading import load
from bpmn.validation import report, validate
from tests.bpmn.loading.drawn import process_file

_HERE = Path(__file__).parent
_MI = "multiInstanceLoopCharacteristics"


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (
            (
                '<userTask id="x"><extensionElements><camunda:executionListener event="start">'
                "<camunda:connector><camunda:connectorId>http</camunda:connectorId>"
                "</camunda:connector></camunda:executionListener></extensionElements></userTask>"
            ),
            "a connector as listener",
        ),
        (
            '<callActivity id="x" calledElement="y" camunda:variableMappingClass="z"/>',
            "a variable mapping class",
        ),
    ],
)
def test_what_is_not_run_is_refused_by_name(body, what):
    diagram = load(process_file(body, vendor="camunda"))
    refused = [p for p in validate(diagram) if p.code == "element-refused"]
    assert [p.element_id for p in refused] == ["x"]
    assert what in refused[0].message
    assert refused[0].severity == "error"
    assert "refused" in [entry.fate for entry in report(diagram)]


def with_listener(event: str, how: str, element: str = "execution") -> bytes:
    listener = f'<camunda:{element}Listener event="{event}" {how}/>'
    return process_file("", vendor="camunda").replace(
        b'isExecutable="true">',
        f'isExecutable="true"><extensionElements>{listener}</extensionElements>'.encode(),
    )


@pytest.mark.parametrize("how", ['delegateExpression="${audit}"', 'expression="${execution.id}"'])
def test_whoever_listens_to_the_process_is_told(how):
    data = with_listener("start", how)
    assert not [p for p in validate(load(data)) if p.code.startswith("listener")]


def test_a_listener_without_work_or_with_an_unknown_event_is_a_problem():
    found = [problem.code for problem in validate(load(with_listener("begin", "")))]
    assert {"listener-empty", "listener-event"} <= set(found)


def test_a_listener_that_is_never_told_anything_is_said():
    found = validate(load((_HERE / "never_told.bpmn").read_bytes()))
    (told,) = [p for p in found if p.code == "listener-never-told"]
    assert (told.element_id, told.severity) == ("End", "warning")
    assert "terminate end event" in told.message


def test_the_report_names_every_element_type_and_vendor_name():
    diagram = load((_HERE.parent / "dialects" / "camunda7.bpmn").read_bytes())
    entries = {entry.name: entry for entry in report(diagram)}
    assert [e.fate for e in report(diagram) if e.name == "userTask"] == ["runs"]
    assert entries["camunda:assignee"].fate == "runs"
    assert entries["camunda:assignee"].elements == ("User_1",)
    assert entries["camunda:class"].fate == "approximated"
    assert entries["camunda:properties"].fate == "kept"
    assert all(entry.sentence for entry in entries.values())


def test_the_report_tells_what_stops_deployment_first():
    diagram = load((_HERE.parent / "dialects" / "camunda7.bpmn").read_bytes())
    fates = [entry.fate.value for entry in report(diagram)]
    order = ["refused", "approximated", "kept", "runs"]
    assert fates == sorted(fates, key=order.index)


def test_an_unknown_vendor_name_is_kept_and_said():
    diagram = load(process_file('<task id="x" camunda:unheardOf="1"/>', vendor="camunda"))
    (entry,) = [e for e in report(diagram) if e.name == "camunda:unheardOf"]
    assert entry.fate == "kept"


@pytest.mark.parametrize(
    ("vendor", "body", "what"),
    [
        ("zeebe", "<zeebe:linkedResources/>", "hands files to its worker"),
        ("spiffworkflow", "<spiffworkflow:allowGuest>true</spiffworkflow:allowGuest>", "guests"),
    ],
)
def test_what_another_vendor_means_and_we_do_not_is_refused(vendor, body, what):
    task = f'<manualTask id="x"><extensionElements>{body}</extensionElements></manualTask>'
    found = [p.message for p in validate(load(process_file(task, vendor=vendor)))]
    assert [message for message in found if what in message]
