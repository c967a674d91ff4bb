"""Boxed expressions of the XML to the model; one function for each kind."""

from __future__ import annotations

from collections.abc import Callable

from bpmn.decisions.model import (
    Binding,
    Boxed,
    BoxedList,
    Conditional,
    Context,
    ContextEntry,
    Filter,
    FunctionDefinition,
    Invocation,
    Iteration,
    LiteralExpression,
    Parameter,
    Relation,
)
from bpmn.decisions.reading.tables import read_table
from bpmn.decisions.reading.texts import read_literal, type_ref
from bpmn.decisions.reading.xml import Node
from bpmn.model import Severity

Builder = Callable[[Node], Boxed]


def read_boxed(owner: Node, *skipped: str) -> Boxed | None:
    """The boxed expression inside of *owner*, ``None`` when there is none."""
    for node in owner.children():
        if node.tag in _BUILDERS and node.tag not in skipped:
            return _BUILDERS[node.tag](node)
    return None


def _inside(owner: Node, tag: str) -> Boxed | None:
    child = owner.child(tag)
    return None if child is None else read_boxed(child)


def read_parameter(node: Node) -> Parameter:
    """A formal parameter, or a column of a relation."""
    return Parameter(
        id=node.id, type_ref=type_ref(node), line=node.line, name=" ".join(node.get("name").split())
    )


def _invocation(node: Node) -> Boxed:
    bindings: list[Binding] = []
    for child in node.children("binding"):
        parameter = child.child("parameter")
        name = "" if parameter is None else parameter.get("name")
        bindings.append(Binding(parameter=name, value=read_boxed(child)))
    return Invocation(
        id=node.id,
        type_ref=type_ref(node),
        line=node.line,
        function=read_boxed(node),
        bindings=tuple(bindings),
    )


def _context(node: Node) -> Boxed:
    entries: list[ContextEntry] = []
    for child in node.children("contextEntry"):
        variable = child.child("variable")
        entries.append(
            ContextEntry(
                id=child.id,
                type_ref="" if variable is None else type_ref(variable),
                line=child.line,
                name="" if variable is None else " ".join(variable.get("name").split()),
                value=read_boxed(child),
            )
        )
    return Context(id=node.id, type_ref=type_ref(node), line=node.line, entries=tuple(entries))


def _list(node: Node) -> Boxed:
    items = tuple(_BUILDERS[child.tag](child) for child in node.children(*_BUILDERS))
    return BoxedList(id=node.id, type_ref=type_ref(node), line=node.line, items=items)


def _relation(node: Node) -> Boxed:
    columns = tuple(read_parameter(child) for child in node.children("column"))
    rows: list[tuple[Boxed | None, ...]] = []
    for row in node.children("row"):
        cells = tuple(_BUILDERS[child.tag](child) for child in row.children(*_BUILDERS))
        if len(cells) != len(columns):
            row.refuse(
                "relation-row-length",
                f"A row of the relation has {len(cells)} cells for {len(columns)} columns.",
                "Fill every cell; write null where there is no value.",
            )
        rows.append(cells)
    return Relation(
        id=node.id, type_ref=type_ref(node), line=node.line, columns=columns, rows=tuple(rows)
    )


def _conditional(node: Node) -> Boxed:
    return Conditional(
        id=node.id,
        type_ref=type_ref(node),
        line=node.line,
        condition=_inside(node, "if"),
        then=_inside(node, "then"),
        otherwise=_inside(node, "else"),
    )


def _filter(node: Node) -> Boxed:
    return Filter(
        id=node.id,
        type_ref=type_ref(node),
        line=node.line,
        source=_inside(node, "in"),
        match=_inside(node, "match"),
    )


def _iteration(node: Node) -> Boxed:
    variable = node.get("iteratorVariable")
    if not variable:
        node.refuse(
            "iterator-name-missing",
            f"A boxed '{node.tag}' has no iterator variable.",
            "Give the iterator variable a name.",
        )
    return Iteration(
        id=node.id,
        type_ref=type_ref(node),
        line=node.line,
        kind=node.tag,
        variable=variable,
        source=_inside(node, "in"),
        body=_inside(node, "return" if node.tag == "for" else "satisfies"),
    )


def read_function(node: Node) -> FunctionDefinition:
    """A function definition, also the logic of a business knowledge model."""
    kind = node.get("kind") or "FEEL"
    if kind.upper() != "FEEL":
        node.report(
            "function-kind-unsupported",
            f"The function is written in {kind}, which Laneway does not run.",
            "Write it in FEEL, or call a service task before the decision.",
            Severity.ERROR,
        )
    return FunctionDefinition(
        id=node.id,
        type_ref=type_ref(node),
        line=node.line,
        kind=kind,
        parameters=tuple(read_parameter(child) for child in node.children("formalParameter")),
        body=read_boxed(node),
    )


def _literal(node: Node) -> LiteralExpression:
    return read_literal(node)


_BUILDERS: dict[str, Builder] = {
    "literalExpression": _literal,
    "decisionTable": read_table,
    "invocation": _invocation,
    "context": _context,
    "list": _list,
    "relation": _relation,
    "conditional": _conditional,
    "filter": _filter,
    "for": _iteration,
    "some": _iteration,
    "every": _iteration,
    "functionDefinition": read_function,
}
