"""What a command works in: one database transaction with its actor and its time."""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

import psycopg.errors
import sqlalchemy as sa

from engine.actor import Actor, Right
from engine.clock import Clock
from engine.errors import InstanceBusy, NotFound
from engine.runtime.step import OpenedIncident
from engine.services.changes import Change, ChangeKind, Changes
from engine.services.sending import DueJob, NoSender, Sender
from engine.services.tenancy import TenantCalls
from engine.store.apply import Author
from engine.store.database import Database
from engine.store.decisions import DecisionCache, TenantDecisions
from engine.store.history import Event, LostRace, append_to_tenant
from engine.store.ids import Ids
from engine.store.load import InstanceRow, lock_instance
from engine.store.models import Definition, ModelCache

T = TypeVar("T")

SOON = timedelta(seconds=60)
"""What is due later is found in time by those who look: the executor does at least so often."""

ATTEMPTS = 30
_LONGEST_PAUSE = 0.2
_TRANSIENT = (
    psycopg.errors.DeadlockDetected,
    psycopg.errors.SerializationFailure,
    psycopg.errors.LockNotAvailable,
)


@dataclass(frozen=True, slots=True)
class Tools:
    """What all transactions of an engine share.

    ``retries`` are the attempts of a job whose diagram does not say how many; ``tenant_calls`` says
    who may call what other organisations deployed.
    """

    database: Database
    clock: Clock
    ids: Ids
    models: ModelCache
    changes: Changes
    beans: Mapping[str, object] = field(default_factory=dict)
    decisions: DecisionCache = field(default_factory=DecisionCache)
    sender: Sender = field(default_factory=NoSender)
    retries: int = 3
    tenant_calls: TenantCalls = field(default_factory=TenantCalls)


@dataclass(slots=True)
class Transaction:
    """One open transaction.

    Attributes:
        now: aware UTC, the same for everything that the command writes.
        depths: how many calls deep an instance is that this transaction made.
        changes: what is told to listeners after the commit.
        due_jobs: what is told to workers after the commit.
        incidents: what failed in the steps taken.
    """

    tools: Tools
    connection: sa.Connection
    actor: Actor
    now: datetime
    depths: dict[str, int] = field(default_factory=dict)
    changes: set[Change] = field(default_factory=set)
    due_jobs: list[DueJob] = field(default_factory=list)
    incidents: list[OpenedIncident] = field(default_factory=list)
    _instances: dict[str, InstanceRow] = field(default_factory=dict)

    def author(self, *, completes: int = 0) -> Author:
        """Who and when, for the rows that are written."""
        return Author(self.tools.ids, self.now, self.actor.id, completes)

    def definition(self, definition_id: str) -> Definition:
        """A deployed definition with its model."""
        return self.tools.models.get(self.connection, definition_id)

    def decisions(self, tenant_id: str, deployment_id: str = "") -> TenantDecisions:
        """The decisions of a tenant, and what the binding ``deployment`` finds."""
        return TenantDecisions(
            self.connection,
            self.tools.decisions,
            tenant_id,
            deployment_id,
            calls=self.tools.tenant_calls,
        )

    def instance(self, instance_id: str) -> InstanceRow:
        """The row of an instance, the same object throughout the transaction.

        Raises:
            NotFound: no such instance.
        """
        found = self._instances.get(instance_id)
        if found is None:
            found = lock_instance(self.connection, instance_id, is_first=not self._instances)
            self._instances[instance_id] = found
        return found

    def keep(self, row: InstanceRow) -> InstanceRow:
        """Remember a row that was read or made by other means."""
        return self._instances.setdefault(row.id, row)

    def own_instance(self, instance_id: str) -> InstanceRow:
        """The row of an instance of the actor's tenant.

        Raises:
            NotFound: no such instance, or it is another tenant's.
        """
        row = self.instance(instance_id)
        if row.tenant_id != self.actor.tenant_id:
            raise NotFound("process instance", instance_id)
        return row

    def tell_jobs(self, tenant_id: str, due: datetime, instance_id: str = "") -> None:
        """Tell listeners, after the commit, of a job that is due then."""
        kind = ChangeKind.JOBS if due <= self.now + SOON else ChangeKind.TIMERS
        self.changes.add(Change(kind, tenant_id, instance_id))

    def tell_tenant(self, event: Event) -> None:
        """Tell the history of the actor's organisation."""
        append_to_tenant(
            self.connection, self.actor.tenant_id, [event], at=self.now, actor=self.actor.id
        )

    def require_admin(self, verb: str, what: str) -> None:
        """Refuse everybody else.

        Raises:
            Forbidden: the actor is no admin.
        """
        self.actor.require_admin(verb, what)

    def require(self, right: Right, verb: str, what: str) -> None:
        """Refuse everybody without that right.

        Raises:
            Forbidden: the actor is no admin and has not that right.
        """
        self.actor.require(right, verb, what)


def in_transaction(tools: Tools, actor: Actor, verb: Callable[[Transaction], T]) -> T:
    """Run *verb* in a transaction of its own and commit; repeat it when it lost a race.

    It is repeated too when the connection was lost before the commit was sent. After that nobody
    knows whether it was carried out, so the error is the caller's.

    Raises:
        InstanceBusy: it lost every time.
    """
    for attempt in range(ATTEMPTS):
        is_sent = False
        try:
            with tools.database.writing() as connection:
                tx = Transaction(tools, connection, actor, tools.clock.now())
                result = verb(tx)
                is_sent = True
        except LostRace:
            pass
        except (sa.exc.DBAPIError, sqlite3.OperationalError) as error:
            may_repeat = _is_lost_race(error) or (_is_lost_connection(error) and not is_sent)
            if not may_repeat or attempt == ATTEMPTS - 1:
                raise
        else:
            tools.changes.publish(tx.changes)
            if tx.due_jobs:
                tools.sender.send(tx.due_jobs)
            return result
        # Nobody guesses this number; it only keeps two losers from meeting again.
        time.sleep(random.uniform(0, min(0.002 * 2**attempt, _LONGEST_PAUSE)))  # noqa: S311
    raise InstanceBusy(f"{ATTEMPTS} attempts met other changes of the same rows. Try again later.")


def _is_lost_connection(error: sa.exc.DBAPIError | sqlite3.OperationalError) -> bool:
    return isinstance(error, sa.exc.DBAPIError) and error.connection_invalidated


def _is_lost_race(error: sa.exc.DBAPIError | sqlite3.OperationalError) -> bool:
    """Deadlocks, waits that took too long, and unique keys that another transaction took first."""
    cause = error.orig if isinstance(error, sa.exc.DBAPIError) else error
    if isinstance(cause, sqlite3.OperationalError):
        return cause.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
    return isinstance(cause, _TRANSIENT) or isinstance(error, sa.exc.IntegrityError)
