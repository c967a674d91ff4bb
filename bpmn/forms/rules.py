"""Is a value of the right type also one that the form accepts?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import regex

from bpmn.expressions.base import ExpressionError
from bpmn.expressions.faults import Fault
from bpmn.expressions.patterns import compile_pattern, within_time
from bpmn.forms.messages import Invalid
from bpmn.forms.model import Field, FieldType, Kind, Limit
from bpmn.forms.situation import Situation, digits, evaluate
from bpmn.forms.values import MAX_TEXT, day_of
from bpmn.model import Expression

_EMAIL = re.compile(r"[^\s@<>\"(),:;\[\]\\]{1,64}@[A-Za-z0-9.-]{1,253}\.[A-Za-z0-9-]{2,63}")
_PHONE = re.compile(r"\+?[0-9 ()./-]{3,40}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of a field with their expressions evaluated; ``None`` is no bound."""

    min_length: Decimal | None = None
    max_length: Decimal | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """A value of *field* to be judged, with the bounds that hold now."""

    field: Field
    value: object
    limits: Limits
    situation: Situation


def limits_of(field: Field, situation: Situation, variables: Mapping[str, object]) -> Limits:
    """Evaluate a field's bounds; an expression that gives null sets none.

    Raises:
        Invalid: a bound cannot be evaluated or is no number (``rule-failed``).
    """
    rules = field.rules
    bounds = (rules.min_length, rules.max_length, rules.minimum, rules.maximum)
    return Limits(*(_limit(bound, situation, variables) for bound in bounds))


def broken_rules(subject: Subject) -> list[Invalid]:
    """Every rule that the value breaks; an empty value breaks only ``required``."""
    if is_empty(subject.value):
        return [Invalid("required")] if subject.field.rules.required else []
    return [broken for rule in _RULES for broken in rule(subject)]


def is_empty(value: object) -> bool:
    """Whether nothing is filled in; ``False`` and ``0`` are something."""
    return value is None or (isinstance(value, str) and not value.strip())


def _limit(
    limit: Limit | None, situation: Situation, variables: Mapping[str, object]
) -> Decimal | None:
    if limit is None:
        return None
    if not isinstance(limit, Expression):
        return Decimal(str(limit))
    try:
        value = evaluate(limit, situation, variables)
        return None if value is None else _number(value)
    except ExpressionError as error:
        raise Invalid("rule-failed", reason=error) from error
    except (InvalidOperation, ValueError) as error:
        raise Invalid("rule-failed", reason=f"'{limit.text}' gives no number.") from error


def _number(value: object) -> Decimal:
    number = Decimal("NaN") if isinstance(value, bool) else Decimal(str(value))
    if not number.is_finite():
        raise ValueError(value)
    return number


def _truth(subject: Subject) -> Iterator[Invalid]:
    if subject.field.rules.must_be_true and subject.value is not True:
        yield Invalid("must-be-true")


def _length(subject: Subject) -> Iterator[Invalid]:
    if subject.field.type is not FieldType.TEXT or not isinstance(subject.value, str):
        return
    length, limits = len(subject.value), subject.limits
    if limits.min_length is not None and length < limits.min_length:
        yield Invalid("too-short", limit=digits(limits.min_length), length=length)
    most = MAX_TEXT if limits.max_length is None else limits.max_length
    if length > most:
        yield Invalid("too-long", limit=digits(Decimal(most)), length=length)


def _range(subject: Subject) -> Iterator[Invalid]:
    if subject.field.type not in {FieldType.NUMBER, FieldType.INTEGER}:
        return
    number, limits = Decimal(str(subject.value)), subject.limits
    if limits.minimum is not None and number < limits.minimum:
        yield Invalid("too-small", limit=digits(limits.minimum))
    if limits.maximum is not None and number > limits.maximum:
        yield Invalid("too-large", limit=digits(limits.maximum))
    most = subject.field.rules.decimal_digits
    if most is not None and _decimals(number) > most:
        yield Invalid("too-many-decimals", limit=most)


def _decimals(number: Decimal) -> int:
    return len(digits(number).partition(".")[2])


def _pattern(subject: Subject) -> Iterator[Invalid]:
    rules, value = subject.field.rules, subject.value
    if not rules.pattern or not isinstance(value, str):
        return
    try:
        pattern = compile_pattern(rules.pattern, regex.ASCII)
        found = within_time(lambda seconds: pattern.search(value, timeout=seconds), rules.pattern)
    except Fault:
        yield Invalid("pattern-too-slow")
        return
    if found is None and rules.pattern_message:
        yield Invalid("pattern-message", message=rules.pattern_message)
    elif found is None:
        yield Invalid("pattern", pattern=rules.pattern)


def _kind(subject: Subject) -> Iterator[Invalid]:
    kind, value = subject.field.rules.kind, str(subject.value).strip()
    if kind is Kind.EMAIL and not _EMAIL.fullmatch(value):
        yield Invalid("not-an-email")
    if kind is Kind.PHONE and not (_PHONE.fullmatch(value) and 3 <= _digit_count(value) <= 15):
        yield Invalid("not-a-phone")


def _digit_count(text: str) -> int:
    return sum(sign.isdigit() for sign in text)


def _past(subject: Subject) -> Iterator[Invalid]:
    if not subject.field.rules.not_in_past or subject.field.type is FieldType.TIME:
        return
    if day_of(subject.value, subject.situation) < subject.situation.today:
        yield Invalid("date-in-past")


_RULES: tuple[Callable[[Subject], Iterator[Invalid]], ...] = (
    _truth,
    _length,
    _range,
    _pattern,
    _kind,
    _past,
)
