"""FEEL: microseconds for an evaluation, compiled before and not."""

from __future__ import annotations

import statistics
import timeit
from datetime import UTC, datetime

from bpmn.expressions import Environment, Language, compile_expression
from bpmn.expressions.feel import compile_feel
from tests.benchmarks.measure import emit

TEXTS = {
    "condition": 'amount > 100 and region = "EU"',
    "arithmetic": "amount * 1.19 + 5",
    "filter": "items[price > 10].price",
    "iteration": "sum(for i in items return i.price * i.qty)",
}
"""tests/benchmarks/peers/feelin.mjs evaluates the same ones."""

ENVIRONMENT = Environment(
    {
        "amount": 120,
        "region": "EU",
        "items": [{"price": price, "qty": 2} for price in range(20)],
    },
    datetime(2024, 1, 31, tzinfo=UTC),
)
RUNS = 5


def run() -> None:
    """Print the median of some runs for each text."""
    for name, text in TEXTS.items():
        compiled = compile_expression(text, Language.FEEL)
        emit("feel", name, _microseconds(lambda c=compiled: c.evaluate(ENVIRONMENT)), "us")
        cold = _microseconds(lambda t=text: compile_feel(t).evaluate(ENVIRONMENT), count=200)
        emit("feel", f"{name}-with-compiling", cold, "us")


def _microseconds(work: object, *, count: int = 2_000) -> float:
    assert callable(work)
    taken = [timeit.timeit(work, number=count) / count * 1e6 for _ in range(RUNS)]
    return statistics.median(taken)
