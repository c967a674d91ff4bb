"""The table of built-in functions: name to signatures, filled by a decorator."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bpmn.expressions.feel.scope import Run
from bpmn.expressions.feel.values import NullResult

FunctionBody = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Signature:
    """One way to call a built-in function.

    Attributes:
        parameters: names, as arguments are named.
        required: how many of them must be given.
        variadic: the last one takes any number of values.
        needs_run: the body takes the ``Run`` before its arguments.
        camunda: it is Camunda's own, not DMN's.
        body: the function; it raises ``NullResult`` with the reason where DMN says null.
    """

    parameters: tuple[str, ...]
    required: int
    variadic: bool
    needs_run: bool
    camunda: bool
    body: FunctionBody

    def fits(self, count: int) -> bool:
        """Tell whether it takes that many arguments by place."""
        return count >= self.required and (self.variadic or count <= len(self.parameters))

    def call(self, run: Run, values: Sequence[object]) -> object:
        """Call the body.

        Raises:
            NullResult: the result is null, and why.
        """
        return self.body(run, *values) if self.needs_run else self.body(*values)


FUNCTIONS: dict[str, list[Signature]] = {}


def builtin(
    name: str, *parameters: str, needs_run: bool = False, camunda: bool = False
) -> Callable[[FunctionBody], FunctionBody]:
    """Add a function to the table.

    Args:
        name: as called.
        parameters: their names; ``?`` at the end makes one optional, ``...`` takes one or more,
            ``*`` takes any number.
        needs_run: the body takes the ``Run`` before its arguments.
        camunda: it is Camunda's own, not DMN's.
    """

    def add(body: FunctionBody) -> FunctionBody:
        plain = tuple(parameter.rstrip("?.*") for parameter in parameters)
        required = sum(not parameter.endswith(("?", "*")) for parameter in parameters)
        variadic = any(parameter.endswith(("...", "*")) for parameter in parameters)
        signature = Signature(plain, required, variadic, needs_run, camunda, body)
        FUNCTIONS.setdefault(name, []).append(signature)
        return body

    return add


def choose_by_place(name: str, count: int) -> Signature | None:
    """Find the signature for a number of arguments."""
    return next((s for s in FUNCTIONS[name] if s.fits(count)), None)


def choose_by_name(name: str, given: Sequence[str]) -> tuple[Signature, list[int]] | None:
    """Find the signature that has all given parameters.

    Returns:
        The signature, and for each of its parameters up to the last given one the index of
        the argument, -1 where an optional one between is left out.
    """
    for signature in FUNCTIONS[name]:
        if not set(given) <= set(signature.parameters):
            continue
        places = [_place(given, parameter) for parameter in signature.parameters]
        while places and places[-1] == -1:
            places.pop()
        if -1 not in places[: signature.required] and len(places) >= signature.required:
            return signature, places
    return None


def _place(given: Sequence[str], parameter: str) -> int:
    return given.index(parameter) if parameter in given else -1


def refuse(reason: str) -> NullResult:
    """Give the exception that makes the result null."""
    return NullResult(reason)
