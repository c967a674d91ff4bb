"""Opens DMN files: bytes to a compiled model with all problems."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bpmn.decisions.checks import check
from bpmn.decisions.library import Library
from bpmn.decisions.linking import link
from bpmn.decisions.model import Definitions
from bpmn.decisions.program import DecisionModel
from bpmn.decisions.reading import read
from bpmn.decisions.reading.definitions import Read
from bpmn.model import Problem, Severity
from bpmn.source import NotADiagram


@dataclass(frozen=True, slots=True)
class Loaded:
    """A DMN file, opened.

    Attributes:
        model: ``None`` only when the bytes are no DMN file. With errors in some decisions the
            others can still be evaluated; those with errors are null.
        problems: all of them; an error refuses deployment.
    """

    model: DecisionModel | None
    problems: tuple[Problem, ...]

    @property
    def is_deployable(self) -> bool:
        """Tell whether there is a model without errors."""
        errors = any(problem.severity is Severity.ERROR for problem in self.problems)
        return self.model is not None and not errors


def load(data: bytes, beside: Sequence[bytes] = ()) -> Loaded:
    """Open a DMN file, 1.1 to 1.5.

    Args:
        data: the file.
        beside: the other DMN files of the same deployment; those that are imported are used.
    """
    try:
        main = read(data)
    except NotADiagram as refused:
        return Loaded(None, (refused.problem,))
    others = _readable(beside) if main.definitions.imports else {}
    imported, missing = _reachable(main.definitions, others)
    linked = link(Library(main.definitions, imported))
    problems = (*main.problems, *missing, *linked.problems, *check(linked.model))
    return Loaded(linked.model, problems)


def _readable(files: Sequence[bytes]) -> dict[str, Read]:
    """Other files by namespace; those that cannot be opened have problems of their own."""
    found: dict[str, Read] = {}
    for data in files:
        try:
            other = read(data)
        except NotADiagram:
            continue
        found.setdefault(other.definitions.namespace, other)
    return found


def _reachable(
    main: Definitions, others: dict[str, Read]
) -> tuple[list[Definitions], list[Problem]]:
    """The files that *main* imports, also by way of others; and imports that are not there."""
    found: dict[str, Definitions] = {}
    problems: list[Problem] = []
    pending = [main]
    while pending:
        for wanted in pending.pop().imports:
            if wanted.namespace in found or wanted.namespace == main.namespace:
                continue
            other = others.get(wanted.namespace)
            if other is None:
                if "DMN" in wanted.kind:
                    problems.append(_missing(wanted.namespace, wanted.name, wanted.line))
                continue
            found[wanted.namespace] = other.definitions
            pending.append(other.definitions)
    return list(found.values()), problems


def _missing(namespace: str, name: str, line: int) -> Problem:
    return Problem(
        code="import-missing",
        message=f"The imported file {name or namespace!r} ({namespace}) is not there.",
        hint="Deploy it together with this file.",
        line=line,
    )
