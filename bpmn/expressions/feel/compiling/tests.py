"""Compiles unary tests: what stands right of ``in``, and the cells of decision tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bpmn.expressions.feel import operations
from bpmn.expressions.feel.compiling.core import Compiler, compiles
from bpmn.expressions.feel.compiling.values import INPUT
from bpmn.expressions.feel.scope import Evaluator, Scope
from bpmn.expressions.feel.syntax import Comparison, In, Tests, Tree
from bpmn.expressions.feel.values import Range

Test = Callable[[Scope, object], object]


@compiles(In)
def _in(compiler: Compiler, tree: In) -> Evaluator:
    value, test = compiler.compile(tree.value), compile_tests(compiler, tree.tests)

    def evaluate(scope: Scope) -> object:
        tested = value(scope)
        return test(scope.inner({INPUT: tested}), tested)

    return evaluate


@compiles(Tests)
def _tests(compiler: Compiler, tree: Tests) -> Evaluator:
    test = compile_tests(compiler, tree)

    def evaluate(scope: Scope) -> object:
        tested = scope.names.get(INPUT)
        return test(scope, tested)

    return evaluate


@compiles(Comparison)
def _comparison(compiler: Compiler, tree: Comparison) -> Evaluator:
    """As a value, ``> 5`` is the range of what is over 5."""
    operand, operator = compiler.compile(tree.operand), tree.operator

    def evaluate(scope: Scope) -> object:
        bound = operand(scope)
        included = operator.endswith("=")
        if operator.startswith(">"):
            return Range(bound, None, included, False, half=True)
        if operator.startswith("<"):
            return Range(None, bound, False, included, half=True)
        return Range(bound, bound, included, included, half=True) if operator == "=" else None

    return evaluate


def compile_tests(compiler: Compiler, tree: Tests) -> Test:
    """Compile tests to a function of the scope and the tested value."""
    tests = [_compile_test(compiler, test) for test in tree.tests]
    if not tests:
        return lambda _scope, _value: True
    return _negated(tests) if tree.negated else _one_of(tests)


def _one_of(tests: Sequence[Test]) -> Test:
    def test(scope: Scope, value: object) -> object:
        result: bool | None = False
        for one in tests:
            found = one(scope, value)
            if found is True:
                return True
            if found is None:
                result = None
        return result

    return test


def _negated(tests: Sequence[Test]) -> Test:
    positive = _one_of(tests)

    def test(scope: Scope, value: object) -> object:
        found = positive(scope, value)
        return None if found is None else not found

    return test


def _compile_test(compiler: Compiler, tree: Tree) -> Test:
    if isinstance(tree, Comparison):
        operation = operations.OPERATIONS[tree.operator]
        operand = compiler.compile(tree.operand)
        return lambda scope, value: operation(value, operand(scope))
    mentions_input = _mentions_input(tree)
    expression = compiler.compile(tree)

    def test(scope: Scope, value: object) -> object:
        found = expression(scope)
        if mentions_input and (found is None or isinstance(found, bool)):
            return found
        return _fits(value, found)

    return test


def _mentions_input(tree: object) -> bool:
    stack = [tree]
    while stack:
        node = stack.pop()
        if getattr(node, "name", None) == INPUT:
            return True
        if isinstance(node, tuple):
            stack.extend(node)
        else:
            fields = getattr(type(node), "__dataclass_fields__", ())
            stack.extend(getattr(node, field) for field in fields)
    return False


def _fits(value: object, wanted: object) -> bool | None:
    if isinstance(wanted, Range):
        same = operations.equals(value, wanted)
        return True if same else operations.is_in_range(value, wanted)
    if isinstance(wanted, list) and not isinstance(value, list):
        return _is_in_list(value, wanted)
    if isinstance(wanted, list) and operations.equals(value, wanted) is not True:
        return _is_in_list(value, wanted)
    return operations.equals(value, wanted)


def _is_in_list(value: object, wanted: list[object]) -> bool:
    return any(
        operations.equals(value, item) is True
        or (isinstance(item, Range) and operations.is_in_range(value, item) is True)
        for item in wanted
    )
