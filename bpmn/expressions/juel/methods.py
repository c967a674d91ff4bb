"""The methods that JUEL may call, by the type of the value; nothing else is reachable."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

import regex

from bpmn.expressions.faults import Fault, shorten
from bpmn.expressions.juel import coercion, decision_results
from bpmn.expressions.juel.coercion import equals, is_number, to_number, to_text
from bpmn.expressions.juel.moments import MOMENT_METHODS
from bpmn.expressions.juel.nodes import (
    NODE_METHODS,
    PATH_METHODS,
    WRAPPED_METHODS,
    Found,
    Node,
)
from bpmn.expressions.limits import MAX_STRING
from bpmn.expressions.patterns import compile_pattern, within_time


@dataclass(frozen=True, slots=True)
class Method:
    """A function of the value and the arguments, with how many arguments it takes."""

    function: Callable[..., object]
    fewest: int
    most: int


def _method(function: Callable[..., object]) -> Method:
    if isinstance(function, type):
        return Method(function, 0, 0)
    parameters = list(inspect.signature(function).parameters.values())[1:]
    required = [p for p in parameters if p.default is inspect.Parameter.empty]
    return Method(function, len(required), len(parameters))


def _table(functions: Mapping[str, Callable[..., object]]) -> dict[str, Method]:
    return {name: _method(function) for name, function in functions.items()}


def _index(value: object) -> int:
    number = to_number(value)
    if number != int(number):
        raise Fault(f"{shorten(value)} is no whole number.")
    return int(number)


def _limited(text: str) -> str:
    if len(text) > MAX_STRING:
        raise Fault(f"The text has more than {MAX_STRING} characters.")
    return text


def _substring(text: str, start: object, end: object = None) -> str:
    first = _index(start)
    last = len(text) if end is None else _index(end)
    if not 0 <= first <= last <= len(text):
        message = f"substring({first}, {last}) is outside of a text of {len(text)} characters."
        raise Fault(message)
    return text[first:last]


def _char_at(text: str, index: object) -> str:
    return _substring(text, index, _index(index) + 1)


def _replace(text: str, old: object, new: object) -> str:
    before, after = to_text(old), to_text(new)
    if len(text) + text.count(before) * len(after) > 2 * MAX_STRING:
        raise Fault(f"The text has more than {MAX_STRING} characters.")
    return _limited(text.replace(before, after))


def _java_replacement(template: str) -> str:
    escaped = template.replace("\\", "\\\\")
    return regex.sub(r"\$([0-9])", r"\\g<\1>", escaped)


def _replace_all(text: str, pattern: object, new: object, count: int = 0) -> str:
    compiled = compile_pattern(to_text(pattern))
    template = _java_replacement(to_text(new))
    pieces: list[str] = []
    end = size = 0
    try:
        for found in _matches_of(compiled, text)[: count or None]:
            pieces += [text[end : found.start()], found.expand(template)]
            size += len(pieces[-1])
            end = found.end()
            if size > MAX_STRING:
                raise Fault(f"The text has more than {MAX_STRING} characters.")
    except (regex.error, IndexError) as problem:
        raise Fault(f"The replacement {shorten(template)} cannot be used: {problem}.") from None
    return _limited("".join([*pieces, text[end:]]))


def _matches_of(compiled: regex.Pattern[str], text: str) -> list[regex.Match[str]]:
    return within_time(lambda s: list(compiled.finditer(text, timeout=s)), compiled.pattern)


def _replace_first(text: str, pattern: object, new: object) -> str:
    return _replace_all(text, pattern, new, 1)


def _matches(text: str, pattern: object) -> bool:
    compiled = compile_pattern(to_text(pattern))
    found = within_time(lambda s: compiled.fullmatch(text, timeout=s), compiled.pattern)
    return found is not None


def _split(text: str, pattern: object, limit: object = 0) -> list[str]:
    compiled = compile_pattern(to_text(pattern))
    most = _index(limit)
    parts = within_time(
        lambda s: compiled.split(text, maxsplit=max(most - 1, 0), timeout=s), compiled.pattern
    )
    pieces = [part or "" for part in parts]
    while most == 0 and len(pieces) > 1 and not pieces[-1]:
        pieces.pop()
    return pieces


def _compare(text: str, other: object) -> int:
    right = to_text(other)
    return (text > right) - (text < right)


def _repeat(text: str, count: object) -> str:
    times = _index(count)
    if times < 0 or len(text) * times > MAX_STRING:
        raise Fault(f"repeat({times}) of {len(text)} characters is not possible.")
    return text * times


_TEXT = _table(
    {
        "charAt": _char_at,
        "compareTo": _compare,
        "compareToIgnoreCase": lambda text, other: _compare(text.lower(), to_text(other).lower()),
        "concat": lambda text, other: _limited(text + to_text(other)),
        "contains": lambda text, part: to_text(part) in text,
        "endsWith": lambda text, part: text.endswith(to_text(part)),
        "equals": lambda text, other: isinstance(other, str) and text == other,
        "equalsIgnoreCase": lambda text, other: text.lower() == to_text(other).lower(),
        "indexOf": lambda text, part, start=0: text.find(to_text(part), _index(start)),
        "isBlank": lambda text: not text.strip(),
        "isEmpty": lambda text: not text,
        "lastIndexOf": lambda text, part: text.rfind(to_text(part)),
        "length": len,
        "matches": _matches,
        "repeat": _repeat,
        "replace": _replace,
        "replaceAll": _replace_all,
        "replaceFirst": _replace_first,
        "split": _split,
        "startsWith": lambda text, part: text.startswith(to_text(part)),
        "strip": lambda text: text.strip(),
        "stripLeading": lambda text: text.lstrip(),
        "stripTrailing": lambda text: text.rstrip(),
        "substring": _substring,
        "toLowerCase": lambda text: text.lower(),
        "toString": lambda text: text,
        "toUpperCase": lambda text: text.upper(),
        "trim": lambda text: text.strip(),
    }
)


def _holds(items: Sequence[object], wanted: object) -> bool:
    return _position(items, wanted) >= 0


def _position(items: Sequence[object], wanted: object) -> int:
    return next((i for i, item in enumerate(items) if _same(item, wanted)), -1)


def _last_position(items: Sequence[object], wanted: object) -> int:
    return next((i for i in range(len(items) - 1, -1, -1) if _same(items[i], wanted)), -1)


def _same(left: object, right: object) -> bool:
    if is_number(left) != is_number(right) or isinstance(left, bool) != isinstance(right, bool):
        return False
    return equals(left, right) if is_number(left) else left == right


def _item(items: Sequence[object], index: object) -> object:
    position = _index(index)
    if not 0 <= position < len(items):
        message = f"get({position}) is outside of a list of {len(items)} items."
        raise Fault(message, hint="The first item has index 0.")
    return items[position]


_LIST = _table(
    {
        **decision_results.OF_RULES,
        "contains": _holds,
        "containsAll": lambda items, wanted: all(_holds(items, one) for one in wanted),
        "equals": lambda items, other: items == other,
        "get": _item,
        "getFirst": lambda items: _item(items, 0),
        "getLast": lambda items: _item(items, len(items) - 1),
        "indexOf": _position,
        "isEmpty": lambda items: not items,
        "lastIndexOf": _last_position,
        "size": len,
        "subList": lambda items, start, end: list(items[_index(start) : _index(end)]),
        "toString": to_text,
    }
)

_MAP = _table(
    {
        **decision_results.OF_RULE,
        "containsKey": lambda entries, key: to_text(key) in entries,
        "containsValue": lambda entries, wanted: _holds(list(entries.values()), wanted),
        "entrySet": lambda entries: [{"key": k, "value": v} for k, v in entries.items()],
        "equals": lambda entries, other: entries == other,
        "get": lambda entries, key: entries.get(to_text(key)),
        "getOrDefault": lambda entries, key, default: entries.get(to_text(key), default),
        "isEmpty": lambda entries: not entries,
        "keySet": list,
        "size": len,
        "toString": to_text,
        "values": lambda entries: list(entries.values()),
    }
)

_NUMBER = _table(
    {
        "abs": lambda number: -number if number < 0 else number,
        "add": coercion.add,
        "compareTo": lambda n, other: (n > to_number(other)) - (n < to_number(other)),
        "divide": coercion.divide,
        "doubleValue": float,
        "equals": lambda number, other: is_number(other) and number == other,
        "floatValue": float,
        "intValue": int,
        "longValue": int,
        "multiply": coercion.multiply,
        "negate": coercion.negate,
        "remainder": coercion.modulo,
        "shortValue": int,
        "signum": lambda number: (number > 0) - (number < 0),
        "subtract": coercion.subtract,
        "toString": to_text,
    }
)

_BOOLEAN = _table(
    {
        "booleanValue": lambda value: value,
        "equals": lambda value, other: value is other,
        "toString": to_text,
    }
)

_MOMENT = _table(MOMENT_METHODS)

_DURATION = _table(
    {
        "getSeconds": lambda span: int(span.total_seconds()),
        "toDays": lambda span: span.days,
        "toHours": lambda span: span // timedelta(hours=1),
        "toMillis": lambda span: span // timedelta(milliseconds=1),
        "toMinutes": lambda span: span // timedelta(minutes=1),
        "toString": str,
    }
)

_NODE = _table(NODE_METHODS)


@dataclass(frozen=True, slots=True)
class Methods:
    """What one type of value offers.

    Attributes:
        kind: the Python type.
        label: its name at the start of a sentence.
        table: by name.
    """

    kind: type
    label: str
    table: Mapping[str, Method]


_BY_TYPE: tuple[Methods, ...] = (
    Methods(str, "A text", _TEXT),
    Methods(bool, "A boolean", _BOOLEAN),
    Methods(int, "A number", _NUMBER),
    Methods(float, "A number", _NUMBER),
    Methods(Decimal, "A number", _NUMBER),
    Methods(list, "A list", _LIST),
    Methods(tuple, "A list", _LIST),
    Methods(dict, "A map", _MAP),
    Methods(datetime, "A date", _MOMENT),
    Methods(date, "A date", _MOMENT),
    Methods(timedelta, "A duration", _DURATION),
    Methods(Node, "A JSON value", _table(WRAPPED_METHODS)),
    Methods(Found, "A JSON path", _table(PATH_METHODS)),
)

PLAIN_TYPES = frozenset({type(None), *(methods.kind for methods in _BY_TYPE)})
"""Types of values that cannot be beans."""

METHODS: tuple[str, ...] = tuple(sorted({name for one in _BY_TYPE for name in one.table}))
"""All names of methods, for tools that write expressions."""

PATTERN_METHODS = frozenset({"matches", "replaceAll", "replaceFirst", "split"})
"""Methods that may take as long as a pattern may."""

CHANGING = frozenset(
    {"add", "addAll", "clear", "put", "putAll", "remove", "removeAll", "set", "sort", "removeIf"}
)
"""Methods of Java that change what they are called on."""


def methods_by_label() -> dict[str, list[str]]:
    """Give the names of the methods of each type, for the documentation."""
    found = {one.label: sorted(one.table) for one in _BY_TYPE}
    return {**found, "Any JSON value": sorted(_NODE)}


def find_methods(kind: type) -> Methods | None:
    """Give what a type offers, ``None`` for a type without methods."""
    return next((one for one in _BY_TYPE if issubclass(kind, one.kind)), None)


def call_value_method(value: object, name: str, arguments: Sequence[object]) -> object:
    """Call a method of a plain value.

    Raises:
        Fault: the type has no such method, or the arguments do not fit it.
    """
    if value is None:
        if name in _NODE:
            return _invoke(_NODE[name], value, name, arguments)
        raise Fault(f"'{name}' was called on a value that is null.")
    methods = find_methods(type(value))
    if methods is None:
        raise Fault(f"{shorten(value)} has no methods here.")
    method = find_method(methods, name, len(arguments))
    if isinstance(value, Node):
        value = value.value
    return _invoke(method, value, name, arguments)


def find_method(methods: Methods, name: str, count: int) -> Method:
    """Give the method that fits a call.

    Raises:
        Fault: there is none of that name, or it takes another number of arguments.
    """
    method = methods.table.get(name) or _NODE.get(name)
    if method is None:
        raise _missing(methods, name)
    if not method.fewest <= count <= method.most:
        wanted = " to ".join(str(n) for n in sorted({method.fewest, method.most}))
        raise Fault(f"'{name}' takes {wanted} arguments, but got {count}.", code="method-unknown")
    return method


def _missing(methods: Methods, name: str) -> Fault:
    hint = f"It has: {', '.join(sorted(methods.table))}."
    if name in CHANGING:
        hint = "An expression changes nothing; use an output mapping or a script task."
    return Fault(f"{methods.label} has no method '{name}'.", code="method-unknown", hint=hint)


def _invoke(method: Method, value: object, name: str, arguments: Sequence[object]) -> object:
    if not method.fewest <= len(arguments) <= method.most:
        raise Fault(f"'{name}' takes {method.fewest} arguments, but got {len(arguments)}.")
    return method.function(value, *arguments)
