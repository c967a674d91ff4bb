"""Anchors: now and then one signed digest over the heads of all chains that grew since the last.

A hash chain shows a change of any event but not that somebody rewrote a whole chain with new
hashes. An anchor does: it covers the last event of each chain in its window of time, and the
anchor before it, and is signed with a key that is not in the database. The digest adds up
SHA-256 values modulo 2^256, so that the order of reading does not matter (Bellare, Micciancio:
A New Paradigm for Collision-free Hashing, 1997, AdHASH).
"""

from __future__ import annotations

import hashlib
import hmac
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from engine import tables

SETTLED = timedelta(minutes=1)
"""How old events are before they are anchored: a transaction commits after its time."""

_anchor = tables.history_anchor
_history = tables.history
_MODULUS = 1 << 256
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)

_LAST = sa.select(_anchor).order_by(_anchor.c.seq.desc()).limit(1)
_ALL = sa.select(_anchor).order_by(_anchor.c.seq)
_INSERT = sa.insert(_anchor)
_newest = (
    sa.select(_history.c.chain, sa.func.max(_history.c.seq).label("seq"))
    .where(_history.c.at > sa.bindparam("since"), _history.c.at <= sa.bindparam("until"))
    .group_by(_history.c.chain)
    .subquery()
)
_HEADS = sa.select(_history.c.chain, _history.c.seq, _history.c.hash).join(
    _newest, sa.and_(_history.c.chain == _newest.c.chain, _history.c.seq == _newest.c.seq)
)
_OLDEST_TRANSACTION = sa.text(
    "SELECT min(xact_start) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@dataclass(frozen=True, slots=True)
class Anchor:
    """One anchor.

    Attributes:
        seq: from 1 on, without gaps.
        since: begin of its window, not included.
        until: end of its window, included.
        chains: how many chains grew in it.
        digest: over the last event of each of them, 64 hex digits.
        signature: HMAC-SHA-256 over all that and the signature before, 64 hex digits.
    """

    seq: int
    since: datetime
    until: datetime
    chains: int
    digest: str
    signature: str

    @classmethod
    def of_row(cls, row: sa.Row[*tuple[object, ...]]) -> Anchor:
        """The anchor that a row of ``history_anchor`` holds."""
        return cls(row.seq, row.since, row.until, row.chains, row.digest, row.signature)


@dataclass(slots=True)
class Fold:
    """A digest in the making."""

    chains: int = 0
    total: int = 0

    def add(self, chain: str, seq: int, digest: str) -> None:
        """Add the head of one chain."""
        line = f"{chain} {seq} {digest}".encode()
        self.total = (self.total + int.from_bytes(hashlib.sha256(line).digest())) % _MODULUS
        self.chains += 1

    @property
    def digest(self) -> str:
        """64 hex digits."""
        return f"{self.total:064x}"


@dataclass(frozen=True, slots=True)
class BrokenAnchor:
    """An anchor that does not fit what is in the database."""

    seq: int
    since: datetime
    until: datetime
    what: str


def sign(key: bytes, before: str, anchor: Anchor) -> str:
    """The signature of *anchor*, which follows the one that is signed *before*."""
    window = f"{anchor.since.isoformat()} {anchor.until.isoformat()}"
    line = f"{before} {anchor.seq} {window} {anchor.chains} {anchor.digest}"
    return hmac.new(key, line.encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Window:
    """The time that the next anchor covers, and the anchor before it."""

    last: Anchor | None
    since: datetime
    until: datetime


def next_window(
    connection: sa.Connection, now: datetime, *, every: timedelta = timedelta(0)
) -> Window | None:
    """What the next anchor covers; ``None`` when nothing new can have settled.

    Nobody writes into the window any more: on SQLite as all who write later begin after *now*.

    Args:
        connection: open writing transaction.
        now: aware UTC.
        every: only when the last anchor covers nothing younger than this.
    """
    last = _last(connection)
    since = last.until if last else BEGINNING
    until = _settled(connection, now)
    if until <= since or (last and until - since < every):
        return None
    return Window(last, since, until)


def fold(connection: sa.Connection, window: Window) -> Fold:
    """What happened in *window*; reads all of it, so nobody should wait for it."""
    folded = Fold()
    for head in connection.execute(_HEADS, {"since": window.since, "until": window.until}):
        folded.add(head.chain, head.seq, head.hash)
    return folded


def write(connection: sa.Connection, window: Window, folded: Fold, key: bytes) -> Anchor | None:
    """Write the anchor of *window*.

    Args:
        connection: open writing transaction.
        window: of `next_window`.
        folded: of `fold`.
        key: signs; not in the database.

    Returns:
        The anchor, ``None`` when nothing happened or somebody else wrote it meanwhile.
    """
    if not folded.chains or _last(connection) != window.last:
        return None
    seq, before = (window.last.seq + 1, window.last.signature) if window.last else (1, "")
    unsigned = Anchor(seq, window.since, window.until, folded.chains, folded.digest, "")
    anchor = replace(unsigned, signature=sign(key, before, unsigned))
    connection.execute(_INSERT, asdict(anchor))
    return anchor


def _last(connection: sa.Connection) -> Anchor | None:
    row = connection.execute(_LAST).one_or_none()
    return Anchor.of_row(row) if row else None


def _settled(connection: sa.Connection, now: datetime) -> datetime:
    until = now - SETTLED
    if connection.dialect.name == "postgresql":
        oldest = connection.execute(_OLDEST_TRANSACTION).scalar_one()
        if oldest is not None:
            until = min(until, oldest.astimezone(UTC) - SETTLED)
    return until


class Witness:
    """Folds the history again while it is read, and compares it with every anchor."""

    def __init__(self, anchors: Sequence[Anchor]) -> None:
        self._anchors = anchors
        self._ends = [anchor.until for anchor in anchors]
        self._folds = [Fold() for _ in anchors]
        self._heads: dict[int, tuple[str, int, str]] = {}

    @classmethod
    def of(cls, connection: sa.Connection) -> Witness:
        """A witness of all anchors in the database."""
        return cls([Anchor.of_row(row) for row in connection.execute(_ALL)])

    def see(self, chain: str, seq: int, digest: str, at: datetime) -> None:
        """See one event; the events of a chain come together and in order."""
        window = bisect_left(self._ends, at)
        if window == len(self._ends):
            return
        if self._heads and next(iter(self._heads.values()))[0] != chain:
            self._close()
        self._heads[window] = (chain, seq, digest)

    def _close(self) -> None:
        for window, head in self._heads.items():
            self._folds[window].add(*head)
        self._heads.clear()

    def broken(self, key: bytes) -> list[BrokenAnchor]:
        """Every anchor that does not fit what was seen."""
        self._close()
        found: list[BrokenAnchor] = []
        before, previous = "", BEGINNING
        for number, (anchor, fold) in enumerate(zip(self._anchors, self._folds, strict=True), 1):
            wrong = _wrong(anchor, fold, key, (number, before, previous))
            if wrong:
                found.append(BrokenAnchor(anchor.seq, anchor.since, anchor.until, wrong))
            before, previous = anchor.signature, anchor.until
        return found


def _wrong(anchor: Anchor, fold: Fold, key: bytes, place: tuple[int, str, datetime]) -> str:
    number, before, previous = place
    if anchor.seq != number or anchor.since != previous:
        return "an anchor before it is missing"
    if not hmac.compare_digest(sign(key, before, anchor), anchor.signature):
        return "it was changed, or signed with another LANEWAY_AUDIT_KEY"
    if (anchor.chains, anchor.digest) != (fold.chains, fold.digest):
        return "the history of that time was rewritten"
    return ""
