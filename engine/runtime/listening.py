"""Execution and task listeners: what the diagram wants done when an element begins or ends.

Expressions and scripts run within the step. What calls out (a worker of Camunda 8, a registered
handler of Camunda 7) is an external task or a job of its own, for which the token waits: before
the element's work (stage START), in its scope after it (END), or after its scope (AFTER).
"""

from __future__ import annotations

from collections.abc import Mapping

from bpmn.expressions import BpmnErrorThrown
from bpmn.model import GATEWAYS, Dialect, Flow, Listener, Node, Script
from engine.runtime import task_listening, working
from engine.runtime.plan import NodePlan
from engine.runtime.run import Failure, Run
from engine.runtime.state import Scope, ScopeKind, Stage, Token, WaitKind

STAGES = frozenset({Stage.START, Stage.END, Stage.AFTER})
"""Where a token waits for, or failed in, a listener."""

_BEGUN = "#begun"
_TOLD = "#told"


# ---- listeners that the token may wait for ------------------------------------------------------


def before(scope: Scope, token: Token, node: Node) -> bool:
    """Whether listeners come before the work of *node*; the token is then at stage START."""
    token.stage = Stage.START
    return bool(_of_stage(scope, token, node, Dialect.PLAIN))


def inside(run: Run, scope: Scope, node: Node) -> bool:
    """Whether listeners run in the activity's own *scope* before it ends."""
    probe = Token(0, node.id, stage=Stage.END)
    return bool(_of_stage(scope, probe, node, run.model.dialect))


def after(run: Run, scope: Scope, token: Token, node: Node) -> bool:
    """Whether listeners run when *token* leaves *node*, whose own scope has ended.

    Camunda 8 tells the end after the outputs; in Camunda 7 that is so only without own scope.
    """
    if token.stage is Stage.AFTER or node.loop is not None or node.type in GATEWAYS:
        return False
    is_inner = run.model.dialect is not Dialect.CAMUNDA8 and run.node(node.id).needs_scope
    if is_inner:
        return False
    probe = Token(0, node.id, stage=Stage.AFTER)
    return bool(_of_stage(scope, probe, node, run.model.dialect))


def go_on(run: Run, scope: Scope, token: Token) -> bool:
    """Run the listeners of the token's stage that are left; ``False``: it waits for one.

    Raises:
        Failure: one failed; a retry begins with that one.
        BpmnErrorThrown: one threw a BPMN error.
    """
    node = run.node(token.node).node
    found = _of_stage(scope, token, node, run.model.dialect)
    begun = scope.notes.get(_note(token), 0)
    assert isinstance(begun, int)
    for index in range(begun, len(found)):
        scope.notes[_note(token)] = index
        if found[index].is_inline:
            _run_inline(run, scope, found[index], node)
        else:
            _open(run, scope, token, found[index])
            return False
    scope.notes.pop(_note(token), None)
    if token.stage is Stage.END:
        scope.notes[_TOLD] = True
    return True


def resumed(run: Run, scope: Scope, token: Token, variables: Mapping[str, object]) -> None:
    """The listener for which *token* waits is done and brought *variables*.

    In Camunda 8 those of a start listener are the activity's own.
    """
    is_local = run.model.dialect is Dialect.CAMUNDA8 and token.stage is Stage.START
    if is_local and scope.node == token.node:
        run.write_local(scope, variables)
    else:
        run.write(scope, variables)
    begun = scope.notes.get(_note(token), 0)
    assert isinstance(begun, int)
    scope.notes[_note(token)] = begun + 1


def forget(scope: Scope, token: Token) -> None:
    """*token* waits for no listener any more."""
    scope.notes.pop(_note(token), None)


# ---- listeners that only run within the step ----------------------------------------------------


def leaving(run: Run, scope: Scope, plan: NodePlan, flows: tuple[Flow, ...]) -> None:
    """A token is about to leave the node of *plan* by *flows*.

    Raises:
        Failure, BpmnErrorThrown: a listener failed; nothing is left yet.
    """
    if plan.node.listeners and plan.node.type in GATEWAYS:
        _run_all(run, scope, plan.node, "end")
    for flow in flows:
        for listener in flow.listeners:
            _run_inline(run, scope, listener, plan.node)


def reached(run: Run, scope: Scope, node: Node) -> None:
    """An event behind an event-based gateway happened, which is when it starts."""
    if node.listeners:
        _run_all(run, scope, node, "start")


def process_begins(run: Run, root: Scope) -> None:
    """The process starts; once, also when a retry comes back here."""
    if not run.model.listeners or root.notes.get(_BEGUN):
        return
    root.notes[_BEGUN] = True
    try:
        _run_process(run, root, "start")
    except (Failure, BpmnErrorThrown):
        del root.notes[_BEGUN]
        raise


