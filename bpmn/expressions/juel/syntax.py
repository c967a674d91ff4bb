"""JUEL's syntax tree: what the parser yields and the compiler reads."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, string, boolean or null."""

    value: object
    position: int


@dataclass(frozen=True, slots=True)
class Name:
    """A variable or a bean."""

    name: str
    position: int


@dataclass(frozen=True, slots=True)
class Property:
    """``base.name`` or ``base[key]``."""

    base: Tree
    key: Tree
    position: int


@dataclass(frozen=True, slots=True)
class MethodCall:
    """``base.name(arguments)``."""

    base: Tree
    name: str
    arguments: tuple[Tree, ...]
    position: int


@dataclass(frozen=True, slots=True)
class FunctionCall:
    """``name(arguments)``."""

    name: str
    arguments: tuple[Tree, ...]
    position: int


@dataclass(frozen=True, slots=True)
class Prefix:
    """``-x``, ``not x``, ``empty x``."""

    operator: str
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
    """``a + b - c``: operators of one level, from left to right.

    Kept flat, because a tree would be as deep as the text is long.
    """

    level: int
    first: Tree
    links: tuple[Link, ...]
    position: int


@dataclass(frozen=True, slots=True)
class Choice:
    """``condition ? then : otherwise``."""

    condition: Tree
    then: Tree
    otherwise: Tree
    position: int


Tree = Literal | Name | Property | MethodCall | FunctionCall | Prefix | Chain | Choice


@dataclass(frozen=True, slots=True)
class Template:
    """A whole text: literal pieces and expressions in turn."""

    parts: tuple[str | Tree, ...]
