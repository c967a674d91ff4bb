"""`load` and a reader with lxml alone see the same, field by field."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpmn.loading import load
from bpmn.model import EventDefinition, Flow, Node, ProcessModel, Script
from tests.bpmn.loading.plain_reader import PlainEvent, PlainFlow, PlainNode, PlainProcess, read

_HERE = Path(__file__).parent
_FILES = sorted(
    [
        *_HERE.glob("diagrams/*.bpmn"),
        *_HERE.parent.glob("dialects/*.bpmn"),
        *_HERE.parents[2].glob("examples/*/*.bpmn"),
    ]
)


@pytest.mark.parametrize("path", _FILES, ids=lambda path: path.stem)
def test_load_sees_what_the_plain_reader_sees(path):
    data = path.read_bytes()
    assert [_plain(model) for model in load(data).processes] == read(data)


def test_there_are_diagrams_to_compare():
    assert len(_FILES) >= 8


def _plain(model: ProcessModel) -> PlainProcess:
    return PlainProcess(
        id=model.id,
        nodes=frozenset(_node(node) for node in model.nodes),
        flows=frozenset(_flow(flow) for flow in model.flows),
    )


def _node(node: Node) -> PlainNode:
    return PlainNode(
        id=node.id,
        name=node.name,
        type=node.type,
        scope=node.scope,
        incoming=node.incoming,
        outgoing=node.outgoing,
        default=node.default,
        lane=node.lane,
        documentation=node.documentation,
        attached_to=node.attached_to,
        interrupting=node.interrupting,
        triggered_by_event=node.triggered_by_event,
        events=tuple(_event(event) for event in node.events),
        loop=node.loop.kind.value if node.loop else "",
        script=" ".join(node.script.text.split()) if _is_drawn(node) else "",
    )


def _is_drawn(node: Node) -> bool:
    """A Camunda 8 script is a vendor's element, which the plain reader does not know."""
    return node.script is not None and "zeebe:script" not in {e.tag for e in node.extensions}


def _event(event: EventDefinition) -> PlainEvent:
    label = event.code if event.kind in ("error", "escalation") else event.name
    return PlainEvent(
        kind=event.kind.value,
        reference=event.reference,
        text=_drawn_text(event.expression),
        label=_drawn_text(label),
    )


def _flow(flow: Flow) -> PlainFlow:
    condition = flow.condition
    return PlainFlow(
        id=flow.id,
        source=flow.source,
        target=flow.target,
        scope=flow.scope,
        condition=condition.text if isinstance(condition, Script) else _drawn_text(condition),
        is_default=flow.is_default,
    )


def _drawn_text(expression) -> str:
    return "" if expression is None else expression.text
