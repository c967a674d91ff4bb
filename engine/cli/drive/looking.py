"""Operations that only look: instances, variables, jobs, subscriptions, incidents, log."""

from __future__ import annotations

from engine.actor import SYSTEM
from engine.cli.drive.protocol import Request
from engine.cli.drive.session import Operation, Session
from engine.queries.instances import InstanceFilter
from engine.queries.jobs import JobFilter
from engine.queries.page import MAX_SIZE, every

_KINDS = {"condition": "conditional"}


def _instances(session: Session, request: Request) -> list[str]:
    wanted = InstanceFilter(is_open=True, process_id=request.optional_text("key") or "")
    rows = every(lambda n: session.engine.instances(wanted, actor=SYSTEM, page=n, size=MAX_SIZE))
    return [row.id for row in sorted(rows, key=lambda row: row.key)]


def _state(session: Session, request: Request) -> str:
    return session.engine.instance(request.text("instance"), actor=SYSTEM).row.status.value


def _active(session: Session, request: Request) -> list[str]:
    found = session.engine.instance(request.text("instance"), actor=SYSTEM)
    return [token.element_id for token in found.tokens for _ in range(token.count)]


def _vars(session: Session, request: Request) -> dict[str, object]:
    return session.engine.instance_values(request.text("instance"), actor=SYSTEM)


def _jobs(session: Session, _request: Request) -> int:
    return _count_jobs(session, "timer") + _count_jobs(session, "async")


def _timers(session: Session, _request: Request) -> int:
    return _count_jobs(session, "timer")


def _count_jobs(session: Session, kind: str) -> int:
    total = session.engine.jobs(JobFilter(kind=kind), actor=SYSTEM, size=1).total
    return total.value if total else 0


def _subscriptions(session: Session, _request: Request) -> list[list[str]]:
    rows = every(lambda n: session.engine.subscriptions(actor=SYSTEM, page=n, size=MAX_SIZE))
    return [[_KINDS.get(row.kind, row.kind), row.name] for row in rows]


def _incidents(session: Session, _request: Request) -> list[dict[str, str]]:
    rows = every(lambda n: session.engine.incidents(actor=SYSTEM, page=n, size=MAX_SIZE))
    return [{"type": row.kind, "activity": row.element_id, "message": row.message} for row in rows]


def _log(session: Session, _request: Request) -> list[str]:
    return session.engine.log_lines(actor=SYSTEM)


OPERATIONS: dict[str, Operation] = {
    "instances": _instances,
    "state": _state,
    "active": _active,
    "vars": _vars,
    "jobs": _jobs,
    "timers": _timers,
    "subscriptions": _subscriptions,
    "incidents": _incidents,
    "log": _log,
}
