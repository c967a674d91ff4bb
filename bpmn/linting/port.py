"""What Laneway asks of a linter, whoever wrote it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Finding:
    """One report of a rule; ``element`` is an id, empty for the whole file."""

    rule: str
    element: str
    message: str


class LinterFailed(Exception):
    """The linter could not look at a file; says why, never that the file is bad."""


class Linter(Protocol):
    """Looks at the style of a diagram."""

    def lint(self, xml: str, rules: tuple[str, ...]) -> tuple[Finding, ...]:
        """Findings of *rules* in *xml*, which is well-formed BPMN without DTD.

        Raises:
            LinterFailed: whatever went wrong inside.
        """
