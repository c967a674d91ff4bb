"""Compiles calls and function definitions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bpmn.expressions.faults import Fault, syntax_fault
from bpmn.expressions.feel import functions
from bpmn.expressions.feel.compiling.core import Compiler, compiles
from bpmn.expressions.feel.compiling.inference import infer
from bpmn.expressions.feel.compiling.values import has_property
from bpmn.expressions.feel.conformance import Types
from bpmn.expressions.feel.registry import (
    FUNCTIONS,
    Signature,
    choose_by_name,
    choose_by_place,
)
from bpmn.expressions.feel.scope import Evaluator, Run, Scope, weight_of
from bpmn.expressions.feel.syntax import Call, FunctionOf, Name, Path, Tree, TypeName
from bpmn.expressions.feel.values import Function, NullResult, kind_of

assert functions.__all__  # Importing the package fills FUNCTIONS.


@compiles(Call)
def _call(compiler: Compiler, tree: Call) -> Evaluator:
    function = tree.function
    if not isinstance(function, Name) or compiler.is_local(function.name):
        return _dynamic(compiler, tree)
    if function.name in compiler.declared:
        return _dynamic(compiler, tree)
    if function.name not in FUNCTIONS:
        raise _unknown(function)
    if not compiler.camunda and all(way.camunda for way in FUNCTIONS[function.name]):
        raise _foreign(function)
    if function.name == IS_DEFINED and len(tree.arguments) == 1:
        return _is_defined(compiler, tree.arguments[0].value)
    return _builtin(compiler, tree, function.name)


def _foreign(function: Name) -> Fault:
    return Fault(
        f"'{function.name}' is a function of Camunda, not of DMN.",
        code="function-unknown",
        hint="Use a function of the standard.",
        position=function.position,
    )


IS_DEFINED = "is defined"


def _is_defined(compiler: Compiler, tree: Tree) -> Evaluator:
    """A variable or entry that is null is defined, one that is not there is not."""
    if isinstance(tree, Path):
        base = compiler.compile(tree.base)
        return lambda scope: has_property(base(scope), tree.name)
    if isinstance(tree, Name):
        name = tree.name
        compiler.compile(tree)
        return lambda scope: scope.has(name)
    value = compiler.compile(tree)
    return lambda scope: (value(scope), True)[1]


def _unknown(function: Name) -> Fault:
    words = set(function.name.split())
    close = sorted(name for name in FUNCTIONS if words & set(name.split()))
    hint = f"Did you mean: {', '.join(close)}?" if close else "See the list of functions."
    return Fault(
        f"There is no function '{function.name[:60]}'.",
        code="function-unknown",
        hint=hint,
        position=function.position,
    )


def _builtin(compiler: Compiler, tree: Call, name: str) -> Evaluator:
    arguments = [compiler.compile(argument.value) for argument in tree.arguments]
    given = [argument.name for argument in tree.arguments if argument.name is not None]
    if given:
        chosen = choose_by_name(name, given)
        if chosen is None:
            raise _misfit(name, tree)
        signature, places = chosen
        ordered = [arguments[place] if place >= 0 else _null for place in places]
        return _invoke(signature, ordered, (name, tree.position))
    found = choose_by_place(name, len(arguments))
    if found is None:
        raise _misfit(name, tree)
    return _invoke(found, arguments, (name, tree.position))


def _null(_scope: Scope) -> object:
    return None


def _misfit(name: str, tree: Call) -> Fault:
    ways = [f"{name}({', '.join(s.parameters)})" for s in FUNCTIONS[name]]
    message = f"The arguments of '{name}' do not fit."
    return syntax_fault(message, tree.position, hint=f"Call it as {' or '.join(ways)}.")


def _invoke(
    signature: Signature, arguments: Sequence[Evaluator], place: tuple[str, int]
) -> Evaluator:
    name, position = place
    call = signature.call

    def evaluate(scope: Scope) -> object:
        values = [argument(scope) for argument in arguments]
        run = scope.run
        weight = sum(map(weight_of, values))
        run.spend(1 + weight)
        try:
            result = call(run, values)
        except NullResult as reason:
            run.note(position, f"{name}(): {reason}")
            return None
        except ArithmeticError:
            run.note(position, f"{name}(): the numbers are too large")
            return None
        except Fault as fault:
            raise fault.at(position) from None
        made = weight_of(result)
        if weight or made:
            run.spend(made)
            run.look()
        return result

    return evaluate


def _dynamic(compiler: Compiler, tree: Call) -> Evaluator:
    function = compiler.compile(tree.function)
    arguments = [compiler.compile(argument.value) for argument in tree.arguments]
    names = [argument.name for argument in tree.arguments]
    position = tree.position

    def evaluate(scope: Scope) -> object:
        callee = function(scope)
        values = [argument(scope) for argument in arguments]
        if not isinstance(callee, Function):
            scope.run.note(position, f"a {kind_of(callee)} is no function")
            return None
        ordered = _ordered(callee, names, values)
        if ordered is None:
            scope.run.note(position, "the arguments do not fit the function")
            return None
        return callee.call(ordered)

    return evaluate


def _ordered(
    function: Function, names: Sequence[str | None], values: Sequence[object]
) -> Sequence[object] | None:
    if len(values) != len(function.parameters) and names[:1] != [None]:
        return None if names else _empty(function)
    if not names or names[0] is None:
        return values
    given = dict(zip(names, values, strict=True))
    if given.keys() != set(function.parameters):
        return None
    return [given[parameter] for parameter in function.parameters]


def _empty(function: Function) -> Sequence[object] | None:
    return None if function.parameters else ()


@compiles(FunctionOf)
def _function(compiler: Compiler, tree: FunctionOf) -> Evaluator:
    for kind in tree.types:
        if kind is not None:
            compiler.types.check(kind, tree.position)
    with compiler.binding(tree.parameters):
        body, cost = compiler.compile_measured(tree.body)
    plan = _Plan(tree, body, cost, compiler.types)
    result = infer(tree.body, dict(zip(tree.parameters, tree.types, strict=True)))

    def evaluate(scope: Scope) -> object:
        return Function(tree.parameters, plan.caller(scope), tree.types, result)

    return evaluate


@dataclass(frozen=True, slots=True)
class _Plan:
    """A function definition, compiled."""

    tree: FunctionOf
    body: Evaluator
    cost: int
    types: Types

    def caller(self, scope: Scope) -> Callable[[Sequence[object]], object]:
        run: Run = scope.run
        names, position = self.tree.parameters, self.tree.position

        def call(values: Sequence[object]) -> object:
            run.spend(self.cost + 2)
            if len(values) != len(names):
                wanted = len(names)
                run.note(position, f"the function takes {wanted} arguments, but got {len(values)}")
                return None
            given: dict[str, object] = {}
            for name, kind, value in zip(names, self.tree.types, values, strict=True):
                fits, given[name] = (True, value) if kind is None else self._fit(value, kind)
                if not fits:
                    run.note(position, f"the argument '{name}' is no {kind and kind.name}")
                    return None
            return self.body(scope.inner(given))

        return call

    def _fit(self, value: object, kind: TypeName) -> tuple[bool, object]:
        return self.types.converted(value, kind)
