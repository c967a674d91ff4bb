"""Values as text: names, codes and keys, in which equal values have equal texts."""

from __future__ import annotations

from decimal import Context, Decimal

_LONGEST = 400
"""Digits before or after the point beyond which a number is written with an exponent."""


def plain_text(value: object) -> str:
    """The text of a name, code or key; empty for nothing.

    Numbers that are equal have the same text, whatever computed them: 1, 1.0 and 1.00 are ``1``.
    Truth values are ``true`` and ``false``, as every expression language here writes them.
    """
    if isinstance(value, str):
        return str(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return _number(value)
    return str(value)


def _number(value: float | Decimal) -> str:
    if isinstance(value, int):
        return str(value)
    # The shortest text that reads back as the same float, not its binary expansion.
    exact = Decimal(repr(value)) if isinstance(value, float) else value
    if not exact.is_finite():
        return str(exact)
    if not exact:
        return "0"
    digits = len(exact.as_tuple().digits)
    shortest = exact.normalize(Context(prec=digits))
    return f"{shortest:f}" if abs(shortest.adjusted()) + digits < _LONGEST else str(shortest)
