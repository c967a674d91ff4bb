"""Python scripts and expressions of diagrams."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from types import FunctionType
from typing import Any

from bpmn.expressions.base import Environment, ExpressionError, Language, ScriptError
from bpmn.expressions.beans import Bean
from bpmn.expressions.compiled import Compiled, Evaluator
from bpmn.expressions.python.members import read_only_member
from bpmn.expressions.python.policy import RESULT
from bpmn.expressions.python.room import copy_in, function_names, furnish, run_code
from bpmn.expressions.python.source import Source, read_source
from bpmn.expressions.python.values import SCALARS, copy_value, is_same, plain_value


@dataclass(frozen=True, slots=True)
class PythonScript:
    """A checked Python script, immutable and shared by all threads."""

    source: Source

    @property
    def text(self) -> str:
        """The text as drawn."""
        return self.source.text

    def run(
        self,
        variables: MutableMapping[str, object],
        environment: Environment,
        log: Callable[[str], None],
    ) -> object:
        """Run the script; variables that it assigns or changes in place are written.

        Only what differs afterwards is written, so that an unchanged variable counts as not
        touched. Functions of the script are not kept.

        Returns:
            The value of the last line when that is an expression, else ``None``.

        Raises:
            ScriptError: the script failed; the message names the line. Nothing was written.
            BpmnErrorThrown: the script threw a BPMN error. Nothing was written.
        """
        names = furnish(self.source, environment, log)
        copy_in(self.source, variables, names)
        before = _detach(names, self.source)
        run_code(self.source, names)
        changed = self._changes(names, before)
        result = self._plain("The result", names.get(RESULT))
        for name, value in changed.items():
            variables[name] = value
        return result

    def _changes(self, names: dict[str, Any], before: dict[str, Any]) -> dict[str, object]:
        changed: dict[str, object] = {}
        for name in self.source.writes | before.keys():
            if name not in names or isinstance(names[name], FunctionType):
                continue
            value = self._plain(f"The variable '{name}'", names[name])
            if name not in before or not is_same(before[name], value):
                changed[name] = value
        return changed

    def _plain(self, what: str, value: Any) -> object:
        try:
            return plain_value(value)
        except (OverflowError, RecursionError, TypeError) as problem:
            raise ScriptError(
                f"{what} is no value of a process: {problem}.",
                code="script-failed",
                text=self.text,
                hint="Keep texts, numbers, dates, lists and dicts of these.",
            ) from None


def _detach(names: dict[str, Any], source: Source) -> dict[str, Any]:
    """Give the script copies of lists and dicts, and remember all values from before."""
    before: dict[str, Any] = {}
    for name in source.reads:
        if name not in names:
            continue
        value = names[name]
        # Asking for a protocol is slow, so what is certainly no bean is not asked.
        if type(value) not in SCALARS and (callable(value) or isinstance(value, Bean)):
            continue
        before[name] = value
        if isinstance(value, (list, dict)):
            names[name] = copy_value(value)
    return before


def compile_python_script(text: str) -> PythonScript:
    """Compile a script.

    Raises:
        ScriptError: ``script-syntax`` or ``script-forbidden``, with the position.
    """
    return PythonScript(read_source(text, "exec"))


def compile_python(text: str) -> Compiled:
    """Compile an expression such as ``amount > 100``.

    Raises:
        ExpressionError: ``script-syntax`` or ``script-forbidden``, with the position.
    """
    source = read_source(text, "eval")
    return Compiled(text, Language.PYTHON, source.reads - function_names(), _evaluator(source))


def _evaluator(source: Source) -> Evaluator:
    def evaluate(environment: Environment) -> object:
        names = furnish(source, environment, None, read_only_member)
        copy_in(source, environment.variables, names)
        value = run_code(source, names)
        try:
            return plain_value(value)
        except (OverflowError, RecursionError, TypeError) as problem:
            message = f"The result is no value of a process: {problem}."
            raise ExpressionError(message, text=source.text) from None

    return evaluate
