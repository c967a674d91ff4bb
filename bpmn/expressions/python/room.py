"""The names that a running script sees: its variables, our functions, the guards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from bpmn.expressions.base import BpmnErrorThrown, Environment, ExpressionError, ScriptError
from bpmn.expressions.python.functions import GUARDED, STATIC
from bpmn.expressions.python.guards import MAX_TURNS, Guards, LimitReached
from bpmn.expressions.python.members import read_member
from bpmn.expressions.python.source import FILE, Source, line_position

ReadMember = Callable[[Guards, Any, str], Any]

_GUARD_METHODS = {
    "_add_": "add",
    "_extend_": "extend",
    "_flat_": "flat",
    "_format_": "format",
    "_getitem_": "getitem",
    "_getiter_": "iterate",
    "_iter_unpack_sequence_": "unpack_each",
    "_modulo_": "modulo",
    "_multiply_": "multiply",
    "_power_": "power",
    "_shift_": "shift",
    "_subtract_": "subtract",
    "_tick_": "charge",
    "_unpack_sequence_": "unpack",
    "_update_item_": "update_item",
    "_write_": "write",
}
RESERVED = frozenset({"log", "BpmnError"})
"""Names that mean ours even where a variable has the same name."""


def function_names() -> frozenset[str]:
    """Give the names that are functions unless a variable has the same name."""
    return frozenset({*STATIC, *GUARDED, "currentUser", "log", "now"})


def furnish(
    source: Source,
    environment: Environment,
    log: Callable[[str], None] | None,
    members: ReadMember = read_member,
) -> dict[str, Any]:
    """Give the globals of one run: guards and functions that the code uses, no variables."""
    guards = Guards()
    names: dict[str, Any] = {"__builtins__": {}}
    _add_guards(names, source, guards, members)
    for name in source.reads:
        if name in STATIC:
            names[name] = STATIC[name]
        elif name in GUARDED:
            names[name] = partial(GUARDED[name], guards)
        elif name in environment.beans:
            names[name] = environment.beans[name]
    _add_context(names, source, environment)
    if log is not None and ("log" in source.reads or "print" in source.reads):
        names["log"] = partial(_log, guards, log)
    return names


def _add_guards(names: dict[str, Any], source: Source, guards: Guards, members: ReadMember) -> None:
    for name in source.guards:
        method = _GUARD_METHODS.get(name)
        if method is not None:
            names[name] = getattr(guards, method)
    if "_getattr_" in source.guards:
        names["_getattr_"] = partial(members, guards)
    if "_apply_" in source.guards:
        names["_apply_"] = _apply
    if "_getitem_" in source.guards:
        names["slice"] = slice


def _add_context(names: dict[str, Any], source: Source, environment: Environment) -> None:
    reads = source.reads
    if "now" in reads:
        names["now"] = lambda: environment.now
    if "currentUser" in reads:
        names["currentUser"] = lambda: environment.user


def _apply(function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    return function(*arguments, **named)


def _log(guards: Guards, log: Callable[[str], None], *values: Any) -> None:
    # A line is a row of the history, so it costs what 500 turns cost.
    guards.charge(500)
    line = " ".join(
        value if isinstance(value, str) else str(guards.flat(value)) for value in values
    )
    guards.charge(len(line) >> 3)
    log(line)


def run_code(source: Source, names: dict[str, Any]) -> Any:
    """Run the code of a script; the value of an expression is returned.

    Raises:
        ScriptError: it failed or used up its budget; the message names the line.
        BpmnErrorThrown: it threw a BPMN error.
    """
    try:
        return eval(source.code, names)  # noqa: S307 - checked and guarded by RestrictedPython
    except (BpmnErrorThrown, ScriptError):
        raise
    except LimitReached as limit:
        line, position = _place(source, limit)
        raise ScriptError(
            f"Line {line}: the script was stopped after {MAX_TURNS} turns of its loops.",
            code="script-limit",
            text=source.text,
            position=position,
            hint="Check the condition of its loops, or compute this in a service task.",
        ) from None
    except Exception as problem:  # A script raises what it likes; none may escape as it is.
        raise _failure(source, problem) from problem


def _failure(source: Source, problem: Exception) -> ScriptError:
    line, position = _place(source, problem)
    where = "" if line is None else f"Line {line}: "
    if (
        isinstance(problem, NameError)
        and problem.name
        and not isinstance(problem, UnboundLocalError)
    ):
        return ScriptError(
            f"{where}there is no variable '{problem.name}'.",
            code="variable-unknown",
            text=source.text,
            position=position,
            hint="Set it before this step.",
        )
    hint = problem.hint if isinstance(problem, ExpressionError) else ""
    return ScriptError(
        f"{where}{_sentence(problem)}.",
        code="script-failed",
        text=source.text,
        position=position,
        hint=hint,
    )


def _sentence(problem: Exception) -> str:
    if isinstance(problem, RecursionError):
        return "functions call each other too deeply"
    text = str(problem)[:300].rstrip(".")
    return f"{type(problem).__name__}: {text}" if text else type(problem).__name__


def _place(source: Source, problem: BaseException) -> tuple[int | None, int | None]:
    """Give the innermost line of the script, 1-based, and where it starts."""
    trace = problem.__traceback__
    line = None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == FILE:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line, None if line is None else line_position(source.text, line)


def copy_in(source: Source, variables: Mapping[str, object], names: dict[str, Any]) -> None:
    """Add the variables that the code reads; our reserved names win."""
    for name in source.reads:
        if name in RESERVED:
            continue
        try:
            names[name] = variables[name]
        except KeyError:
            continue
