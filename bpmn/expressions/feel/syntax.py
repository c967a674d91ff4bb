"""FEEL's syntax tree, as in DMN 1.5 chapter 10.3.1: what the parser yields, the compiler reads.

Every node has the 0-based position of the token that makes it what it is.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, string, boolean or null."""

    value: object
    position: int


@dataclass(frozen=True, slots=True)
class Temporal:
    """``@"2024-01-31"``: a date, time, date and time or duration."""

    text: str
    position: int


@dataclass(frozen=True, slots=True)
class Name:
    """A variable, a function or ``?``, the value that a unary test is about."""

    name: str
    position: int


@dataclass(frozen=True, slots=True)
class ListOf:
    """``[a, b]``."""

    items: tuple[Tree, ...]
    position: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a context; later entries see it by its key."""

    key: str
    value: Tree


@dataclass(frozen=True, slots=True)
class ContextOf:
    """``{a: 1, "b c": 2}``."""

    entries: tuple[Entry, ...]
    position: int


@dataclass(frozen=True, slots=True)
class Interval:
    """``[a..b]``, ``(a..b)`` or ``]a..b[``."""

    start: Tree
    end: Tree
    start_included: bool
    end_included: bool
    position: int


@dataclass(frozen=True, slots=True)
class Steps:
    """``a..b`` in an iteration, which counts up or down."""

    start: Tree
    end: Tree
    position: int


@dataclass(frozen=True, slots=True)
class Path:
    """``base.name``; of a list it is the list of the names of its items."""

    base: Tree
    name: str
    position: int


@dataclass(frozen=True, slots=True)
class Filter:
    """``base[condition]`` or ``base[index]``."""

    base: Tree
    condition: Tree
    position: int


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a call; *name* is ``None`` when it is given by place."""

    name: str | None
    value: Tree


@dataclass(frozen=True, slots=True)
class Call:
    """``function(arguments)``."""

    function: Tree
    arguments: tuple[Argument, ...]
    position: int


@dataclass(frozen=True, slots=True)
class Negation:
    """``-x``."""

    operand: Tree
    position: int


@dataclass(frozen=True, slots=True)
class Link:
    """One operator of a chain with its right operand."""

    operator: str
    operand: Tree
    position: int


@dataclass(frozen=True, slots=True)
class Chain:
    """Operators of one level from left to right, kept flat so that long texts stay shallow."""

    level: int
    first: Tree
    links: tuple[Link, ...]
    position: int


@dataclass(frozen=True, slots=True)
class Between:
    """``value between low and high``, both ends included."""

    value: Tree
    low: Tree
    high: Tree
    position: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """A unary test such as ``> 5``: the tested value stands left of the operator."""

    operator: str
    operand: Tree
    position: int


@dataclass(frozen=True, slots=True)
class Tests:
    """Unary tests; one of them must hold, none when *negated*. No test at all is ``-``."""

    tests: tuple[Tree, ...]
    negated: bool
    position: int


@dataclass(frozen=True, slots=True)
class In:
    """``value in tests``."""

    value: Tree
    tests: Tests
    position: int


@dataclass(frozen=True, slots=True)
class InstanceOf:
    """``value instance of type``."""

    value: Tree
    kind: TypeName
    position: int


@dataclass(frozen=True, slots=True)
class TypeName:
    """A type, with the types of its parts: ``list<number>`` has one unnamed part."""

    name: str
    parts: tuple[tuple[str, TypeName], ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """``if condition then a else b``."""

    condition: Tree
    then: Tree
    otherwise: Tree
    position: int


@dataclass(frozen=True, slots=True)
class Iterator:
    """``name in domain``."""

    name: str
    domain: Tree | Steps


@dataclass(frozen=True, slots=True)
class Iteration:
    """``for``, ``some`` or ``every``: *body* is the result or the condition."""

    kind: str
    iterators: tuple[Iterator, ...]
    body: Tree
    position: int


@dataclass(frozen=True, slots=True)
class FunctionOf:
    """``function(a: number, b) body``; a type is ``None`` where none is declared."""

    parameters: tuple[str, ...]
    types: tuple[TypeName | None, ...]
    body: Tree
    position: int


Tree = (
    Literal
    | Temporal
    | Name
    | ListOf
    | ContextOf
    | Interval
    | Path
    | Filter
    | Call
    | Negation
    | Chain
    | Between
    | Comparison
    | Tests
    | In
    | InstanceOf
    | Choice
    | Iteration
    | FunctionOf
)
