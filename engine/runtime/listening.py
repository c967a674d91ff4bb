"""Execution and task listeners: what the diagram wants done when an element begins or ends.

Expressions and scripts run within the step. What calls out (a worker of Camunda 8, a registered
handler of Camunda 7) is an external task or a job of its own, for which the token waits: before
the element's work (stage START), in its scope after it (END), after its scope (AFTER), on the flow
by which it leaves (TAKE), or at its task when somebody wants something of that (ASKED). The
process' own listeners have a token at the process itself.
"""

from __future__ import annotations

from collections.abc import Mapping

from bpmn.model import ACTIVITIES, GATEWAYS, Dialect, Listener, Node
from engine.runtime import asides, telling, wishes, working
from engine.runtime.run import Run
from engine.runtime.state import Scope, ScopeKind, Stage, Token
from engine.runtime.step import Verdict

STAGES = frozenset({Stage.START, Stage.END, Stage.AFTER, Stage.TAKE, Stage.ASKED})
"""Where a token waits for, or failed in, a listener."""

_CAUGHT = "#caught:"
_TOLD = "#told"


def before(run: Run, scope: Scope, token: Token) -> bool:
    """Whether listeners come before the work of the token's node; it is then at stage START."""
    token.stage = Stage.START
    return bool(_of_stage(run, scope, token))


def inside(run: Run, scope: Scope, node: Node) -> bool:
    """Whether listeners run in the activity's own *scope* before it ends."""
    return bool(_of_stage(run, scope, Token(0, node.id, stage=Stage.END)))


def after(run: Run, scope: Scope, token: Token, node: Node) -> bool:
    """Whether listeners run when *token* leaves *node*, whose own scope has ended.

    Camunda 8 tells the end after the outputs; in Camunda 7 that is so only without own scope.
    """
    if token.stage is Stage.AFTER or node.loop is not None or node.type in GATEWAYS:
        return False
    is_inner = run.model.dialect is not Dialect.CAMUNDA8 and run.node(node.id).needs_scope
    if is_inner:
        return False
    return bool(_of_stage(run, scope, Token(0, node.id, stage=Stage.AFTER)))


def caught(scope: Scope, token: Token) -> None:
    """*token* leaves its event-based gateway by TAKE, to an event that has happened."""
    scope.notes[f"{_CAUGHT}{token.id}"] = True


def take_caught(scope: Scope, token: Token) -> bool:
    """Whether *token* leaves its event-based gateway to an event that has happened; once."""
    return bool(scope.notes.pop(f"{_CAUGHT}{token.id}", False))


def go_on(run: Run, scope: Scope, token: Token) -> bool:
    """Run the listeners of the token's stage that are left; ``False``: it waits for one.

    Raises:
        Failure: one failed; a retry begins with that one.
        BpmnErrorThrown: one threw a BPMN error.
    """
    node = run.node(token.node).node
    found = _of_stage(run, scope, token)
    begun = scope.notes.get(_note(token), 0)
    assert isinstance(begun, int)
    for index in range(begun, len(found)):
        run.work.scope(scope.id).notes[_note(token)] = index
        if found[index].is_inline:
            telling.run_inline(run, scope, found[index], node)
        else:
            _open(run, scope, token, found[index])
            return False
    scope.notes.pop(_note(token), None)
    if token.stage is Stage.END:
        scope.notes[_TOLD] = True
    return True


def resumed(
    run: Run,
    scope: Scope,
    token: Token,
    variables: Mapping[str, object],
    verdict: Verdict | None = None,
) -> None:
    """The listener for which *token* waits is done and brought *variables*.

    In Camunda 8 those of a start listener are the activity's own.

    Raises:
        Failure: its *verdict* cannot be; a retry asks it again.
    """
    is_local = run.model.dialect is Dialect.CAMUNDA8 and token.stage in {Stage.START, Stage.ASKED}
    if is_local and scope.node == token.node and scope.kind is not ScopeKind.PROCESS:
        run.write_local(scope, variables)
    else:
        run.write(scope, variables)
    if verdict is not None and wishes.judged(run, scope, token, verdict):
        forget(scope, token)
        return
    begun = scope.notes.get(_note(token), 0)
    assert isinstance(begun, int)
    scope.notes[_note(token)] = begun + 1


def forget(scope: Scope, token: Token) -> None:
    """*token* waits for no listener any more."""
    for note in (_note(token), f"{_CAUGHT}{token.id}"):
        scope.notes.pop(note, None)


