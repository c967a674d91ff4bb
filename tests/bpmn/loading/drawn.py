"""Small diagrams for tests: only what the test is about is written out."""

from __future__ import annotations

from bpmn.loading import load
from bpmn.model import Diagram, Problem, ProcessModel

_NAMESPACES = {
    "": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
}
_VENDORS = {
    "camunda": "http://camunda.org/schema/1.0/bpmn",
    "activiti": "http://activiti.org/bpmn",
    "zeebe": "http://camunda.org/schema/zeebe/1.0",
    "spiffworkflow": "http://spiffworkflow.org/bpmn/schema/1.0/core",
    "modeler": "http://camunda.org/schema/modeler/1.0",
}


def file_of(body: str, *, vendor: str = "", attributes: str = "") -> bytes:
    """A BPMN file with *body* in its definitions and the namespace of *vendor* declared."""
    names = _NAMESPACES | {name: _VENDORS[name] for name in vendor.split()}
    declared = " ".join(f'xmlns{":" if n else ""}{n}="{uri}"' for n, uri in names.items())
    return (
        f'<definitions {declared} id="d" targetNamespace="t" {attributes}>{body}</definitions>'
    ).encode()


def process_file(body: str, *, vendor: str = "", before: str = "") -> bytes:
    """A file with one executable process ``p``."""
    return file_of(f'{before}<process id="p" isExecutable="true">{body}</process>', vendor=vendor)


def drawn(body: str, *, vendor: str = "", before: str = "") -> ProcessModel:
    """The model of a process with *body*, loaded without errors."""
    diagram = load(process_file(body, vendor=vendor, before=before))
    assert errors(diagram) == []
    return diagram.processes[0]


def errors(diagram: Diagram) -> list[Problem]:
    """Problems that forbid deployment."""
    return [problem for problem in diagram.problems if problem.severity == "error"]


def codes(diagram: Diagram) -> list[str]:
    """Codes of the problems that forbid deployment."""
    return [problem.code for problem in errors(diagram)]


def chain(length: int) -> bytes:
    """A start event and *length* tasks in a row."""
    parts = ['<startEvent id="n0"/>']
    parts += [
        f'<task id="n{i}"/><sequenceFlow id="f{i}" sourceRef="n{i - 1}" targetRef="n{i}"/>'
        for i in range(1, length + 1)
    ]
    return process_file("\n".join(parts))
