"""FEEL as processes of Camunda 8 write it; null semantics and limits of DMN 1.5."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from bpmn.expressions import Environment, ExpressionError, Language, compile_expression
from bpmn.expressions.feel import compile_feel_expression, compile_unary_tests
from bpmn.expressions.feel.values import Months

NOW = datetime(2024, 1, 31, 9, 30, tzinfo=UTC)
ORDERS = [{"id": "a", "amount": 5, "tags": ["x"]}, {"id": "b", "amount": 70, "tags": []}]
VARIABLES = {
    "amount": 120,
    "region": "EU",
    "price": 1.1,
    "orders": ORDERS,
    "person": {"first name": "Ada", "age": 36},
    "due": datetime(2024, 1, 1, tzinfo=UTC),
    "day": date(2024, 1, 31),
    "nothing": None,
    "count": 4,
}


def evaluate(text: str) -> object:
    return compile_expression(text, Language.FEEL).evaluate(Environment(VARIABLES, NOW))


def explain(text: str):
    return compile_feel_expression(text).explain(Environment(VARIABLES, NOW))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("=amount > 100", True),
        ("= amount > 100", True),
        ('amount > 100 and region = "EU"', True),
        ("=orders", ORDERS),
        ('="text " + region', "text EU"),
        ("0.1 + 0.2", 0.3),
        ("price + 0.2", 1.3),
        ("1 + 2 * 3 - 4 / 2", 5),
        ("10 / 4", 2.5),
        ("2 ** 3 ** 2", 64),
        ("-2 ** 2", 4),
        ("amount-20", 100),
        ("--amount", 120),
        ("1.0", 1),
        (".5", 0.5),
        ("9007199254740993", 9007199254740993),
        (r'"a\"b\\c\né"', 'a"b\\c\né'),
        ("5 between 1 and 5 and true", True),
        ("5 in [1..5)", False),
        ("5 in (1..5]", True),
        ("5 in ]1..5]", True),
        ("5 in (1, 5)", True),
        ("5 in (< 3, > 4)", True),
        ("5 in >= 5", True),
        ('"b" in ["a", "b"]', True),
        ("[1..3] = [1..3]", True),
        ('if amount > 1 then "y" else "n"', "y"),
        ("if nothing then 1 else 2", 2),
        ("count > 3", True),
        ("`count` + 1", 5),
        ("/* note */ 1 // note", 1),
    ],
)
def test_expressions_of_processes(text, value):
    result = evaluate(text)
    assert result == value
    assert type(result) is type(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("person.first name", "Ada"),
        ("orders.id", ["a", "b"]),
        ("orders[1].id", "a"),
        ("orders[-1].id", "b"),
        ("orders[amount > 10].id", ["b"]),
        ("orders[item.amount > 10][1].id", "b"),
        ("orders[3]", None),
        ("[1, 2, 3][item >= 2]", [2, 3]),
        ("[1, 2, 3][count(orders)]", 2),
        ("amount[1]", 120),
        ("nothing[1]", None),
        ('{a: 1, "b c": a + 1, d: b c}.d', 2),
        ("{a: {b: 3}}.a.b", 3),
        ("{f: function(x, y) x - y, r: f(y: 1, x: 3)}.r", 2),
        ("for i in 1..3 return i * i", [1, 4, 9]),
        ("for i in 3..1 return i", [3, 2, 1]),
        ("for o in orders, t in o.tags return o.id + t", ["ax"]),
        ("for i in 1..5 return if i < 3 then 1 else partial[-1] + partial[-2]", [1, 1, 2, 3, 5]),
        ('for d in @"2024-01-30"..@"2024-02-01" return d.day', [30, 31, 1]),
        ("some o in orders satisfies o.amount > 10", True),
        ("every o in orders satisfies o.amount > 10", False),
        ("some o in [] satisfies o", False),
        ("sum(for o in orders return o.amount)", 75),
    ],
)
def test_paths_filters_and_iterations(text, value):
    assert evaluate(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("missing", None),
        ("missing.a.b", None),
        ("missing > 3", None),
        ("missing = null", True),
        ("amount = null", False),
        ('amount = "120"', None),
        ('"a" + 1', None),
        ("1 / 0", None),
        ("null and false", False),
        ("null and true", None),
        ("null or true", True),
        ("null or false", None),
        ("false or 1", None),
        ("1 or true", True),
        ("not(null)", None),
        ("not(1)", None),
        ('number("x")', None),
        ('date("2024-02-30")', None),
        ("sum([])", None),
        ('substring("abc", 9)', None),
        ("10 ** 6000 * 10 ** 6000", None),
    ],
)
def test_what_does_not_fit_is_null(text, value):
    assert evaluate(text) is value


def test_a_null_has_a_reason():
    notes = explain('amount + missing + "a"').notes
    assert [(note.position, note.reason) for note in notes[:2]] == [
        (9, "there is no variable 'missing'"),
        (7, "'+' does not fit a number and a null"),
    ]
    assert "string(x)" in explain('"a" + 1').notes[0].reason
    assert explain('number("x")').notes[0].reason == "number(): 'x' is no number"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("now()", NOW),
        ("today()", date(2024, 1, 31)),
        ("due < now()", True),
        ('date("2024-01-31") + duration("P1M")', date(2024, 2, 29)),
        ('duration("P1D") + day', date(2024, 2, 1)),
        ('now() + @"PT30M"', datetime(2024, 1, 31, 10, tzinfo=UTC)),
        ('date("2024-03-01") - date("2024-02-01")', timedelta(days=29)),
        ('time("23:00:00") + duration("PT2H")', time(1)),
        ('@"P1D" * 1.5', timedelta(hours=36)),
        ('@"P1D" / @"PT12H"', 2),
        ('@"2024-01-31".month', 1),
        ('@"P1DT2H".hours', 2),
        ("date and time(date(2024, 1, 2), time(3, 4, 5))", datetime(2024, 1, 2, 3, 4, 5)),  # noqa: DTZ001 - FEEL has times without zone
        ('date and time("2024-01-01T10:00:00Z") = @"2024-01-01T11:00:00+01:00"', True),
        ('string(@"2024-07-01T10:00:00@Europe/Paris")', "2024-07-01T10:00:00@Europe/Paris"),
        ('string(@"PT36H5.5S")', "P1DT12H5.5S"),
        ('years and months duration(date("2020-01-31"), date("2021-03-30"))', "P1Y1M"),
        ("day of week(today())", "Wednesday"),
        ("last day of month(today()).day", 31),
        ('time("10:00:00") < time("09:00:00Z")', None),
    ],
)
def test_dates_times_and_durations(text, value):
    assert evaluate(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('string length("abc")', 3),
        ('substring(string: "foobar", start position: 3)', "obar"),
        ('substring("foobar", -2, 1)', "a"),
        ('contains("abc", "b") and starts with("abc", "a") and ends with("abc", "c")', True),
        ('upper case("a") + lower case("B")', "Ab"),
        ('split("a;b", ";")', ["a", "b"]),
        ('replace("abc", "(b)", "[$1]")', "a[b]c"),
        ('matches("aBc", "^ABC$", "i")', True),
        ('string join(["a", null, "b"], "-")', "a-b"),
        ("string(1.50)", "1.5"),
        ('string([1, "a", {b: null}])', '[1, "a", {b: null}]'),
        ('number("1,000.5", ",", ".")', 1000.5),
        ("count([1, 2])", 2),
        ("sum(1, 2, 3)", 6),
        ("mean([1, 2])", 1.5),
        ('min("b", "a")', "a"),
        ("max([1, 2.5])", 2.5),
        ("append([1], 2, 3)", [1, 2, 3]),
        ("concatenate([1], [2])", [1, 2]),
        ("reverse([1, 2])", [2, 1]),
        ("sort([3, 1, 2])", [1, 2, 3]),
        ("sort([3, 1, 2], function(a, b) a > b)", [3, 2, 1]),
        ("flatten([[1, [2]], 3])", [1, 2, 3]),
        ("distinct values([1, 1.0, 2])", [1, 2]),
        ("list contains([1, null], null)", True),
        ("index of([1, 2, 1], 1)", [1, 3]),
        ("is defined(missing)", False),
        ('get value({a: 1}, "a")', 1),
        ("get entries({a: 1})", [{"key": "a", "value": 1}]),
        ('context put({a: 1}, "b", 2)', {"a": 1, "b": 2}),
        ('context put({a: {b: 1}}, ["a", "c"], 2)', {"a": {"b": 1, "c": 2}}),
        ("context merge({a: 1}, {a: 2})", {"a": 2}),
        ("[floor(1.5), ceiling(1.5), floor(-1.5), abs(-3), modulo(-7, 3)]", [1, 2, -2, 3, 2]),
        ("[round(2.5, 0), round(1.25, 1), round half up(2.5, 0)]", [2, 1.2, 3]),
        ("[all([true, false]), all([true, null]), any([false, true])]", [False, None, True]),
        ("[1 instance of number, [1] instance of list<string>]", [True, False]),
    ],
)
def test_built_in_functions(text, value):
    assert evaluate(text) == value


@pytest.mark.parametrize(
    ("tests", "value", "holds"),
    [
        ("-", 1, True),
        ("< 5", 4, True),
        ("[1..5]", 5, True),
        ("1, 2, > 10", 11, True),
        ("not(1, 2)", 2, False),
        ('"a","b"', "b", True),
        ("? > 3 and ? < 5", 4, True),
        ("amount", 120, True),
        ("null", None, True),
        ("< 5", None, None),
    ],
)
def test_unary_tests_of_decision_tables(tests, value, holds):
    compiled = compile_unary_tests(tests)
    environment = Environment({**VARIABLES, "?": value}, NOW)
    assert compiled.explain(environment).value is holds


def test_inside_of_feel_values_stay_exact():
    assert explain("1.10 + 2.20").value == Decimal("3.30")
    assert explain('duration("P1Y2M")').value == Months(14)


def test_names_with_spaces_and_operators_are_resolved_against_the_scope():
    compiled = compile_feel_expression("total-sum + a and b", ["total-sum", "a and b"])
    environment = Environment({"total-sum": 3, "a and b": 4}, NOW)
    assert compiled.explain(environment).value == 7
    assert compiled.names == {"total-sum", "a and b"}


def test_names_are_free_variables_only():
    text = "for i in items return i.a + b.c + {d: 1, e: d}.e + count(f)"
    assert compile_expression(text, Language.FEEL).names == {"items", "b", "f"}


@pytest.mark.parametrize(
    ("text", "code", "position"),
    [
        ("", "expression-syntax", 0),
        ("=", "expression-syntax", 0),
        ("=1 +", "expression-syntax", 4),
        ('="abc', "expression-syntax", 1),
        ("=[1, 2", "expression-syntax", 6),
        ("=(1", "expression-syntax", 3),
        ("=1 < 2 < 3", "expression-syntax", 7),
        ("=if 1 then 2", "expression-syntax", 12),
        ("='a'", "expression-syntax", 1),
        ("=a && b", "expression-syntax", 3),
        ("=${a}", "expression-syntax", 1),
        ('=@"nope"', "expression-syntax", 1),
        ("={a: 1, a: 2}", "expression-syntax", 1),
        ("=1 instance of nope", "expression-syntax", 3),
        ("=1 instance of list<number.", "expression-syntax", 27),
        ("=1e99999999999999999999", "expression-syntax", 1),
        ('=substring("a")', "expression-syntax", 1),
        ("=nope(1)", "function-unknown", 1),
        ("=function(a) external {}", "expression-syntax", 13),
        ("=" + "(" * 300, "expression-syntax", 101),
        ("=" + "-" * 300 + "1", "expression-syntax", 102),
        ("=a" + ".b" * 300, "expression-syntax", 204),
        ("=" + "if true then 1 else " * 300 + "1", "expression-syntax", None),
    ],
)
def test_what_cannot_be_read_names_its_place(text, code, position):
    with pytest.raises(ExpressionError) as caught:
        evaluate(text)
    assert caught.value.code == code
    assert position is None or caught.value.position == position
    assert caught.value.message.endswith(".")


@pytest.mark.parametrize(
    "text",
    [
        "for i in 1..1000000000 return i",
        "for i in 1..100000, j in 1..100000 return i",
        "some i in 1..1000000000 satisfies false",
        'for i in 1..60 return if i = 1 then "ab" else partial[-1] + partial[-1]',
        "for i in 1..60 return if i = 1 then [1] else concatenate(partial[-1], partial[-1])",
        "for i in 1..60 return if i = 1 then [1] else [partial[-1], partial[-1]]",
        "string(for i in 1..60 return if i = 1 then [1] else [partial[-1], partial[-1]])",
        "flatten(for i in 1..60 return if i = 1 then [1] else [partial[-1], partial[-1]])",
        "{x: for i in 1..60 return if i = 1 then 1 else [partial[-1], partial[-1]], y: x = x}.y",
        "{f: function(g, n) g(g, n + 1), r: f(f, 1)}.r",
        "{f: function(g, n) if n = 0 then 1 else g(g, n - 1) + g(g, n - 1), r: f(f, 50)}.r",
        "distinct values(for i in 1..100000 return i)",
        "sort(for i in 1..200000 return i, function(a, b) a < b)",
        "10 ** 5000",
        "function(a) a",
        "[1..2]",
    ],
)
def test_limits_are_errors_not_hangs(text):
    with pytest.raises(ExpressionError) as caught:
        evaluate(text)
    assert caught.value.code in {"expression-limit", "expression-failed", "expression-too-large"}


def test_a_long_chain_is_no_deep_tree():
    assert evaluate("=" + "1+" * 20_000 + "1") == 20_001
    assert evaluate("=" + "false or " * 7_000 + "true") is True
