from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from bpmn.model import Severity
from engine.services.contracts import (
    BoundContract,
    Contract,
    Lifecycle,
    ReferenceInvalid,
    Version,
    VersionInvalid,
    parse_reference,
    read_contract,
)
from engine.services.contracts.reading import parse_moment
from engine.services.contracts.schemas import broken_rules, plain, problems_of_schema
from engine.services.failure import WorkFailure

NOW = datetime(2026, 1, 5, 8, tzinfo=UTC)
CREDIT = {
    "contract": "credit-check",
    "version": "1.2",
    "title": "Credit check",
    "owner": {"name": "Risk", "contact": "risk@example.org"},
    "connector": "http",
    "settings": {
        "url": '= "https://credit.example/" + customer',
        "method": "POST",
        "headers": {"Authorization": "Bearer {{secrets.CREDIT}}", "X-All": ["= amount"]},
        "body": "= request",
    },
    "request": {
        "type": "object",
        "required": ["customer", "amount"],
        "additionalProperties": False,
        "properties": {
            "customer": {"type": "string", "minLength": 1},
            "amount": {"type": "number"},
            "lines": {"type": "array", "items": {"$ref": "#/$defs/line"}},
        },
        "$defs": {"line": {"type": "object", "properties": {"price": {"type": "number"}}}},
    },
    "response": {"type": "object", "required": ["score"]},
}


def data(**changes: object) -> bytes:
    """The file with members replaced, or left out where ``None``."""
    found = {**CREDIT, **changes}
    kept = {key: value for key, value in found.items() if value is not None}
    return json.dumps(kept, indent=2).encode()


def read(**changes: object) -> Contract:
    contract, problems = read_contract(data(**changes), name="credit.contract.json")
    assert contract is not None, problems
    return contract


def codes(**changes: object) -> list[tuple[str, str]]:
    _, problems = read_contract(data(**changes), name="credit.contract.json")
    return [(problem.code, problem.element_id) for problem in problems]


def test_a_file_says_what_an_operation_is():
    contract = read(deprecated="2026-06-01", sunset="2026-12-31T12:00:00+02:00")
    assert contract.label == "credit-check 1.2"
    assert (contract.owner, contract.contact) == ("Risk", "risk@example.org")
    assert contract.lifecycle == Lifecycle(
        datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 12, 31, 10, tzinfo=UTC)
    )


def test_spaces_order_and_lifecycle_make_no_other_version():
    one = read()
    same = read_contract(json.dumps(dict(reversed(CREDIT.items()))).encode())[0]
    later = read(sunset="2027-01-01", successor="credit-check:2")
    other = read(response=True)
    assert same is not None
    assert one.digest == same.digest == later.digest != other.digest


@pytest.mark.parametrize(
    ("changes", "code", "where"),
    [
        ({"owner": None}, "contract-invalid", ""),
        ({"ownr": "x"}, "contract-invalid", ""),
        ({"limits": {"concurrency": 0}}, "contract-invalid", "limits.concurrency"),
        ({"contract": "1 x"}, "contract-name-invalid", "contract"),
        ({"version": "1.x"}, "contract-version-invalid", "version"),
        ({"version": "1.2.3.4"}, "contract-version-invalid", "version"),
        ({"sunset": "soon"}, "contract-date-invalid", "sunset"),
        ({"deprecated": "2026-12-31T00:00"}, "contract-date-invalid", "deprecated"),
        ({"successor": "a b"}, "contract-successor-invalid", "successor"),
        ({"response": {"type": "objct"}}, "contract-schema-invalid", "response.type"),
        ({"response": {"$ref": "#/$defs/no"}}, "contract-schema-invalid", "response.$ref"),
        (
            {"response": {"$ref": "http://127.0.0.1/schema"}},
            "contract-schema-invalid",
            "response.$ref",
        ),
        (
            {"response": {"$schema": "http://json-schema.org/draft-07/schema#"}},
            "contract-schema-invalid",
            "response.$schema",
        ),
        ({"settings": {"url": "= 1 +"}}, "contract-expression-invalid", "settings.url"),
        (
            {"settings": {"a": ["{{secrets.a/b}}", "= request"]}},
            "contract-secret-invalid",
            "settings.a.0",
        ),
    ],
)
def test_a_mistake_is_named_with_its_place(changes: dict[str, object], code: str, where: str):
    assert (code, where) in codes(**changes)