def cancelled(run: Run, scope: Scope) -> None:
    """*scope* is about to be cancelled: its end, and that of its user task, are told all the same.

    What fails then is told in the history, since nothing is left that could wait for a person.
    Camunda 8 tells only that a task is cancelled.
    """
    is_over = scope.undoing is not None or _TOLD in scope.notes or asides.is_aside(scope)
    if scope.kind is not ScopeKind.ACTIVITY or is_over:
        return
    plan = run.plan.nodes.get(scope.node)
    if plan is None or not plan.node.listeners:
        return
    found: tuple[Listener, ...] = ()
    if run.model.dialect is Dialect.CAMUNDA7:
        found = telling.of(plan.node.listeners, "execution", "end")
    if any(wishes.is_open_task(scope, token) for token in scope.tokens.values()):
        found += telling.of(plan.node.listeners, "task", "delete")
    _tell_all(run, scope, plan.node, found)


def cancelled_token(run: Run, scope: Scope, token: Token) -> None:
    """*token* is about to be cancelled at an event or gateway, whose end is told (Camunda 7)."""
    plan = run.plan.nodes.get(token.node)
    if plan is None or not plan.node.listeners or plan.node.type in ACTIVITIES:
        return
    has_begun = token.stage in {Stage.START, Stage.EXECUTE, Stage.LEAVE}
    if has_begun and run.model.dialect is Dialect.CAMUNDA7:
        _tell_all(run, scope, plan.node, telling.of(plan.node.listeners, "execution", "end"))


def process_cancelled(run: Run, root: Scope) -> None:
    """The instance is cancelled or failed: the end of the process is told all the same."""
    is_told = any(t.node == run.model.id and t.stage is Stage.END for t in root.tokens.values())
    if run.model.listeners and not is_told and run.model.dialect is Dialect.CAMUNDA7:
        node = run.node(run.model.id).node
        _tell_all(run, root, node, telling.of(node.listeners, "execution", "end"))


def _tell_all(run: Run, scope: Scope, node: Node, found: tuple[Listener, ...]) -> None:
    for listener in found:
        if listener.is_inline:
            telling.run_safely(run, scope, listener, node)
    called = tuple(listener for listener in found if not listener.is_inline)
    if called:
        asides.tell(run, scope, node, called)


def _of_stage(run: Run, scope: Scope, token: Token) -> tuple[Listener, ...]:
    node = run.node(token.node).node
    aside = asides.listeners_of(scope, node)
    if aside is not None:
        return aside
    if token.stage is Stage.TAKE:
        return _of_flow(run, scope, token, node)
    if token.stage is Stage.ASKED:
        return wishes.listeners_of(run, scope, node)
    if token.stage is Stage.START:
        # A task begins within the step; what calls out before it has to come first.
        created = telling.of(node.listeners, "task", "create")
        starts = telling.of(node.listeners, "execution", "start")
        return starts + tuple(each for each in created if not each.is_inline)
    ends = telling.of(node.listeners, "execution", "end")
    is_camunda8 = run.model.dialect is Dialect.CAMUNDA8
    if token.stage is Stage.AFTER:
        return ends
    is_process = scope.kind is ScopeKind.PROCESS
    is_here = not is_camunda8 or scope.index is not None or is_process
    completed = () if is_camunda8 else telling.of(node.listeners, "task", "complete")
    return completed + (ends if is_here else ())


def _of_flow(run: Run, scope: Scope, token: Token, node: Node) -> tuple[Listener, ...]:
    flow = run.model.flow[token.flow]
    if f"{_CAUGHT}{token.id}" not in scope.notes:
        return flow.listeners
    target = run.node(flow.target).node
    ends = telling.of(node.listeners, "execution", "end")
    return ends + flow.listeners + telling.of(target.listeners, "execution", "start")


def _open(run: Run, scope: Scope, token: Token, listener: Listener) -> None:
    assert listener.work is not None
    if run.model.dialect is Dialect.CAMUNDA8:
        told = wishes.headers(run, scope, token) if listener.target == "task" else {}
    else:
        told = {"eventName": listener.event}
    working.open_listener(run, scope, token, listener.work, told)
    run.record("listener-started", token.node, scope, {"event": listener.event})


def _note(token: Token) -> str:
    return f"#listener:{token.id}"
