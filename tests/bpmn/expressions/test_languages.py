"""Which language a text is in, and the one interface over all of them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bpmn.expressions import (
    Environment,
    ExpressionError,
    Language,
    ScriptError,
    compile_expression,
    compile_script,
    detect_language,
    evaluate_condition,
)

NOW = datetime(2024, 1, 31, 9, 30, tzinfo=UTC)
XPATH = "http://www.w3.org/1999/XPath"


@pytest.mark.parametrize(
    ("text", "declared", "dialect", "language"),
    [
        ("${a}", None, "camunda7", Language.JUEL),
        ("#{a}", XPATH, "camunda7", Language.JUEL),
        ("Invoice ${nr}", "", "camunda7", Language.JUEL),
        ("PT1H", None, "camunda7", Language.LITERAL),
        ("= a", None, "camunda7", Language.LITERAL),
        ("a > 1", "feel", "camunda7", Language.FEEL),
        ("= a", None, "camunda8", Language.FEEL),
        (" =a", XPATH, "camunda8", Language.FEEL),
        ("a", None, "camunda8", Language.LITERAL),
        ("a == 1", None, "spiff", Language.PYTHON),
        ("${a}", None, "plain", Language.JUEL),
        ("=a", None, "plain", Language.FEEL),
        ("a > 1", XPATH, "plain", Language.FEEL),
        ("a", "https://www.omg.org/spec/DMN/20230324/FEEL/", "plain", Language.FEEL),
        ("a", "http://www.omg.org/spec/FEEL/20140401", "camunda7", Language.FEEL),
        ("${a}", "juel", "camunda8", Language.JUEL),
        ("a", "Python", "plain", Language.PYTHON),
    ],
)
def test_a_declared_language_wins_over_the_dialect(text, declared, dialect, language):
    assert detect_language(text, declared, dialect) is language


@pytest.mark.parametrize("declared", ["groovy", "javascript", "http://xpath.org/3", "cobol"])
def test_an_unknown_language_is_refused_with_a_way_out(declared):
    with pytest.raises(ExpressionError, match=declared) as caught:
        detect_language("x", declared, "camunda7")
    assert caught.value.code == "language-unknown"
    assert caught.value.hint


@pytest.mark.parametrize("script_format", ["groovy", "text/javascript", "cobol", "", None])
def test_an_unknown_script_format_is_refused_with_a_way_out(script_format):
    with pytest.raises(ScriptError) as caught:
        compile_script("x", script_format)
    assert caught.value.code == "script-format-unknown"
    assert caught.value.hint


def test_a_literal_is_its_text():
    compiled = compile_expression("PT1H", Language.LITERAL)
    assert compiled.evaluate(Environment({}, NOW)) == "PT1H"
    assert compiled.names == frozenset()


def test_the_same_text_is_compiled_once():
    assert compile_expression("${a}", "juel") is compile_expression("${a}", Language.JUEL)
    assert compile_script("x = 1", "python") is compile_script("x = 1", "python")
    assert compile_expression("a", "feel") is not compile_expression("a", "python")


def test_juel_and_feel_scripts_give_their_value(run_script):
    run_script("${a + 1}", "juel", a=1)
    assert run_script.result == 2
    run_script("= a + 1", "feel", a=1)
    assert run_script.result == 2


def test_a_juel_script_writes_by_set_variable(run_script):
    after = run_script("#{execution.setVariable('invoked', 'true')}", "juel")
    assert after == {"invoked": "true"}
    with pytest.raises(ScriptError, match="no variable"):
        run_script("${nope}", "juel")


@pytest.mark.parametrize(
    ("text", "language", "holds"),
    [
        ("${a > 1}", "juel", True),
        ("${text}", "juel", True),
        ("=a > 1", "feel", True),
        ("items", "python", False),
        ("true", "literal", True),
    ],
)
def test_a_condition_is_true_or_false(text, language, holds):
    environment = Environment({"a": 2, "items": [], "text": "true"}, NOW)
    assert evaluate_condition(compile_expression(text, language), environment) is holds


def test_a_condition_that_is_neither_says_why():
    condition = compile_expression("=total > 3", "feel")
    with pytest.raises(ExpressionError, match="no variable 'total'") as caught:
        evaluate_condition(condition, Environment({}, NOW))
    assert (caught.value.code, caught.value.position) == ("condition-not-boolean", 1)
    with pytest.raises(ExpressionError, match="gave a int"):
        evaluate_condition(compile_expression("${a}", "juel"), Environment({"a": 5}, NOW))


def test_all_languages_agree_on_the_everyday_condition():
    environment = Environment({"amount": 120, "region": "EU"}, NOW)
    texts = {
        "juel": "${amount > 100 && region == 'EU'}",
        "feel": '= amount > 100 and region = "EU"',
        "python": "amount > 100 and region == 'EU'",
    }
    for language, text in texts.items():
        compiled = compile_expression(text, language)
        assert compiled.evaluate(environment) is True
        assert compiled.names == {"amount", "region"}
