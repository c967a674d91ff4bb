"""The append-only history: every event carries the hash of the one before it in its chain.

An instance's chain has its head on the instance row, which every step updates anyway; what belongs
to no instance is in the chain ``tenant:ID``, whose head is a row of ``history_head``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from engine import tables
from engine.store import codec

GENESIS = "0" * 64
"""Hash before the first event of a chain."""

_history = tables.history
_head = tables.history_head
_instance = tables.process_instance

INSERT = sa.insert(_history)
_SELECT_HEAD = sa.select(_head.c.seq, _head.c.hash).where(_head.c.chain == sa.bindparam("chain"))
_INSERT_HEAD = sa.insert(_head)
_MOVE_HEAD = (
    sa.update(_head)
    .where(_head.c.chain == sa.bindparam("b_chain"), _head.c.seq == sa.bindparam("b_seq"))
    .values(seq=sa.bindparam("seq"), hash=sa.bindparam("hash"))
)
# On PostgreSQL an instance's id is a uuid, and a chain's name is text.
_CHAIN_OF_INSTANCE = sa.cast(_instance.c.id, sa.String(64))


def _without_events(name: sa.ColumnElement[str], seq: sa.ColumnElement[int]) -> sa.Select[str, int]:
    wanted = sa.bindparam("chain", type_=sa.String)
    return sa.select(name, seq).where(
        sa.or_(wanted.is_(None), name == wanted),
        ~sa.exists().where(_history.c.chain == name),
    )


_LOST_OF_INSTANCES = _without_events(_CHAIN_OF_INSTANCE, _instance.c.history_seq)
_LOST_OF_TENANTS = _without_events(_head.c.chain, _head.c.seq)


class LostRace(Exception):
    """Another transaction changed the row first; the whole command is repeated."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event before it has its place in a chain.

    Attributes:
        kind: stable kebab-case word, ``task-completed``.
        element: id of the element in the diagram, empty when none is meant.
        task: id of the user task that a ``task-*`` event is about.
        data: what else there is to know; values as variables have them.
    """

    kind: str
    element: str = ""
    data: Mapping[str, object] = field(default_factory=dict)
    task: str | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """Where a chain ends: its last event's number and hash."""

    seq: int = 0
    hash: str = GENESIS


@dataclass(frozen=True, slots=True)
class BrokenChain:
    """A chain whose events are not what was written; ``seq`` is the first wrong one."""

    chain: str
    seq: int
    what: str


def tenant_chain(tenant_id: str) -> str:
    """Name of the chain of what belongs to no instance."""
    return f"tenant:{tenant_id}"


def link(
    chain: str, head: Head, events: Iterable[Event], *, at: datetime, actor: str | None
) -> tuple[list[dict[str, object]], Head]:
    """Rows for *events* after *head*, each with its hash, and the head after them."""
    rows: list[dict[str, object]] = []
    seq, before = head.seq, head.hash
    moment = at.astimezone(UTC).isoformat()
    for event in events:
        seq += 1
        data = codec.encode_map(event.data) if event.data else "{}"
        line = [before, chain, seq, event.kind, event.element, actor, moment, event.task, data]
        before = hash_line(line)
        rows.append(
            {
                "chain": chain,
                "seq": seq,
                "kind": event.kind,
                "element_id": event.element,
                "actor": actor,
                "at": at,
                "task_id": event.task,
                "data": data,
                "hash": before,
            }
        )
    return rows, Head(seq, before)


def append_to_tenant(
    connection: sa.Connection,
    tenant_id: str,
    events: Iterable[Event],
    *,
    at: datetime,
    actor: str | None,
) -> None:
    """Write *events* to the tenant's chain.

    Raises:
        LostRace: another transaction appended at the same time.
    """
    chain = tenant_chain(tenant_id)
    found = connection.execute(_SELECT_HEAD, {"chain": chain}).one_or_none()
    head = Head(found.seq, found.hash) if found else Head()
    rows, after = link(chain, head, events, at=at, actor=actor)
    values = {"seq": after.seq, "hash": after.hash}
    if found is None:
        connection.execute(_INSERT_HEAD, {"chain": chain, **values})
    else:
        moved = connection.execute(_MOVE_HEAD, {"b_chain": chain, "b_seq": head.seq, **values})
        if not moved.rowcount:
            raise LostRace(chain)
    connection.execute(INSERT, rows)


def verify(
    connection: sa.Connection,
    chain: str | None = None,
    watch: Callable[[str, int, str, datetime], None] | None = None,
) -> list[BrokenChain]:
    """Check every chain, or only *chain*, against its hashes and its head; reads row by row.

    *watch* sees chain, number, hash and time of every event that is read, in order.
    """
    rows: Iterable[sa.Row[Any]] = connection.execute(
        _with_heads(chain).execution_options(yield_per=1000)
    )
    if watch is not None:
        rows = _watched(rows, watch)
    found = [_first_break(name, events) for name, events in groupby(rows, lambda row: row.chain)]
    broken = [line for line in found if line is not None]
    for statement in (_LOST_OF_INSTANCES, _LOST_OF_TENANTS):
        for name, seq in connection.execute(statement, {"chain": chain}):
            what = "its events are gone, but its head is there"
            broken.append(BrokenChain(name, seq, what))
    return broken


def _watched(
    rows: Iterable[sa.Row[Any]], watch: Callable[[str, int, str, datetime], None]
) -> Iterator[sa.Row[Any]]:
    for row in rows:
        watch(row.chain, row.seq, row.hash, row.at)
        yield row


def hash_line(line: list[object]) -> str:
    """SHA-256 over the hash before and chain, number, kind, element, actor, time, task, data."""
    return hashlib.sha256(codec.to_json(line).encode()).hexdigest()


def _with_heads(chain: str | None) -> sa.Select[Any]:
    statement = (
        sa.select(
            _history,
            sa.func.coalesce(_instance.c.history_seq, _head.c.seq).label("head_seq"),
            sa.func.coalesce(_instance.c.history_hash, _head.c.hash).label("head_hash"),
        )
        .outerjoin(_instance, _history.c.chain == _CHAIN_OF_INSTANCE)
        .outerjoin(_head, _head.c.chain == _history.c.chain)
        .order_by(_history.c.chain, _history.c.seq)
    )
    return statement if chain is None else statement.where(_history.c.chain == chain)


def _first_break(chain: str, events: Iterable[sa.Row[Any]]) -> BrokenChain | None:
    before = Head()
    head: Head | None = None
    for row in events:
        if row.seq != before.seq + 1:
            return BrokenChain(chain, before.seq + 1, f"event {before.seq + 1} is missing")
        if hash_line(_line(row, before)) != row.hash:
            return BrokenChain(chain, row.seq, f"event {row.seq} ({row.kind}) was changed")
        before = Head(row.seq, row.hash)
        head = Head(row.head_seq, row.head_hash) if row.head_seq is not None else None
    if head is None:
        return BrokenChain(chain, before.seq, "what it belongs to is gone")
    if head != before:
        what = f"it ends at event {before.seq}, but event {head.seq} was written last"
        return BrokenChain(chain, before.seq + 1, what)
    return None


def _line(row: sa.Row[Any], before: Head) -> list[object]:
    moment = row.at.isoformat()
    told = [row.kind, row.element_id, row.actor, moment, row.task_id, row.data]
    return [before.hash, row.chain, row.seq, *told]
