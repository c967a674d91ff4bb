"""JUEL on JSON, as Camunda 7's Spin has it, and what deployment can already refuse."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bpmn.expressions import ExpressionError, Language, TableBean, validate_expression
from bpmn.expressions import compile_expression as compile_

ORDER = '{"id": "A1", "lines": [{"p": 5}, {"p": 7.5}], "ok": true, "none": null}'
NAMES = {
    "order": ORDER,
    "customer": {"name": "Ada", "tags": ["a", "b"]},
    "items": [1, 2, 1],
    "n": 5,
    "due": datetime(2024, 1, 31, 9, 5, tzinfo=UTC),
    "span": timedelta(days=2, hours=3),
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("${S(order).prop('id').stringValue()}", "A1"),
        ("${JSON(order).prop('ok').boolValue() ? 'y' : 'n'}", "y"),
        ("${S(order).prop('lines').elements().get(1).prop('p').numberValue() > 7}", True),
        ("${S(order).prop('lines').elements().size()}", 2),
        ("${S(order).prop('lines').elements()}", [{"p": 5}, {"p": 7.5}]),
        ("${S(order).hasProp('zz') || S(order).prop('none').isNull()}", True),
        ("${S(order).prop('none').value()}", None),
        ("${S(order).fieldNames()}", ["id", "lines", "ok", "none"]),
        ("${S(order).jsonPath('$.lines[0].p').numberValue()}", 5),
        ("${S(order).jsonPath('$.lines[*].p').elementList()}", [5, 7.5]),
        ("${S(order).jsonPath(\"$['id']\").stringValue()}", "A1"),
        ("${S(order).lines[1].p * 2}", 15),
        ("${S('[1, 2]').append(3)}", [1, 2, 3]),
        ("${S('[1, 2]').insertAt(0, 0).removeAt(1).remove(2)}", [0]),
        ("${S('[1, 2, 1]').lastIndexOf(1)}", 2),
        ("${S('{\"a\": 1}').prop('b', 2).deleteProp('a')}", {"b": 2}),
        ("${S('{\"a\": 1}').toString()}", '{"a": 1}'),
        ("lines ${S(order).prop('lines')}", 'lines [{"p": 5}, {"p": 7.5}]'),
        ("${S(order).prop('id').isString() && S(order).isObject()}", True),
        ("${S(S('[1]')).isArray() && S(5).isNumber() && S(true).isBoolean()}", True),
        ("${S(null).isValue() && !S('[]').isValue()}", True),
        ("${S('[1, 2]').contains(2) && S('[1, 2]').indexOf(9) == -1}", True),
        ("${S('[]').isEmpty() && S('{\"a\": 1}').size() == 1}", True),
        ("${S('[1]').get(0).unwrap()}", 1),
        ("${S(order).jsonPath('$.id').element()}", "A1"),
        ("${S(order).jsonPath('$.ok').boolValue()}", True),
        ("${S(order).jsonPath('$.lines').elementList().size()}", 2),
        ("${S(order).jsonPath('$.*').elementList().size()}", 4),
        ("${S(order).jsonPath('$.lines[-1].p')}", [7.5]),
        ("${S(order).jsonPath('$.id[0]')}", []),
        ('${S(\'{"a": 1, "b": 2}\').deleteProp(S(\'["a"]\').unwrap())}', {"b": 2}),
    ],
)
def test_json_is_read_as_spin_has_it(juel, text, value):
    assert juel(text, **NAMES) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("${customer.prop('name').stringValue()}", "Ada"),
        ("${customer.prop('tags').elements().get(0).value()}", "a"),
        ("${customer.hasProp('age')}", False),
        ("${n.numberValue()}", 5),
        ("${missing.isNull()}", True),
    ],
)
def test_plain_values_answer_as_json_because_they_came_as_json(juel, text, value):
    assert juel(text, missing=None, **NAMES) == value


def test_json_changes_nothing_in_place(juel):
    names = {"customer": {"tags": ["a"]}}
    juel("${S(customer).prop('x', 1)} ${S(customer.tags).append('b')}", **names)
    assert names == {"customer": {"tags": ["a"]}}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("${due.toString('dd.MM.yyyy HH:mm')}", "31.01.2024 09:05"),
        ("${due.toString(\"d/M/yy 'at' H:mm:ss.SSS ZZ\")}", "31/1/24 at 9:05:00.000 +00:00"),
        ("${due.toLocalDate().getDayOfMonth()}", 31),
        ("${span.toHours()}", 51),
        ("${items.getLast() + items.getFirst()}", 2),
        ("${items.lastIndexOf(1)}", 2),
        ("${customer.entrySet().get(0).key}", "name"),
        ("${n.add(2).multiply(3).subtract(1).signum()}", 1),
        ("${'ab'.repeat(2).compareToIgnoreCase('ABAB')}", 0),
    ],
)
def test_methods_used_in_the_wild(juel, text, value):
    assert juel(text, **NAMES) == value


@pytest.mark.parametrize(
    ("text", "code", "position", "message"),
    [
        ("${'abc'.foo()}", "method-unknown", 8, "A text has no method 'foo'"),
        ("${'abc'.substring()}", "method-unknown", 8, "takes 1 to 2 arguments"),
        ("${now().plusFoo(1)}", "method-unknown", 8, "A date has no method"),
        ("${S(x).foo()}", "method-unknown", 7, "A JSON value has no method"),
        ("${5.5.foo()}", "method-unknown", 6, "A number has no method"),
        ("Hi ${XML(x).attr('y')}", "function-unknown", 5, "no function 'XML'"),
    ],
)
def test_what_the_text_alone_shows_is_refused_before_it_runs(text, code, position, message):
    with pytest.raises(ExpressionError) as caught:
        compile_(text, Language.JUEL)
    assert (caught.value.code, caught.value.position) == (code, position)
    assert message in caught.value.message


def test_functions_are_checked_where_those_of_the_host_are_known():
    validate_expression("${tax(n)}", Language.JUEL)
    validate_expression("${tax(now())} ${S(x).prop('a')}", Language.JUEL, functions={"tax"})
    with pytest.raises(ExpressionError, match="no function 'tax'") as caught:
        validate_expression("a ${b > 1 ? tax(n) : 0}", Language.JUEL, functions=())
    assert caught.value.position == 12


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("${S('{')}", "is no JSON"),
        ("${S(order).prop('zz')}", "no property 'zz'"),
        ("${S(order).prop('id').numberValue()}", "'A1' is no number"),
        ("${S(order).prop('ok').stringValue()}", "True is no text"),
        ("${S(order).elements()}", "is no JSON array"),
        ("${S(order).jsonPath('$..p')}", "cannot be read"),
        ("${S(order).jsonPath('lines')}", "does not start with"),
        ("${S(order).jsonPath('$.lines[*].p').numberValue()}", "finds 2 values"),
        ("${S('[1]').removeAt(3)}", "outside"),
        ("${S('[1]').insertAt(3, 1)}", "outside"),
        ("${S('[1]').get(1)}", "outside"),
        ("${S(order).prop('id').boolValue()}", "neither true nor false"),
        ("${S('[1]').prop('a')}", "is no JSON object"),
        ("${S('NaN')}", "is no JSON"),
        ("${items.add(3)}", "no method 'add'"),
        ("${items.remove(1)}", "no method 'remove'"),
        ("${due.toString('QQ')}", "knows no 'QQ'"),
        ("${'a'.repeat(10000000)}", "not possible"),
    ],
)
def test_what_does_not_fit_says_so(juel, text, message):
    with pytest.raises(ExpressionError) as caught:
        juel(text, **NAMES)
    assert message in caught.value.message


def test_a_juel_script_writes_variables_and_reads_the_instance(run_script):
    names = run_script("${execution.setVariable('total', n * 2)}", "juel", n=3)
    assert names["total"] == 6
    run_script("${execution.hasVariable('n') ? execution.getVariable('n') : 0}", "juel", n=3)
    assert run_script.result == 3


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("${execution.processInstanceId}", "no property 'processInstanceId' here"),
        ("${execution.getProcessInstanceId()}", "no method 'getProcessInstanceId' here"),
        ("${execution.setVariable('x')}", "takes 2 arguments, not 1"),
    ],
)
def test_a_script_says_what_its_execution_cannot(run_script, text, message):
    with pytest.raises(ExpressionError, match=message):
        run_script(text, "juel")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("${execution.nope}", "has no property 'nope'"),
        ("${execution.getNope()}", "has no property 'nope'"),
        ("${execution.nope()}", "has no method 'nope'"),
        ("${calc.nope}", "has no property 'nope'; it has: rate"),
        ("${calc.getNope()}", "has no method 'getNope'"),
        ("${rate(1)}", "is no function"),
    ],
)
def test_beans_name_what_they_offer(juel, text, message):
    beans = {"calc": TableBean("calc", {"rate": 2}, {"getName": lambda: "c"}), "rate": 5}
    assert juel("${calc.getRate()} ${calc.name}", beans=beans) == "2 c"
    with pytest.raises(ExpressionError) as caught:
        juel(text, beans=beans)
    assert message in caught.value.message
