"""No text, however broken, gets anything but a value or an ExpressionError out of us."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpmn.expressions import (
    BpmnErrorThrown,
    Environment,
    ExecutionBean,
    ExpressionError,
    compile_expression,
    compile_script,
)

NOW = datetime(2024, 1, 31, 9, 30, tzinfo=UTC)
VARIABLES = {
    "a": 5,
    "b": -2.5,
    "s": "text",
    "t": True,
    "n": None,
    "items": [1, "x", None, {"k": [1, 2]}],
    "m": {"k": 1, "first name": "Ada"},
    "d": NOW,
}
SEEDS = {
    "juel": [
        "${a > 1 and s.startsWith('te') ? items[0] : m.k}",
        "Hi ${s.toUpperCase()} #{empty n || not t}",
        "${dateTime().plusDays(a).toDate()} ${execution.getVariable('a') % 2 == 1}",
        "${s.replaceAll('(t)', '$1$1').split('e').size() div 3 - -b}",
    ],
    "feel": [
        "=for i in items, j in 1..a return {x: i, y: partial}",
        '=if a in [1..5) then "x" + string(m.first name) else sum(items[item > 2])',
        "=some x in items satisfies x = null or not(x instance of list<number>)",
        '=@"2024-01-31" + duration("P1M") - date(2020, 1, 1) ** 2 between b and a',
        "={f: function(x, y) x * y, r: sort([3, 1], function(p, q) p < q), z: f(x: 1, y: r[1])}",
        '=split(replace(s, "(e)", "[$1]"), "t")[-1]',
    ],
    "python": [
        "[x for x in items if x != s][:2] + [f'{a:>5}', m['k'] ** 2]",
        "sorted({k: v for k, v in m.items()}, key=lambda k: -len(k))",
    ],
}
SCRIPTS = [
    "total = 0\nfor i in range(a):\n    total += i\nitems.append(total)\nm['k'] -= 1",
    "def f(x):\n    return x * 2 if x else f(1)\ntry:\n    s = f(s)\nexcept KeyError:\n    n = 1",
    "while a < 10:\n    a += 1\n    if a % 3 == 0:\n        continue\nx, *y = items\nlog(x, y)",
]
PIECES = [
    *"()[]{}.,:+-*/%<>=!?'\"`@#$&|\\\n ",
    *("${", "#{", "}", "**", "..", "and", "or", "not", "empty", "in", "for", "return", "if"),
    *("then", "else", "some", "satisfies", "function", "null", "9" * 40, "1e999", "-1", "0"),
    *("'" * 3, "\x00", "\u00e9", "\U0001f600", "lambda: 0", "__class__", ".format", "while 1:"),
    *("a", "s", "items", "m", "d", "date(", "string(", "matches(", "count(", "sort(", "*items"),
]


@st.composite
def mutated(draw: st.DrawFn, seeds: list[str]) -> str:
    """A valid text with some pieces cut, doubled, swapped for others or put in."""
    text = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(start + draw(st.integers(0, 6)), len(text))
        piece = draw(st.sampled_from(PIECES) | st.just(text[start:end] * 2))
        text = text[:start] + piece + text[end:]
    return text


def check(run) -> None:
    """It ends, by a value or by one of our errors; a loop without end would hang here."""
    with contextlib.suppress(ExpressionError, BpmnErrorThrown):
        run()


def evaluate(language: str, text: str) -> object:
    beans = {"execution": ExecutionBean(VARIABLES, {"id": "1"})}
    return compile_expression(text, language).evaluate(Environment(VARIABLES, NOW, "u", beans))


SETTINGS = settings(max_examples=150)


@pytest.mark.parametrize("language", ["juel", "feel", "python"])
def test_random_text_fails_only_as_it_should(language):
    @SETTINGS
    @given(st.text(max_size=60) | st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
    def run(text):
        wrapped = "${" + text + "}" if language == "juel" else text
        check(lambda: evaluate(language, wrapped))

    run()


@pytest.mark.parametrize("language", ["juel", "feel", "python"])
def test_mutated_expressions_fail_only_as_they_should(language):
    @SETTINGS
    @given(mutated(SEEDS[language]))
    def run(text):
        check(lambda: evaluate(language, text))

    run()


@SETTINGS
@given(mutated(SCRIPTS))
def test_mutated_scripts_fail_only_as_they_should(text):
    before = repr(VARIABLES)
    environment = Environment({}, NOW)
    check(lambda: compile_script(text, "python").run(dict(VARIABLES), environment, str))
    assert repr(VARIABLES) == before
