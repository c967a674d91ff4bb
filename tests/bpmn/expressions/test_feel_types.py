"""Types that a model declares, types of functions, and conversions (DMN 1.5, 10.3.2.9)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bpmn.expressions import Environment, ExpressionError
from bpmn.expressions.feel import compile_feel_expression
from bpmn.expressions.feel.conformance import NamedType, Types
from bpmn.expressions.feel.syntax import TypeName

NUMBER, STRING = TypeName("number", ()), TypeName("string", ())


def anything(_value: object) -> bool:
    return True


TYPES = {
    "tAge": NamedType(NUMBER, lambda value: 0 <= value <= 150),
    "t Ages": NamedType(TypeName("list", (("", TypeName("tAge", ())),)), anything),
    "tPerson": NamedType(
        TypeName("context", (("name", STRING), ("age", TypeName("tAge", ())))), anything
    ),
    "tNames": NamedType(TypeName("function", (("", NUMBER), ("->", STRING))), anything),
    "tLoop": NamedType(TypeName("tLoop", ()), anything),
    "model.tAge": NamedType(NUMBER, anything),
}


def evaluate(text: str) -> object:
    compiled = compile_feel_expression(text, types=TYPES)
    return compiled.explain(Environment({}, datetime(2024, 1, 31, tzinfo=UTC))).value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("36 instance of tAge", True),
        ("151 instance of tAge", False),
        ("[1, 2] instance of t Ages", True),
        ("[1, 200] instance of t Ages", False),
        ('{name: "Ada", age: 36} instance of tPerson', True),
        ('{name: "Ada", age: 360} instance of tPerson', False),
        ('{name: "Ada"} instance of tPerson', False),
        ('[{name: "Ada", age: 3}] instance of list<tPerson>', True),
        ("1 instance of model.tAge", True),
        ("1 instance of tLoop", False),
        ('(function(n: number) "x") instance of tNames', True),
        ('(function(n: string) "x") instance of tNames', False),
        ('(function(n) if n then "x" else "y") instance of tNames', True),
        ("(function(n) if n then 1 else 2) instance of tNames", False),
        ("(function(n: number) n) instance of tNames", False),
        ('(function(n) @"P1D") instance of tNames', False),
        ("(function(n) n + 1) instance of tNames", True),
        ("(function(n, m) n) instance of tNames", False),
        ("(function() [1, 2]) instance of function<>->list<number>", True),
        ("(function() [1, 2]) instance of function<>->list<string>", False),
        ('(function() {a: 1, b: "x"}) instance of function<>->context<a: number>', True),
        ('(function() {b: "x"}) instance of function<>->context<a: number>', False),
        ("(function() null) instance of function<>->number", True),
        ("floor instance of function<number>->number", True),
        ("1 instance of function<>->number", False),
        ("(> 5) instance of range<number>", True),
        ("(function(a: tAge) a)(200)", None),
        ("(function(a: tAge) a)([20])", 20),
        ("(function(a: t Ages) a)(20)", [20]),
        ("(function(a: tAge) a)(null)", None),
    ],
)
def test_types_of_a_model(text, value):
    assert evaluate(text) == value


def test_a_type_that_nobody_declares_is_refused_with_what_there_is():
    with pytest.raises(ExpressionError, match="no type 'tNope'") as caught:
        evaluate("1 instance of list<tNope>")
    assert "tPerson" in caught.value.hint


def test_a_value_is_converted_from_and_to_a_list_of_one():
    types = Types(TYPES)
    assert types.converted([5], TypeName("tAge", ())) == (True, 5)
    assert types.converted(5, TypeName("t Ages", ())) == (True, [5])
    assert types.converted([5, 6], TypeName("tAge", ())) == (False, None)
