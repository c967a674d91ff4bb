from __future__ import annotations

import pytest

from bpmn.dialects import detect
from bpmn.dialects.languages import Use, declared_language, expression
from bpmn.model import Dialect
from tests.bpmn.loading.drawn import drawn


@pytest.mark.parametrize(
    ("attributes", "kind", "name"),
    [
        ('implementation="charge"', "handler", "charge"),
        ('implementation="##WebService" operationRef="o"', "handler", "Charge card"),
        ('implementation="##WebService"', "none", ""),
        ("", "none", ""),
    ],
)
def test_a_service_task_calls_its_implementation_or_operation(attributes, kind, name):
    model = drawn(
        f'<serviceTask id="x" {attributes}/>',
        before='<interface id="i" name="Bank"><operation id="o" name="Charge card"/></interface>',
    )
    assert (model.node["x"].work.kind, model.node["x"].work.name.text) == (kind, name)


def test_a_send_task_without_implementation_throws_its_message():
    model = drawn('<sendTask id="x" messageRef="m"/>', before='<message id="m" name="Hello"/>')
    assert model.node["x"].work is None
    assert model.node["x"].events[0].name.text == "Hello"


def test_a_call_activity_passes_all_variables():
    call = drawn('<callActivity id="x" calledElement="other"/>').node["x"].call
    assert (call.process.text, call.all_in, call.all_out) == ("other", True, True)


def test_standard_roles_are_the_assignment():
    owner = "<potentialOwner><resourceAssignmentExpression><formalExpression>"
    model = drawn(
        f'<userTask id="x">{owner}user(kim), group(sales), support'
        "</formalExpression></resourceAssignmentExpression></potentialOwner></userTask>"
    )
    who = model.node["x"].assignment
    assert [e.text for e in who.candidate_users] == ["kim"]
    assert [e.text for e in who.candidate_groups] == ["sales", "support"]


@pytest.mark.parametrize(
    ("text", "dialect", "use", "language", "kept"),
    [
        ("${a}", Dialect.PLAIN, Use.FORMAL, "juel", "${a}"),
        ("= a > 1", Dialect.PLAIN, Use.FORMAL, "feel", "a > 1"),
        ("a > 1", Dialect.PLAIN, Use.FORMAL, "feel", "a > 1"),
        ("Hello", Dialect.PLAIN, Use.NAME, "literal", "Hello"),
        ("PT1H", Dialect.PLAIN, Use.TIMER, "literal", "PT1H"),
        ("R3/PT1H", Dialect.CAMUNDA8, Use.TIMER, "literal", "R3/PT1H"),
        ("2026-01-01T08:00:00Z", Dialect.SPIFF, Use.TIMER, "literal", "2026-01-01T08:00:00Z"),
        ("delay", Dialect.PLAIN, Use.TIMER, "feel", "delay"),
        ("#{a}", Dialect.CAMUNDA7, Use.FORMAL, "juel", "#{a}"),
        ("true", Dialect.CAMUNDA7, Use.FORMAL, "literal", "true"),
        ("=a", Dialect.CAMUNDA8, Use.NAME, "feel", "a"),
        ("a", Dialect.CAMUNDA8, Use.FORMAL, "literal", "a"),
        ("a > 1", Dialect.SPIFF, Use.FORMAL, "python", "a > 1"),
        ("Hello", Dialect.SPIFF, Use.NAME, "literal", "Hello"),
    ],
)
def test_the_language_of_a_text(text, dialect, use, language, kept):
    found = expression(text, dialect, use=use)
    assert (found.language, found.text) == (language, kept)


def test_what_is_declared_decides_and_the_standards_default_does_not():
    assert declared_language("http://www.w3.org/1999/XPath") == ""
    assert declared_language("https://www.omg.org/spec/DMN/20191111/FEEL/") == "feel"
    assert declared_language("http://www.mvel.org/2.0") == "http://www.mvel.org/2.0"
    assert expression("a", Dialect.CAMUNDA7, declared="feel").language == "feel"


@pytest.mark.parametrize(
    ("platform", "uses", "declares", "dialect"),
    [
        ("Camunda Cloud", {"camunda": 3}, {"camunda"}, Dialect.CAMUNDA8),
        ("", {"camunda": 1, "zeebe": 4}, {"camunda", "zeebe"}, Dialect.CAMUNDA8),
        ("", {}, {"camunda"}, Dialect.CAMUNDA7),
        ("", {"spiffworkflow": 1}, {"camunda"}, Dialect.SPIFF),
        ("Other", {"bioc": 9}, {"bioc"}, Dialect.PLAIN),
    ],
)
def test_the_dialect_is_what_the_file_is_for_else_what_it_uses(platform, uses, declares, dialect):
    assert detect(platform=platform, uses=uses, declares=frozenset(declares)) is dialect
