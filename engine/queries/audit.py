"""The history to take along: every event as one line of JSON, checkable without the database.

The first line says what the file is. Then comes one line an event, chain by chain in order, then
one line an anchor, and at last how many there were and the SHA-256 of all lines before.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from engine import tables
from engine.store.anchors import Anchor
from engine.store.history import BrokenChain, Head, hash_line, tenant_chain

FORMAT = "laneway audit export"
VERSION = 1

_history = tables.history
_instance = tables.process_instance
_OF_TENANT = sa.or_(
    _history.c.chain == sa.bindparam("tenant_chain"),
    sa.exists().where(
        sa.cast(_instance.c.id, sa.String(64)) == _history.c.chain,
        _instance.c.tenant_id == sa.bindparam("tenant"),
    ),
)
_ALL = sa.select(_history).order_by(_history.c.chain, _history.c.seq)
_ANCHORS = sa.select(tables.history_anchor).order_by(tables.history_anchor.c.seq)
_FIELDS = ("chain", "seq", "kind", "element_id", "actor", "at", "task_id", "data", "hash")


def export(
    connection: sa.Connection, *, now: datetime, tenant_id: str = "", chain: str = ""
) -> Iterator[str]:
    """The lines of the file, each without its end.

    Args:
        connection: open transaction; it is read row by row, so it stays open meanwhile.
        now: aware UTC, for the first line.
        tenant_id: only that organisation's chains.
        chain: only that chain.
    """
    statement, values = _ALL, {}
    if tenant_id:
        statement = statement.where(_OF_TENANT)
        values = {"tenant": tenant_id, "tenant_chain": tenant_chain(tenant_id)}
    if chain:
        statement = statement.where(_history.c.chain == chain)
    seal = hashlib.sha256()
    events = anchors = 0
    for line in _lines(connection, statement, values, now, has_anchors=not (tenant_id or chain)):
        seal.update(line.encode())
        seal.update(b"\n")
        events += line.startswith('{"chain":')
        anchors += line.startswith('{"anchor":')
        yield line
    yield _json({"end": FORMAT, "events": events, "anchors": anchors, "sha256": seal.hexdigest()})


def _lines(
    connection: sa.Connection,
    statement: sa.Select[Any],
    values: dict[str, str],
    now: datetime,
    *,
    has_anchors: bool,
) -> Iterator[str]:
    yield _json({"file": FORMAT, "version": VERSION, "at": now.astimezone(UTC).isoformat()})
    rows = connection.execute(statement.execution_options(yield_per=1000), values)
    for row in rows:
        found = row._asdict()
        found["at"] = row.at.isoformat()
        yield _json({name: found[name] for name in _FIELDS})
    if has_anchors:
        for row in connection.execute(_ANCHORS):
            anchor = asdict(Anchor.of_row(row))
            named = {"anchor": anchor.pop("seq"), **anchor}
            yield _json({k: _text(v) for k, v in named.items()})


def verify_export(lines: Iterable[str]) -> list[BrokenChain]:
    """Check an exported file by itself: every hash, every chain's order, and the seal.

    Raises:
        ValueError: it is no such file.
    """
    check = _Check()
    for number, line in enumerate(lines):
        text = line.rstrip("\n")
        told = _parsed(text, number)
        if "end" in told:
            return check.end(told["sha256"], number)
        check.see(text, told)
    return check.end("", 0)


class _Check:
    """Where the reading of an exported file has come to."""

    def __init__(self) -> None:
        self._seal = hashlib.sha256()
        self._broken: dict[str, BrokenChain] = {}
        self._chain = ""
        self._head = Head()

    def see(self, text: str, told: dict[str, Any]) -> None:
        """See one line before the last."""
        self._seal.update(f"{text}\n".encode())
        if "chain" not in told:
            return
        if told["chain"] != self._chain:
            self._chain, self._head = told["chain"], Head()
        what = _wrong(told, self._head)
        if what:
            self._broken.setdefault(self._chain, BrokenChain(self._chain, self._head.seq + 1, what))
        self._head = Head(told["seq"], told["hash"])

    def end(self, seal: str, line: int) -> list[BrokenChain]:
        """All that is broken; *seal* is what the last line says, empty when there is none."""
        broken = list(self._broken.values())
        if not seal:
            broken.append(BrokenChain("file", line, "its last line, the seal, is missing"))
        elif seal != self._seal.hexdigest():
            broken.append(BrokenChain("file", line, "its lines are not those that were sealed"))
        return broken


def _parsed(text: str, number: int) -> dict[str, Any]:
    try:
        told = json.loads(text)
    except ValueError:
        told = None
    if not isinstance(told, dict) or (number == 0 and told.get("file") != FORMAT):
        message = f"Line {number + 1} is no line of a {FORMAT}."
        raise ValueError(message)
    return told


def _wrong(told: dict[str, Any], head: Head) -> str:
    seq = head.seq + 1
    if told["seq"] != seq:
        return f"event {seq} is missing"
    line = [head.hash, *(told[name] for name in _FIELDS[:-1])]
    return "" if hash_line(line) == told["hash"] else f"event {seq} ({told['kind']}) was changed"


def _text(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
