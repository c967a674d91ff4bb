"""What fails within a step becomes part of it: an incident, or a BPMN error on its way."""

from __future__ import annotations

from bpmn.expressions import BpmnErrorThrown
from engine.runtime import asides, throwing, waits
from engine.runtime.run import Failure, Run
from engine.runtime.state import Armed, Scope, Token

FAILURES = (Failure, BpmnErrorThrown)


def absorb(run: Run, scope: Scope, token: Token | None, problem: Failure | BpmnErrorThrown) -> None:
    """The work of *token* (``None``: of the scope itself) ended with *problem*."""
    if isinstance(problem, Failure):
        waits.raise_incident(run, scope, token, problem)
    else:
        throw(run, scope, token, throwing.Thrown(problem.error_code, problem.message))


def absorb_event(run: Run, scope: Scope, armed: Armed, problem: Failure | BpmnErrorThrown) -> None:
    """What happened by *armed* ended with *problem*; what *scope* itself does goes on."""
    if armed.token or not isinstance(problem, Failure):
        absorb(run, scope, scope.tokens.get(armed.token), problem)
    else:
        waits.report(run, scope, run.node(armed.node).node, problem)


def throw(run: Run, scope: Scope, token: Token | None, error: throwing.Thrown) -> None:
    """Throw *error* from where *token* is; an incident when a handler cannot be evaluated.

    So is what an aside throws: nothing of the process is there to take it, or to fail by it.
    """
    if asides.is_aside(scope):
        waits.raise_incident(run, scope, token, _thrown_beside(run, scope, error))
        return
    try:
        throwing.throw(run, scope, scope.node if token is None else token.node, error)
    except Failure as failure:
        waits.raise_incident(run, scope, token, failure)


def _thrown_beside(run: Run, scope: Scope, error: throwing.Thrown) -> Failure:
    label = run.node(scope.node).node.label
    said = f": {error.message}" if error.message else ""
    return Failure(
        "listener-failed",
        f"A listener that is told beside {label!r} threw the error "
        f"{error.code or 'without code'!r}{said}. Nothing can catch it there. "
        "Correct the listener and retry it, or skip it.",
    )
