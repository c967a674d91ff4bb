"""Data of a diagram as variables: objects, properties, stores, inputs, outputs (p. 202 ff).

A data object or property is a variable of the process, sub-process or task that holds it. A data
input or output is a variable of its activity's own scope; associations copy between the two. A
data store is a variable of the process instance, which is an approximation: it is not shared
with others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bpmn.model import DataAssociation, Dialect, Expression, Node, ProcessModel, Variable

# Camunda's engines run nothing of this but what is written out as an expression.
_RUN_BY = frozenset({Dialect.PLAIN, Dialect.SPIFF})
_HELD = frozenset({"dataObject", "dataObjectReference", "property"})
# What bpmn.io draws an association to when the task has no data input of its own.
_PLACEHOLDER = "__targetRef_placeholder"
_BRACES = re.compile(r"\s*(?:[$#]\{\s*(.*?)\s*\}|=?\s*(.*?))\s*")


@dataclass(frozen=True, slots=True)
class Data:
    """What one process, activity or event does with data.

    Attributes:
        declared: variables of its own, null until somebody writes them.
        ins, outs: what associations copy at its beginning and end.
        sets: the input sets: names of the variables that each requires.
    """

    declared: tuple[str, ...] = ()
    ins: tuple[Variable, ...] = ()
    outs: tuple[Variable, ...] = ()
    sets: tuple[tuple[str, ...], ...] = ()

    @property
    def is_any(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.declared or self.ins or self.outs or self.sets)


NOTHING = Data()


def data_of(model: ProcessModel) -> Mapping[str, Data]:
    """By id of process or node, where there is any."""
    names = dict(_names(model))
    found = {model.id: Data(declared=_declared(model, model.id, names))}
    for node in model.nodes:
        found[node.id] = Data(
            declared=_declared(model, node.id, names),
            ins=tuple(_mappings(model, node, "in", names)),
            outs=tuple(_mappings(model, node, "out", names)),
            sets=_sets(model, node, names),
        )
    return {key: data for key, data in found.items() if data.is_any}


def _names(model: ProcessModel) -> Iterator[tuple[str, str]]:
    """The variable behind each data item's id."""
    by_id = {item.id: item for item in model.data}
    for item in model.data:
        referred = by_id.get(item.reference)
        yield item.id, item.name or (referred.name if referred else "") or item.reference or item.id


def _declared(model: ProcessModel, scope: str, names: Mapping[str, str]) -> tuple[str, ...]:
    if model.dialect not in _RUN_BY:
        return ()
    node = model.node.get(scope)
    # An output is the activity's own until it is copied out.
    sources = {s for a in node.data if a.direction == "out" for s in a.sources} if node else set()
    referred = {item.reference for item in model.data}
    return tuple(
        dict.fromkeys(
            names[item.id]
            for item in model.data
            if item.scope == scope
            and (item.id in sources or (item.kind in _HELD and item.id not in referred))
            and item.name != _PLACEHOLDER
        )
    )


def _mappings(
    model: ProcessModel, node: Node, direction: str, names: Mapping[str, str]
) -> Iterator[Variable]:
    placeholders = {item.id for item in model.data if item.name == _PLACEHOLDER}
    for association in node.data:
        if association.direction != direction:
            continue
        if association.assignments:
            for source, target in association.assignments:
                yield Variable(_path(target.text), source)
        elif association.transformation is not None:
            yield Variable(_target(association, names), association.transformation)
        elif model.dialect in _RUN_BY and association.target not in placeholders:
            yield from _copy(association, names)


def _copy(association: DataAssociation, names: Mapping[str, str]) -> Iterator[Variable]:
    target = _target(association, names)
    for source in association.sources[:1]:
        name = names.get(source, source)
        if target and name != target:
            yield Variable(target, Expression(name, "variable", association.line))


def _target(association: DataAssociation, names: Mapping[str, str]) -> str:
    return names.get(association.target, association.target)


def _path(text: str) -> str:
    """The variable that an assignment writes, however its language writes it."""
    found = _BRACES.fullmatch(text)
    return "" if found is None else found[1] or found[2] or ""


def _sets(model: ProcessModel, node: Node, names: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    """What each input set requires; an input that no association fills is taken as given."""
    if model.dialect not in _RUN_BY:
        return ()
    sources = {
        association.target: association.sources
        for association in node.data
        if association.direction == "in" and association.sources
    }
    return tuple(
        tuple(names.get(s, s) for name in required for s in sources.get(name, ()))
        for required in node.input_sets
    )
