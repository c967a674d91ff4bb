"""JUEL as Camunda 7 diagrams write it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bpmn.expressions import BpmnErrorThrown, ExpressionError, Language, TableBean
from bpmn.expressions import compile_expression as compile_

ORDER = {"lines": [{"price": 5}, {"price": 7}], "customer": {"name": "Ada"}, "a b": 1}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("${1 + 2 * 3}", 7),
        ("${(1 + 2) * 3}", 9),
        ("${6 / 2}", 3.0),
        ("${7 div 2}", 3.5),
        ("${7 mod 3}", 1),
        ("${-7 % 3}", -1),
        ("${7.5 % 2}", 1.5),
        ("${2 - 3 - 4}", -5),
        ("${'3' + 4}", 7),
        ("${'1.5' + 1}", 2.5),
        ("${null + 1}", 1),
        ("${'' + 1}", 1),
        ("${-amount}", -100),
        ("${1e2}", 100.0),
        ("${.5}", 0.5),
        ("${price * 2}", Decimal("2.4")),
    ],
)
def test_arithmetic_follows_el(juel, text, value):
    result = juel(text, amount=100, price=Decimal("1.2"))
    assert result == value
    assert type(result) is type(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("${amount > 99}", True),
        ("${amount gt 100}", False),
        ("${amount ge 100 and amount le 100}", True),
        ("${amount lt 1 or region eq 'EU'}", True),
        ("${amount ne 100 || !flag}", False),
        ("${not flag}", False),
        ("${amount == '100'}", True),
        ("${flag == 'true'}", True),
        ("${missing == null}", True),
        ("${missing == false}", False),
        ("${missing > 1}", False),
        ("${null == null}", True),
        ("${null <= null}", True),
        ("${'a' < 'b'}", True),
        ("${empty missing && empty '' && empty items}", True),
        ("${not empty region}", True),
        ("${amount > 50 ? 'high' : amount > 10 ? 'mid' : 'low'}", "high"),
        ("${false && 1/0 > 1}", False),
    ],
)
def test_conditions_follow_el(juel, text, value):
    names = {"amount": 100, "region": "EU", "flag": True, "missing": None, "items": []}
    assert juel(text, **names) is value if isinstance(value, bool) else value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("${order.lines[1].price}", 7),
        ("${order['customer'].name}", "Ada"),
        ('${order["a b"]}', 1),
        ("${order.lines[9]}", None),
        ("${order.missing.deeper}", None),
        ("${order.lines.size() == 2}", True),
        ("${order.lines['1'].price}", 7),
    ],
)
def test_paths_read_maps_and_lists(juel, text, value):
    assert juel(text, order=ORDER) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("${s.contains('voice')}", True),
        ("${s.startsWith('In')}", True),
        ("${s.endsWith('x')}", False),
        ("${s.equals('Invoice')}", True),
        ("${s.equalsIgnoreCase('INVOICE')}", True),
        ("${s.length()}", 7),
        ("${s.toUpperCase().toLowerCase().trim()}", "invoice"),
        ("${s.substring(2)}", "voice"),
        ("${s.substring(0, 2)}", "In"),
        ("${s.indexOf('v')}", 2),
        ("${s.replace('In', 'De')}", "Devoice"),
        ("${s.matches('[A-Z].*')}", True),
        ("${'a,b,,'.split(',')}", ["a", "b"]),
        ("${s.replaceAll('(.)v', '$1$1')}", "Innoice"),
        ("${s.charAt(0)}", "I"),
        ("${items.contains(2)}", True),
        ("${items.get(0)}", 1),
        ("${items.isEmpty()}", False),
        ("${items.indexOf(2)}", 1),
        ("${map.containsKey('k')}", True),
        ("${map.get('k').intValue()}", 3),
        ("${map.keySet()}", ["k"]),
        ("${map.getOrDefault('z', 0)}", 0),
        ("${s.empty}", False),
    ],
)
def test_methods_of_texts_lists_and_maps(juel, text, value):
    assert juel(text, s="Invoice", items=[1, 2], map={"k": 3.5}) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Invoice ${nr} of ${who}", "Invoice 7 of Ada"),
        ("#{nr}/${nr}", "7/7"),
        ("plain", "plain"),
        ("", ""),
        (r"\${nr}", "${nr}"),
        ("${who}!", "Ada!"),
        ("${flag}, ${none}, ${list}, ${map}", "true, , [1, null], {a=1}"),
    ],
)
def test_texts_join_their_expressions(juel, text, value):
    names = {"flag": True, "none": None, "list": [1, None], "map": {"a": 1}}
    assert juel(text, nr=7, who="Ada", **names) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("${now()}", datetime(2024, 1, 31, 9, 30, tzinfo=UTC)),
        ("${dateTime().plusDays(3).toDate()}", datetime(2024, 2, 3, 9, 30, tzinfo=UTC)),
        ("${dateTime().plusMonths(1)}", datetime(2024, 2, 29, 9, 30, tzinfo=UTC)),
        ("${dateTime().minusYears(1).year}", 2023),
        ("${dateTime().withTimeAtStartOfDay().plusHours(8)}", datetime(2024, 1, 31, 8, tzinfo=UTC)),
        ("${now().after(due)}", True),
        ("${due < now()}", True),
    ],
)
def test_dates_move_as_joda_has_it(juel, text, value):
    assert juel(text, due=datetime(2024, 1, 1, tzinfo=UTC)) == value


def test_execution_reads_variables_and_identity(juel):
    assert juel("${execution.getVariable('x')}", x=5) == 5
    assert juel("${execution.hasVariable('y')}") is False
    assert juel("${execution.processBusinessKey}") == "B-7"
    assert juel("${execution.getProcessBusinessKey()}") == "B-7"
    assert juel("${currentUser()}") == "bob"


def test_execution_does_not_write_from_an_expression(juel):
    with pytest.raises(ExpressionError, match="setVariable is refused"):
        juel("${execution.setVariable('x', 1)}", x=5)


def test_beans_answer_only_what_they_offer(juel):
    beans = {"calc": TableBean("calc", {"rate": 2}, {"twice": lambda n: n * 2}), "tax": round}
    assert juel("${calc.twice(21)}", beans=beans) == 42
    assert juel("${calc.rate}", beans=beans) == 2
    assert juel("${tax(2.4)}", beans=beans) == 2
    assert juel("${calc}", beans=beans) is beans["calc"]
    with pytest.raises(ExpressionError, match="no method 'thrice'; it has: getRate, twice"):
        juel("${calc.thrice(1)}", beans=beans)
    with pytest.raises(ExpressionError, match="takes 1 positional argument"):
        juel("${calc.twice(1, 2)}", beans=beans)


def test_a_bean_may_throw_a_bpmn_error(juel):
    def fail():
        raise BpmnErrorThrown("NO_FUNDS")

    with pytest.raises(BpmnErrorThrown, match="NO_FUNDS"):
        juel("${pay()}", beans={"pay": fail})


@pytest.mark.parametrize(
    ("text", "code", "position", "message"),
    [
        ("${nope + 1}", "variable-unknown", 2, "no variable 'nope'"),
        ("${nope(1)}", "function-unknown", 2, "no function 'nope'"),
        ("${1 / 0}", "expression-failed", 4, "Division by zero"),
        ("${1 + 'a'}", "expression-failed", 4, "'a' is no number"),
        ("${5 and true}", "expression-failed", 4, "neither true nor false"),
        ("${''.getClass()}", "method-unknown", 5, "no method 'getClass'"),
        ("${''.class.forName('x')}", "property-unknown", 4, "no property 'class'"),
        ("${null.size()}", "expression-failed", 7, "null"),
        ("${[1]}", "expression-syntax", 2, "a value"),
        ("${1 +}", "expression-syntax", 5, "found the end"),
        ("${a = 1}", "expression-syntax", 4, "'='"),
        ("${'a}", "expression-syntax", 2, "not closed"),
        ("a ${b", "expression-syntax", 2, "not closed"),
        ("${a b}", "expression-syntax", 4, "'b'"),
        ("${" + "(" * 200 + "1" + ")" * 200 + "}", "expression-syntax", 102, "nested"),
        ("${" + "-" * 5000 + "1}", "expression-syntax", 103, "100"),
        ("${a" + ".b" * 5000 + "}", "expression-syntax", 205, "100"),
        ("${'a'.substring(5)}", "expression-failed", 6, "outside"),
        ("${'a'.matches('(')}", "expression-failed", 6, "no regular expression"),
        ("${'%s'.matches('(a|aa)+$')}" % ("a" * 60 + "b"), "expression-failed", 66, "too long"),
        ("${now().plusYears(99999)}", "expression-failed", 8, "years 1 to 9999"),
        ("${9" + "*9999999999" * 400 + "}", "expression-failed", None, "300 digits"),
        ("${1e308 * 10}", "expression-failed", 8, "too large"),
        ("x" * 70_000, "expression-syntax", 65_536, "65536"),
    ],
)
def test_every_failure_names_what_and_where(juel, text, code, position, message):
    with pytest.raises(ExpressionError, match=r"\S") as caught:
        juel(text)
    assert (caught.value.code, caught.value.text) == (code, text)
    assert message in caught.value.message
    assert position is None or caught.value.position == position


def test_a_long_chain_is_no_deep_tree(juel):
    assert juel("${" + "1+" * 20_000 + "1}") == 20_001


def test_names_are_the_variables_that_a_condition_watches():
    text = "${a.b > c[d] and size(e) and execution.getVariable('f') == now()} ${x.y.z}"
    assert compile_(text, Language.JUEL).names == {"a", "c", "d", "e", "f", "x"}
