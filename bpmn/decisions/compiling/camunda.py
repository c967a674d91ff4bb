"""Camunda's types: values are converted, where DMN would only check them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import ROUND_DOWN, Decimal

from bpmn.decisions.feel import Evaluator, Place, Scope, trail_of
from bpmn.decisions.kinds import ANY, Kind, Misfit, Simple, convert
from bpmn.expressions.feel.temporal import parse_date_time
from bpmn.expressions.feel.values import kind_of, number_of, read_decimal

CAMUNDA_KINDS: dict[str, Kind] = {
    "string": Simple("string"),
    "boolean": Simple("boolean"),
    "integer": Simple("integer"),
    "long": Simple("long"),
    "double": Simple("double"),
    "number": Simple("number"),
    "date": Simple("Camunda date"),
}


def lenient(evaluator: Evaluator, kind: Kind, place: Place) -> Evaluator:
    """Evaluate and convert as Camunda 7 does, else as DMN; what does not fit is null."""
    if kind is ANY:
        return evaluator
    change = _CHANGES.get(kind.name) if isinstance(kind, Simple) else None

    def evaluate(scope: Scope) -> object:
        value = evaluator(scope)
        if value is None:
            return None
        try:
            return convert(value, kind) if change is None else change(value)
        except Misfit as misfit:
            trail_of(scope).remark(place, str(misfit))
            return None

    return evaluate


def _string(value: object) -> object:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if number_of(value) is not None:
        return str(value)
    raise _misfit("string", value)


def _boolean(value: object) -> object:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    raise _misfit("boolean", value)


def _number(value: object) -> object:
    if isinstance(value, str):
        found = read_decimal(value)
        if found is not None and found.is_finite():
            return found
    number = number_of(value)
    if number is None:
        raise _misfit("number", value)
    return number


def _whole(value: object) -> object:
    number = _number(value)
    assert isinstance(number, (int, Decimal))
    if isinstance(number, int):
        return number
    if number.adjusted() > 18:
        raise _misfit("whole number", value)
    return int(number.to_integral_value(rounding=ROUND_DOWN))


def _date(value: object) -> object:
    """Camunda's date has a time of day and no zone, as cells write it; a text is ISO 8601."""
    found = parse_date_time(value) if isinstance(value, str) else value
    if isinstance(found, datetime):
        return found if found.tzinfo is None else found.astimezone(UTC).replace(tzinfo=None)
    if isinstance(found, date):
        return datetime.combine(found, time.min)
    raise _misfit("date", value)


def _misfit(wanted: str, value: object) -> Misfit:
    return Misfit(f"expected a {wanted}, but got the {kind_of(value)} {str(value)[:60]!r}")


_CHANGES: dict[str, Callable[[object], object]] = {
    "string": _string,
    "boolean": _boolean,
    "integer": _whole,
    "long": _whole,
    "double": _number,
    "number": _number,
    "Camunda date": _date,
}
