"""Attributes that a script may read, by the exact type of the value; all others are refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from bpmn.expressions.base import BpmnErrorThrown
from bpmn.expressions.beans import Bean
from bpmn.expressions.limits import MAX_STRING
from bpmn.expressions.python.guards import Guards

_TEXT = frozenset(
    [
        "capitalize",
        "casefold",
        "count",
        "endswith",
        "find",
        "index",
        "isalnum",
        "isalpha",
        "isascii",
        "isdecimal",
        "isdigit",
        "islower",
        "isnumeric",
        "isspace",
        "istitle",
        "isupper",
        "lower",
        "lstrip",
        "partition",
        "removeprefix",
        "removesuffix",
        "rfind",
        "rindex",
        "rpartition",
        "rsplit",
        "rstrip",
        "split",
        "splitlines",
        "startswith",
        "strip",
        "swapcase",
        "title",
        "upper",
    ]
)
_LIST_READ = frozenset({"copy"})
_LIST_WRITE = frozenset({"append", "clear", "insert", "pop", "reverse"})
_DICT_READ = frozenset({"copy", "items", "keys", "values"})
_DICT_WRITE = frozenset({"clear", "popitem"})
_SET_WRITE = frozenset({"clear", "pop"})
_DAY = frozenset({"day", "isoformat", "isoweekday", "month", "replace", "weekday", "year"})
_CLOCK = frozenset({"hour", "isoformat", "microsecond", "minute", "replace", "second"})

_PLAIN: dict[type, frozenset[str]] = {
    str: _TEXT,
    list: _LIST_READ | _LIST_WRITE,
    dict: _DICT_READ | _DICT_WRITE,
    set: frozenset({"copy"}) | _SET_WRITE,
    float: frozenset({"is_integer"}),
    date: _DAY,
    datetime: _DAY | _CLOCK | {"date", "time", "timestamp"},
    time: _CLOCK,
    timedelta: frozenset({"days", "seconds", "total_seconds"}),
    BpmnErrorThrown: frozenset({"args", "error_code", "message"}),
}
# Methods of lists, dicts and sets that touch every item; append and the like do not.
_LINEAR = frozenset({"copy", "insert", "pop", "reverse"})
_WRITING = (
    _LIST_WRITE
    | _DICT_WRITE
    | frozenset({"add", "discard", "extend", "remove", "setdefault", "sort", "update"})
)
_CLASSES: dict[type, frozenset[str]] = {
    date: frozenset({"fromisoformat"}),
    datetime: frozenset({"combine", "fromisoformat"}),
}


def read_member(guards: Guards, value: Any, name: str) -> Any:
    """Read an attribute that the whitelist holds.

    Raises:
        AttributeError: the whitelist does not hold it.
    """
    kind = type(value)
    if name in _PLAIN.get(kind, ()):
        member = getattr(value, name)
        is_linear = kind is str or name in _LINEAR
        return _charged(guards, value, member) if is_linear and guards.is_large(value) else member
    guarded = _GUARDED.get((kind, name))
    if guarded is not None:
        return partial(guarded, guards, value)
    return _rare_member(value, name)


def _charged(guards: Guards, value: Any, method: Any) -> Callable[..., Any]:
    def call(*arguments: Any, **named: Any) -> Any:
        # Moving the items of a list is quicker than copying them or reading a text.
        guards.charge(len(value) >> (9 if method.__name__ in {"insert", "pop"} else 6))
        return method(*arguments, **named)

    return call


def read_only_member(guards: Guards, value: Any, name: str) -> Any:
    """Read an attribute, but none that changes the value: for expressions."""
    if name in _WRITING and isinstance(value, (list, dict, set)):
        raise AttributeError(f"an expression may not change its variables with '{name}'")
    return read_member(guards, value, name)


def _rare_member(value: Any, name: str) -> Any:
    if isinstance(value, type):
        if name in _CLASSES.get(value, ()):
            return getattr(value, name)
    elif isinstance(value, BaseException):
        if name == "args":
            return value.args
    elif isinstance(value, Bean):
        return _bean_member(value, name)
    if isinstance(value, dict) and name in value:
        raise AttributeError(f"a dict has no attribute '{name}'; write ['{name}']")
    raise AttributeError(f"'{name}' of a {type(value).__name__} is not available to scripts")


def _bean_member(bean: Bean, name: str) -> Any:
    try:
        return bean.get(name)
    except AttributeError:
        return lambda *arguments: bean.call(name, arguments)


def _join(guards: Guards, text: str, items: Any) -> str:
    parts = list(guards.iterate(items))
    length = sum(len(part) for part in parts) + len(text) * len(parts)
    if length > MAX_STRING:
        raise OverflowError(f"the text would have {length} characters")
    guards.charge(length >> 5)
    return text.join(parts)


def _replace(guards: Guards, text: str, old: str, new: str, count: int = -1) -> str:
    length = len(text) + text.count(old) * len(new)
    if length > MAX_STRING:
        raise OverflowError(f"the text would have {length} characters")
    guards.charge(length >> 5)
    return text.replace(old, new, count)


def _padded(method: Callable[..., str]) -> Callable[..., str]:
    def pad(guards: Guards, text: str, width: int, *fill: str) -> str:
        if width > 10_000:
            raise OverflowError("a text may not be padded to more than 10,000 characters")
        guards.charge(width >> 5)
        return method(text, width, *fill)

    return pad


def _extend(guards: Guards, items: list[Any], more: Any) -> None:
    added = list(guards.iterate(more))
    if len(items) + len(added) > MAX_STRING:
        raise OverflowError("the list would be too long")
    items.extend(added)


def _update(guards: Guards, entries: dict[Any, Any], other: Any = (), /, **named: Any) -> None:
    if isinstance(other, dict):
        guards.charge(len(other))
        entries.update(other, **named)
        return
    for key, value in guards.iterate(other):
        entries[guards.flat(key)] = value
    entries.update(named)


def _measured(name: str) -> Callable[..., Any]:
    def method(guards: Guards, value: Any, *arguments: Any) -> Any:
        for argument in arguments:
            guards.flat(argument)
        if not isinstance(value, dict):
            guards.flat(value)
        return getattr(value, name)(*arguments)

    return method


def _sort(guards: Guards, items: list[Any], *, key: Any = None, reverse: bool = False) -> None:
    guards.flat(items)
    guards.charge(len(items))
    items.sort(key=key, reverse=reverse)


def _strftime(guards: Guards, moment: date, spec: str) -> str:
    guards.charge(len(spec))
    if len(spec) > 200:
        raise ValueError("a date format may have at most 200 characters")
    return moment.strftime(spec)


_GUARDED: dict[tuple[type, str], Callable[..., Any]] = {
    (str, "join"): _join,
    (str, "replace"): _replace,
    (str, "center"): _padded(str.center),
    (str, "ljust"): _padded(str.ljust),
    (str, "rjust"): _padded(str.rjust),
    (str, "zfill"): _padded(str.zfill),
    (list, "extend"): _extend,
    (list, "sort"): _sort,
    (dict, "update"): _update,
    (date, "strftime"): _strftime,
    (datetime, "strftime"): _strftime,
    **{(list, name): _measured(name) for name in ("count", "index", "remove")},
    **{(tuple, name): _measured(name) for name in ("count", "index")},
    **{(dict, name): _measured(name) for name in ("get", "pop", "setdefault")},
    **{
        (set, name): _measured(name)
        for name in (
            "add",
            "difference",
            "discard",
            "intersection",
            "isdisjoint",
            "issubset",
            "issuperset",
            "remove",
            "union",
            "update",
        )
    },
}
