"""How figures are taken and printed: one line each, ``laneway WORKLOAD METRIC VALUE UNIT``."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import sqlalchemy as sa

SECONDS = 3.0
"""How long one rate is measured."""


def emit(workload: str, metric: str, value: float, unit: str, *, peer: str = "laneway") -> None:
    """Print one figure, four significant digits."""
    sys.stdout.write(f"{peer} {workload} {metric} {value:.4g} {unit}\n")
    sys.stdout.flush()


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which *share* (0 to 1) of *values* lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def milliseconds(work: Callable[[], object]) -> float:
    """How long *work* takes."""
    begin = time.perf_counter()
    work()
    return (time.perf_counter() - begin) * 1000


def rate(work: Callable[[], object], *, seconds: float = SECONDS, least: int = 3) -> float:
    """How often a second *work* can be done, one after another."""
    work()
    begin = time.perf_counter()
    done = 0
    while done < least or time.perf_counter() - begin < seconds:
        work()
        done += 1
    return done / (time.perf_counter() - begin)


@dataclass
class Statements:
    """SQL statements and commits that a database engine performed."""

    texts: list[str] = field(default_factory=list)
    commits: int = 0


@contextmanager
def counted(pool: sa.Engine) -> Iterator[Statements]:
    """Count what happens on *pool* meanwhile."""
    found = Statements()

    def on_statement(*arguments: object) -> None:
        found.texts.append(str(arguments[2]))

    def on_commit(_connection: object) -> None:
        found.commits += 1

    sa.event.listen(pool, "before_cursor_execute", on_statement)
    sa.event.listen(pool, "commit", on_commit)
    try:
        yield found
    finally:
        sa.event.remove(pool, "before_cursor_execute", on_statement)
        sa.event.remove(pool, "commit", on_commit)
