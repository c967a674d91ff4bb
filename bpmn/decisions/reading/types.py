"""Item definitions of the XML to the model."""

from __future__ import annotations

from bpmn.decisions.model import FunctionItem, ItemDefinition, Parameter
from bpmn.decisions.reading.texts import type_ref
from bpmn.decisions.reading.xml import Node


def read_type(node: Node) -> ItemDefinition:
    """An item definition, or a component of one."""
    return ItemDefinition(
        id=node.id,
        type_ref=type_ref(node),
        line=node.line,
        name=" ".join(node.get("name").split()),
        components=tuple(read_type(child) for child in node.children("itemComponent")),
        is_collection=node.get("isCollection") in {"true", "1"},
        allowed=_tests(node, "allowedValues"),
        constraint=_tests(node, "typeConstraint"),
        function=_function(node),
    )


def _tests(node: Node, tag: str) -> str:
    found = node.child(tag)
    return "" if found is None else found.text()


def _function(node: Node) -> FunctionItem | None:
    found = node.child("functionItem")
    if found is None:
        return None
    parameters = tuple(
        Parameter(id=child.id, type_ref=type_ref(child), line=child.line, name=child.get("name"))
        for child in found.children("parameters")
    )
    return FunctionItem(parameters=parameters, result=found.get("outputTypeRef"))
