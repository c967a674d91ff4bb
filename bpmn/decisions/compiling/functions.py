"""Compiles function definitions and invocations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bpmn.decisions.compiling.core import Compilation, broken
from bpmn.decisions.feel import (
    MAX_CALLS,
    Evaluator,
    Place,
    Scope,
    Trail,
    function_of,
    trail_of,
)
from bpmn.decisions.kinds import Kind, Misfit, convert
from bpmn.decisions.model import Boxed, FunctionDefinition, Invocation, Parameter
from bpmn.decisions.names import Names
from bpmn.expressions.faults import Fault
from bpmn.expressions.feel.values import Function, kind_of

CompileBoxed = Callable[[Compilation, Boxed | None, Names], Evaluator]


@dataclass(frozen=True, slots=True)
class Signature:
    """What a function takes; *place* is where it is drawn, *types* are as drawn."""

    parameters: tuple[tuple[str, Kind], ...]
    place: Place
    types: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters' names."""
        return tuple(name for name, _ in self.parameters)

    def accept(self, values: Sequence[object]) -> dict[str, object]:
        """Convert the arguments, by name.

        Raises:
            Misfit: their number or one of their types does not fit.
        """
        if len(values) != len(self.parameters):
            wanted = len(self.parameters)
            raise Misfit(f"the function takes {wanted} arguments, but got {len(values)}")
        accepted: dict[str, object] = {}
        for (name, kind), value in zip(self.parameters, values, strict=True):
            try:
                accepted[name] = convert(value, kind)
            except Misfit as misfit:
                raise Misfit(f"the argument '{name}': {misfit}") from None
        return accepted


def signature_of(
    compilation: Compilation, parameters: Sequence[Parameter], place: Place
) -> Signature:
    """The signature of drawn parameters."""
    return Signature(
        tuple((p.name, compilation.kind(p)) for p in parameters),
        place,
        tuple(p.type_ref for p in parameters),
    )


def calling(
    signature: Signature, trail: Trail, body: Callable[[dict[str, object]], object]
) -> Function:
    """A function that checks its arguments, and refuses to call itself without end."""

    def call(values: Sequence[object]) -> object:
        try:
            arguments = signature.accept(values)
        except Misfit as misfit:
            trail.remark(signature.place, str(misfit))
            return None
        if trail.calls >= MAX_CALLS:
            raise Fault(f"Functions call each other more than {MAX_CALLS} deep.")
        trail.spend(5)
        trail.calls += 1
        try:
            return body(arguments)
        finally:
            trail.calls -= 1

    return function_of(signature.names, call, signature.types)


def compile_function(
    compilation: Compilation,
    boxed: FunctionDefinition,
    names: Names,
    compile_boxed: CompileBoxed,
) -> Evaluator:
    """Compile a function definition to what makes a function in a scope."""
    place = Place(boxed.id or compilation.owner[0], boxed.line)
    if boxed.kind.upper() != "FEEL":
        return broken(place, f"functions written in {boxed.kind} are not available")
    signature = signature_of(compilation, boxed.parameters, place)
    body = compile_boxed(compilation, boxed.body, names.within(signature.names))

    def evaluate(scope: Scope) -> object:
        return calling(signature, trail_of(scope), lambda arguments: body(scope.inner(arguments)))

    return evaluate


def compile_invocation(
    compilation: Compilation, boxed: Invocation, names: Names, compile_boxed: CompileBoxed
) -> Evaluator:
    """Compile an invocation: the arguments are found by name, missing ones are null."""
    place = Place(boxed.id or compilation.owner[0], boxed.line)
    function = compile_boxed(compilation, boxed.function, names)
    bindings = {b.parameter: compile_boxed(compilation, b.value, names) for b in boxed.bindings}

    def evaluate(scope: Scope) -> object:
        callee = function(scope)
        if not isinstance(callee, Function):
            trail_of(scope).remark(place, f"a {kind_of(callee)} cannot be called")
            return None
        unknown = [name for name in bindings if name not in callee.parameters]
        if unknown:
            trail_of(scope).remark(place, f"the function has no parameter '{unknown[0]}'")
            return None
        arguments = {name: binding(scope) for name, binding in bindings.items()}
        return callee.call([arguments.get(name) for name in callee.parameters])

    return evaluate
