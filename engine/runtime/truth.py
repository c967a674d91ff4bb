"""Whether a condition holds; one about a variable that is not there yet does not."""

from __future__ import annotations

from bpmn.model import EventDefinition, Expression, Script
from engine.runtime.run import Failure, Run
from engine.runtime.state import Scope

_UNKNOWN = frozenset({"variable-unknown", "property-unknown"})


def is_true(run: Run, scope: Scope, definition: EventDefinition) -> bool:
    """Whether the condition holds in *scope*; one about a variable that is not there does not.

    Raises:
        Failure: it cannot be evaluated, or is neither true nor false.
    """
    condition = definition.expression
    if condition is None:
        return False
    try:
        return run.holds(condition, scope)
    except Failure as failure:
        if is_about_nothing(failure.kind, condition):
            return False
        raise


def is_about_nothing(code: str, condition: Expression | Script) -> bool:
    """Whether a condition failed, by *code*, because a variable is not there (yet)."""
    is_null = isinstance(condition, Expression) and condition.language == "feel"
    return code in _UNKNOWN or (is_null and code == "condition-not-boolean")
