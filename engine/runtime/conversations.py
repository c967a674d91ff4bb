"""Conversations: what the first message says of its keys counts for all that follow (p. 135)."""

from __future__ import annotations

from collections.abc import Mapping

from bpmn.model import EventDefinition, EventKind
from engine.runtime import arming, correlating
from engine.runtime.event_kinds import MESSAGE
from engine.runtime.run import Failure, Run
from engine.runtime.state import ROOT, Armed, Scope, WaitKind


def received(
    run: Run, scope: Scope, definition: EventDefinition, payload: Mapping[str, object]
) -> None:
    """Remember the keys of a message that *scope* received for *definition*.

    What its retrieval expressions cannot read is told in the history: the message is here.
    """
    if definition.kind is not EventKind.MESSAGE:
        return
    try:
        correlating.learn(run, scope, definition, payload)
    except Failure as failure:
        told = {"message": failure.message}
        run.record("correlation-failed", run.model.id, scope, told)


def tell(run: Run) -> None:
    """Let open subscriptions ask for the keys that have become known."""
    if not (run.has_learned and run.work.is_alive(ROOT)):
        return
    run.has_learned = False
    for scope, armed in list(run.work.armed(WaitKind.MESSAGE)):
        definition = run.node(armed.node).node.events[armed.definition]
        if correlating.retrievals(run, definition):
            _arm_again(run, run.work.scope(scope.id), armed)


def _arm_again(run: Run, scope: Scope, armed: Armed) -> None:
    try:
        again = MESSAGE.prepare(run, scope, run.node(armed.node).node, armed.definition)
    except Failure as failure:
        run.record("correlation-failed", armed.node, scope, {"message": failure.message})
        return
    run.work.disarm(scope, armed)
    arming.arm(run, scope, again, token=armed.token)
