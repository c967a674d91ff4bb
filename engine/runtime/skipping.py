"""Skipping: what failed at a token counts as done, with variables that a person gives for it."""

from __future__ import annotations

from bpmn.model import GATEWAYS
from engine.errors import BadInput
from engine.runtime import activity, guarding, listening, mappings, waits
from engine.runtime.agenda import Operation
from engine.runtime.run import Run
from engine.runtime.state import Scope, ScopeKind, Stage, Token, WaitKind
from engine.runtime.step import Skip


class NotSkippable(BadInput):
    """What failed is a decision, or belongs to no activity: nothing can be taken for its result."""

    code = "not-skippable"

    def __init__(self, label: str, why: str) -> None:
        super().__init__(
            f"{label!r} cannot be skipped: {why}. Correct the variables and retry it instead."
        )


def skip(run: Run, scope: Scope, token: Token, command: Skip) -> None:
    """Let *token* go on as if what failed had been done and had brought the command's variables.

    The output mappings of the activity apply; when they are what failed, the variables are taken
    in their place. A listener that failed is passed over.

    Raises:
        NotSkippable: *token* is at a gateway, at the flows out of an element, or at the process.
    """
    _require_skippable(run, scope, token)
    waits.release(run, token)
    try:
        _skip(run, scope, token, command)
    except guarding.FAILURES as problem:
        guarding.absorb(run, scope, token, problem)


def _skip(run: Run, scope: Scope, token: Token, command: Skip) -> None:
    given = command.variables
    if token.stage in listening.STAGES:
        listening.resumed(run, scope, token, given)
        run.schedule(Operation.LISTEN, scope, token)
    elif token.stage is Stage.LEAVE:
        activity.close(run, scope, given)
    else:
        mappings.receive(run, scope, token.node, given)
        activity.done(run, scope, token)


def _require_skippable(run: Run, scope: Scope, token: Token) -> None:
    plan = run.plan.nodes.get(token.node)
    if plan is None or scope.kind is ScopeKind.BODY or token.stage is Stage.ARM:
        raise NotSkippable(token.node, "it is no single activity")
    if plan.node.type in GATEWAYS:
        raise NotSkippable(plan.node.label, "it chooses where the process goes on")
    if token.stage is not Stage.LEAVE:
        return
    is_own = activity.is_own_scope(scope, token)
    if is_own and scope.kind is not ScopeKind.ACTIVITY:
        raise NotSkippable(plan.node.label, "it is no activity, but a flow in one or the process")
    if token.kind is WaitKind.ASYNC or not is_own:
        raise NotSkippable(plan.node.label, "it is done, and what failed is the way out of it")
