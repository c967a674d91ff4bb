"""Expressions of a connector's call, evaluated by the worker, outside of any step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bpmn.expressions import (
    Environment,
    ExecutionBean,
    ExpressionError,
    compile_expression,
    compile_script,
)
from bpmn.model import Expression, ListValue, MapValue, Script, Value
from engine.runtime.variables import Overlay, ScriptVariables
from engine.services.failure import WorkFailure
from engine.services.handlers import WorkItem

NOTHING: Mapping[str, object] = {}


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Evaluates what the diagram says of one call; sees what the task sees.

    Every method raises `WorkFailure` (final) where an expression cannot be evaluated, and
    `BpmnErrorThrown` where a script throws one.
    """

    item: WorkItem
    beans: Mapping[str, object] = field(default_factory=dict)

    def value(self, source: Value, before: Mapping[str, object] = NOTHING) -> object:
        """The value of *source*, with the names in *before* hiding variables."""
        if isinstance(source, Expression):
            return self.expression(source, before)
        if isinstance(source, Script):
            return self._script(source, before)
        if isinstance(source, ListValue):
            return [self.value(item, before) for item in source.items]
        assert isinstance(source, MapValue)
        return {
            str(self.expression(key, before)): self.value(item, before)
            for key, item in source.entries
        }

    def expression(self, source: Expression, before: Mapping[str, object] = NOTHING) -> object:
        """The value of an expression."""
        if source.language == "literal":
            return source.text
        environment = self._environment(before)
        if source.language == "variable":
            return environment.variables.get(source.text)
        try:
            return compile_expression(source.text, source.language).evaluate(environment)
        except ExpressionError as error:
            raise _failure(source.text, error) from error

    def _script(self, script: Script, before: Mapping[str, object]) -> object:
        environment = self._environment(before)
        # A mapping has a scope of its own: what its script writes is gone when it is done.
        variables = ScriptVariables(environment.variables)
        try:
            compiled = compile_script(script.text, script.format)
            return compiled.run(variables, environment, lambda _line: None)
        except ExpressionError as error:
            raise _failure(script.text, error) from error

    def _environment(self, before: Mapping[str, object]) -> Environment:
        variables = Overlay(before, self.item.variables)
        execution = ExecutionBean(variables, self.item.properties)
        return Environment(variables, self.item.now, None, {"execution": execution, **self.beans})


def _failure(text: str, error: ExpressionError) -> WorkFailure:
    hint = f" ({error.hint})" if error.hint else ""
    return WorkFailure(f"{error.message} In: {text}{hint}", is_final=True)
