"""Reads requests until the input ends; no request takes it down."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TextIO

from engine.cli.drive import deciding, looking, processes, working
from engine.cli.drive.protocol import Request, read_request, write_reply
from engine.cli.drive.session import Session
from engine.errors import BadInput, DeploymentRefused, EngineError

OPERATIONS = {
    **processes.OPERATIONS,
    **looking.OPERATIONS,
    **working.OPERATIONS,
    **deciding.OPERATIONS,
}


class UnknownOperation(BadInput):
    """The driver has no such operation."""

    code = "unknown-operation"

    def __init__(self, op: str) -> None:
        super().__init__(f"No operation {op!r}. Known are {', '.join(sorted(OPERATIONS))}.")


def serve(session: Session, lines: Iterable[str], out: TextIO) -> None:
    """Answer each line of *lines* with one line on *out*, the first line being ready."""
    _write(out, '{"ready": true}')
    for line in lines:
        if line.strip():
            _write(out, answer(session, line))


def answer(session: Session, line: str) -> str:
    """The reply to one request; every failure is a reply, too."""
    try:
        request = read_request(line)
        return write_reply({"ok": True, "result": _perform(session, request)})
    except EngineError as error:
        return _refusal(error.code, _message(error))
    except Exception as error:  # noqa: BLE001 - a bug in the engine must not end the caller's run
        return _refusal("internal-error", f"{type(error).__name__}: {error}")


def _perform(session: Session, request: Request) -> object:
    operation = OPERATIONS.get(request.op)
    if operation is None:
        raise UnknownOperation(request.op)
    return operation(session, request)


def _refusal(code: str, message: str) -> str:
    return write_reply({"ok": False, "error": code, "message": message})


def _message(error: EngineError) -> str:
    if not isinstance(error, DeploymentRefused):
        return str(error)
    lines = [f"{p.file}:{p.line} {p.code} {p.message} {p.hint}" for p in error.problems]
    return "\n".join([str(error), *lines])


def _write(out: TextIO, line: str) -> None:
    out.write(line + "\n")
    out.flush()


def serve_standard_streams(session: Session) -> None:
    """Serve until standard input ends."""
    # Bytes that are no UTF-8 become a bad request instead of an end.
    lines = (line.decode(errors="replace") for line in sys.stdin.buffer)
    try:
        serve(session, lines, sys.stdout)
    finally:
        session.close()
