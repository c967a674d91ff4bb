"""Global tasks as processes of one task, which is how a call activity calls them (p. 187)."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy

from lxml import etree

from bpmn.model import Problem
from bpmn.names import local, tag

_TASKS = {
    "globalTask": "task",
    "globalUserTask": "userTask",
    "globalManualTask": "manualTask",
    "globalScriptTask": "scriptTask",
    "globalBusinessRuleTask": "businessRuleTask",
}
IS_GLOBAL = "isGlobalTask"
"""Attribute of a process that was drawn as a global task; no attribute of the standard's."""

_OF_TASK = frozenset({"extensionElements", "ioSpecification", "script", "rendering"})
_ROLES = frozenset({"performer", "humanPerformer", "potentialOwner", "resourceRole"})


def expand(root: etree._Element) -> Iterator[Problem]:
    """Turn each global task of *root* into a process, in place; yield what is wrong with it."""
    for element in list(root):
        kind = _TASKS.get(local(element))
        if kind is not None:
            yield from _bindings(root, element)
            _to_process(element, kind)


def _to_process(element: etree._Element, kind: str) -> None:
    name = element.get("id", "")
    # A copy keeps the line.
    task = deepcopy(element)
    task.tag = tag(kind)
    task.set("id", f"{name}.task")
    for child in list(task):
        if local(child) not in _OF_TASK | _ROLES:
            task.remove(child)
    language = task.attrib.pop("scriptLanguage", None)
    if language is not None:
        task.set("scriptFormat", language)
    for attribute in set(element.attrib) - {"id", "name"}:
        del element.attrib[attribute]
    for child in list(element):
        if local(child) in _OF_TASK | _ROLES:
            element.remove(child)
    element.tag = tag("process")
    element.set("isExecutable", "true")
    element.set(IS_GLOBAL, "true")
    element.append(task)


def _bindings(root: etree._Element, element: etree._Element) -> Iterator[Problem]:
    """An ioBinding's data has the types of its operation's messages (BPMN 2.0 p. 218)."""
    types = {e.get("id"): e.get("itemSubjectRef") for e in element.iter(tag("dataInput"))}
    types |= {e.get("id"): e.get("itemSubjectRef") for e in element.iter(tag("dataOutput"))}
    messages = {e.get("id"): e.get("itemRef") for e in root.iterfind(tag("message"))}
    operations = {e.get("id"): e for e in root.iter(tag("operation"))}
    for binding in element.iterfind(tag("ioBinding")):
        operation = operations.get(binding.get("operationRef"))
        for side, wanted in (("inputDataRef", "inMessageRef"), ("outputDataRef", "outMessageRef")):
            if operation is None or binding.get(side) not in types:
                continue
            message = operation.findtext(tag(wanted), default="").strip()
            found, expected = types[binding.get(side)], messages.get(message)
            if found != expected:
                yield Problem(
                    code="io-binding-mismatch",
                    message=f"{binding.get(side)!r} of the global task {element.get('id')!r} is "
                    f"{found!r}, but the message {message!r} of its operation is {expected!r}.",
                    hint="Give both the same item definition.",
                    element_id=element.get("id", ""),
                    element_name=element.get("name", ""),
                    line=binding.sourceline or 0,
                )
