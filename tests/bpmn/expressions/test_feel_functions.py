"""Every built-in function on values that fit and on values that do not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bpmn.expressions import Environment, ExpressionError
from bpmn.expressions.feel import compile_feel_expression
from bpmn.expressions.feel.functions.conversions import write

NOW = datetime(2024, 1, 31, 9, 30, tzinfo=UTC)


def evaluate(text: str) -> str | None:
    value = compile_feel_expression(text).explain(Environment({"f": 0.1}, NOW)).value
    return None if value is None else write(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("log(1)", "0"),
        ("exp(0)", "1"),
        ("sqrt(16)", "4"),
        ("odd(3)", "true"),
        ("even(-2)", "true"),
        ("modulo(-12, 5)", "3"),
        ("modulo(10.1, 4.5)", "1.1"),
        ("round half up(-1.5, 0)", "-2"),
        ("round down(1.19, 1)", "1.1"),
        ("ceiling(-1.5)", "-1"),
        ("decimal(1.125, 2)", "1.12"),
        ("abs(-1)", "1"),
        ("f + 0.2", "0.3"),
        ("5 - f", "4.9"),
        ("2 * 1.5", "3"),
        ("7 / 2", "3.5"),
        ("-(1.5)", "-1.5"),
        ("2 ** 0.5 > 1.41", "true"),
        ("min([])", None),
        ("mean(1, 2, 3, 4)", "2.5"),
        ("median([8, 2, 5])", "5"),
        ("product(2, 3)", "6"),
        ('sum([@"P1D", @"PT1H"])', "P1DT1H"),
        ("count([])", "0"),
        ("reverse([1, 2])", "[2, 1]"),
        ("sublist([1, 2, 3], 2, 1)", "[2]"),
        ("remove([1, 2, 3], -1)", "[1, 2]"),
        ("append(null, 1)", "[1]"),
        ('min("a", "b")', "a"),
        ("sort([2, 1, 3], function(x, y) x > y)", "[3, 2, 1]"),
        ('string(@"P1Y2M")', "P1Y2M"),
        ("string(function(a, b) 1)", "function(a, b)"),
        ("string([1..2)) ", "[1..2)"),
        ("string(1e-400)", "1E-400"),
        (r'string(["a\"b"])', r'["a\"b"]'),
        ('number("-1.5e2")', "-150"),
        ('number("1.000,5", ".", ",")', "1000.5"),
        ('number("12", null, null)', "12"),
        ('date(@"2024-01-31T10:00:00")', "2024-01-31"),
        ('date(@"2024-01-31")', "2024-01-31"),
        ('time(@"2024-01-31T10:00:00Z")', "10:00:00Z"),
        ('time(@"2024-01-31")', "00:00:00Z"),
        ('time(@"10:00:00")', "10:00:00"),
        ("time(10, 0, 0.5)", "10:00:00.5"),
        ("time(10, 0, 0.000000001)", "10:00:00.000000001"),
        ('time(10, 0, 0, "Europe/Berlin")', "10:00:00@Europe/Berlin"),
        ('date and time(@"2024-01-31")', "2024-01-31T00:00:00"),
        ('date and time(@"2024-01-31T10:00:00Z")', "2024-01-31T10:00:00Z"),
        ('date and time(@"2024-01-31", @"10:00:00")', "2024-01-31T10:00:00"),
        ('date and time(@"2024-01-31", "Europe/Berlin")', "2024-01-31T00:00:00@Europe/Berlin"),
        (
            'date and time(@"2024-01-31T10:00:00Z", "Europe/Berlin")',
            "2024-01-31T11:00:00@Europe/Berlin",
        ),
        (
            'date and time(@"2024-01-31T10:00:00", "Europe/Berlin")',
            "2024-01-31T10:00:00@Europe/Berlin",
        ),
        ('date and time("2024-01-31")', "2024-01-31T00:00:00"),
        ('duration(@"P1D")', "P1D"),
        ('-@"P1Y"', "-P1Y"),
        ('@"P1Y" * 1.5', "P1Y6M"),
        ('2 * @"P1D"', "P2D"),
        ('@"P1Y" - @"P1M"', "P11M"),
        ('@"P1D" - @"PT1H"', "PT23H"),
        ('@"2024-03-31" - @"P1M"', "2024-02-29"),
        ('@"10:00:00" - @"09:00:00"', "PT1H"),
        ('@"PT1H" / 2', "PT30M"),
        ('@"2024-01-31".year', "2024"),
        ('@"12024-01-31".year', "12024"),
        ('@"10:20:30".minute', "20"),
        ('@"-P1DT2H3M4S".seconds', "-4"),
        ('day of year(@"2024-02-01")', "32"),
        ('month of year(@"2024-02-01")', "February"),
        ("{f: floor}.f(1.5)", "1"),
        ("{f: function(g) g(4), r: f(sqrt)}.r", "2"),
        ("some x in [1, 2], y in [2] satisfies x = y", "true"),
        ("(1..3) = (1..3)", "true"),
        ("string length(to base64(string([1])))", "4"),
    ],
)
def test_functions_and_operators_on_values_that_fit(text, value):
    assert evaluate(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "log(0)",
        "sqrt(-1)",
        "exp(1e10)",
        "modulo(1, 0)",
        "modulo(1e6000, 1e-6000)",
        'abs("a")',
        "round up(1.5, 7000)",
        "round up(9e33, 6000) + null",
        'odd("a")',
        "9e6144 * 10",
        "stddev([9e6144, -9e6144])",
        "sum(9e6144, 9e6144)",
        "stddev(1)",
        'min(1, "a")',
        'sum(1, "a")',
        "concatenate(null)",
        "flatten(null)",
        "sublist([1], 2)",
        "sublist([1], 1, 5)",
        "insert before([1], 0, 1)",
        'sort([1], "x")',
        "partition([1], 0)",
        "list replace([1], function(a, b) 1, 2)",
        'number("x")',
        'number("1", ";", ".")',
        'number("1", ",", ",")',
        'number("1e9999")',
        "number(true)",
        "date(2024, 13, 1)",
        "date(1e11, 1, 1)",
        'time("25:00:00")',
        "time(24, 0, 0)",
        "time(10, 0, 60)",
        "time(10, 0, 0, 5)",
        'time(10, 0, 0, "Nowhere/Land")',
        'date and time(1, @"10:00:00")',
        'date and time("x")',
        'date and time(@"2024-01-31", "Nowhere/Land")',
        'duration("P")',
        'duration("P99999999999999D")',
        'day of week("x")',
        'years and months duration("a", @"2024-01-01")',
        '@"P999999999D" * 10',
        '@"P999999999D" + @"P1D"',
        '@"P1Y" * 1e12',
        '@"2024-01-01" + @"2024-01-01"',
        '@"2024-01-01" - @"10:00:00"',
        '@"10:00:00" + @"P1Y"',
        '@"2024-01-01" * 2',
        '@"P1D" / 0',
        'context([{key: "a"}])',
        "context put({}, [], 1)",
        "context merge([1])",
        'get value(1, "a")',
        'get value({a: 1}, ["a", "b"])',
        'substring("abc", 0)',
        'substring("abc", 1, 0)',
        'contains(1, "a")',
        r'matches("a", "\\")',
        r'matches("a", "[a")',
        r'matches("a", "a\q")',
        r'matches("a", "\p{Nope}")',
        r'matches("a", "\pL")',
        r'matches("a", "a++")',
        r'matches("a", "[a[b]]")',
        r'matches("a", "[a-z-[b]c]")',
        r'replace("a", "a", "\\q")',
        r'split("a", "")',
        'from json("{")',
        'from json("NaN")',
        "to json([1..2])",
        'range("{}")',
        'range("[date(1)..date(2)]")',
        'range("[date(\\"x\\")..date(\\"y\\")]")',
        "coincides(1, [1..1])",
        "meets(1, 2)",
        "includes(1, 2)",
        "is blank(1)",
        "1[2]",
        'for x in 1.."a" return x',
        "for x in null return x",
        "(function(a) a)(1, 2)",
        "(function(a) a)(b: 1)",
        "{}.a",
        "1(2)",
    ],
)
def test_what_does_not_fit_is_null_with_a_reason(text):
    found = compile_feel_expression(text).explain(Environment({}, NOW))
    assert found.value is None
    assert found.notes


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("substring()", "expression-syntax"),
        ('substring(string: "a", position: 1)', "expression-syntax"),
        ('substring("a", start position: 1)', "expression-syntax"),
        ("sub string(1)", "function-unknown"),
        ("1 instance of list<nope>", "expression-syntax"),
        ("function(a: nope) a", "expression-syntax"),
    ],
)
def test_calls_that_cannot_work_are_refused_before_they_run(text, code):
    with pytest.raises(ExpressionError) as caught:
        compile_feel_expression(text)
    assert caught.value.code == code
