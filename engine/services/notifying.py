"""Carries changes to the other processes of one PostgreSQL database, by LISTEN and NOTIFY.

NOTIFY within a committing transaction would make all of them commit one after the other: PostgreSQL
holds one lock for its queue. So it is sent after the commit, by a thread of its own that gathers
what came meanwhile; a step pays nothing for it. What a crash takes along, others find by looking.
"""

from __future__ import annotations

import json
import logging
import os
import select
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import psycopg

from engine.services.changes import Change, ChangeKind

_log = logging.getLogger("laneway.changes")

LONGEST_PAYLOAD = 7_900
"""Bytes; PostgreSQL takes 8,000."""
MOST_WAITING = 10_000
GATHER = 0.05
"""Seconds between two sendings: what is committed meanwhile goes together."""
LINGER = 2.0
"""Seconds that the thread stays when there is nothing to send and nobody to tell."""
RETRY = 1.0
"""Seconds before a lost connection is made again."""

_NOTIFY = "SELECT pg_notify('laneway', payload) FROM unnest(%s::text[]) AS payload"
_LISTEN = "LISTEN laneway"
_NO_WAIT = "SET synchronous_commit = off"


class Notifier:
    """One connection and one thread for sending and hearing, as long as there is a need for them.

    Args:
        parameters: of `psycopg.connect`.
        tell: what to do with changes of other processes.
    """

    def __init__(
        self, parameters: Mapping[str, Any], tell: Callable[[Iterable[Change]], None]
    ) -> None:
        self._parameters = parameters
        self._tell = tell
        self._lock = threading.Lock()
        self._waiting: set[Change] = set()
        self._listeners = 0
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None
        self._bell = _Bell()

    def send(self, changes: Iterable[Change]) -> None:
        """Tell the other processes soon; never blocks and never fails."""
        carried = {_carried(change) for change in changes if change.kind is not ChangeKind.TIMERS}
        if carried:
            with self._lock:
                if len(self._waiting) < MOST_WAITING:
                    self._waiting |= carried
                self._begin()

    def listen(self) -> None:
        """Somebody here wants to hear of other processes from now on."""
        with self._lock:
            self._listeners += 1
            self._begin()

    def unlisten(self) -> None:
        """One of those who listened has heard enough."""
        with self._lock:
            self._listeners -= 1
            if not self._listeners:
                # The thread may wait for ever; nobody needs its connection any longer.
                self._bell.ring()

    def close(self) -> None:
        """Send what is left, as far as the database answers, and end."""
        with self._lock:
            self._closing.set()
            thread = self._thread
            self._bell.ring()
        if thread is not None:
            thread.join(2 * RETRY)

    def _begin(self) -> None:
        """See that the thread runs and looks; the lock is held."""
        if self._closing.is_set():
            return
        if self._thread is None:
            self._bell.open()
            self._thread = threading.Thread(target=self._work, name="laneway-notify", daemon=True)
            self._thread.start()
        else:
            self._bell.ring()

    def _work(self) -> None:
        while not self._has_ended():
            try:
                with psycopg.connect(**self._parameters, autocommit=True) as connection:
                    self._serve(connection)
            except psycopg.OperationalError as error:
                _log.warning("No notifications for now; trying again. %s", error)
                if self._closing.wait(RETRY) and self._has_ended(even_unsent=True):
                    return

    def _has_ended(self, *, even_unsent: bool = False) -> bool:
        """Whether there is no need for the thread any more; then it is forgotten."""
        with self._lock:
            is_needed = self._listeners and not self._closing.is_set()
            if is_needed or (self._waiting and not even_unsent):
                return False
            self._thread = None
            self._bell.close()
            return True

    def _serve(self, connection: psycopg.Connection) -> None:
        """Send and hear until nothing happened for a while and nobody listens."""
        connection.execute(_NO_WAIT)
        is_listening = False
        while True:
            if self._listeners and not is_listening:
                connection.execute(_LISTEN)
                is_listening = True
            self._send(connection)
            self._hear(connection)
            if self._closing.is_set():
                return
            patience = None if self._listeners else LINGER
            if not self._bell.wait(connection.fileno(), patience):
                return

    def _send(self, connection: psycopg.Connection) -> None:
        with self._lock:
            batch, self._waiting = self._waiting, set()
        if not batch:
            return
        try:
            connection.execute(_NOTIFY, [list(_payloads(batch))])
        except psycopg.OperationalError:
            with self._lock:
                self._waiting |= batch
            raise
        self._closing.wait(GATHER)

    def _hear(self, connection: psycopg.Connection) -> None:
        for heard in connection.notifies(timeout=0):
            if heard.pid != connection.info.backend_pid:
                self._tell(_read(heard.payload))


class _Bell:
    """Wakes a thread that waits for a socket; open only while that thread runs."""

    def __init__(self) -> None:
        self._ends: tuple[int, int] | None = None

    def open(self) -> None:
        self._ends = os.pipe()
        for end in self._ends:
            os.set_blocking(end, False)

    def close(self) -> None:
        ends, self._ends = self._ends, None
        for end in ends or ():
            os.close(end)

    def ring(self) -> None:
        if self._ends is not None:
            try:
                os.write(self._ends[1], b"!")
            except BlockingIOError:
                # It rings already, so often that nothing more fits in.
                return

    def wait(self, socket: int, seconds: float | None) -> bool:
        """Until it rings or the socket has something; ``False``: neither for *seconds*."""
        assert self._ends is not None
        ready, _, _ = select.select([self._ends[0], socket], [], [], seconds)
        if self._ends[0] in ready:
            os.read(self._ends[0], 4096)
        return bool(ready)


def _carried(change: Change) -> Change:
    """What others need to know of it: they look for due jobs, whosesoever they are."""
    return Change(change.kind, change.tenant_id) if change.kind is ChangeKind.JOBS else change


def _payloads(changes: Iterable[Change]) -> Iterator[str]:
    """JSON lists of [kind, tenant, instance], each short enough."""
    texts: list[str] = []
    length = 0
    for change in changes:
        text = json.dumps([change.kind.value, change.tenant_id, change.instance_id])
        if texts and length + len(text) > LONGEST_PAYLOAD:
            yield f"[{','.join(texts)}]"
            texts, length = [], 0
        texts.append(text)
        length += len(text) + 1
    yield f"[{','.join(texts)}]"


def _read(payload: str) -> Iterator[Change]:
    """The changes of a payload; what another version of the program sends is left out."""
    try:
        for kind, tenant_id, instance_id in json.loads(payload):
            yield Change(ChangeKind(kind), str(tenant_id), str(instance_id))
    except (ValueError, TypeError) as error:
        _log.warning("A notification that cannot be read was left out: %s", error)
