"""What the text alone says about the type of a function's result."""

from __future__ import annotations

from collections.abc import Mapping

from bpmn.expressions.feel.syntax import (
    Choice,
    ContextOf,
    ListOf,
    Literal,
    Name,
    Temporal,
    Tree,
    TypeName,
)
from bpmn.expressions.feel.temporal import parse_any
from bpmn.expressions.feel.values import kind_of

_ANY = TypeName("Any", ())


def infer(  # noqa: PLR0911 - one line a kind of node
    tree: Tree, parameters: Mapping[str, TypeName | None]
) -> TypeName | None:
    """Give the type of an expression, ``None`` when only running it would tell.

    Args:
        tree: the body of a function.
        parameters: its parameters with their declared types.
    """
    match tree:
        case Literal(value=value):
            return TypeName(kind_of(value), ())
        case Temporal(text=text):
            return TypeName(kind_of(parse_any(text)), ())
        case Name(name=name):
            return parameters.get(name)
        case ContextOf(entries=entries):
            parts = ((entry.key, infer(entry.value, parameters) or _ANY) for entry in entries)
            return TypeName("context", tuple(parts))
        case ListOf(items=items):
            return _list(items, parameters)
        case Choice(then=then, otherwise=otherwise):
            kind = infer(then, parameters)
            return kind if kind == infer(otherwise, parameters) else None
    return None


def _list(items: tuple[Tree, ...], parameters: Mapping[str, TypeName | None]) -> TypeName:
    kinds = {infer(item, parameters) for item in items}
    kind = kinds.pop() if len(kinds) == 1 else None
    return TypeName("list", (("", kind or _ANY),))
