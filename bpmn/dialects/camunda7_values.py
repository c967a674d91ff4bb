"""Camunda 7's values: input and output parameters, lists, maps, scripts, fields, properties."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from textwrap import dedent
from types import MappingProxyType

from bpmn.dialects.base import attribute, each, find, inside
from bpmn.dialects.languages import Use, expression
from bpmn.model import (
    EMPTY,
    Dialect,
    Expression,
    Extension,
    ListValue,
    MapValue,
    Script,
    Value,
    Variable,
)


def parameters(
    mapping: Extension | None,
) -> tuple[tuple[Variable, ...], tuple[Variable, ...]]:
    """Inputs and outputs of a ``camunda:inputOutput`` element."""
    if mapping is None:
        return (), ()
    return (
        tuple(_parameters(mapping, "camunda:inputParameter")),
        tuple(_parameters(mapping, "camunda:outputParameter")),
    )


def _parameters(mapping: Extension, tag: str) -> Iterator[Variable]:
    for element in each(mapping.children, tag):
        yield Variable(attribute(element, "name"), value_of(element))


def value_of(element: Extension) -> Value:
    """The value in a parameter, list item, map entry or field: nested, or its text."""
    for child in element.children:
        if child.tag == "camunda:script":
            return script_of(child)
        if child.tag == "camunda:list":
            return ListValue(tuple(_item(item) for item in child.children))
        if child.tag == "camunda:map":
            entries = each(child.children, "camunda:entry")
            return MapValue(tuple((_key(e), value_of(e)) for e in entries))
        if child.tag in ("camunda:value", "camunda:string", "camunda:expression"):
            return _text(child)
    # Camunda: a parameter or entry without content is null, not an empty text.
    return _text(element) if element.text.strip() else Expression("${null}", "juel", element.line)


def _item(element: Extension) -> Value:
    """A list's item: ``camunda:value`` holds text, everything else is a value itself."""
    if element.tag == "camunda:value":
        return _text(element)
    return value_of(Extension("item", children=(element,), line=element.line))


def _text(element: Extension) -> Expression:
    return expression(element.text, Dialect.CAMUNDA7, use=Use.NAME, line=element.line)


def _key(entry: Extension) -> Expression:
    return expression(attribute(entry, "key"), Dialect.CAMUNDA7, use=Use.NAME, line=entry.line)


def script_of(element: Extension) -> Script:
    """A ``camunda:script`` element."""
    return Script(
        dedent(element.text.strip("\n")).strip(),
        attribute(element, "scriptFormat"),
        attribute(element, "resource"),
        element.line,
    )


def fields(extensions: Iterable[Extension]) -> Iterator[tuple[str, Value]]:
    """``camunda:field`` elements: values that a class or handler receives by name."""
    for element in each(extensions, "camunda:field"):
        name = attribute(element, "name")
        text = attribute(element, "stringValue")
        formula = attribute(element, "expression")
        if text:
            yield name, Expression(text, "literal", element.line)
        elif formula:
            yield name, expression(formula, Dialect.CAMUNDA7, use=Use.NAME, line=element.line)
        else:
            string = find(element.children, "camunda:string")
            yield (
                name,
                Expression(string.text, "literal", string.line) if string else value_of(element),
            )


def properties(extensions: Iterable[Extension]) -> Mapping[str, str]:
    """``camunda:properties``: name and value, kept for templates and workers."""
    found = {
        attribute(e, "name"): attribute(e, "value")
        for e in inside(extensions, "camunda:properties", "camunda:property")
    }
    return MappingProxyType(found) if found else EMPTY
