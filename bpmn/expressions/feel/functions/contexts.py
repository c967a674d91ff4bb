"""Functions of contexts; they give new ones and leave theirs as they are."""

from __future__ import annotations

from typing import Any

from bpmn.expressions.feel.arguments import context, items, text
from bpmn.expressions.feel.registry import builtin, refuse


@builtin("get value", "m", "key")
def _get_value(m: object, key: object) -> object:
    if isinstance(key, list):
        return _walk(m, key)
    return context(m).get(text(key))


def _walk(value: object, keys: list[Any]) -> object:
    for key in keys:
        if not isinstance(value, dict):
            raise refuse(f"there is no context that could have '{text(key)}'")
        value = value.get(text(key))
    return value


@builtin("get entries", "m")
def _get_entries(m: object) -> list[dict[str, Any]]:
    return [{"key": key, "value": value} for key, value in context(m).items()]


@builtin("context", "entries")
def _context(entries: object) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for entry in items(entries):
        pair = context(entry)
        key = text(pair.get("key"))
        if key in result or "value" not in pair:
            raise refuse(f"the entry '{key}' is given twice or has no value")
        result[key] = pair["value"]
    return result


@builtin("context put", "context", "key", "value")
@builtin("context put", "context", "keys", "value")
def _context_put(target: object, key: object, value: object) -> dict[str, Any]:
    if isinstance(key, list):
        return _put_deep(context(target), key, value)
    return {**context(target), text(key): value}


def _put_deep(target: dict[str, Any], keys: list[Any], value: object) -> dict[str, Any]:
    if not keys:
        raise refuse("the list of keys is empty")
    key = text(keys[0])
    if len(keys) == 1:
        return {**target, key: value}
    inner = target.get(key)
    return {**target, key: _put_deep(inner if isinstance(inner, dict) else {}, keys[1:], value)}


@builtin("context merge", "contexts...")
def _context_merge(*contexts: object) -> dict[str, Any]:
    given = items(contexts[0]) if len(contexts) == 1 else list(contexts)
    merged: dict[str, Any] = {}
    for one in given:
        merged |= context(one)
    return merged
