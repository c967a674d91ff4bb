"""What a form sees when it is filled: variables, time, person, and the values typed so far."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal

from bpmn.expressions import compile_expression
from bpmn.expressions.base import CompiledExpression, Environment, ExpressionError, Language
from bpmn.forms.model import TEMPLATE, VARIABLE, Words
from bpmn.forms.templates import parse_template, render
from bpmn.model import Expression

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Situation:
    """The variables that a task sees, the time, who acts, and that person's time zone.

    ``variables`` is read by name only. ``now`` is aware UTC.
    """

    variables: Mapping[str, object]
    now: datetime
    user: str | None = None
    zone: tzinfo = UTC

    @property
    def today(self) -> date:
        """The calendar day where the person is."""
        return self.now.astimezone(self.zone).date()


class Overlay(Mapping[str, object]):
    """Variables as they would be if the form were submitted now; the base stays untouched.

    ``values`` are by path; a path of several members is seen inside a copy of its variable.
    """

    def __init__(self, base: Mapping[str, object], values: Mapping[Path, object]) -> None:
        self._base = base
        self._over: dict[str, object] = {}
        for path, value in values.items():
            start = self._over.get(path[0], base.get(path[0]))
            self._over[path[0]] = written(start, path[1:], value)

    def __getitem__(self, name: str) -> object:
        return self._over[name] if name in self._over else self._base[name]

    def __iter__(self) -> Iterator[str]:
        yield from self._over
        yield from (name for name in self._base if name not in self._over)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def written(whole: object, path: Path, value: object) -> object:
    """A copy of *whole* with *value* at *path*; members that are in the way become objects."""
    if not path:
        return value
    members: dict[str, object] = dict(whole) if isinstance(whole, Mapping) else {}
    members[path[0]] = written(members.get(path[0]), path[1:], value)
    return members


def found(variables: Mapping[str, object], path: Path) -> tuple[bool, object]:
    """Whether *path* exists in *variables*, and its value."""
    if path[0] not in variables:
        return False, None
    value = variables[path[0]]
    for member in path[1:]:
        if not isinstance(value, Mapping) or member not in value:
            return False, None
        value = value[member]
    return True, value


def evaluate(
    expression: Expression, situation: Situation, variables: Mapping[str, object]
) -> object:
    """Evaluate *expression* over *variables*, which are the situation's or an overlay of them.

    A name that does not exist is ``null`` in FEEL, as form-js has it.

    Raises:
        ExpressionError: it cannot be compiled or evaluated.
    """
    if expression.language == VARIABLE:
        return _variable(expression.text, variables)
    if expression.language == TEMPLATE:
        return _rendered(expression.text, situation, variables)
    return _value(compile_expression(expression.text, expression.language), situation, variables)


def words(text: Words, situation: Situation, variables: Mapping[str, object]) -> str:
    """The text to show.

    Raises:
        ExpressionError: the expression or a template's part failed.
    """
    if isinstance(text, str):
        return text
    return plain(evaluate(text, situation, variables))


def plain(value: object) -> str:
    """A value as a person reads it inside a text; ``null`` is nothing."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float | Decimal):
        return digits(value)
    if isinstance(value, Mapping | list | tuple):
        return as_json(value)
    return value.isoformat() if isinstance(value, date | time) else str(value)


def digits(number: float | Decimal) -> str:
    """A number in plain decimal digits: no exponent, no trailing zeros."""
    exact = number if isinstance(number, Decimal) else Decimal(repr(number))
    if not exact.is_finite():
        return str(number)
    text = format(exact, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def as_json(value: object) -> str:
    """A value as indented JSON; what JSON has no word for is shown as its text."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=str)


def _value(
    expression: CompiledExpression, situation: Situation, variables: Mapping[str, object]
) -> object:
    nulls = {name: None for name in expression.names if name not in variables}
    seen: Mapping[str, object] = variables
    if nulls and expression.language is Language.FEEL:
        seen = Overlay(variables, {(name,): None for name in nulls})
    return expression.evaluate(Environment(variables=seen, now=situation.now, user=situation.user))


def _variable(name: str, variables: Mapping[str, object]) -> object:
    exists, value = found(variables, (name,))
    if not exists:
        exists, value = found(variables, tuple(name.split(".")))
    if not exists:
        raise ExpressionError(
            f"The variable '{name}' does not exist.",
            code="variable-missing",
            text=name,
            hint="Set it before the task is reached.",
        )
    return value


def _rendered(text: str, situation: Situation, variables: Mapping[str, object]) -> str:
    def lookup(expression: str, local: Mapping[str, object]) -> object:
        seen = variables
        if local:
            seen = Overlay(variables, {(name,): value for name, value in local.items()})
        return _value(compile_expression(expression, Language.FEEL), situation, seen)

    return render(parse_template(text), lookup, plain)
