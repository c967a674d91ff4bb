"""How each command begins its step: find what it is about, and put the first work on the agenda."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bpmn.model import Node
from engine.errors import Conflict, NotStartable
from engine.runtime import (
    ad_hoc,
    conversations,
    ending,
    escalating,
    guarding,
    listening,
    skipping,
    starting,
    task_commands,
    throwing,
    waits,
    wishes,
    worker_errors,
)
from engine.runtime.agenda import Operation
from engine.runtime.event_kinds.message import named
from engine.runtime.run import Failure, Run
from engine.runtime.state import ROOT, Armed, Scope, ScopeKind, Stage, Token, WaitKind
from engine.runtime.step import (
    AssignTask,
    CancelInstance,
    Command,
    Complete,
    Continue,
    FailToken,
    Fire,
    SetVariables,
    Skip,
    Start,
    StartActivity,
    ThrowError,
    ThrowEscalation,
    UpdateTask,
    WorkFailed,
)

_RESUMABLE = frozenset(
    {WaitKind.TASK, WaitKind.EXTERNAL, WaitKind.WORK, WaitKind.CALL, WaitKind.CALLER}
)
_CONTINUABLE = frozenset({WaitKind.ASYNC, WaitKind.INCIDENT})

_OfToken = (
    Complete
    | Continue
    | ThrowError
    | ThrowEscalation
    | AssignTask
    | UpdateTask
    | WorkFailed
    | FailToken
)


class WaitGone(Conflict):
    """What the command is about has ended meanwhile, or never was."""

    code = "wait-gone"

    def __init__(self, what: str, which: int, scope: int) -> None:
        super().__init__(
            f"{what} {which} no longer waits in scope {scope}. Reload to see where it stands."
        )


def begin(run: Run, command: Command) -> None:
    """Begin the step of *command*.

    Raises:
        WaitGone: its scope, token or wait does not exist (any more).
        NotStartable: the process has no such start.
    """
    match command:
        case Start():
            _start(run, command)
        case Fire():
            _fire(run, command)
        case SetVariables():
            _set_variables(run, command)
        case StartActivity():
            scope = _scope(run, "Scope", command.scope, command.scope)
            ad_hoc.start(run, scope, command.activity, command.variables)
        case CancelInstance():
            ending.end(run, command.status, message=command.reason)
        case Skip():
            _skip(run, command)
        case _:
            _for_token(run, command)


def _for_token(run: Run, command: _OfToken) -> None:
    scope, token = _token(run, command.scope, command.token)
    match command:
        case Complete():
            _complete(run, scope, token, command)
        case Continue():
            _continue(run, scope, token)
        case ThrowError():
            _throw(run, scope, token, command)
        case ThrowEscalation():
            _escalate(run, scope, token, command)
        case AssignTask() | UpdateTask():
            _require_task(scope, token)
            task_commands.change(run, scope, token, command)
        case WorkFailed():
            _work_failed(run, scope, token, command)
        case FailToken():
            waits.raise_incident(run, scope, token, Failure(command.kind, command.message))


def _start(run: Run, command: Start) -> None:
    nodes = _start_nodes(run, command.node)
    root = run.work.add_scope(Scope(ROOT, ScopeKind.PROCESS, run.model.id))
    by_event = nodes[0].events if command.node else ()
    brought = named(by_event, command.definition, command.variables)
    if command.definition >= 0 and starting.drops_what_comes(run, nodes[0]):
        run.write_local(root, {starting.BROUGHT: dict(brought)})
    else:
        run.write_local(root, brought)
    run.record("process-started", nodes[0].id, root, {})
    if 0 <= command.definition < len(by_event):
        conversations.received(run, root, by_event[command.definition], command.variables)
    starting.begin_process(run, root, nodes, command.definition if command.node else None)


def _start_nodes(run: Run, node_id: str) -> Sequence[Node]:
    model = run.model
    if not node_id:
        found = starting.starts_of(run, model.id)
        if not found:
            raise NotStartable(
                f"Process {model.id!r} has several start events and none of them is a none start "
                "event. Say which one starts it, or draw a none start event."
            )
        return found
    node = model.node.get(node_id)
    if node is None or node.scope != model.id:
        raise NotStartable(f"Process {model.id!r} has no start {node_id!r}.")
    return (node,)


def _complete(run: Run, scope: Scope, token: Token, command: Complete) -> None:
    armed = _armed_for(scope, token)
    if armed is not None:
        _happen(run, scope, armed, command.variables)
        return
    if token.kind not in _RESUMABLE:
        raise WaitGone("Token", token.id, scope.id)
    if _is_error(run, scope, token, command):
        return
    if token.kind is WaitKind.TASK and _is_asked(run, scope, token, command):
        return
    waits.release(run, token)
    if scope.node == token.node:
        run.write_local(scope, command.local)
    if token.stage in listening.STAGES:
        _heard(run, scope, token, command)
        return
    try:
        _resume(run, scope, token, command)
    except guarding.FAILURES as problem:
        guarding.absorb(run, scope, token, problem)


def _resume(run: Run, scope: Scope, token: Token, command: Complete) -> None:
    if token.node == scope.node and ad_hoc.is_ad_hoc(run, scope) and ad_hoc.has_worker(run, scope):
        ad_hoc.answered(run, scope, token, command.variables, command.choice)
    else:
        run.node(token.node).behaviour.resume(run, scope, token, command.variables)


def _heard(run: Run, scope: Scope, token: Token, command: Complete) -> None:
    try:
        listening.resumed(run, scope, token, command.variables, command.verdict)
    except guarding.FAILURES as problem:
        guarding.absorb(run, scope, token, problem)
    else:
        if token.stage in listening.STAGES:
            run.schedule(Operation.LISTEN, scope, token)


def _is_asked(run: Run, scope: Scope, token: Token, command: Complete) -> bool:
    """Whether somebody must agree before the task is completed; then that is asked."""
    plan = run.plan.nodes.get(token.node)
    if plan is None or not plan.node.listeners:
        return False
    if not wishes.waits_for(run, plan.node, "complete"):
        return False
    wishes.ask(run, scope, token, "complete", command.variables)
    return True


def _is_error(run: Run, scope: Scope, token: Token, command: Complete) -> bool:
    """Whether what a worker completed with is a BPMN error, which is then thrown."""
    if token.kind is not WaitKind.EXTERNAL or token.stage in listening.STAGES:
        return False
    try:
        node = run.node(token.node).node
        code = worker_errors.find(run, scope, node, {}, command.variables)
    except guarding.FAILURES as problem:
        guarding.absorb(run, scope, token, problem)
        return True
    if code is None:
        return False
    _throw(run, scope, token, ThrowError(scope.id, token.id, code, "", command.variables))
    return True


def _work_failed(run: Run, scope: Scope, token: Token, command: WorkFailed) -> None:
    node = run.node(token.node).node
    report = {"errorMessage": command.message, "errorDetails": command.details}
    try:
        code = worker_errors.find(run, scope, node, report, {})
    except guarding.FAILURES as problem:
        guarding.absorb(run, scope, token, problem)
        return
    if code is not None:
        _throw(run, scope, token, ThrowError(scope.id, token.id, code, command.message))


def _throw(run: Run, scope: Scope, token: Token, command: ThrowError) -> None:
    waits.release(run, token)
    try:
        behaviour = run.node(token.node).behaviour
        if token.stage in listening.STAGES:
            carried = command.variables
        else:
            carried = behaviour.carried(run, scope, token, command.variables)
    except guarding.FAILURES as problem:
        guarding.absorb(run, scope, token, problem)
        return
    error = throwing.Thrown(command.code, command.message, carried)
    guarding.throw(run, scope, token, error)


def _escalate(run: Run, scope: Scope, token: Token, command: ThrowEscalation) -> None:
    """The token goes on waiting, unless the handler interrupts it."""
    if token.kind not in _RESUMABLE:
        raise WaitGone("Token", token.id, scope.id)
    try:
        behaviour = run.node(token.node).behaviour
        carried = behaviour.carried(run, scope, token, command.variables)
        escalating.throw(run, scope, token.node, command.code, carried)
    except guarding.FAILURES as problem:
        guarding.absorb(run, scope, token, problem)


def _armed_for(scope: Scope, token: Token) -> Armed | None:
    """What a token at a catch event waits for, so that it can be triggered by hand."""
    if token.kind is not None or token.child is not None:
        return None
    return next((a for a in scope.armed.values() if a.token == token.id), None)


def _fire(run: Run, command: Fire) -> None:
    scope = _scope(run, "Event", command.wait, command.scope)
    armed = scope.armed.get(command.wait)
    if armed is None or armed.kind is WaitKind.INCIDENT:
        raise WaitGone("Event", command.wait, command.scope)
    node = run.plan.nodes.get(armed.node)
    events = () if node is None else node.node.events
    if armed.kind is WaitKind.MESSAGE and armed.definition < len(events):
        conversations.received(run, scope, events[armed.definition], command.variables)
    _happen(run, scope, armed, named(events, armed.definition, command.variables))


def _happen(run: Run, scope: Scope, armed: Armed, variables: Mapping[str, object]) -> None:
    try:
        run.node(armed.node).behaviour.fired(run, scope, armed, variables)
    except guarding.FAILURES as problem:
        guarding.absorb_event(run, scope, armed, problem)


def _continue(run: Run, scope: Scope, token: Token) -> None:
    if token.kind not in _CONTINUABLE:
        raise WaitGone("Token", token.id, scope.id)
    if token.kind is WaitKind.INCIDENT:
        run.record("incident-resolved", token.node, scope, {})
    waits.release(run, token)
    if token.stage is Stage.ARM:
        operation = Operation.ARM
    elif token.stage is Stage.ENTER:
        operation = Operation.BEGIN
    elif token.stage is Stage.EXECUTE:
        operation = Operation.EXECUTE
    elif token.stage in listening.STAGES:
        operation = Operation.LISTEN
    else:
        operation = Operation.FINISH if scope.node == token.node else Operation.GO
    run.schedule(operation, scope, token)


def _skip(run: Run, command: Skip) -> None:
    scope, token = _token(run, command.scope, command.token)
    if token.kind not in _RESUMABLE | _CONTINUABLE:
        raise WaitGone("Token", token.id, scope.id)
    skipping.skip(run, scope, token, command)


def _set_variables(run: Run, command: SetVariables) -> None:
    scope = _scope(run, "Scope", command.scope, command.scope)
    if command.local and task_commands.is_update(run, scope, command):
        return
    if command.local:
        run.write_local(scope, command.variables)
    else:
        run.write(scope, command.variables)
    run.record("variables-set", scope.node, scope, {"names": sorted(command.variables)})


def _require_task(scope: Scope, token: Token) -> None:
    if not wishes.is_open_task(scope, token):
        raise WaitGone("Token", token.id, scope.id)


def _scope(run: Run, what: str, which: int, scope_id: int) -> Scope:
    try:
        return run.work.scope(scope_id)
    except KeyError as problem:
        raise WaitGone(what, which, scope_id) from problem


def _token(run: Run, scope_id: int, token_id: int) -> tuple[Scope, Token]:
    scope = _scope(run, "Token", token_id, scope_id)
    token = scope.tokens.get(token_id)
    if token is None:
        raise WaitGone("Token", token_id, scope_id)
    return scope, token
