"""The end of an instance: complete, cancelled or failed."""

from __future__ import annotations

from bpmn.model import Node
from engine.runtime import ad_hoc, cancelling, listening
from engine.runtime.agenda import Operation
from engine.runtime.run import Run
from engine.runtime.state import ROOT, Scope, ScopeKind, Status
from engine.runtime.step import Ended, OpenedIncident
from engine.runtime.variables import visible


def settle(run: Run, scope: Scope) -> None:
    """A path in *scope* ended: complete the scope when it was the last."""
    if scope.node in run.plan.ad_hoc and ad_hoc.is_ad_hoc(run, scope):
        ad_hoc.settle(run, scope)
        return
    if scope.tokens or scope.joins:
        return
    if scope.undoing is not None:
        run.schedule(Operation.UNDO, scope)
    elif scope.kind is ScopeKind.PROCESS:
        listening.process_ends(run, scope)
        end(run, Status.COMPLETED)
    else:
        run.schedule_finish(scope)


def end(run: Run, status: Status, *, error: str | None = None, message: str = "") -> None:
    """End the instance with everything that is open in it."""
    root = run.work.scope(ROOT)
    if status is not Status.COMPLETED:
        listening.process_cancelled(run, root)
    variables = visible(run.work, ROOT)
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