def process_ends(run: Run, root: Scope) -> None:
    """The process is about to end."""
    if run.model.listeners:
        _run_process(run, root, "end")


def cancelled(run: Run, scope: Scope) -> None:
    """*scope* is about to be cancelled: its end, and that of its user task, are told all the same.

    What fails then is told in the history, since nothing is left that could wait for a person.
    """
    is_over = scope.undoing is not None or _TOLD in scope.notes
    if scope.kind is not ScopeKind.ACTIVITY or is_over:
        return
    plan = run.plan.nodes.get(scope.node)
    if plan is None or not plan.node.listeners or run.model.dialect is not Dialect.CAMUNDA7:
        return
    has_task = any(token.kind is WaitKind.TASK for token in scope.tokens.values())
    for listener in plan.node.listeners:
        is_end = (listener.target, listener.event) == ("execution", "end")
        is_delete = has_task and (listener.target, listener.event) == ("task", "delete")
        if listener.is_inline and (is_end or is_delete):
            _run_safely(run, scope, listener, plan.node)


def process_cancelled(run: Run, root: Scope) -> None:
    """The instance is cancelled or failed: the end of the process is told all the same."""
    for listener in run.model.listeners:
        if listener.event == "end" and listener.is_inline:
            _run_safely(run, root, listener, None)


def has_process_start(run: Run) -> bool:
    """Whether the process has listeners for its start."""
    return any(listener.event == "start" for listener in run.model.listeners)


# ---- which, and how -----------------------------------------------------------------------------


def _of_stage(scope: Scope, token: Token, node: Node, dialect: Dialect) -> tuple[Listener, ...]:
    starts = tuple(e for e in node.listeners if (e.target, e.event) == ("execution", "start"))
    ends = tuple(e for e in node.listeners if (e.target, e.event) == ("execution", "end"))
    if token.stage is Stage.START:
        # A task begins within the step; what calls out before it has to come first.
        return starts + tuple(e for e in _of_task(node, "create") if not e.is_inline)
    if token.stage is Stage.AFTER:
        return ends
    is_here = dialect is not Dialect.CAMUNDA8 or scope.index is not None
    return _of_task(node, "complete") + (ends if is_here else ())


def _of_task(node: Node, event: str) -> tuple[Listener, ...]:
    return tuple(e for e in node.listeners if (e.target, e.event) == ("task", event))


def _run_all(run: Run, scope: Scope, node: Node, event: str) -> None:
    for listener in node.listeners:
        if (listener.target, listener.event) == ("execution", event):
            _run_inline(run, scope, listener, node)


def _run_process(run: Run, root: Scope, event: str) -> None:
    for listener in run.model.listeners:
        if listener.event == event:
            _run_inline(run, root, listener, None)


def _run_safely(run: Run, scope: Scope, listener: Listener, node: Node | None) -> None:
    try:
        _run_inline(run, scope, listener, node)
    except (Failure, BpmnErrorThrown) as problem:
        element = run.model.id if node is None else node.id
        run.record("listener-failed", element, scope, {"message": problem.message})


def _run_inline(run: Run, scope: Scope, listener: Listener, node: Node | None) -> None:
    if listener.target == "task" and node is not None:
        task_listening.run_one(run, scope, listener, node)
        return
    names = {"eventName": listener.event}
    if node is not None:
        names |= {"currentActivityId": node.id, "currentActivityName": node.name}
    run.run_script(script_of(run, listener), scope, beans=run.execution(scope, names))


def script_of(run: Run, listener: Listener) -> Script:
    """What an inline *listener* runs.

    Raises:
        Failure: it says nothing, or calls out from where a step cannot wait.
    """
    if listener.script is not None:
        return listener.script
    if listener.work is None or not listener.is_inline:
        raise Failure(
            "listener-unsupported",
            f"A listener for {listener.event!r} of process {run.model.id!r} cannot run here. "
            "Make it an expression or a script.",
        )
    return Script(listener.work.name.text, listener.work.name.language, line=listener.line)


def _open(run: Run, scope: Scope, token: Token, listener: Listener) -> None:
    assert listener.work is not None
    run.work.scope(scope.id)
    told = {} if run.model.dialect is Dialect.CAMUNDA8 else {"eventName": listener.event}
    working.open_listener(run, scope, token, listener.work, told)
    run.record("listener-started", token.node, scope, {"event": listener.event})


def _note(token: Token) -> str:
    return f"#listener:{token.id}"
