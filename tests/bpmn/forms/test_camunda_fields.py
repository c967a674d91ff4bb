"""camunda:formData -> form, filled and checked as Camunda 7 does."""

from __future__ import annotations

from bpmn.forms import FieldType, problems_of
from bpmn.model import Extension
from tests.bpmn.forms.building import camunda, camunda_field, codes, fill, post, send, the_field


def all_types():
    return camunda(
        camunda_field("name", label="Your name"),
        camunda_field("age", "long"),
        camunda_field("born", "date"),
        camunda_field("member", "boolean"),
        camunda_field("colour", "enum", values={"r": "Red", "g": "Green"}),
    )


def test_all_five_types_are_read_with_their_labels_and_choices():
    form = all_types()
    assert problems_of(form) == ()
    types = [field.type for field in form.fields]
    assert types == [
        FieldType.TEXT, FieldType.INTEGER, FieldType.DATE, FieldType.BOOLEAN, FieldType.CHOICE,
    ]  # fmt: skip
    assert form.fields[0].label == "Your name"
    assert [(option.key, option.label) for option in form.fields[4].options] == [
        ("r", "Red"),
        ("g", "Green"),
    ]


def test_a_post_gives_typed_values():
    posted = {"name": "Ada", "age": "36", "born": "10/12/1815", "member": "on", "colour": "g"}
    assert post(all_types(), posted).values == {
        "name": "Ada",
        "age": 36,
        "born": "1815-12-10",
        "member": True,
        "colour": "g",
    }


def test_a_date_is_taken_in_iso_form_and_in_its_own_pattern():
    form = camunda(camunda_field("due", "date", datePattern="MM-dd-yyyy"))
    assert post(form, {"due": "12-24-2026"}).values == {"due": "2026-12-24"}
    assert post(form, {"due": "2026-12-24"}).values == {"due": "2026-12-24"}
    assert codes(post(form, {"due": "24-12-2026"})) == [("due", "not-a-date")]


def test_a_date_pattern_with_hours_makes_a_date_and_time():
    form = camunda(camunda_field("at", "date", datePattern="yyyy-MM-dd'T'HH:mm"))
    assert form.fields[0].type is FieldType.DATETIME
    assert post(form, {"at": "2026-12-24T18:00"}).values == {"at": "2026-12-24T18:00"}


def test_a_date_pattern_that_needs_a_language_is_refused():
    form = camunda(camunda_field("due", "date", datePattern="dd MMMM yy"))
    assert [problem.code for problem in problems_of(form)] == ["form-date-pattern-invalid"]


def test_an_unchecked_checkbox_is_false_even_when_the_post_is_empty():
    form = camunda(camunda_field("member", "boolean"))
    assert post(form, {}).values == {"member": False}


def test_a_required_boolean_may_be_false_but_not_missing():
    form = camunda(camunda_field("member", "boolean", constraints={"required": ""}))
    assert post(form, {}).values == {"member": False}
    assert codes(send(form, {})) == [("member", "required")]
    assert send(form, {}, {"member": False}).ok
    assert not the_field(fill(form), "member").required


def test_validators_are_checked_on_the_server():
    form = camunda(
        camunda_field("code", constraints={"minlength": "3", "maxlength": "5"}),
        camunda_field("long", constraints={"maxlength": "5"}),
        camunda_field("age", "long", constraints={"min": "18"}),
        camunda_field("sum", "long", constraints={"max": "100"}),
        camunda_field("name", constraints={"required": ""}),
    )
    posted = {"code": "ab", "long": "abcdef", "age": "17", "sum": "101", "name": "  "}
    assert codes(post(form, posted)) == [
        ("code", "too-short"),
        ("long", "too-long"),
        ("age", "too-small"),
        ("sum", "too-large"),
        ("name", "required"),
    ]


def test_a_custom_validator_type_or_child_is_refused_with_its_line():
    form = camunda(
        camunda_field("iban", constraints={"validator": "org.acme.IbanValidator"}),
        camunda_field("map", "geo"),
        Extension("camunda:formProperty", {"id": "old"}, line=30),
        camunda_field("", "string"),
        Extension(
            "camunda:formField",
            {"id": "odd"},
            children=(Extension("camunda:glitter", line=40),),
        ),
    )
    found = {(problem.code, problem.line) for problem in problems_of(form)}
    assert {("form-field-type-unknown", 12), ("form-child-unknown", 30)} <= found
    assert {("form-key-missing", 12), ("form-child-unknown", 40)} <= found
    assert any(code == "form-validator-refused" for code, _ in found)


