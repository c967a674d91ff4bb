"""Compiles arithmetic, comparison, logic, choice and type tests."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from bpmn.expressions.faults import Fault
from bpmn.expressions.feel import operations
from bpmn.expressions.feel.compiling.core import Compiler, compiles
from bpmn.expressions.feel.operations import Operation
from bpmn.expressions.feel.parser import AND, OR
from bpmn.expressions.feel.scope import Evaluator, Run, Scope, weight_of
from bpmn.expressions.feel.syntax import (
    Between,
    Chain,
    Choice,
    InstanceOf,
    Link,
    Literal,
    Negation,
)
from bpmn.expressions.feel.values import kind_of


@compiles(Chain)
def _chain(compiler: Compiler, tree: Chain) -> Evaluator:
    first = compiler.compile(tree.first)
    if tree.level in {OR, AND}:
        operands = [first, *(compiler.compile(link.operand) for link in tree.links)]
        return _disjunction(operands) if tree.level == OR else _conjunction(operands)
    if len(tree.links) == 1:
        return _pair(compiler, first, tree.links[0])
    return _fold(compiler, first, tree.links)


def _pair(compiler: Compiler, left: Evaluator, link: Link) -> Evaluator:
    operation, right = operations.OPERATIONS[link.operator], compiler.compile(link.operand)
    symbol, position = link.operator, link.position
    if isinstance(link.operand, Literal) and symbol in _DIRECT:
        return _with_constant(left, link.operand.value, link)

    def evaluate(scope: Scope) -> object:
        a, b = left(scope), right(scope)
        try:
            value = operation(a, b)
        except Fault as fault:
            raise fault.at(position) from None
        if type(a) in _LARGE:
            _charge(scope.run, a, value)
        if value is None:
            _note(scope.run, position, symbol, (a, b))
        return value

    return evaluate


_LARGE = frozenset({str, list, dict})


def _charge(run: Run, left: object, value: object) -> None:
    """Charge for joined texts and compared lists."""
    if type(left) is str:
        run.spend(weight_of(value))
    else:
        run.spend(weight_of(left))
        run.look()


_DIRECT: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def _with_constant(left: Evaluator, constant: object, link: Link) -> Evaluator:
    """Compare with a constant, the usual condition: two of one type need no further look."""
    operation, direct = operations.OPERATIONS[link.operator], _DIRECT[link.operator]
    kind = type(constant)
    kinds = {kind} if kind in {int, str, Decimal} else set()

    def evaluate(scope: Scope) -> object:
        a = left(scope)
        if type(a) in kinds:
            return direct(a, constant)
        value = operation(a, constant)
        if value is None:
            _note(scope.run, link.position, link.operator, (a, constant))
        return value

    return evaluate


def _fold(compiler: Compiler, first: Evaluator, links: Sequence[Link]) -> Evaluator:
    steps: list[tuple[Operation, Evaluator, Link]] = [
        (operations.OPERATIONS[link.operator], compiler.compile(link.operand), link)
        for link in links
    ]

    def evaluate(scope: Scope) -> object:
        value = first(scope)
        for operation, operand, link in steps:
            left, right = value, operand(scope)
            try:
                value = operation(left, right)
            except Fault as fault:
                raise fault.at(link.position) from None
            if type(left) in _LARGE:
                _charge(scope.run, left, value)
            if value is None:
                _note(scope.run, link.position, link.operator, (left, right))
        return value

    return evaluate


def _note(run: Run, position: int, symbol: str, pair: tuple[object, object]) -> None:
    left, right = kind_of(pair[0]), kind_of(pair[1])
    hint = ""
    if symbol == "+" and "string" in {left, right}:
        hint = "; write string(x) to join a value to a text"
    run.note(position, f"'{symbol}' does not fit a {left} and a {right}{hint}")


def _disjunction(operands: Sequence[Evaluator]) -> Evaluator:
    def evaluate(scope: Scope) -> object:
        result: bool | None = False
        for operand in operands:
            value = operand(scope)
            if value is True:
                return True
            if value is not False:
                result = None
        return result

    return evaluate


def _conjunction(operands: Sequence[Evaluator]) -> Evaluator:
    if len(operands) == 2:
        return _both(*operands)

    def evaluate(scope: Scope) -> object:
        result: bool | None = True
        for operand in operands:
            value = operand(scope)
            if value is False:
                return False
            if value is not True:
                result = None
        return result

    return evaluate


def _both(first: Evaluator, second: Evaluator) -> Evaluator:
    def evaluate(scope: Scope) -> object:
        left = first(scope)
        if left is False:
            return False
        right = second(scope)
        if right is False:
            return False
        return True if left is True and right is True else None

    return evaluate


@compiles(Negation)
def _negation(compiler: Compiler, tree: Negation) -> Evaluator:
    operand, position = compiler.compile(tree.operand), tree.position

    def evaluate(scope: Scope) -> object:
        value = operand(scope)
        result = operations.negate(value)
        if result is None:
            scope.run.note(position, f"'-' does not fit a {kind_of(value)}")
        return result

    return evaluate


@compiles(Between)
def _between(compiler: Compiler, tree: Between) -> Evaluator:
    value, position = compiler.compile(tree.value), tree.position
    low, high = compiler.compile(tree.low), compiler.compile(tree.high)

    def evaluate(scope: Scope) -> object:
        tested, start, end = value(scope), low(scope), high(scope)
        above = operations.greater_or_equal(tested, start)
        below = operations.less_or_equal(tested, end)
        if above is None or below is None:
            _note(scope.run, position, "between", (tested, start if above is None else end))
        return operations.conjunction(above, below)

    return evaluate


@compiles(Choice)
def _choice(compiler: Compiler, tree: Choice) -> Evaluator:
    condition = compiler.compile(tree.condition)
    then, otherwise = compiler.compile(tree.then), compiler.compile(tree.otherwise)
    return lambda scope: (then if condition(scope) is True else otherwise)(scope)


@compiles(InstanceOf)
def _instance_of(compiler: Compiler, tree: InstanceOf) -> Evaluator:
    value, kind, types = compiler.compile(tree.value), tree.kind, compiler.types
    types.check(kind, tree.position)
    return lambda scope: types.holds(value(scope), kind)
