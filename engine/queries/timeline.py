"""What happened in an instance: its history in order, and the trail for the diagram."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from engine import tables
from engine.queries.page import Page
from engine.store import codec

_history = tables.history
_instance = tables.process_instance
_person = tables.person

MOST = 1_000
"""Most events that one page of a timeline may have."""


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One event. ``actor`` is ``None`` for the engine itself; ``data`` by the event's kind."""

    seq: int
    kind: str
    element_id: str
    actor: str | None
    actor_name: str | None
    at: datetime
    data: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Passed:
    """The trail of an instance: how often each element was completed and each flow taken, by id."""

    elements: Mapping[str, int]
    flows: Mapping[str, int]


_ROWS = (
    sa.select(
        _history.c.seq,
        _history.c.kind,
        _history.c.element_id,
        _history.c.actor,
        sa.func.coalesce(_person.c.name, _history.c.actor).label("actor_name"),
        _history.c.at,
        _history.c.data,
    )
    .outerjoin(_person, _person.c.id == _history.c.actor)
    .where(_history.c.chain == sa.bindparam("chain"), _history.c.seq > sa.bindparam("after_seq"))
    .order_by(_history.c.seq)
    .limit(sa.bindparam("most"))
)

# Equal data is read once, so a loop's ten thousand turns cost few rows.
_PASSED = (
    sa.select(_history.c.element_id, _history.c.data, sa.func.count().label("times"))
    .where(_history.c.chain == sa.bindparam("chain"), _history.c.kind == "element-completed")
    .group_by(_history.c.element_id, _history.c.data)
)

_LOG = (
    sa.select(_history.c.data)
    .join(_instance, sa.cast(_instance.c.id, sa.String(64)) == _history.c.chain)
    .where(_history.c.kind == "log", _instance.c.tenant_id == sa.bindparam("tenant_id"))
    .order_by(_history.c.at, _history.c.chain, _history.c.seq)
)


def list_history(
    connection: sa.Connection, chain: str, *, after_seq: int, size: int
) -> Page[HistoryRow]:
    """Events of *chain* (an instance's id) after *after_seq*, oldest first, up to *size*.

    ``Page.next`` is the ``after_seq`` of the next page.
    """
    most = min(max(size, 1), MOST)
    rows = connection.execute(
        _ROWS, {"chain": chain, "after_seq": after_seq, "most": most + 1}
    ).all()
    items = tuple(
        HistoryRow(**{**row._asdict(), "data": codec.decode_map(row.data)}) for row in rows[:most]
    )
    return Page(items=items, next=items[-1].seq if len(rows) > most else None, size=most)


def passed(connection: sa.Connection, instance_id: str) -> Passed:
    """The trail of an instance, also when it is over."""
    elements: Counter[str] = Counter()
    flows: Counter[str] = Counter()
    for element_id, data, times in connection.execute(_PASSED, {"chain": instance_id}):
        elements[element_id] += times
        taken = codec.decode_map(data).get("flows")
        for flow_id in taken if isinstance(taken, list) else ():
            flows[str(flow_id)] += times
    return Passed(elements, flows)


def log_lines(connection: sa.Connection, tenant_id: str) -> list[str]:
    """Every line that scripts of the tenant's instances wrote, oldest first. Reads all history."""
    rows = connection.execute(_LOG, {"tenant_id": tenant_id})
    return [str(codec.decode_map(row.data)["text"]) for row in rows]
