"""The built-in functions; importing this package fills the table in ``registry``."""

from __future__ import annotations

from bpmn.expressions.feel.functions import (
    contexts,
    conversions,
    errors,
    lists,
    logic,
    numbers,
    ranges,
    strings,
    times,
)

__all__ = [
    "contexts",
    "conversions",
    "errors",
    "lists",
    "logic",
    "numbers",
    "ranges",
    "strings",
    "times",
]
