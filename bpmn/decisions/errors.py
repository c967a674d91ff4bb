"""Errors of decisions."""

from __future__ import annotations

from collections.abc import Sequence

from bpmn.expressions.faults import Fault


class ResultNotSingle(ValueError):
    """A mapping of a decision's result wants one value, and there are more."""

    code = "decision-result-not-single"

    def __init__(self, mapping: str, count: int, what: str) -> None:
        super().__init__(
            f"The result is mapped as {mapping}, but it has {count} {what}. "
            "Change the hit policy of the table, or map it as resultList."
        )


class ResultNotPlain(Fault):
    """The decision gives a function or a range, or too much, and no variable can hold that."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="decision-result-not-plain")


class DecisionNotFound(LookupError):
    """The file has no such decision."""

    code = "decision-not-found"

    def __init__(self, key: str, known: Sequence[str]) -> None:
        listed = ", ".join(known[:20]) or "none"
        super().__init__(f"The file has no decision {key!r}. It has: {listed}.")
        self.key = key
