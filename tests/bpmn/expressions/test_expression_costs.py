"""No expression takes a second or much memory, whatever it repeats."""

from __future__ import annotations

import time
import tracemalloc
from datetime import UTC, datetime

import pytest

from bpmn.expressions import Environment, ExpressionError, Language, compile_expression

VARIABLES = {
    "big": "a" * 50_000,
    "entries": {str(number): number for number in range(100)},
    "numbers": list(range(1_000)),
    "s": "ab" * 30,
}
ENVIRONMENT = Environment(VARIABLES, datetime(2024, 1, 31, tzinfo=UTC))


def limit_reached(text: str, language: Language) -> float:
    """Seconds of the processor until the limit."""
    begin = time.thread_time()
    with pytest.raises(ExpressionError) as caught:
        compile_expression(text, language).evaluate(ENVIRONMENT)
    assert caught.value.code in {"expression-limit", "expression-failed"}
    return time.thread_time() - begin


@pytest.mark.parametrize(
    "body",
    [
        "(i/7) ** 0.37",
        'replace(s, "(a)(b)", "$2$1")',
        "entries = entries",
        "string(entries)",
        "get entries(entries)",
        "numbers[item = i]",
        "distinct values([entries, entries])",
        'big + "x"',
        'substring(big, 2) + "x"',
        "concatenate(numbers, numbers)",
    ],
)
def test_costly_operations_are_charged(body):
    seconds = limit_reached(f"count(for i in 1..300000 return {body})", Language.FEEL)
    assert seconds < 1.5  # 0.7 s by the guard; the rest is for a slow machine under coverage


def test_joined_texts_do_not_fill_the_memory():
    tracemalloc.start()
    limit_reached('for i in 1..300000 return big + "x"', Language.FEEL)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100_000_000


@pytest.mark.parametrize(
    "text",
    [
        "${" + " && ".join(["s.matches('(a|b)+c')"] * 20) + "}",
        "${'x'.repeat(1000000)}" * 20,
        "${big.replaceAll('', 'x'.repeat(1000000))}",
        "${big.replaceAll('a', '$0'.repeat(1000))}",
    ],
)
def test_juel_stays_small_and_quick(text):
    assert limit_reached(text, Language.JUEL) < 1.5
