"""Regular expressions from diagrams: bounded in length and in time.

The ``regex`` package is used because it stops a search after a given time; the standard
library cannot, so that one bad pattern would hang a worker.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

import regex

from bpmn.expressions.faults import Fault, shorten

Found = TypeVar("Found")

SECONDS = 0.1
"""How long one search may take."""

MAX_PATTERN = 1_000
"""Characters in a pattern."""


@lru_cache(maxsize=512)
def compile_pattern(pattern: str, flags: int = 0) -> regex.Pattern[str]:
    """Compile a pattern.

    Raises:
        Fault: it is too long or no regular expression.
    """
    if len(pattern) > MAX_PATTERN:
        raise Fault(f"The pattern has {len(pattern)} characters; {MAX_PATTERN} are allowed.")
    version = 0 if flags & regex.VERSION1 else regex.VERSION0
    try:
        return regex.compile(pattern, flags | version)
    except (regex.error, OverflowError, RecursionError, ValueError) as problem:
        raise Fault(f"{shorten(pattern)} is no regular expression: {problem}.") from problem


def within_time(search: Callable[[float], Found], pattern: str) -> Found:
    """Run a search that takes its timeout in seconds.

    Raises:
        Fault: the pattern needs too long on this text.
    """
    try:
        return search(SECONDS)
    except TimeoutError as problem:
        raise Fault(
            f"The pattern {shorten(pattern)} takes too long on this text.",
            hint="Avoid nested repetitions such as (a+)+.",
        ) from problem
