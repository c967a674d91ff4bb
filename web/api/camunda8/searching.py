"""Search requests as Camunda 8 has them: ``filter``, ``sort``, ``page``; and their answers."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from engine.errors import BadInput, NotFound
from engine.queries.page import MAX_ROWS, MAX_SIZE
from engine.queries.search import Comparison, Condition, Search
from engine.queries.search_reading import What
from web.api.access import get_actor
from web.api.body import Body, parse_moment
from web.api.camunda8.keys import is_own_tenant, parse_key
from web.extensions import get_engine

_CURSOR = "o:"


class Kind(StrEnum):
    """Type of a field."""

    KEY = "key"
    TEXT = "text"
    NUMBER = "number"
    MOMENT = "moment"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Field:
    """A property of a filter: which of the engine's fields it is, and its type.

    ``values`` translates words that the engine has others for, several as a tuple; a word without
    translation matches nothing.
    """

    name: str
    kind: Kind = Kind.TEXT
    values: Mapping[str, Any] | None = None


Fields = Mapping[str, Field]

_COMPARISONS = {
    "$eq": Comparison.EQ,
    "$neq": Comparison.NEQ,
    "$in": Comparison.IN,
    "$notIn": Comparison.NOT_IN,
    "$like": Comparison.LIKE,
    "$gt": Comparison.GT,
    "$gte": Comparison.GTE,
    "$lt": Comparison.LT,
    "$lte": Comparison.LTE,
    "$exists": Comparison.EXISTS,
}
_LISTS = frozenset({Comparison.IN, Comparison.NOT_IN})
_OF_SEVERAL = {Comparison.EQ: Comparison.IN, Comparison.NEQ: Comparison.NOT_IN}


def read_search(body: Body, fields: Fields) -> Search | None:
    """What a search request asks for; ``None``: it asks for another tenant, so nothing matches.

    Raises:
        BadInput: an unknown property, or a value of the wrong type.
    """
    wanted = body.part("filter")
    tenant = wanted.values.get("tenantId")
    if isinstance(tenant, str) and not is_own_tenant([tenant]):
        return None
    conditions: list[Condition] = []
    for name in wanted.values:
        if name == "tenantId" or wanted.values[name] is None:
            continue
        field = fields.get(name)
        if field is None:
            known = ", ".join(fields)
            raise BadInput(f"'filter.{name}' is not known here. Known are {known}.")
        conditions.extend(_conditions(wanted, name, field))
    offset, limit = _page(body.part("page"))
    return Search(tuple(conditions), _sort(body, fields), offset, limit)


def answer(
    items: Sequence[object], *, total: int, is_capped: bool = False, offset: int = 0
) -> dict[str, object]:
    """The page of a search."""
    end = offset + len(items)
    return {
        "items": list(items),
        "page": {
            "totalItems": total,
            "hasMoreTotalItems": is_capped,
            "startCursor": _cursor(offset) if items else None,
            "endCursor": _cursor(end) if items else None,
        },
    }


def search_page(
    view: What,
    body: Body,
    fields: Fields,
    shown: Callable[[Mapping[str, Any]], dict[str, object]],
) -> dict[str, object]:
    """The answer to a search request for rows of *view*."""
    wanted = read_search(body, fields)
    if wanted is None:
        return nothing()
    page = get_engine().search(view, wanted, actor=get_actor())
    return answer(
        [shown(row) for row in page.items],
        total=page.total.value,
        is_capped=page.total.is_capped,
        offset=wanted.offset,
    )


def find_row(view: What, what: str, key: str) -> Mapping[str, Any]:
    """The row of *view* with a key; *what* it is, as ``process instance``.

    Raises:
        BadInput: it is no key.
        NotFound: there is no such row, or the caller may not see it.
    """
    wanted = Search((Condition("key", Comparison.EQ, parse_key(key)),), limit=1)
    items = get_engine().search(view, wanted, actor=get_actor()).items
    if not items:
        raise NotFound(what, key)
    return items[0]


def nothing() -> dict[str, object]:
    """The page of a search that finds nothing."""
    return answer([], total=0)


def in_memory(rows: Iterable[Mapping[str, Any]], wanted: Search) -> tuple[list[Any], int]:
    """`engine.queries.search` over rows that are read already: one page, and how many match."""
    found = [row for row in rows if all(_holds(row, each) for each in wanted.conditions)]
    for name, is_descending in reversed(wanted.sort):
        found.sort(key=lambda row: _rank(row.get(name)), reverse=is_descending)
    return found[wanted.offset : wanted.offset + wanted.limit], len(found)


def _rank(value: Any) -> tuple[bool, str, Any]:
    """Sorts whatever there is: what is missing last, then by type."""
    kind = type(value).__name__
    is_comparable = isinstance(value, int | float | str | datetime)
    return (value is None, kind, value if is_comparable else str(value))


def _holds(row: Mapping[str, Any], wanted: Condition) -> bool:
    value = row.get(wanted.field)
    if wanted.comparison is Comparison.EXISTS:
        return (value is not None) is bool(wanted.value)
    if wanted.comparison in {Comparison.NEQ, Comparison.NOT_IN}:
        others = wanted.value if wanted.comparison in _LISTS else [wanted.value]
        return value not in others
    return value is not None and _HOLDS[wanted.comparison](value, wanted.value)


def _is_like(value: Any, pattern: Any) -> bool:
    parts = str(pattern).casefold()
    text = str(value).casefold()
    # One table of what is reachable: no regular expression of somebody else's runs here.
    reached = {0}
    for letter in parts:
        if letter == "*":
            reached = set(range(min(reached, default=len(text) + 1), len(text) + 1))
        else:
            reached = {at + 1 for at in reached if at < len(text) and letter in {"?", text[at]}}
    return len(text) in reached


_HOLDS: Mapping[Comparison, Callable[[Any, Any], bool]] = {
    Comparison.EQ: lambda value, other: bool(value == other),
    Comparison.IN: lambda value, other: value in other,
    Comparison.LIKE: _is_like,
    Comparison.GT: lambda value, other: bool(value > other),
    Comparison.GTE: lambda value, other: bool(value >= other),
    Comparison.LT: lambda value, other: bool(value < other),
    Comparison.LTE: lambda value, other: bool(value <= other),
}


def _conditions(wanted: Body, name: str, field: Field) -> Iterable[Condition]:
    given = wanted.values[name]
    for operator, operand in (given if isinstance(given, dict) else {"$eq": given}).items():
        if operator not in _COMPARISONS:
            wanted.refuse(name, f"the operators {', '.join(_COMPARISONS)}")
        comparison = _COMPARISONS[operator]
        value = _operand(wanted, name, field, comparison, operand)
        if isinstance(value, tuple):
            if comparison not in _OF_SEVERAL:
                wanted.refuse(name, "the operators $eq, $neq, $in, $notIn, $like, $exists")
            comparison = _OF_SEVERAL[comparison]
        yield Condition(field.name, comparison, value)


def _operand(
    wanted: Body,
    name: str,
    field: Field,
    comparison: Comparison,
    operand: object,
) -> object:
    if comparison is Comparison.EXISTS:
        if not isinstance(operand, bool):
            wanted.refuse(name, "true or false for $exists")
        return operand
    if comparison in _LISTS:
        if not isinstance(operand, list):
            wanted.refuse(name, f"a list for ${comparison.value}")
        values = [_value(wanted, name, field, each) for each in operand]
        return [one for value in values for one in (value if type(value) is tuple else (value,))]
    if comparison is Comparison.LIKE:
        return Body({name: operand}, wanted.where).text(name)
    return _value(wanted, name, field, operand)


def _value(wanted: Body, name: str, field: Field, given: object) -> object:
    value = Body({name: given}, wanted.where)
    read = _READERS[field.kind](value, name)
    if field.values is None:
        return read
    return field.values.get(str(read), "(none)")


def _key(value: Body, name: str) -> int:
    return parse_key(value.values[name], name)


def _number(value: Body, name: str) -> int:
    return value.number(name, low=-(2**31), high=2**31 - 1, default=0)


def _moment(value: Body, name: str) -> datetime:
    found = parse_moment(value.text(name))
    if found is None:
        value.refuse(name, "an ISO 8601 time with a zone")
    return found


_READERS: Mapping[Kind, Callable[[Body, str], object]] = {
    Kind.KEY: _key,
    Kind.TEXT: lambda value, name: value.text(name),
    Kind.NUMBER: _number,
    Kind.MOMENT: _moment,
    Kind.FLAG: lambda value, name: value.flag(name),
}


def _sort(body: Body, fields: Fields) -> tuple[tuple[str, bool], ...]:
    found = []
    for part in body.parts("sort", most=20):
        name = part.required_text("field")
        field = fields.get(name)
        if field is None:
            raise BadInput(f"Nothing is sorted by {name!a}. Known are {', '.join(fields)}.")
        found.append((field.name, part.text("order").upper() == "DESC"))
    return tuple(found)


def _page(page: Body) -> tuple[int, int]:
    limit = page.number("limit", low=0, high=10_000, default=100)
    offset = page.number("from", low=0, high=MAX_ROWS, default=0)
    after, before = page.text("after"), page.text("before")
    if after:
        offset = _offset(page, "after", after)
    elif before:
        end = _offset(page, "before", before)
        offset = max(0, end - limit)
        limit = min(limit, end)
    return offset, min(limit, MAX_SIZE)


def _cursor(offset: int) -> str:
    return base64.urlsafe_b64encode(f"{_CURSOR}{offset}".encode()).decode()


def _offset(page: Body, name: str, cursor: str) -> int:
    try:
        text = base64.urlsafe_b64decode(cursor.encode()).decode()
        found = int(text.removeprefix(_CURSOR)) if text.startswith(_CURSOR) else -1
    except (binascii.Error, ValueError):
        found = -1
    if not 0 <= found <= MAX_ROWS:
        page.refuse(name, "a cursor of an answer")
    return found