def test_a_constraint_with_the_value_false_does_not_hold():
    form = camunda(camunda_field("a", constraints={"required": "false", "readonly": "false"}))
    assert post(form, {"a": ""}).ok
    assert post(form, {"a": "x"}).values == {"a": "x"}


def test_a_limit_that_is_no_number_is_refused():
    form = camunda(camunda_field("age", "long", constraints={"min": "${x}"}))
    assert [problem.code for problem in problems_of(form)] == ["form-limit-invalid"]


def test_a_default_is_used_until_the_variable_exists():
    form = camunda(camunda_field("nr", defaultValue="INV-${year}"))
    assert the_field(fill(form, {"year": 2026}), "nr").text == "INV-2026"
    assert the_field(fill(form, {"year": 2026, "nr": "A1"}), "nr").text == "A1"


def test_a_default_takes_the_type_of_its_field():
    form = camunda(
        camunda_field("n", "long", defaultValue="42"),
        camunda_field("b", "boolean", defaultValue="true"),
        camunda_field("d", "date", defaultValue="24/12/2026"),
    )
    assert send(form, {}).values == {"n": 42, "b": True, "d": "2026-12-24"}


def test_a_default_that_fails_is_told_on_the_form_and_nothing_is_raised():
    form = camunda(
        camunda_field("nr", defaultValue="${missing.part}"),
        camunda_field("n", "long", defaultValue="${word}"),
    )
    filled = fill(form, {"word": "many"})
    assert [problem.code for problem in filled.problems] == ["default-failed"] * 2
    assert the_field(filled, "nr").text == ""


def test_a_default_keeps_the_type_that_its_expression_gives():
    form = camunda(
        camunda_field("n", "long", defaultValue="${count}"),
        camunda_field("s", defaultValue="${count}"),
        camunda_field("e", "enum", values={"a": "A"}, defaultValue="${choice}"),
    )
    values = send(form, {}, {"count": 7, "choice": "a"}).values
    assert values == {"n": 7, "s": "7", "e": "a"}


def test_a_default_of_the_wrong_type_is_refused_at_deployment():
    form = camunda(
        camunda_field("n", "long", defaultValue="many"),
        camunda_field("e", "enum", values={"a": "A"}, defaultValue="b"),
    )
    assert [problem.code for problem in problems_of(form)] == ["form-default-invalid"] * 2


def test_a_read_only_field_is_shown_and_cannot_be_changed():
    form = camunda(camunda_field("sum", "long", constraints={"readonly": ""}))
    assert the_field(fill(form, {"sum": 7}), "sum").readonly
    assert post(form, {"sum": "7"}, {"sum": 7}).ok
    assert post(form, {}, {"sum": 7}).ok
    assert codes(post(form, {"sum": "8"}, {"sum": 7})) == [("sum", "readonly")]
    assert codes(send(form, {"sum": 8}, {"sum": 7})) == [("sum", "readonly")]


def test_the_default_of_a_read_only_field_is_stored():
    form = camunda(camunda_field("src", constraints={"readonly": ""}, defaultValue="web"))
    assert post(form, {"src": "web"}).values == {"src": "web"}


def test_the_business_key_field_gives_the_business_key():
    form = camunda(camunda_field("nr"), businessKey="nr")
    assert post(form, {"nr": "INV-7"}).business_key == "INV-7"
    assert problems_of(camunda(camunda_field("nr"), businessKey="other"))[0].code == (
        "form-business-key-missing"
    )


def test_properties_are_kept_as_hints():
    hint = Extension("camunda:property", {"id": "rows", "value": "5"})
    drawn = Extension(
        "camunda:formField",
        {"id": "note", "type": "string"},
        children=(Extension("camunda:properties", children=(hint,)),),
    )
    assert camunda(drawn).fields[0].properties == {"rows": "5"}


def test_an_enum_without_choices_and_a_field_twice_are_refused():
    form = camunda(camunda_field("a", "enum"), camunda_field("b"), camunda_field("b"))
    assert [problem.code for problem in problems_of(form)] == [
        "form-duplicate-key",
        "form-no-options",
    ]


def test_an_enum_takes_only_its_choices():
    form = camunda(camunda_field("colour", "enum", values={"r": "Red"}))
    assert codes(post(form, {"colour": "blue"})) == [("colour", "not-an-option")]
    assert codes(send(form, {"colour": "Red"})) == [("colour", "not-an-option")]


def test_long_is_a_whole_number_of_64_bits():
    form = camunda(camunda_field("n", "long"))
    assert post(form, {"n": "9223372036854775807"}).values == {"n": 2**63 - 1}
    assert codes(post(form, {"n": "9223372036854775808"})) == [("n", "integer-too-large")]
    assert codes(post(form, {"n": "1.5"})) == [("n", "not-an-integer")]
