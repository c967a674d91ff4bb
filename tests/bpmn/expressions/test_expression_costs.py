"""An expression that repeats costly work is stopped early, and without filling the memory.

How long it took depends on the machine, so the tests count how often the repeated part ran.
"""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import pytest

from bpmn.expressions import Environment, ExpressionError, Language, compile_expression

VARIABLES = {
    "big": "a" * 50_000,
    "entries": {str(number): number for number in range(100)},
    "numbers": list(range(1_000)),
    "s": "ab" * 30,
    "turn": 3.7,
}
NOW = datetime(2024, 1, 31, tzinfo=UTC)


class Counted(Mapping[str, object]):
    """The variables; it counts how often ``turn`` was read."""

    def __init__(self) -> None:
        self.turns = 0

    def __getitem__(self, name: str) -> object:
        self.turns += name == "turn"
        return VARIABLES[name]

    def __iter__(self) -> Iterator[str]:
        return iter(VARIABLES)

    def __len__(self) -> int:
        return len(VARIABLES)


def turns_until_the_limit(text: str, language: Language) -> int:
    variables = Counted()
    with pytest.raises(ExpressionError) as caught:
        compile_expression(text, language).evaluate(Environment(variables, NOW))
    assert caught.value.code in {"expression-limit", "expression-failed"}
    return variables.turns


# Each would run 130,000 times or more if only the turns were charged, not what they cost.
@pytest.mark.parametrize(
    "body",
    [
        "i ** turn",
        "log(turn + i)",
        'replace(s + string(turn), "(a)(b)", "$2$1")',
        "[turn, entries] = [turn, entries]",
        "string([turn, entries])",
        "get entries(context put(entries, string(turn), i))",
        "[turn, numbers[item = i]]",
        "distinct values([turn, entries, entries])",
        'big + string(turn) + "x"',
        'substring(big, 2) + string(turn) + "x"',
        "concatenate(numbers, [turn], numbers)",
    ],
)
def test_costly_operations_are_charged(body):
    turns = turns_until_the_limit(f"count(for i in 1..300000 return {body})", Language.FEEL)
    assert 0 < turns < 120_000


def test_joined_texts_do_not_fill_the_memory():
    tracemalloc.start()
    turns_until_the_limit('for i in 1..300000 return big + "x"', Language.FEEL)
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
def test_juel_stops_before_it_is_large(text):
    tracemalloc.start()
    turns_until_the_limit(text, Language.JUEL)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100_000_000
