"""What a text says about itself: functions that there are, methods that a type does not have."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import fields, is_dataclass
from datetime import datetime

from bpmn.expressions.base import Environment
from bpmn.expressions.faults import Fault
from bpmn.expressions.juel.methods import find_method, find_methods
from bpmn.expressions.juel.nodes import Node, read_node
from bpmn.expressions.juel.parser import parse_template
from bpmn.expressions.juel.syntax import FunctionCall, Literal, MethodCall, Template, Tree

FUNCTIONS: dict[str, Callable[[Environment], object]] = {
    "currentUser": lambda environment: environment.user,
    "currentUserGroups": lambda environment: list(environment.groups),
    "now": lambda environment: environment.now,
    "dateTime": lambda environment: environment.now,
}
CONVERTERS: dict[str, Callable[[object], object]] = {"JSON": read_node, "S": read_node}
"""Functions of one value."""

_ABSENT = {
    "XML": "Laneway reads no XML in expressions; keep the data as JSON and use S(x) or JSON(x).",
    "new": "JUEL creates no objects; use a script task.",
}


def check_functions(text: str, known: Collection[str]) -> None:
    """Refuse calls of functions that neither JUEL nor the host has.

    Args:
        text: as drawn.
        known: functions that the host registered.

    Raises:
        Fault: with the position of the first one.
    """
    for call in _calls(parse_template(text)):
        if call.name not in {*FUNCTIONS, *CONVERTERS, *known}:
            there = ", ".join(sorted({*FUNCTIONS, *CONVERTERS, *known}))
            raise Fault(
                f"There is no function '{call.name}'.",
                code="function-unknown",
                hint=f"There are: {there}.",
                position=call.position,
            )


def _calls(template: Template) -> Iterator[FunctionCall]:
    stack: list[object] = [template]
    while stack:
        node = stack.pop()
        if isinstance(node, FunctionCall):
            yield node
        if isinstance(node, tuple):
            stack.extend(reversed(node))
        elif is_dataclass(node):
            stack.extend(getattr(node, one.name) for one in reversed(fields(node)))


def check_function(tree: FunctionCall) -> None:
    """Refuse functions of which it is known that no host has them.

    Raises:
        Fault: with what to use instead.
    """
    if tree.name in _ABSENT:
        raise Fault(
            f"There is no function '{tree.name}'.",
            code="function-unknown",
            hint=_ABSENT[tree.name],
            position=tree.position,
        )


def check_method(tree: MethodCall) -> None:
    """Refuse what can be seen from the text alone: a method that the type does not have."""
    kind = _known_type(tree.base)
    methods = None if kind is None else find_methods(kind)
    if methods is None:
        return
    try:
        find_method(methods, tree.name, len(tree.arguments))
    except Fault as fault:
        raise fault.at(tree.position) from None


def _known_type(tree: Tree) -> type | None:
    if isinstance(tree, Literal) and tree.value is not None:
        return type(tree.value)
    if isinstance(tree, FunctionCall):
        if tree.name in {"now", "dateTime"} and not tree.arguments:
            return datetime
        if tree.name in CONVERTERS and len(tree.arguments) == 1:
            return Node
    return None
