"""Functions of booleans, and of anything."""

from __future__ import annotations

from bpmn.expressions.faults import Fault
from bpmn.expressions.feel import temporal
from bpmn.expressions.feel.arguments import only
from bpmn.expressions.feel.operations import equals
from bpmn.expressions.feel.registry import builtin
from bpmn.expressions.feel.values import kind_of


@builtin("not", "negand")
def _not(negand: object) -> bool | None:
    value = only(negand)
    return not value if isinstance(value, bool) else None


@builtin("is", "value1", "value2")
def _is(left: object, right: object) -> bool:
    if kind_of(left) != kind_of(right):
        return False
    if kind_of(left) in {"time", "date and time"}:
        # The same moment in another zone is equal, but another value (DMN 1.5, table 79).
        return temporal.write(left) == temporal.write(right)
    return equals(left, right) is True


@builtin("is defined", "value", camunda=True)
def _is_defined(value: object) -> bool:
    """Take a value that is there; the compiler answers for names and paths that are not."""
    return value is not None


@builtin("get or else", "value", "default", camunda=True)
def _get_or_else(value: object, default: object) -> object:
    return default if value is None else value


@builtin("all", "list...")
def _all(*values: object) -> bool | None:
    found = _flags(values)
    if False in found:
        return False
    return None if None in found else True


@builtin("any", "list...")
def _any(*values: object) -> bool | None:
    found = _flags(values)
    if True in found:
        return True
    return None if None in found else False


def _flags(values: tuple[object, ...]) -> set[bool | None]:
    given = values[0] if len(values) == 1 and isinstance(values[0], list) else values
    return {value if isinstance(value, bool) else None for value in given}


@builtin("assert", "value", "condition", "cause?", camunda=True)
def _assert(value: object, condition: object, cause: object = None) -> object:
    if condition is not True:
        reason = cause if isinstance(cause, str) else "the condition is not fulfilled"
        raise Fault(f"The assertion failed: {reason}.", code="assertion-failed")
    return value


@builtin("fromAi", "value", "description?", "type?", "schema?", "options?", camunda=True)
def _from_ai(value: object, *_hints: object) -> object:
    """Give the value as it is: the rest tells a language model what it shall be."""
    return value
