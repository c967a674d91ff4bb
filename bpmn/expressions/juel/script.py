"""JUEL as a script: ``#{execution.setVariable('approved', true)}``."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import dataclass, replace

from bpmn.expressions.base import BpmnErrorThrown, Environment, ExpressionError, ScriptError
from bpmn.expressions.beans import Bean
from bpmn.expressions.compiled import Compiled


@dataclass(frozen=True, slots=True)
class WritingExecution:
    """``execution`` inside a script: it reads and writes the variables of the script.

    Attributes:
        variables: of the script.
        execution: the host's bean for everything else, ``None`` without one.
    """

    variables: MutableMapping[str, object]
    execution: object

    def get(self, name: str) -> object:
        """Read a property of the host's execution."""
        if isinstance(self.execution, Bean):
            return self.execution.get(name)
        raise AttributeError(f"execution has no property '{name}' here")

    def call(self, name: str, arguments: Sequence[object]) -> object:
        """Read and write variables; everything else is the host's."""
        if name in {"setVariable", "setVariableLocal"}:
            variable, value = arguments
            self.variables[str(variable)] = value
            return None
        if name in {"getVariable", "getVariableLocal"}:
            (variable,) = arguments
            return self.variables.get(str(variable))
        if name == "hasVariable":
            (variable,) = arguments
            return str(variable) in self.variables
        if isinstance(self.execution, Bean):
            return self.execution.call(name, arguments)
        raise AttributeError(f"execution has no method '{name}' here")


@dataclass(frozen=True, slots=True)
class ExpressionScript:
    """An expression run as a script: its value is the result."""

    compiled: Compiled

    @property
    def text(self) -> str:
        """The text as drawn."""
        return self.compiled.text

    def run(
        self,
        variables: MutableMapping[str, object],
        environment: Environment,
        _log: Callable[[str], None],
    ) -> object:
        """Evaluate; ``execution.setVariable`` writes to *variables*.

        Raises:
            ScriptError: the evaluation failed.
        """
        execution = WritingExecution(variables, environment.beans.get("execution"))
        beans = {**environment.beans, "execution": execution}
        try:
            return self.compiled.evaluate(replace(environment, variables=variables, beans=beans))
        except BpmnErrorThrown:
            raise
        except ExpressionError as error:
            raise ScriptError(
                error.message,
                code=error.code,
                text=error.text,
                position=error.position,
                hint=error.hint,
            ) from error
