"""Operations on processes: deploy, start, events, time."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bpmn.model import Problem
from engine.actor import SYSTEM
from engine.cli.drive.protocol import Request
from engine.cli.drive.session import Operation, Session
from engine.cli.files import read_files
from engine.core import Address, Message


def _reset(session: Session, request: Request) -> None:
    session.reset(request.moment("now"))


def _deploy(session: Session, request: Request) -> object:
    files = read_files([Path(name) for name in request.texts("files")])
    deployed = session.engine.deploy(files, actor=SYSTEM, source="driver")
    return {
        "deployment": deployed.id,
        "definitions": [
            {"id": row.id, "key": row.process_id, "version": row.version}
            for row in deployed.processes
        ],
        "problems": [_problem(problem) for problem in deployed.problems],
    }


def _start(session: Session, request: Request) -> str:
    return session.engine.start(
        request.text("key"),
        actor=SYSTEM,
        variables=request.variables(),
        business_key=request.optional_text("business_key"),
    )


def _start_message(session: Session, request: Request) -> str:
    return session.engine.start_by_message(
        request.text("name"),
        actor=SYSTEM,
        variables=request.variables(),
        business_key=request.optional_text("business_key"),
    )


def _delete_instance(session: Session, request: Request) -> None:
    session.engine.cancel_instance(request.text("instance"), actor=SYSTEM, reason="driver")


def _set_vars(session: Session, request: Request) -> None:
    session.engine.set_variables(request.text("instance"), request.variables(), actor=SYSTEM)


def _message(session: Session, request: Request) -> str:
    return session.engine.correlate_message(
        request.text("name"),
        actor=SYSTEM,
        variables=request.variables(),
        to=Address(
            instance_id=request.optional_text("instance"),
            business_key=request.optional_text("business_key"),
            correlation=request.variables("correlation"),
        ),
    )


def _publish(session: Session, request: Request) -> list[str]:
    now = session.clock.now()
    is_kept = request.arguments.get("time_to_live") is not None
    lives = now + request.duration("time_to_live") - now if is_kept else timedelta(0)
    message = Message(
        request.text("name"),
        correlation=request.optional_text("correlation_key") or "",
        variables=request.variables(),
        time_to_live=lives,
        message_id=request.optional_text("message_id") or "",
    )
    return list(session.engine.publish_message(message, actor=SYSTEM))


def _evaluate_conditions(session: Session, request: Request) -> list[str]:
    return session.engine.evaluate_conditions(
        request.variables(),
        actor=SYSTEM,
        process_id=request.optional_text("key") or "",
        business_key=request.optional_text("business_key"),
    )


def _signal(session: Session, request: Request) -> int:
    return session.engine.broadcast_signal(
        request.text("name"), actor=SYSTEM, variables=request.variables()
    )


def _trigger(session: Session, request: Request) -> None:
    session.engine.trigger(
        request.text("instance"),
        request.text("activity"),
        actor=SYSTEM,
        variables=request.variables(),
    )


def _advance(session: Session, request: Request) -> int:
    target = session.clock.now() + request.duration("duration")
    return session.engine.run_due_jobs(until=target)


def _run_jobs(session: Session, _request: Request) -> int:
    return session.engine.run_due_jobs()


def _problem(problem: Problem) -> dict[str, object]:
    return {
        "code": problem.code,
        "severity": problem.severity.value,
        "file": problem.file,
        "line": problem.line,
        "element": problem.element_id,
        "message": problem.message,
        "hint": problem.hint,
    }


OPERATIONS: dict[str, Operation] = {
    "reset": _reset,
    "deploy": _deploy,
    "start": _start,
    "start_message": _start_message,
    "delete_instance": _delete_instance,
    "set_vars": _set_vars,
    "message": _message,
    "publish": _publish,
    "evaluate_conditions": _evaluate_conditions,
    "signal": _signal,
    "trigger": _trigger,
    "advance": _advance,
    "run_jobs": _run_jobs,
}
