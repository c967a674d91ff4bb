"""Escalations: outward to the nearest handler, which interrupts or runs beside."""

from __future__ import annotations

from collections.abc import Mapping

from bpmn.model import EventKind
from engine.runtime import asides, event_sub_processes, handlers, throwing
from engine.runtime.effects import Escalated
from engine.runtime.run import Run
from engine.runtime.state import ROOT, Scope, Token, WaitKind
from engine.runtime.variables import visible

THROWN = "escalation-thrown"


def throw_from(run: Run, scope: Scope, token: Token, code: str) -> bool:
    """*token* throws an escalation; ``True`` when it goes on at once.

    When nobody here catches it, the token waits until the callers have been told, one of whom
    may end this instance before it goes on.

    Raises:
        Failure: the code of a handler cannot be evaluated.
    """
    throw(run, scope, token.node, code, waiting=token)
    return token.id in scope.tokens and token.kind is None


def throw(
    run: Run,
    scope: Scope,
    source: str,
    code: str,
    variables: Mapping[str, object] | None = None,
    *,
    waiting: Token | None = None,
) -> None:
    """Tell the handler of an escalation of the node *source*, in the caller when none is here.

    Without any handler nothing happens but its line in the history (BPMN 2.0 p. 252). *waiting*
    is the token that waits while the caller is told.

    Raises:
        Failure: the code of a handler cannot be evaluated.
    """
    found = handlers.find(run, scope, source, EventKind.ESCALATION, code)
    if found is None:
        run.record(THROWN, source, scope, {"code": code})
        if run.work.instance.parent_instance is not None and not asides.is_aside(scope):
            _tell_caller(run, scope, code, waiting)
        return
    run.record(THROWN, source, scope, {"code": code, "caught": found.event.id})
    brought = dict(variables or {})
    if found.definition.code_variable:
        brought[found.definition.code_variable] = code or None
    if found.event.type == "startEvent":
        event_sub_processes.begin(run, found.scope, found.event, brought)
    elif found.event.interrupting:
        throwing.interrupt(run, found.scope, found.event, brought)
    else:
        around = run.work.parent(found.scope)
        beside = run.work.add_token(around, found.event.id)
        throwing.go_by(run, around, beside, found.event, brought)


def _tell_caller(run: Run, scope: Scope, code: str, waiting: Token | None) -> None:
    variables = visible(run.work, ROOT)
    if waiting is None:
        run.work.effects.append(Escalated(code, variables))
        return
    waiting.wait, waiting.kind = run.work.new_id(), WaitKind.CALLER
    run.work.scope(scope.id)
    run.work.open(Escalated(code, variables, waiting.wait, scope.id, waiting.id))
