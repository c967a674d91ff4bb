"""JUEL as a script: ``#{execution.setVariable('approved', true)}``."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from dataclasses import dataclass

from bpmn.expressions.base import BpmnErrorThrown, Environment, ExpressionError, ScriptError
from bpmn.expressions.compiled import Compiled
from bpmn.expressions.execution import WritingExecution


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
        beans = environment.beans
        execution = beans.get("execution")
        if not isinstance(execution, WritingExecution):
            beans = {**beans, "execution": WritingExecution(variables, execution)}
        seen = Environment(variables, environment.now, environment.user, beans, environment.groups)
        try:
            return self.compiled.evaluate(seen)
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
