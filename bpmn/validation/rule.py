"""What every rule is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from bpmn.model import Diagram, Dialect, Problem, ProcessModel, Severity

Rule = Callable[[ProcessModel, Diagram], Iterable[Problem]]


class Located(Protocol):
    """What a problem can point at: node, flow, process ..."""

    @property
    def id(self) -> str:
        """Id as drawn."""

    @property
    def name(self) -> str:
        """Name as drawn."""

    @property
    def line(self) -> int:
        """Line in the file."""


def problem(
    code: str,
    at: Located,
    message: str,
    hint: str,
    severity: Severity = Severity.ERROR,
) -> Problem:
    """A problem of the element *at*."""
    return Problem(
        code=code,
        message=message,
        hint=hint,
        severity=severity,
        element_id=at.id,
        element_name=at.name,
        line=at.line,
    )


def warning(code: str, at: Located, message: str, hint: str) -> Problem:
    """A problem that does not stop deployment."""
    return problem(code, at, message, hint, Severity.WARNING)


def by_standard(model: ProcessModel) -> Severity:
    """How bad it is to break a rule of the standard that does no harm to execution.

    A plain diagram has nothing but the standard to say what it means, so there it is an error.
    Vendors' engines, whose diagrams run here too, allow it.
    """
    return Severity.ERROR if model.dialect is Dialect.PLAIN else Severity.WARNING