@pytest.mark.parametrize("sign", ["\0", "\ud800"])
def test_a_text_that_cannot_be_stored_or_sent_is_refused(sign: str):
    (title,) = codes(title=f"a{sign}", response={"pattern": f"[^{sign}]"})
    assert title == ("contract-character-invalid", "title")
    settings = {**CREDIT["settings"], "query": {"x": [{f"a{sign}": 1}]}}
    assert codes(settings=settings) == [("contract-character-invalid", "settings")]
    assert codes(owner={"name": sign}) == [("contract-character-invalid", "owner")]


def test_a_problem_has_its_line():
    text = b'{\n  "contract": "a",\n  "version":\n    "x",\n  "owner": "me", "connector": "http"}'
    _, (problem,) = read_contract(text, name="a.contract.json")
    assert (problem.line, problem.file) == (3, "a.contract.json")


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (b'{\n "a": 1\n "b": 2}', 3, "a comma or closing bracket is missing"),
        (b'{"a": 1,\n "a": 2}', 2, "'a' is there twice"),
        (b"[1,\n2", 2, "a comma or closing bracket"),
        (b"{\n\n}}", 3, "Something follows"),
        (b"{\n 'a': 1}", 2, "name in quotes"),
        (b'{"a"\n 1}', 2, "a colon is missing"),
        (b'{"a": \xff}', 1, "no UTF-8"),
        (b"", 1, "Expecting value"),
        (b"[" * 100, 1, "more than 64 levels"),
        (b'{"a":\n ' + b"9" * 5_000 + b"}", 2, "a number has 5000 digits"),
        (b'{"a":\n NaN}', 2, "'NaN' is no JSON number"),
        (b'{"a":\n [1,\n -Infinity]}', 3, "'-Infinity' is no JSON number"),
        (b'{"a":\n 1e999}', 2, "the number 1e999 is too large"),
    ],
)
def test_what_is_no_json_is_said_with_its_line(text: bytes, line: int, message: str):
    contract, (problem,) = read_contract(text)
    assert contract is None
    assert problem.code == "contract-not-json"
    assert (problem.line, message in problem.message) == (line, True), problem


def test_a_file_that_is_no_object_is_refused():
    contract, (problem,) = read_contract(b"[]")
    assert contract is None
    assert problem.message == "The file must be object, is array."


def test_settings_that_leave_the_request_out_are_warned_of():
    contract, (problem,) = read_contract(data(settings={"url": "https://x.example"}))
    assert contract is not None
    assert (problem.code, problem.severity) == ("contract-request-unused", Severity.WARNING)


@pytest.mark.parametrize(
    ("text", "shown"), [("2", "2.0"), ("2.1", "2.1"), ("2.1.0", "2.1"), ("0.0.7", "0.0.7")]
)
def test_versions_are_numbers(text: str, shown: str):
    assert str(Version.parse(text)) == shown
    assert Version.parse("1.10") > Version.parse("1.9.9")


@pytest.mark.parametrize("text", ["", "v1", "1.", "01", "1.2.3.4", "1-rc", "-1", "²"])
def test_anything_else_is_no_version(text: str):
    with pytest.raises(VersionInvalid, match="one to three numbers"):
        Version.parse(text)


def test_a_reference_means_every_version_that_begins_so():
    assert str(parse_reference("contract:credit-check:2")) == "contract:credit-check:2"
    assert Version(2, 7, 1).begins_with(parse_reference("credit-check:2").parts)
    assert not Version(2, 1).begins_with(parse_reference("credit-check:2.0").parts)
    assert Version(9).begins_with(parse_reference("credit-check").parts)


@pytest.mark.parametrize("text", ["", "contract:", "a:", "a:x", "a b", "1a:2", "a:1:2", "x" * 201])
def test_anything_else_names_no_contract(text: str):
    with pytest.raises(ReferenceInvalid, match="contract:NAME:VERSION"):
        parse_reference(text)


def test_settings_are_filled_from_the_request():
    bound = BoundContract(read())
    inputs = bound.inputs({"customer": "C-7", "amount": Decimal("12.50")}, now=NOW)
    assert inputs == {
        "url": "https://credit.example/C-7",
        "method": "POST",
        "headers": {"Authorization": "Bearer {{secrets.CREDIT}}", "X-All": [12.5]},
        "body": {"customer": "C-7", "amount": 12.5},
    }
    assert bound.secrets["headers"] == {"CREDIT"}
    assert not bound.secrets["body"]


