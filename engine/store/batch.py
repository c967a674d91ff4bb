"""What a step writes, gathered and sent together.

To SQLite it goes row by row: a statement there costs next to nothing. To PostgreSQL it goes as one
statement, whatever the step does: each part is a common table expression and its rows travel as
JSON, so that a step costs one round trip and few shapes of it need to be planned. Both are made
from one description of each part.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from engine import columns
from engine.store.direct import Direct, Row, is_remote
from engine.store.history import LostRace

INSTANCE = sa.bindparam("instance", type_=columns.Id)
"""The instance that a batch belongs to, as every part may use it."""

Change = sa.Insert | sa.Update | sa.Delete
Get = Callable[[str], sa.ColumnElement[object]]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One kind of change to the rows of one table.

    Attributes:
        name: unique among the parts.
        each: changes one row, whose columns are its parameters.
        together: changes all rows, which are its parameter *name*, as JSON.
        is_guard: exactly one row must be there to be changed, or nothing may be committed.
    """

    name: str
    each: Direct
    together: Change
    is_guard: bool = False


def changing(
    name: str,
    table: sa.Table,
    given: Sequence[str],
    change: Callable[[Get], sa.Update | sa.Delete],
    *,
    is_guard: bool = False,
) -> Part:
    """A part that updates or deletes rows of `INSTANCE`.

    Args:
        name: unique among the parts.
        table: what is changed.
        given: names of the table's columns that each row brings.
        change: the statement, made with what gives the value of a column that a row brings.
        is_guard: see `Part`.
    """
    rows = _rows(name, table, given)
    together = change(lambda column: rows.c[column])
    return Part(
        name,
        Direct(change(sa.bindparam)),
        together.returning(sa.literal_column("1")) if is_guard else together,
        is_guard,
    )


def putting(name: str, table: sa.Table, given: Sequence[str]) -> Part:
    """A part that inserts rows, and replaces those with the same primary key."""
    keys = [column.name for column in table.primary_key.columns]
    values = [column for column in given if not table.c[column].primary_key]
    each = sqlite.insert(table).values({column: sa.bindparam(column) for column in given})
    rows = _rows(name, table, given)
    together = postgresql.insert(table).from_select(list(given), sa.select(*rows.c))
    return Part(
        name,
        Direct(
            each.on_conflict_do_update(
                index_elements=keys, set_={v: each.excluded[v] for v in values}
            )
        ),
        together.on_conflict_do_update(
            index_elements=keys, set_={v: together.excluded[v] for v in values}
        ),
    )


class Batch:
    """The changes of one step of one instance, until they are sent."""

    __slots__ = ("_instance_id", "_rows")

    def __init__(self, instance_id: str) -> None:
        self._instance_id = instance_id
        self._rows: dict[Part, Sequence[Row]] = {}

    def add(self, part: Part, rows: Sequence[Row]) -> None:
        """Change *rows*; each part is added once."""
        if rows:
            self._rows[part] = rows

    def insert(self, table: sa.Table, rows: Sequence[Row]) -> None:
        """Insert *rows*, which have all the same columns; each table is added once."""
        if rows:
            self._rows[_inserting(table, tuple(rows[0]))] = rows

    def send(self, connection: sa.Connection) -> None:
        """Do it all.

        Raises:
            LostRace: the row of a guard was changed or is gone; nothing may be committed.
        """
        if is_remote(connection):
            values = {part.name: _to_json(rows) for part, rows in self._rows.items()}
            values[INSTANCE.key] = self._instance_id
            (counts,) = _together(tuple(self._rows)).rows(connection, values)
            if 0 in counts:
                raise LostRace(self._instance_id)
        else:
            for part, rows in self._rows.items():
                self._send_each(connection, part, rows)

    def _send_each(self, connection: sa.Connection, part: Part, rows: Sequence[Row]) -> None:
        shared = {INSTANCE.key: self._instance_id}
        if len(rows) > 1:
            part.each.run_all(connection, [{**row, **shared} for row in rows])
        elif part.each.run(connection, {**rows[0], **shared}) != 1 and part.is_guard:
            raise LostRace(self._instance_id)


@cache
def _inserting(table: sa.Table, given: tuple[str, ...]) -> Part:
    name = f"new_{table.name}"
    rows = _rows(name, table, given)
    return Part(
        name,
        Direct(sa.insert(table).values({column: sa.bindparam(column) for column in given})),
        sa.insert(table).from_select(list(given), sa.select(*rows.c)),
    )


@cache
def _together(parts: tuple[Part, ...]) -> Direct:
    """One statement for all *parts*; its row counts what each guard has changed."""
    changes = {part: part.together.cte(part.name) for part in parts}
    counts = [
        sa.select(sa.func.count()).select_from(change).scalar_subquery()
        for part, change in changes.items()
        if part.is_guard
    ]
    result = sa.select(*counts) if counts else sa.select(sa.literal_column("1"))
    return Direct(result.add_cte(*changes.values()))


def _rows(name: str, table: sa.Table, given: Sequence[str]) -> sa.TableValuedAlias:
    """Rows of *table* out of the parameter *name*, a JSON array of objects."""
    source = sa.cast(sa.bindparam(name, type_=sa.Text), postgresql.JSON)
    row: sa.ColumnElement[object] = sa.literal_column(f"NULL::{table.name}")
    found = sa.func.json_populate_recordset(row, source)
    return found.table_valued(*(sa.column(c, table.c[c].type) for c in given), name=f"{name}_rows")


def _plain(value: object) -> str:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.isoformat()
    raise ValueError(f"{value!r} cannot be stored: text, numbers, aware times can.")


# Made once: ``json.dumps`` would make an encoder for every call.
_to_json = json.JSONEncoder(separators=(",", ":"), check_circular=False, default=_plain).encode
