"""Who sets the variables that conditions read: a user task whose form does not ask cannot."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from bpmn.forms import Needed, declared_form, needed_after
from bpmn.model import (
    Diagram,
    Dialect,
    EventKind,
    FormKind,
    Node,
    Problem,
    ProcessModel,
    WorkKind,
)
from bpmn.validation.rule import warning

_DECLARED = frozenset({FormKind.FIELDS, FormKind.FORM_JS})
_BRINGING = frozenset({EventKind.MESSAGE, EventKind.SIGNAL, EventKind.CONDITIONAL})


def conditions_are_supplied(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """A condition right behind a user task reads what that task's form, or something before, sets.

    Nothing is said where anything before may set it that the diagram does not tell: workers,
    handlers, called processes, messages.
    """
    for node in model.nodes:
        if node.type != "userTask" or node.listeners:
            continue
        asked = _asked(node)
        if asked is None:
            continue
        missing = [one for one in needed_after(model, node) if one.name not in asked]
        if missing and not _may_be_set(model, node, missing):
            yield from (_problem(node, one) for one in missing)


def _problem(node: Node, one: Needed) -> Problem:
    name = ".".join(one.path)
    what = "has no form" if node.form is None else "has a form without it"
    hint = (
        f"Laneway asks for {name!r} where it is missing; give the task a form that asks for it in "
        "your words."
        if node.form is None
        else f"Add a field {name!r} to the form, or set it before."
    )
    return warning(
        "condition-not-supplied",
        node,
        f"The condition {one.condition.text!r} of {one.at!r} reads {name!r}, which nothing before "
        f"sets, and {node.label!r} {what}.",
        hint,
    )


def _asked(node: Node) -> frozenset[str] | None:
    """Variables for which the task's form asks, ``None`` when the diagram does not hold it."""
    if node.form is None:
        return frozenset()
    if node.form.kind not in _DECLARED:
        return None
    form = declared_form(node.form, element_id=node.id)
    return None if form is None else frozenset(field.path[0] for field in form.fields)


def _may_be_set(model: ProcessModel, node: Node, missing: list[Needed]) -> bool:
    """Whether something that comes before *node* sets all of *missing*, or may."""
    names = {one.name for one in missing}
    for before in _upstream(model, node):
        found = _set_by(model, before)
        if found is None:
            return True
        names -= found
    return not names - {item.name for item in model.data}


def _set_by(model: ProcessModel, node: Node) -> frozenset[str] | None:
    """Variables that *node* sets, ``None`` when the diagram does not tell."""
    found = {output.target.partition(".")[0] for output in (*node.outputs, *node.inputs)}
    found |= {node.result_variable, node.initiator}
    if node.loop is not None:
        found |= {node.loop.output_collection, node.loop.element_variable}
    form = _asked(node) if node.form is not None else frozenset()
    if form is None or _is_opaque(model, node):
        return None
    if node.work is not None:
        found.add(node.work.result_variable)
    for event in node.events:
        found |= {event.code_variable, event.message_variable}
    return frozenset(found) | form


def _is_opaque(model: ProcessModel, node: Node) -> bool:
    work = node.work
    calls = work is not None and work.kind not in {WorkKind.NONE, WorkKind.EXPRESSION}
    decides = work is not None and work.kind is WorkKind.DECISION and bool(work.result_variable)
    brings = node.type not in {"intermediateThrowEvent", "endEvent"} and any(
        event.kind in _BRINGING for event in node.events
    )
    is_script = node.script is not None and node.script.format != "feel"
    evaluates = work is not None and work.kind is WorkKind.EXPRESSION
    is_java = evaluates and model.dialect is Dialect.CAMUNDA7
    mapped = model.dialect is Dialect.CAMUNDA8 and bool(node.outputs)
    waits = node.type in {"receiveTask", "callActivity", "adHocSubProcess"}
    is_known = decides or mapped
    opaque = (calls or brings or waits) and not is_known
    return bool(opaque or is_script or is_java or node.listeners or node.data)


def _upstream(model: ProcessModel, node: Node) -> Iterator[Node]:
    """What may have come before *node*, itself included; rather too much than too little."""
    seen: set[str] = set()
    todo = deque([node.id])
    while todo:
        current = model.node.get(todo.popleft())
        if current is None or current.id in seen:
            continue
        seen.add(current.id)
        yield current
        todo.extend(model.flow[flow].source for flow in current.incoming)
        todo.append(current.attached_to)
        todo.append(current.scope)
        todo.extend(inner.id for inner in model.nodes_in.get(current.id, ()))
        if current.triggered_by_event:
            todo.extend(other.id for other in model.nodes_in.get(current.scope, ()))
