"""Searching lists by any of their fields: compared, sorted, and cut to a page, in SQL.

What can be searched is a `View`; `engine.queries.search_views` has all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from engine.actor import Actor
from engine.errors import BadInput
from engine.queries.page import COUNT_CAP, MAX_ROWS, AnyRows, Count, counted

MOST_VALUES = 1_000
"""Most values that one comparison may list, and most rows: each of the listed is found."""


class Comparison(StrEnum):
    """How a field is compared. LIKE: ``*`` is any text, ``?`` one character, case counts not."""

    EQ = "eq"
    NEQ = "neq"
    IN = "in"
    NOT_IN = "not-in"
    LIKE = "like"
    GT = "gt"
    GTE = "gte"
    LT = "lt"
    LTE = "lte"
    EXISTS = "exists"


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison. ``value``: of the field's type, a list for IN, a boolean for EXISTS."""

    field: str
    comparison: Comparison
    value: Any


@dataclass(frozen=True, slots=True)
class Search:
    """What is asked for.

    Attributes:
        conditions: all of them hold.
        sort: pairs of a field and whether it is descending.
        offset, limit: rows to leave out, and how many follow at most, up to `MOST_VALUES`.
    """

    conditions: tuple[Condition, ...] = ()
    sort: tuple[tuple[str, bool], ...] = ()
    offset: int = 0
    limit: int = 100


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what was found: rows by field name, and how many there are in all."""

    items: tuple[Mapping[str, Any], ...]
    total: Count


Visible = Callable[[Actor], tuple[sa.ColumnElement[bool], ...]]


@dataclass(frozen=True, slots=True)
class View:
    """What can be searched.

    Attributes:
        rows: the joined tables, without conditions.
        fields: what each field is in SQL; all of them are told of each row.
        key: the field that breaks ties.
        visible: what an actor may see of it; may raise `Forbidden`.
        named: fields that cannot be sorted by or told, but compared: a condition for each value.
    """

    rows: sa.FromClause
    fields: Mapping[str, sa.ColumnElement[Any]]
    key: str
    visible: Visible
    named: Mapping[str, Callable[[object], sa.ColumnElement[bool]]]


def search(connection: sa.Connection, actor: Actor, view: View, wanted: Search) -> Found:
    """One page of *view*.

    Raises:
        Forbidden: the actor may not search this.
        BadInput: a field is unknown, or numbers are out of range.
    """
    visible = view.visible(actor)
    conditions = [_condition(view, each) for each in wanted.conditions]
    matching: AnyRows = (
        sa.select(*(column.label(name) for name, column in view.fields.items()))
        .select_from(view.rows)
        .where(*visible, *conditions)
    )
    if not 0 <= wanted.offset <= MAX_ROWS:
        raise BadInput(f"The page begins at {wanted.offset}; it takes 0 to {MAX_ROWS}. Filter.")
    limit = min(max(wanted.limit, 0), MOST_VALUES)
    ordered = matching.order_by(*_order(view, wanted)).limit(limit).offset(wanted.offset)
    items = tuple(row._asdict() for row in connection.execute(ordered))
    if wanted.offset == 0 and len(items) < limit:
        return Found(items, Count(len(items)))
    total = counted(connection, matching.with_only_columns(sa.literal(1)), cap=COUNT_CAP)
    return Found(items, total)


def _order(view: View, wanted: Search) -> list[sa.ColumnElement[Any]]:
    found = []
    for name, is_descending in wanted.sort:
        column = view.fields.get(name)
        if column is None:
            raise BadInput(f"Nothing can be sorted by {name!r}. Known: {', '.join(view.fields)}.")
        found.append(column.desc() if is_descending else column.asc())
    return [*found, view.fields[view.key].asc()]


def _condition(view: View, wanted: Condition) -> sa.ColumnElement[bool]:
    special = view.named.get(wanted.field)
    if special is not None:
        return _special(special, wanted)
    column = view.fields.get(wanted.field)
    if column is None:
        known = ", ".join((*view.fields, *view.named))
        raise BadInput(f"Nothing can be filtered by {wanted.field!r}. Known: {known}.")
    return _COMPARE[wanted.comparison](column, wanted.value)


def _special(
    build: Callable[[object], sa.ColumnElement[bool]], wanted: Condition
) -> sa.ColumnElement[bool]:
    if wanted.comparison is Comparison.EQ:
        return build(wanted.value)
    if wanted.comparison is Comparison.NEQ:
        return sa.not_(build(wanted.value))
    if wanted.comparison is Comparison.IN:
        return sa.or_(sa.false(), *(build(value) for value in _listed(wanted.value)))
    raise BadInput(f"{wanted.field!r} can be compared by eq, neq and in only.")


def _listed(values: Any) -> list[Any]:
    if len(values) > MOST_VALUES:
        raise BadInput(f"{len(values)} values are listed; at most {MOST_VALUES} are possible.")
    return list(values)


def _not_in(column: sa.ColumnElement[Any], values: Any) -> sa.ColumnElement[bool]:
    return sa.or_(column.is_(None), column.not_in(_listed(values)))


def _like(column: sa.ColumnElement[Any], value: Any) -> sa.ColumnElement[bool]:
    text = str(value).casefold()
    for plain, escaped in (("\\", "\\\\"), ("%", "\\%"), ("_", "\\_"), ("*", "%"), ("?", "_")):
        text = text.replace(plain, escaped)
    return sa.func.lower(sa.cast(column, sa.String)).like(text, escape="\\")


_COMPARE: Mapping[Comparison, Callable[[sa.ColumnElement[Any], Any], sa.ColumnElement[bool]]] = {
    Comparison.EQ: lambda column, value: column == value,
    Comparison.NEQ: lambda column, value: sa.or_(column.is_(None), column != value),
    Comparison.IN: lambda column, value: column.in_(_listed(value)),
    Comparison.NOT_IN: _not_in,
    Comparison.LIKE: _like,
    Comparison.GT: lambda column, value: column > value,
    Comparison.GTE: lambda column, value: column >= value,
    Comparison.LT: lambda column, value: column < value,
    Comparison.LTE: lambda column, value: column <= value,
    Comparison.EXISTS: lambda column, value: column.is_not(None) if value else column.is_(None),
}
