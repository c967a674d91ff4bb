from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from bpmn.decisions import load
from tests.bpmn.decisions.drawing import draw, table

MODELER = ' xmlns:m="http://camunda.org/schema/modeler/1.0" m:executionPlatform="Camunda Platform" '
NOON = datetime(2026, 1, 5, 12, 0)  # noqa: DTZ001 - Camunda 7's dates have no zone


def explain(decisions, kind, value):
    drawn = table([("x", kind)], [(("-",), "1")]).replace(
        '<output name="result">', f'<output name="result" typeRef="{kind}">'
    )
    drawn = drawn.replace("<outputEntry><text>1<", "<outputEntry><text>x<")
    data = draw(drawn).replace(b"<definitions ", f"<definitions {MODELER}".encode(), 1)
    return decisions.of(load(data).model).explain("decision", x=value)


@pytest.mark.parametrize(
    ("kind", "given", "value"),
    [
        ("string", 5, "5"),
        ("string", True, "true"),
        ("boolean", "TRUE", True),
        ("boolean", False, False),
        ("integer", "12", 12),
        ("integer", 12.9, 12),
        ("long", -12.9, -12),
        ("double", "0.5", Decimal("0.5")),
        ("double", 0.5, Decimal("0.5")),
        ("date", "2026-01-05T12:00:00", NOON),
        ("date", NOON.replace(tzinfo=UTC), NOON),
        ("date", date(2026, 1, 5), NOON.replace(hour=0)),
        ("somethingElse", [1], [1]),
        ("integer", None, None),
    ],
)
def test_camunda_7_converts_inputs_and_outputs(decisions, kind, given, value):
    found = explain(decisions, kind, given)
    assert found.value == value
    assert found.failures == ()


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("string", [1]),
        ("boolean", "yes"),
        ("integer", "twelve"),
        ("double", "NaN"),
        ("date", "soon"),
        ("integer", 1e300),
    ],
)
def test_what_camunda_7_cannot_convert_is_a_failure(decisions, kind, given):
    assert explain(decisions, kind, given).failures
