"""The end of an instance: complete, cancelled or failed."""

from __future__ import annotations

from bpmn.model import Node
from engine.runtime import ad_hoc, cancelling, inner_flows, listening, telling
from engine.runtime.agenda import Operation
from engine.runtime.effects import Ended
from engine.runtime.run import Run
from engine.runtime.state import ROOT, Scope, ScopeKind, Stage, Status, Token
from engine.runtime.step import OpenedIncident
from engine.runtime.variables import visible

_ENDING = "#ending"


def settle(run: Run, scope: Scope) -> None:
    """A path in *scope* ended: complete the scope when it was the last."""
    if scope.node in run.plan.ad_hoc and ad_hoc.is_ad_hoc(run, scope):
        ad_hoc.settle(run, scope)
        return
    if scope.tokens or scope.joins:
        return
    if scope.undoing is not None:
        run.schedule(Operation.UNDO, scope)
    elif scope.kind is ScopeKind.INNER:
        inner_flows.finish(run, scope)
    elif scope.kind is not ScopeKind.PROCESS:
        run.schedule_finish(scope)
    elif _ENDING in scope.notes:
        _end_as_noted(run, scope)
    elif telling.of(run.model.listeners, "execution", "end"):
        _tell_end(run, scope)
    else:
        _end(run, Status.COMPLETED)


def complete(run: Run, root: Scope, teller: Token) -> None:
    """Who listens to the end of the process was told: it is complete."""
    del root.tokens[teller.id]
    _end(run, Status.COMPLETED)


def end(run: Run, status: Status, *, error: str | None = None, message: str = "") -> None:
    """End the instance, before it is complete, with everything that is open in it.

    Where somebody is to be told of that beside, it ends when all have heard, or at once when it is
    ended again.
    """
    root = run.work.scope(ROOT)
    if _ENDING in root.notes:
        _end_as_noted(run, root)
        return
    listening.process_cancelled(run, root)
    cancelling.empty(run, root)
    if not root.tokens:
        _end(run, status, error=error, message=message)
        return
    for armed in tuple(root.armed.values()):
        run.work.disarm(root, armed)
    root.notes[_ENDING] = [status.value, error, message]
    run.record("process-ending", run.model.id, root, {"status": status.value})


def end_aside(run: Run, aside: Scope) -> None:
    """Somebody heard what was told beside; the process may be done now."""
    root = run.work.parent(aside)
    cancelling.end_aside(run, root, aside)
    run.schedule(Operation.SETTLE, root)


def _tell_end(run: Run, root: Scope) -> None:
    """Nothing of the process is left that could hear anything else."""
    for armed in tuple(root.armed.values()):
        run.work.disarm(root, armed)
    teller = run.work.add_token(root, run.model.id)
    teller.stage = Stage.END
    run.schedule(Operation.LISTEN, root, teller)


def _end_as_noted(run: Run, root: Scope) -> None:
    noted = root.notes[_ENDING]
    assert isinstance(noted, list)
    status, error, message = noted
    _end(run, Status(status), error=error, message=message)


def _end(run: Run, status: Status, *, error: str | None = None, message: str = "") -> None:
    root = run.work.scope(ROOT)
    variables = visible(run.work, ROOT)
    cancelling.drop_asides(run, root)
    cancelling.cancel(run, root)
    run.work.status = status
    run.work.effects.append(Ended(status, variables, error, message))
    data: dict[str, object] = {"status": status.value}
    if error is not None:
        data["error"] = error
    if message:
        data["message"] = message
    run.record("process-ended", run.model.id, root, data)


def fail(run: Run, source: Node, code: str, message: str) -> None:
    """Nobody caught an error: nothing of the instance goes on (BPMN 2.0 p. 451)."""
    if run.work.instance.parent_instance is None:
        text = (
            f"{source.label!r} threw the error {code or 'without code'!r} and nothing catches it"
            f"{': ' + message if message else ''}. Draw an error boundary event for it."
        )
        run.work.open(OpenedIncident(run.work.new_id(), ROOT, 0, source, "uncaught-error", text))
    end(run, Status.FAILED, error=code, message=message)
