"""JSON as Camunda 7's Spin reads it: ``S(order).prop('lines').elements().get(0)``.

A ``Node`` wraps a plain value only while an expression runs; it leaves as that value. Nothing is
changed: what Spin changes in place gives a new node here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from bpmn.expressions.faults import Fault, shorten
from bpmn.expressions.juel.coercion import is_number, to_number, to_text
from bpmn.expressions.limits import MAX_DEPTH, MAX_ITEMS, MAX_STRING

_STEP = re.compile(
    r"\.(?P<name>[^\W\d][\w-]*|\*)|\[(?P<index>-?[0-9]{1,9}|\*)\]|\['(?P<key>[^']+)'\]"
)


@dataclass(frozen=True, slots=True)
class Node:
    """A JSON value: object, array, text, number, boolean or null."""

    value: object


@dataclass(frozen=True, slots=True)
class Found:
    """What a JSON path found, with the path for messages."""

    path: str
    values: tuple[object, ...]


def read_node(source: object) -> Node:
    """Give the node of a value, or of the JSON in a text.

    Raises:
        Fault: the text is no JSON.
    """
    if isinstance(source, Node):
        return source
    if not isinstance(source, str):
        return Node(source)
    try:
        return Node(json.loads(source, parse_constant=_refuse_constant))
    except (RecursionError, ValueError) as problem:
        raise Fault(f"The text {shorten(source)} is no JSON: {problem}.") from None


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is no number")


def unwrapped(value: object, depth: int = 0) -> object:
    """Give the plain value behind nodes."""
    if isinstance(value, Node):
        return value.value
    if isinstance(value, Found):
        return list(value.values)
    if isinstance(value, list) and depth < MAX_DEPTH and any(map(_is_wrapped, value)):
        return [unwrapped(item, depth + 1) for item in value]
    return value


def _is_wrapped(value: object) -> bool:
    return isinstance(value, (Node, Found, list))


def write_json(value: object) -> str:
    """Write a value as JSON.

    Raises:
        Fault: the text would be too long.
    """
    try:
        text = json.dumps(unwrapped(value), default=_plain, ensure_ascii=False)
    except (RecursionError, ValueError) as problem:
        raise Fault(f"The value is no JSON: {problem}.") from None
    if len(text) > MAX_STRING:
        raise Fault(f"The text has more than {MAX_STRING} characters.")
    return text


def _plain(value: object) -> object:
    return float(value) if isinstance(value, Decimal) else to_text(value)


def _entries(value: object) -> dict[str, object]:
    if isinstance(value, dict):
        return value
    raise Fault(f"{shorten(value)} is no JSON object.")


def _items(value: object) -> list[object]:
    if isinstance(value, (list, tuple)):
        return list(value)
    raise Fault(f"{shorten(value)} is no JSON array.")


_UNSET = object()


def _prop(value: object, name: object, new: object = _UNSET) -> Node:
    entries, key = _entries(value), to_text(name)
    if new is not _UNSET:
        return Node({**entries, key: unwrapped(new)})
    if key not in entries:
        known = ", ".join(list(entries)[:20]) or "none"
        raise Fault(f"There is no property {shorten(key)}.", hint=f"There are: {known}.")
    return Node(entries[key])


def _delete(value: object, name: object) -> Node:
    removed = {to_text(one) for one in (name if isinstance(name, list) else [name])}
    return Node({key: item for key, item in _entries(value).items() if key not in removed})


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    raise Fault(f"{shorten(value)} is no text.", hint="Use value() when the type varies.")


def _number(value: object) -> object:
    if is_number(value):
        return value
    raise Fault(f"{shorten(value)} is no number.", hint="Use value() when the type varies.")


def _boolean(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise Fault(f"{shorten(value)} is neither true nor false.")


def _append(value: object, item: object) -> Node:
    items = _items(value)
    if len(items) >= MAX_ITEMS:
        raise Fault(f"The list has more than {MAX_ITEMS} items.")
    return Node([*items, unwrapped(item)])


def _insert_at(value: object, index: object, item: object) -> Node:
    items, place = _items(value), int(to_number(index))
    if not -len(items) <= place <= len(items):
        raise Fault(f"insertAt({place}) is outside of a list of {len(items)} items.")
    items.insert(place, unwrapped(item))
    return Node(items)


def _remove_at(value: object, index: object) -> Node:
    items, place = _items(value), int(to_number(index))
    if not -len(items) <= place < len(items):
        raise Fault(f"removeAt({place}) is outside of a list of {len(items)} items.")
    del items[place]
    return Node(items)


def _remove(value: object, item: object) -> Node:
    items, removed = _items(value), unwrapped(item)
    if removed in items:
        items.remove(removed)
    return Node(items)


def _json_path(value: object, path: object) -> Found:
    text = to_text(path)
    if not text.startswith("$"):
        raise Fault(f"The JSON path {shorten(text)} does not start with '$'.")
    found, position = [value], 1
    while position < len(text):
        step = _STEP.match(text, position)
        if step is None:
            hint = "There are .name, ['name'], [0], [*] and .*; filter in a script task."
            raise Fault(f"The JSON path {shorten(text)} cannot be read.", hint=hint)
        found = [inner for outer in found for inner in _inside(outer, step)]
        if len(found) > MAX_ITEMS:
            raise Fault(f"The JSON path finds more than {MAX_ITEMS} values.")
        position = step.end()
    return Found(text, tuple(found))


def _inside(value: object, step: re.Match[str]) -> list[object]:
    name = step["name"] or step["key"]
    if "*" in {step["name"], step["index"]}:
        return _all_inside(value)
    if name is not None:
        return [value[name]] if isinstance(value, dict) and name in value else []
    index = int(step["index"])
    if not isinstance(value, list) or not -len(value) <= index < len(value):
        return []
    return [value[index]]


def _all_inside(value: object) -> list[object]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _is_value(value: object) -> bool:
    return value is None or isinstance(value, (str, bool)) or is_number(value)


NODE_METHODS: dict[str, Callable[..., object]] = {
    "append": _append,
    "boolValue": _boolean,
    "deleteProp": _delete,
    "elements": lambda value: [Node(item) for item in _items(value)],
    "fieldNames": lambda value: list(_entries(value)),
    "hasProp": lambda value, name: to_text(name) in _entries(value),
    "insertAt": _insert_at,
    "isArray": lambda value: isinstance(value, (list, tuple)),
    "isBoolean": lambda value: isinstance(value, bool),
    "isNull": lambda value: value is None,
    "isNumber": is_number,
    "isObject": lambda value: isinstance(value, dict),
    "isString": lambda value: isinstance(value, str),
    "isValue": _is_value,
    "jsonPath": _json_path,
    "numberValue": _number,
    "prop": _prop,
    "removeAt": _remove_at,
    "stringValue": _text,
    "unwrap": lambda value: value,
    "value": lambda value: value,
}
"""Methods of JSON values, also of plain maps, lists, texts and numbers that came as JSON."""

WRAPPED_METHODS: dict[str, Callable[..., object]] = {
    **NODE_METHODS,
    "contains": lambda value, item: unwrapped(item) in _items(value),
    "get": lambda value, index: Node(_at(value, index)),
    "indexOf": lambda value, item: _index_of(_items(value), item),
    "isEmpty": lambda value: not _sized(value),
    "lastIndexOf": lambda value, item: _last_index_of(_items(value), item),
    # Of a plain list it would be Java's, which changes the list.
    "remove": _remove,
    "size": lambda value: len(_sized(value)),
    "toString": write_json,
}
"""What a node has besides, where a plain value has its own method of that name."""


def _at(value: object, index: object) -> object:
    items, place = _items(value), int(to_number(index))
    if not 0 <= place < len(items):
        raise Fault(f"get({place}) is outside of a list of {len(items)} items.")
    return items[place]


def _index_of(items: list[object], item: object) -> int:
    wanted = unwrapped(item)
    return items.index(wanted) if wanted in items else -1


def _last_index_of(items: list[object], item: object) -> int:
    place = _index_of(items[::-1], item)
    return -1 if place < 0 else len(items) - 1 - place


def _sized(value: object) -> list[object]:
    return list(_entries(value)) if isinstance(value, dict) else _items(value)


def _single(found: Found) -> object:
    if len(found.values) != 1:
        raise Fault(f"The JSON path {shorten(found.path)} finds {len(found.values)} values.")
    return found.values[0]


PATH_METHODS: dict[str, Callable[..., object]] = {
    "boolValue": lambda found: _boolean(_single(found)),
    "element": lambda found: Node(_single(found)),
    "elementList": lambda found: [Node(item) for item in _elements(found)],
    "numberValue": lambda found: _number(_single(found)),
    "stringValue": lambda found: _text(_single(found)),
}
"""Methods of what a JSON path found."""


def _elements(found: Found) -> list[object]:
    if len(found.values) == 1 and isinstance(found.values[0], list):
        return found.values[0]
    return list(found.values)
