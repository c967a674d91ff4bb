"""The functions that a script may call by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from bpmn.expressions.base import BpmnErrorThrown
from bpmn.expressions.python.guards import Guards

_EXCEPTIONS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    Exception,
    IndexError,
    KeyError,
    LookupError,
    NameError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    StopIteration,
    TypeError,
    ValueError,
    ZeroDivisionError,
)

STATIC: Mapping[str, Any] = {
    **{error.__name__: error for error in _EXCEPTIONS},
    "BpmnError": BpmnErrorThrown,
    "abs": abs,
    "bool": bool,
    "chr": chr,
    "date": date,
    "datetime": datetime,
    "divmod": divmod,
    "enumerate": enumerate,
    "filter": filter,
    "len": len,
    "map": map,
    "ord": ord,
    "range": range,
    "reversed": reversed,
    "slice": slice,
    "time": time,
    "timedelta": timedelta,
    "zip": zip,
}
"""Functions that need no budget: what they cost is bounded by what they are given."""


def _list(guards: Guards, items: Any = ()) -> list[Any]:
    return list(guards.iterate(items))


def _tuple(guards: Guards, items: Any = ()) -> tuple[Any, ...]:
    return tuple(guards.iterate(items))


def _set(guards: Guards, items: Any = ()) -> set[Any]:
    return {guards.flat(item) for item in guards.iterate(items)}


def _dict(guards: Guards, items: Any = (), /, **named: Any) -> dict[Any, Any]:
    if isinstance(items, dict):
        guards.charge(len(items))
        return {**items, **named}
    pairs = {guards.flat(key): value for key, value in guards.iterate(items)}
    return {**pairs, **named}


def _str(guards: Guards, value: Any = "") -> str:
    guards.charge(2)
    return str(guards.flat(value))


def _repr(guards: Guards, value: Any) -> str:
    guards.charge(2)
    return repr(guards.flat(value))


def _float(guards: Guards, value: Any = 0.0) -> float:
    return float(guards.flat(value))


def _int(guards: Guards, value: Any = 0, *base: int) -> int:
    guards.flat(value)
    _check_size(value)
    return int(value, *base)


def _round(_guards: Guards, value: Any, digits: int | None = None) -> Any:
    _check_size(value)
    return round(value, digits)


def _check_size(value: Any) -> None:
    if isinstance(value, Decimal) and value.is_finite() and value.adjusted() > 400:
        raise OverflowError("the number has too many digits")


def _any(guards: Guards, items: Any) -> bool:
    return any(guards.iterate(items))


def _all(guards: Guards, items: Any) -> bool:
    return all(guards.iterate(items))


def _sum(guards: Guards, items: Any, start: Any = 0) -> Any:
    total = start
    for item in guards.iterate(items):
        total = guards.add(total, item)
    return total


def _sorted(guards: Guards, items: Any, *, key: Any = None, reverse: bool = False) -> list[Any]:
    values = list(guards.iterate(items))
    guards.flat(values)
    return sorted(values, key=key, reverse=reverse)


def _extreme(function: Callable[..., Any]) -> Callable[..., Any]:
    def find(guards: Guards, *items: Any, **named: Any) -> Any:
        values = list(guards.iterate(items[0] if len(items) == 1 else items))
        guards.flat(values)
        return function(values, **named)

    return find


def _is_instance(_guards: Guards, value: Any, kind: Any) -> bool:
    kinds = kind if isinstance(kind, tuple) else (kind,)
    return isinstance(value, tuple(_type_of(one) for one in kinds))


def _type_of(kind: Any) -> type:
    # Scripts see list, dict and so on as guarded functions (partial objects).
    found = _TYPES.get(getattr(kind, "func", None), kind)
    if not isinstance(found, type):
        raise TypeError("isinstance() needs a type")
    return found


GUARDED: Mapping[str, Callable[..., Any]] = {
    "all": _all,
    "any": _any,
    "dict": _dict,
    "float": _float,
    "int": _int,
    "isinstance": _is_instance,
    "list": _list,
    "max": _extreme(max),
    "min": _extreme(min),
    "repr": _repr,
    "round": _round,
    "set": _set,
    "sorted": _sorted,
    "str": _str,
    "sum": _sum,
    "tuple": _tuple,
}
"""Functions whose first argument is the guards of the run."""

_TYPES: dict[Any, type] = {
    _dict: dict,
    _float: float,
    _int: int,
    _list: list,
    _set: set,
    _str: str,
    _tuple: tuple,
}