def test_a_request_that_breaks_the_contract_fails_with_every_path():
    given = {"amount": "much", "lines": [{"price": 1}, {"price": "x"}], "note": "private"}
    with pytest.raises(WorkFailure) as failure:
        BoundContract(read()).inputs(given, now=NOW)
    assert failure.value.is_final
    assert failure.value.details.splitlines() == [
        "request: may not have 'note'",
        "request: misses 'customer'",
        "request.amount: must be number, is string",
        "request.lines[1].price: must be number, is string",
    ]
    assert "credit-check 1.2" in failure.value.message
    assert "much" not in str(failure.value) + failure.value.details
    assert "private" not in failure.value.details


def test_an_answer_that_breaks_the_contract_names_its_owner():
    bound = BoundContract(read())
    bound.check({"score": 1})
    with pytest.raises(WorkFailure, match=r"response: misses 'score'. Ask its owner \(Risk\)"):
        bound.check({})


def test_an_expression_that_fails_says_where():
    bound = BoundContract(read(settings={"body": {"x": "= for i in 1..100000000 return i"}}))
    with pytest.raises(WorkFailure, match=r"settings\.body\.x of the contract") as failure:
        bound.inputs({"customer": "a", "amount": 1}, now=NOW)
    assert failure.value.is_final


def test_more_broken_rules_than_one_can_read_are_counted():
    schema = {"items": {"type": "string"}}
    told = broken_rules(schema, list(range(30)), root="response")
    assert told[0] == "response[0]: must be string, is integer"
    assert (len(told), told[-1]) == (11, "and 20 more")


@pytest.mark.parametrize(
    ("format_", "good", "bad"),
    [
        ("date-time", "2026-01-05T08:00:00Z", "2026-01-05T08:00"),
        ("date", "2026-01-05", "5.1.2026"),
        ("uuid", "0193e6a0-0000-7000-8000-000000000000", "x"),
        ("email", "a@b.example", "a"),
        ("time", "08:00:00", "8"),
    ],
)
def test_formats_are_checked(format_: str, good: str, bad: str):
    assert broken_rules({"format": format_}, good, root="x") == []
    assert broken_rules({"format": format_}, bad, root="x") == [
        f'x: breaks the rule format "{format_}"'
    ]


def test_a_schema_that_refers_to_itself_without_end_is_an_error_and_no_crash():
    endless = {"$ref": "#"}
    assert broken_rules(endless, {}, root="x") == ["x: its schema refers to itself without end"]
    assert broken_rules(False, 1, root="x") == ["x: nothing is allowed here"]


def test_a_schema_is_an_object_or_true():
    assert list(problems_of_schema("text")) == [((), "A schema is an object, or true.")]


def test_values_become_what_json_has():
    value = {
        "when": NOW,
        "day": date(2026, 1, 5),
        "long": timedelta(minutes=90),
        "exact": Decimal("2.00"),
        "set": (1, None, True),
    }
    assert plain(value) == {
        "when": "2026-01-05T08:00:00+00:00",
        "day": "2026-01-05",
        "long": "PT5400S",
        "exact": 2,
        "set": [1, None, True],
    }


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (timedelta(days=12), "PT1036800S"),
        (timedelta(days=12, microseconds=500), "PT1036800.0005S"),
        (timedelta(seconds=-1.5), "-PT1.5S"),
        (timedelta(0), "PT0S"),
        (b"\x01ab", "AWFi"),
        (bytearray(b"\x01ab"), "AWFi"),
    ],
)
def test_durations_are_exact_and_bytes_are_base64(value: object, text: str):
    assert plain(value) == text


def test_a_day_begins_in_utc():
    assert parse_moment("2026-12-31") == datetime(2026, 12, 31, tzinfo=UTC)
    with pytest.raises(ValueError, match="2026"):
        parse_moment("2026-12-31T10:00:00")


def test_a_version_is_deprecated_or_over_from_its_day_on():
    life = Lifecycle(NOW, NOW + timedelta(days=1))
    assert not Lifecycle().is_deprecated(NOW)
    assert life.is_deprecated(NOW)
    assert not life.is_over(NOW)
    assert life.is_over(NOW + timedelta(days=1))
    assert Lifecycle(None, NOW).is_deprecated(NOW)
