"""Errors as Camunda 7 words them: ``{"type", "message", "code"}``.

Clients look at the status, at ``type`` and at ``code``: 1 is a lost race that may be repeated.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

from flask import Response, jsonify

from bpmn.model import Problem, Severity
from engine import errors
from engine.commands.external import HeldByOther
from web.doors import Refusal

Told = tuple[int, dict[str, object]]

OPTIMISTIC_LOCKING = 1

_MISSING = {
    "external task": "External task with id {} does not exist",
    "process instance": "Process instance with id {} does not exist",
    "process definition": "No matching definition with id {}",
    "process": "No matching process definition with key: {} and no tenant-id",
    "deployment": "Deployment with id '{}' does not exist",
    "task": "No matching task with id {}",
}


def say(refusal: Refusal) -> Response:
    """A refusal in Camunda 7's form."""
    status, body = _told(refusal)
    response = jsonify(body)
    response.status_code = status
    response.headers.extend(refusal.headers)
    return response


def _told(refusal: Refusal) -> Told:
    if refusal.error is None:
        return refusal.status, _body(_HTTP.get(refusal.status, "RestException"), refusal.message)
    for kind, tell in _KINDS:
        if isinstance(refusal.error, kind):
            return tell(refusal.error)
    return refusal.status, _body("RestException", refusal.message)


_HTTP = {401: "AuthenticationException", 403: "AuthorizationException", 404: "NotFoundException"}


def _body(kind: str, message: str, code: int = 0) -> dict[str, object]:
    return {"type": kind, "message": message, "code": code}


def _not_found(error: errors.EngineError) -> Told:
    assert isinstance(error, errors.NotFound)
    words = _MISSING.get(error.what)
    return 404, _body("RestException", words.format(error.which) if words else str(error))


def _refused(error: errors.EngineError) -> Told:
    assert isinstance(error, errors.DeploymentRefused)
    lines = [_line(p) for p in error.problems if p.severity is Severity.ERROR]
    message = "ENGINE-09005 Could not parse BPMN process. Errors: \n" + "\n".join(lines)
    by_file: dict[str, dict[str, list[dict[str, object]]]] = defaultdict(
        lambda: {"errors": [], "warnings": []}
    )
    for problem in error.problems:
        which = "errors" if problem.severity is Severity.ERROR else "warnings"
        by_file[problem.file][which].append(_detail(problem))
    return 400, {**_body("ParseException", message), "details": dict(by_file)}


def _line(problem: Problem) -> str:
    where = f" | resource {problem.file} | line {problem.line} | column 1" if problem.line else ""
    return f"* {_words(problem)}{where}"


def _words(problem: Problem) -> str:
    return " ".join(part for part in (problem.message, problem.hint) if part)


def _detail(problem: Problem) -> dict[str, object]:
    ids = [problem.element_id] if problem.element_id else []
    return {
        "message": _words(problem),
        "line": problem.line,
        "column": 1 if problem.line else 0,
        "mainElementId": problem.element_id or None,
        "elementIds": ids,
    }


def _as(status: int, kind: str, code: int = 0) -> Callable[[errors.EngineError], Told]:
    return lambda error: (status, _body(kind, str(error), code))


def _mismatch(error: errors.EngineError) -> Told:
    name = "org.camunda.bpm.engine.MismatchingMessageCorrelationException"
    return 400, _body("RestException", f"{name}: ENGINE-13031 Cannot correlate message: {error}")


_KINDS: Iterable[tuple[type[errors.EngineError], Callable[[errors.EngineError], Told]]] = (
    (errors.NotFound, _not_found),
    (errors.DeploymentRefused, _refused),
    (errors.Forbidden, _as(403, "AuthorizationException")),
    (HeldByOther, _as(400, "RestException")),
    (errors.InstanceBusy, _as(500, "OptimisticLockingException", OPTIMISTIC_LOCKING)),
    (errors.NotActive, _as(500, "SuspendedEntityInteractionException")),
    (errors.TaskTaken, _as(500, "TaskAlreadyClaimedException")),
    (errors.TaskGone, _as(500, "NullValueException")),
    (errors.MismatchingCorrelation, _mismatch),
    (errors.BadInput, _as(400, "InvalidRequestException")),
)
"""The first class that fits counts."""
