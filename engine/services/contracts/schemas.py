"""JSON Schema (draft 2020-12): is a schema one, and does a value keep it.

Nothing is ever fetched: a reference leads to a place in the same schema.
Source: json-schema.org, draft 2020-12, core and validation.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import SchemaError, ValidationError
from referencing import Registry, Resource
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012

from engine.services.contracts.json_lines import Path
from engine.services.contracts.model import Schema

DIALECT = "https://json-schema.org/draft/2020-12/schema"
MOST_TOLD = 10
"""Broken rules that one error names."""

_KEPT = 500
_formats = FormatChecker(["date", "email", "ipv4", "ipv6", "uuid", "regex"])


@_formats.checks("date-time", raises=ValueError)
def _is_moment(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@_formats.checks("time", raises=ValueError)
def _is_time(value: object) -> bool:
    return not isinstance(value, str) or time.fromisoformat(value) is not None


def problems_of_schema(schema: object) -> Iterator[tuple[Path, str]]:
    """What makes *schema* no schema: where, and a sentence."""
    if not isinstance(schema, bool | Mapping):
        yield (), "A schema is an object, or true."
        return
    if isinstance(schema, Mapping) and schema.get("$schema", DIALECT) != DIALECT:
        yield ("$schema",), f"Only draft 2020-12 is known: {DIALECT}."
        return
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        yield tuple(error.absolute_path), f"It is no JSON Schema: {error.message[:300]}."
        return
    yield from _lost_references(schema, schema, ())


def _lost_references(root: Schema, part: object, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(part, list):
        for number, item in enumerate(part):
            yield from _lost_references(root, item, (*path, number))
    if not isinstance(part, Mapping):
        return
    for key, value in part.items():
        if key in {"$ref", "$dynamicRef"} and isinstance(value, str):
            if not _leads_somewhere(root, value):
                told = f"The reference {value[:200]!r} leads to no place in this schema."
                yield (*path, key), told
        elif key not in {"enum", "const", "default", "examples"}:
            yield from _lost_references(root, value, (*path, str(key)))


def _leads_somewhere(root: Schema, reference: str) -> bool:
    resource = Resource.from_contents(root, default_specification=DRAFT202012)
    resolver = Registry().with_resource("", resource).resolver("")
    try:
        resolver.lookup(reference)
    except Unresolvable:
        return False
    return True


def broken_rules(schema: Schema, value: object, *, root: str) -> list[str]:
    """Every rule that *value* breaks, as ``request.items[2].price: must be number, is string``.

    Values are not told: they may be what nobody should read in a log.

    Args:
        schema: draft 2020-12, without references to elsewhere.
        value: plain JSON, see `plain`.
        root: what the value is called.
    """
    told = [f"{root}{_dotted(path)}: {rule}" for path, rule in broken_at(schema, value)]
    return told[:MOST_TOLD] + ([f"and {len(told) - MOST_TOLD} more"] * (len(told) > MOST_TOLD))


def broken_at(schema: Schema, value: object) -> list[tuple[Path, str]]:
    """Every rule that *value* breaks: where, and what is wrong."""
    try:
        errors = sorted(_validator(_text(schema)).iter_errors(value), key=lambda e: e.json_path)
    except RecursionError:
        return [((), "its schema refers to itself without end")]
    return [(tuple(error.absolute_path), _rule(error)) for error in errors]


def _text(schema: Schema) -> str:
    return json.dumps(schema, sort_keys=True)


@lru_cache(_KEPT)
def _validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads(schema), registry=Registry(), format_checker=_formats)


def _dotted(path: Iterable[str | int]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)


def _rule(error: ValidationError) -> str:
    rule: str | None = error.validator if isinstance(error.validator, str) else None
    wanted: Any = error.validator_value
    value: Any = error.instance
    if rule == "type":
        kinds = wanted if isinstance(wanted, str) else " or ".join(map(str, wanted))
        return f"must be {kinds}, is {_kind(value)}"
    if rule == "required":
        lost = [name for name in wanted if name not in value]
        return f"misses {', '.join(map(repr, lost))}"
    if rule in {"additionalProperties", "unevaluatedProperties"} and wanted is False:
        known = error.schema.get("properties", {}) if isinstance(error.schema, Mapping) else {}
        extra = sorted(str(name) for name in value if name not in known)
        return f"may not have {', '.join(map(repr, extra[:MOST_TOLD]))}"
    if rule is None:
        return "nothing is allowed here"
    return f"breaks the rule {rule} {json.dumps(wanted, default=str)[:200]}"


def _kind(value: object) -> str:
    if value is None:
        return "null"
    for kind, name in _KINDS:
        if isinstance(value, kind):
            return name
    return type(value).__name__


_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "boolean"),
    (int, "integer"),
    (float, "number"),
    (str, "string"),
    (Mapping, "object"),
    ((list, tuple), "array"),
)


def plain(value: object) -> object:
    """*value* as JSON has it: times as ISO 8601, exact decimals as numbers, bytes as Base64."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if value is None or isinstance(value, str | int | float):
        return value
    return _plain_text(value)


def _plain_text(value: object) -> str:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, bytes | bytearray):
        return b64encode(value).decode("ascii")
    return _iso_duration(value) if isinstance(value, timedelta) else str(value)


def _iso_duration(value: timedelta) -> str:
    """In seconds, exactly: a number with an exponent is no duration of ISO 8601."""
    seconds, rest = divmod(abs(value), timedelta(seconds=1))
    fraction = f".{rest.microseconds:06}".rstrip("0") if rest else ""
    return f"{'-' * (value < timedelta(0))}PT{seconds}{fraction}S"
