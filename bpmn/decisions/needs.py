"""What a decision needs from outside: for the form that tries it, and for business rule tasks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bpmn.decisions.errors import DecisionNotFound
from bpmn.decisions.kinds import Kind, Limited, Listed, Reference
from bpmn.decisions.model import Decision, DecisionTable, Input
from bpmn.decisions.program import (
    DecisionModel,
    Ready,
    ReadyDecision,
    ReadyInput,
    ReadyKnowledge,
    ReadyService,
)
from bpmn.decisions.tables.cells import Constants, read_plain
from bpmn.model import Dialect

Key = tuple[tuple[str, ...], str]
"""The names of the imports on the way to an element, and its reference."""

_NAME = re.compile(r"[^\W\d]\w*(?: [^\W\d]\w*)*")


@dataclass(frozen=True, slots=True)
class Need:
    """An input that a decision takes.

    Attributes:
        name: the key in the inputs of ``evaluate``.
        label: for people.
        type_ref: its type as drawn, "" for none.
        choices: the texts or numbers that it may be; empty when they are not listed.
        is_list: several of them.
    """

    name: str
    label: str
    type_ref: str
    choices: tuple[object, ...] = ()
    is_list: bool = False


def needs(model: DecisionModel, decision: str) -> tuple[Need, ...]:
    """The inputs of a decision with all that it requires, each once.

    Input data counts where it is required. Tables of Camunda, and those drawn without input
    data, need the variables that their input columns name.

    Raises:
        DecisionNotFound: the file has no such element.
    """
    ref = model.find(decision)
    if ref is None or ref not in model.ready:
        raise DecisionNotFound(decision, [d.id or d.name for d in model.definitions.decisions])
    ready = model.ready[ref]
    if not isinstance(ready, ReadyDecision):
        return tuple(_parameters(model, ready))
    found: dict[str, Need] = {}
    made: set[str] = set()
    reached = _reached(model, ref)
    for _, reference in reached:
        made |= _names(model.ready[reference])
    for current in reached:
        for need in _own(model, current):
            if need.name not in made:
                found.setdefault(need.name, need)
    return tuple(found.values())


def _names(ready: Ready) -> set[str]:
    """Under which names tables see the value of a decision."""
    if not isinstance(ready, ReadyDecision):
        return set()
    return {ready.id, ready.name, ready.variable, *ready.outputs}


def _parameters(model: DecisionModel, ready: Ready) -> Iterable[Need]:
    """The inputs of a service or knowledge model."""
    if isinstance(ready, ReadyKnowledge):
        for name in ready.signature.names:
            yield Need(name, name, "")
    for seen in ready.inputs if isinstance(ready, ReadyService) else ():
        required = model.ready.get(seen.ref)
        if isinstance(required, ReadyInput):
            yield _of_input_data(model, seen.ref, required)
        elif isinstance(required, ReadyDecision):
            yield Need(required.name, required.name, "")


def _reached(model: DecisionModel, ref: str) -> list[Key]:
    """What is required, the furthest first."""
    order: dict[Key, None] = {}
    pending: list[Key] = [((), ref)]
    while pending:
        current = pending.pop()
        if current in order or current[1] not in model.ready:
            continue
        order[current] = None
        pending.extend(_required(model, current))
    return list(order)[::-1]


def _required(model: DecisionModel, key: Key) -> Iterable[Key]:
    ready = model.ready[key[1]]
    requires = ready.requires if isinstance(ready, ReadyDecision) else ()
    return [((*key[0], *seen.path[:-1]), seen.ref) for seen in requires]


def _own(model: DecisionModel, key: Key) -> Iterable[Need]:
    chain, ref = key
    ready = model.ready[ref]
    if isinstance(ready, ReadyInput):
        if model.dialect is Dialect.PLAIN:
            yield _of_input_data(model, ref, ready, chain)
        return
    drawn = model.library.element(ref)
    if isinstance(drawn, Decision) and isinstance(drawn.logic, DecisionTable):
        declared = {i.name for i in model.definitions.inputs}
        for column in drawn.logic.inputs:
            name = column.expression.text
            is_free = model.dialect is not Dialect.PLAIN or name not in declared
            if is_free and _NAME.fullmatch(name):
                yield _of_column(column)


def _of_input_data(
    model: DecisionModel, ref: str, ready: ReadyInput, chain: tuple[str, ...] = ()
) -> Need:
    drawn = model.library.element(ref)
    kind, choices, is_list = ready.kind, "", False
    for _ in range(20):  # A type may be named by another name, some times over.
        choices, kind, is_list = _inside(kind, choices, is_list=is_list)
    return Need(
        name=".".join((*chain, ready.name)),
        label=ready.name,
        type_ref="" if drawn is None else drawn.type_ref,
        choices=_listed(choices),
        is_list=is_list,
    )


def _inside(kind: Kind, choices: str, *, is_list: bool) -> tuple[str, Kind, bool]:
    if isinstance(kind, Reference):
        return choices, kind.find(), is_list
    if isinstance(kind, Limited):
        return choices or kind.text, kind.base, is_list
    if isinstance(kind, Listed):
        return choices, kind.item, True
    return choices, kind, is_list


def _of_column(column: Input) -> Need:
    return Need(
        name=column.expression.text,
        label=column.label or column.expression.text,
        type_ref=column.expression.type_ref,
        choices=_listed(column.values),
    )


def _listed(text: str) -> tuple[object, ...]:
    """The constants of a list, in its order."""
    plain = read_plain(text) if text else None
    if not isinstance(plain, Constants):
        return ()
    values = [value for _, value in plain.keys]
    return tuple(sorted(values, key=lambda value: (text.find(str(value)), str(value))))
