"""Functions of numbers; decimals with 34 digits."""

from __future__ import annotations

import secrets
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
    InvalidOperation,
    Overflow,
)

from bpmn.expressions.feel.arguments import decimal, number, only, whole
from bpmn.expressions.feel.operations import less, negate
from bpmn.expressions.feel.registry import builtin, refuse
from bpmn.expressions.feel.values import CONTEXT, Number, is_within


def _rounded(value: object, scale: object, rounding: str) -> Decimal:
    places = whole(scale)
    if not -6111 <= places <= 6176:
        raise refuse(f"the scale {places} is outside of -6111 to 6176")
    amount = decimal(value)
    # A number with fewer places than asked for stays as it is.
    if amount.as_tuple().exponent >= -places:  # type: ignore[operator] # never infinite here
        return amount
    try:
        return amount.quantize(Decimal((0, (1,), -places)), rounding=rounding, context=CONTEXT)
    except InvalidOperation as problem:
        raise refuse("the number has too many digits") from problem


@builtin("decimal", "n", "scale")
def _decimal(n: object, scale: object) -> Decimal:
    return _rounded(n, scale, ROUND_HALF_EVEN)


@builtin("floor", "n", "scale")
@builtin("floor", "n")
def _floor(n: object, scale: object = 0) -> Decimal:
    return _rounded(n, scale, ROUND_FLOOR)


@builtin("ceiling", "n", "scale")
@builtin("ceiling", "n")
def _ceiling(n: object, scale: object = 0) -> Decimal:
    return _rounded(n, scale, ROUND_CEILING)


@builtin("round", "n", "scale?", camunda=True)
def _round(n: object, scale: object = 0) -> Decimal:
    return _rounded(n, scale, ROUND_HALF_EVEN)


@builtin("round up", "n", "scale")
def _round_up(n: object, scale: object) -> Decimal:
    return _rounded(n, scale, ROUND_UP)


@builtin("round down", "n", "scale")
def _round_down(n: object, scale: object) -> Decimal:
    return _rounded(n, scale, ROUND_DOWN)


@builtin("round half up", "n", "scale")
def _round_half_up(n: object, scale: object) -> Decimal:
    return _rounded(n, scale, ROUND_HALF_UP)


@builtin("round half down", "n", "scale")
def _round_half_down(n: object, scale: object) -> Decimal:
    return _rounded(n, scale, ROUND_HALF_DOWN)


@builtin("abs", "n")
def _abs(n: object) -> object:
    value = only(n)
    negative = negate(value)
    if negative is None:
        raise refuse("abs() takes a number or a duration")
    return negative if less(value, negative) else value


@builtin("modulo", "dividend", "divisor")
def _modulo(dividend: object, divisor: object) -> Number:
    left, right = decimal(dividend), decimal(divisor)
    if not right:
        raise refuse("division by zero")
    try:
        quotient = CONTEXT.divide(left, right).to_integral_value(ROUND_FLOOR, CONTEXT)
        return CONTEXT.subtract(left, CONTEXT.multiply(right, quotient))
    except (InvalidOperation, Overflow) as problem:
        raise refuse("the numbers are too far apart") from problem


@builtin("sqrt", "number")
def _sqrt(value: object) -> Decimal:
    return _computed(CONTEXT.sqrt, value)


@builtin("log", "number")
def _log(value: object) -> Decimal:
    if number(value) <= 0:
        raise refuse("log() takes a positive number")
    return _computed(CONTEXT.ln, value)


@builtin("exp", "number")
def _exp(value: object) -> Decimal:
    return _computed(CONTEXT.exp, value)


def _computed(operation: object, value: object) -> Decimal:
    assert callable(operation)
    try:
        result = operation(decimal(value))
    except (InvalidOperation, Overflow) as problem:
        raise refuse("the number has no such value") from problem
    assert isinstance(result, Decimal)
    return result


def _exact(value: object) -> int:
    found = number(value)
    if not is_within(found, 10**400) or found != int(found):
        raise refuse(f"{found} is no whole number")
    return int(found)


@builtin("odd", "number")
def _odd(value: object) -> bool:
    return _exact(value) % 2 == 1


@builtin("even", "number")
def _even(value: object) -> bool:
    return _exact(value) % 2 == 0


@builtin("random number", camunda=True)
def _random_number() -> Decimal:
    # Twelve random digits; a number with more would not survive as a variable.
    return Decimal(secrets.randbelow(10**12)).scaleb(-12)
