"""What JSON readers of Python let pass and nobody should write: for files that come from anyone."""

from __future__ import annotations

import math

MAX_DIGITS = 400
"""Digits of a whole number; more than any that is computed with."""


def refuse_constant(word: str) -> float:
    """For ``parse_constant``: NaN and Infinity are words of Python, not of JSON.

    Raises:
        ValueError: always.
    """
    raise ValueError(f"'{word}' is no JSON number")


def whole(text: str) -> int:
    """For ``parse_int``.

    Raises:
        ValueError: it has more than `MAX_DIGITS` digits.
    """
    if len(text) > MAX_DIGITS:
        raise ValueError(f"a number has {len(text)} digits")
    return int(text)


def finite(text: str) -> float:
    """For ``parse_float``.

    Raises:
        ValueError: it is so large that it would become infinite.
    """
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"the number {text[:40]} is too large")
    return number
