"""Answers that come later: addresses for them, and what another system leaves there.

A call that is only accepted (202) leaves its job in place, due when the answer is waited for no
longer. The answer makes it due at once; the worker then goes on as if the call had just answered,
so a wrong answer is a failed job like any other.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import cast

import sqlalchemy as sa

from engine import tables
from engine.actor import Actor
from engine.commands.transaction import Tools, Transaction, in_transaction
from engine.errors import BadInput, NotFound
from engine.services.connectors.base import Answer, Waiting
from engine.services.connectors.exchange import Reply
from engine.services.connectors.http_bodies import decode_body
from engine.store import codec
from engine.store.apply import move
from engine.store.history import Event

PATH = "/callbacks/"

_callback = tables.callback
_job = tables.job
_INSERT = sa.insert(_callback)
_OF_JOB = sa.select(_callback.c.is_accepted, _callback.c.expires_at, _callback.c.answer).where(
    _callback.c.job_id == sa.bindparam("job")
)
_TENANT = sa.select(_job.c.tenant_id).where(_job.c.id == sa.bindparam("job"))
_ACCEPT = (
    sa.update(_callback).where(_callback.c.job_id == sa.bindparam("job")).values(is_accepted=True)
)
_CLOSE = sa.delete(_callback).where(_callback.c.job_id == sa.bindparam("job"))
_FORGET = sa.delete(_callback).where(
    _callback.c.expires_at < sa.bindparam("now"),
    sa.not_(sa.exists().where(_job.c.id == _callback.c.job_id)),
)
_FIND = (
    sa.select(
        _callback.c.job_id,
        _callback.c.answered_at,
        _job.c.tenant_id,
        _job.c.instance_id,
        _job.c.element_id,
    )
    .join(_job, _job.c.id == _callback.c.job_id)
    .where(
        _callback.c.token_hash == sa.bindparam("hash"),
        _callback.c.expires_at > sa.bindparam("now"),
    )
)
_ANSWER = (
    sa.update(_callback)
    .where(_callback.c.token_hash == sa.bindparam("hash"), _callback.c.answered_at.is_(None))
    .values(answered_at=sa.bindparam("now"), answer=sa.bindparam("said"))
)
# Whoever holds the job now, to note that it waits, comes too late and must not overwrite this.
_WAKE = (
    sa.update(_job)
    .where(_job.c.id == sa.bindparam("job"))
    .values(
        due_at=sa.bindparam("now"),
        sent_at=None,
        sends=0,
        locked_by=None,
        locked_until=None,
        revision=_job.c.revision + 1,
    )
)


@dataclass(frozen=True, slots=True)
class KeptCallbacks:
    """Addresses for answers, as rows (`engine.services.connectors.base.Callbacks`).

    Args:
        tools: of the engine.
        public_url: where other systems reach this one, without a slash at the end.
    """

    tools: Tools
    public_url: str

    def find(self, key: str, /) -> Waiting | None:
        """What is known of an answer; *key* is the job's id."""
        with self.tools.database.reading() as connection:
            rows = connection.execute(_OF_JOB, {"job": key}).all()
        if not rows:
            return None
        until: datetime = max(row.expires_at for row in rows)
        said = next((row.answer for row in rows if row.answer is not None), None)
        return Waiting(
            until,
            any(row.is_accepted for row in rows),
            None if said is None else _decoded(said),
        )

    def open(self, key: str, until: datetime, /) -> str:
        """An address that takes the answer until then; only its hash is kept."""
        token = secrets.token_urlsafe(32)

        def verb(tx: Transaction) -> None:
            tx.connection.execute(_FORGET, {"now": tx.now})
            values = {
                "token_hash": _hash(token),
                "tenant_id": tx.connection.execute(_TENANT, {"job": key}).scalar_one(),
                "job_id": key,
                "is_accepted": False,
                "created_at": tx.now,
                "expires_at": until,
            }
            tx.connection.execute(_INSERT, values)

        self._do(verb)
        return f"{self.public_url}{PATH}{token}"

    def accept(self, key: str, /) -> None:
        """The other system took the request."""
        self._do(lambda tx: tx.connection.execute(_ACCEPT, {"job": key}))

    def close(self, key: str, /) -> None:
        """Addresses given before lead nowhere."""
        self._do(lambda tx: tx.connection.execute(_CLOSE, {"job": key}))

    def _do(self, verb: Callable[[Transaction], object]) -> None:
        in_transaction(self.tools, Actor(None, is_admin=True), verb)


def read_answer(content_type: str, body: bytes) -> Answer:
    """What another system sent, as the answer of a call.

    Raises:
        BadInput: it is not what *content_type* says.
    """
    headers = {"Content-Type": content_type}
    try:
        value = decode_body(Reply(HTTPStatus.OK, headers, body, ""), "auto")
    except ValueError as error:
        raise BadInput(f"The answer is no JSON, as it says: {error}. Send it again.") from error
    return Answer(value, HTTPStatus.OK, headers)


def take_answer(tx: Transaction, token: str, answer: Answer) -> None:
    """Another system answers a call; a second answer to the same address changes nothing.

    Raises:
        NotFound: nobody waits for it: the address is wrong, its time is over, or so is the task.
    """
    values = {"hash": _hash(token), "now": tx.now}
    row = tx.connection.execute(_FIND, values).one_or_none()
    if row is None or row.instance_id is None:
        raise NotFound("waiting call", f"{token[:4]}...")
    said = codec.encode_map({"headers": dict(answer.headers), "body": answer.body})
    if tx.connection.execute(_ANSWER, {**values, "said": said}).rowcount != 1:
        return
    instance = tx.instance(row.instance_id)
    tx.connection.execute(_WAKE, {"job": row.job_id, "now": tx.now})
    move(tx.connection, instance, [Event("answer-received", row.element_id)], tx.author())
    tx.tell_jobs(row.tenant_id, tx.now, row.instance_id)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _decoded(text: str) -> Answer:
    given = codec.decode_map(text)
    headers = cast("Mapping[str, object]", given["headers"])
    return Answer(body=given["body"], status=HTTPStatus.OK, headers=headers)
