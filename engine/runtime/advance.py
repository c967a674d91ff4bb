"""One step: a command goes in, everything that it changes comes out, and nothing is done yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from bpmn.model import ProcessModel
from engine.runtime import (
    activity,
    commanding,
    compensating,
    complex_joins,
    conditions,
    conversations,
    ending,
    flow,
    guarding,
    joins,
    starting,
    waits,
)
from engine.runtime.agenda import Entry, Operation
from engine.runtime.behaviours import BEHAVIOURS
from engine.runtime.plan import plan_of
from engine.runtime.run import Failure, Run, Settings
from engine.runtime.state import Scope, Snapshot, Token
from engine.runtime.step import Command, Step
from engine.runtime.workspace import Workspace

DEFAULTS = Settings()

_FOR_TOKEN: Mapping[Operation, Callable[[Run, Scope, Token], None]] = {
    Operation.ENTER: activity.enter,
    Operation.BEGIN: activity.begin,
    Operation.EXECUTE: activity.execute,
    Operation.LEAVE: activity.leave,
    Operation.GO: flow.leave,
    Operation.LAST: activity.execute_last,
    Operation.ARM: starting.arm_process,
    Operation.LISTEN: activity.listen,
}
_FOR_SCOPE: Mapping[Operation, Callable[[Run, Scope], None]] = {
    Operation.FINISH: activity.finish,
    Operation.SETTLE: ending.settle,
    Operation.UNDO: compensating.go_on,
}


def advance(
    model: ProcessModel,
    snapshot: Snapshot,
    command: Command,
    now: datetime,
    *,
    settings: Settings = DEFAULTS,
) -> Step:
    """Carry out *command* and everything that follows from it, until all waits.

    Pure: *snapshot* is only read, no clock and nothing outside is asked. Whatever fails in the
    diagram (expressions, scripts, missing flows) becomes an incident of the step.

    Args:
        model: the definition that the instance runs.
        snapshot: the instance as it is; for `Start`, one without scopes.
        command: what happens.
        now: aware UTC.
        settings: who acts, beans, and the budget of operations.

    Raises:
        WaitGone: what the command is about has ended meanwhile.
        NotStartable: the process cannot be started so.
    """
    work = Workspace(snapshot)
    run = Run(plan_of(model, BEHAVIOURS), work, now, settings)
    if run.plan.has_conditions:
        work.watched = []
    commanding.begin(run, command)
    budget = _work_off(run, settings.budget)
    while joins.schedule_inclusive(run) or complex_joins.schedule_resets(run):
        budget = _work_off(run, budget)
    conversations.tell(run)
    joins.report_starved(run)
    return work.step()


def _work_off(run: Run, budget: int) -> int:
    """Empty the agenda; what remains of *budget*."""
    is_alive, work = run.work.is_alive, run.work
    while (entry := _next(run) if work.watched else run.agenda.next()) is not None:
        _, scope, token = entry
        if not is_alive(scope.id) or (token is not None and token.id not in scope.tokens):
            continue
        budget -= 1
        if budget < 0 and token is not None:
            _stop(run, scope, token)
            continue
        try:
            _do(run, *entry)
        except guarding.FAILURES as problem:
            guarding.absorb(run, scope, token, problem)
    return budget


def _next(run: Run) -> Entry | None:
    """What is due after the conditions were asked about what was written."""
    conditions.reevaluate(run)
    return run.agenda.next()


def _do(run: Run, operation: Operation, scope: Scope, token: Token | None) -> None:
    for_token = _FOR_TOKEN.get(operation)
    if for_token is None:
        _FOR_SCOPE[operation](run, scope)
    else:
        assert token is not None
        for_token(run, scope, token)


def _stop(run: Run, scope: Scope, token: Token) -> None:
    """The step took too long: keep the token here; a retry goes on for another budget."""
    waits.raise_incident(
        run,
        scope,
        token,
        Failure(
            "step-budget-exceeded",
            f"One step took more than {run.settings.budget} operations: probably an endless loop "
            "without a wait. Correct the diagram or a variable, then retry or end the instance.",
        ),
    )
