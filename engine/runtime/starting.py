"""Where a process or sub-process begins."""

from __future__ import annotations

from collections.abc import Sequence

from bpmn.model import Dialect, Node
from engine.runtime import arming, conditions, event_sub_processes, mappings, telling
from engine.runtime.agenda import Operation
from engine.runtime.data import NOTHING
from engine.runtime.event_kinds.base import Prepared
from engine.runtime.run import Run
from engine.runtime.state import MISSING, ROOT, Scope, Stage, Token
from engine.runtime.variables import INTERNAL

_STARTED = "#started:"
BROUGHT = f"{INTERNAL}brought"
"""What the event that started the instance brought, until its start event has mapped it."""


def starts_of(run: Run, scope_node: str) -> Sequence[Node]:
    """The none start event of a process or sub-process, else every node that nothing leads to.

    A single start event starts it by hand too, whatever it waits for (as Camunda has it). Empty
    when it has several and none is a none start event, or when it holds nothing at all.
    """
    events = run.model.start_events.get(scope_node, ())
    if len(events) == 1:
        return events
    plain = [event for event in events if not event.events]
    return plain[:1] if events else run.model.implicit_starts.get(scope_node, ())


def begin_at(run: Run, scope: Scope, nodes: Sequence[Node]) -> None:
    """A token at each of *nodes*; an empty scope is complete at once."""
    for node in nodes:
        run.schedule(Operation.ENTER, scope, run.work.add_token(scope, node.id))
    if not nodes:
        run.schedule(Operation.SETTLE, scope)


def prepare(run: Run, scope: Scope) -> list[Prepared]:
    """What the event sub-processes of *scope* wait for.

    Raises:
        Failure: an expression failed.
    """
    return arming.boundary(run, scope, run.plan.handler_starts.get(scope.node, ()))


def listen(run: Run, scope: Scope, events: list[Prepared]) -> bool:
    """Arm *events* in *scope*, which begins; whether the scope itself may go on.

    A condition that holds already starts its event sub-process at once.
    """
    arming.arm_all(run, scope, events)
    conditions.fire_true(run, scope, events)
    return not event_sub_processes.is_interrupted(scope)


def begin_process(
    run: Run, root: Scope, nodes: Sequence[Node], definition: int | None = None
) -> None:
    """A token at each of *nodes*, which go on when the event sub-processes listen.

    ``definition``: the event of the only node that started the instance, -1 for none of its
    events, ``None`` when no node was named.
    """
    data = run.plan.data.get(root.node, NOTHING)
    for name in data.declared:
        if run.work.local(root.id, name) is MISSING:
            run.work.set_local(root.id, name, None)
    if definition is not None:
        nodes = _beside(run, root, nodes[0], definition)
    is_heard = bool(telling.of(run.model.listeners, "execution", "start"))
    is_guarded = root.node in run.plan.handler_starts or is_heard
    if not (is_guarded and nodes):
        begin_at(run, root, nodes)
        return
    tokens = [run.work.add_token(root, node.id) for node in nodes]
    for token in tokens:
        token.stage = Stage.ARM
    if not is_heard:
        run.schedule(Operation.ARM, root, tokens[0])
        return
    teller = run.work.add_token(root, run.model.id)
    teller.stage = Stage.START
    run.schedule(Operation.LISTEN, root, teller)


def process_told(run: Run, root: Scope, teller: Token) -> None:
    """Who listens to the start of the process was told: its tokens begin."""
    del root.tokens[teller.id]
    first = next(token for token in root.tokens.values() if token.stage is Stage.ARM)
    run.schedule(Operation.ARM, root, first)


def _beside(run: Run, root: Scope, node: Node, definition: int) -> Sequence[Node]:
    """*node* and what begins with it, told that *definition* of it happened already.

    A start event that needs all of its events waits for the others, and so does what follows a
    parallel event-based gateway (BPMN 2.0 p. 298): who comes first begins the instance.
    """
    is_waiting = node.parallel_multiple and definition >= 0
    if is_waiting or node.type != "startEvent":
        root.notes[f"{_STARTED}{node.id}"] = max(definition, 0)
    gateways = (run.node(run.model.flow[flow].source).node for flow in node.incoming)
    for gateway in gateways:
        if gateway.instantiate and gateway.event_gateway_type == "Parallel":
            return [run.node(flow.target).node for flow in run.node(gateway.id).outgoing]
    return (node,)


def maps_what_comes(run: Run, node: Node) -> bool:
    """Whether the start *node* of the process has output mappings."""
    return bool(node.outputs) and node.type == "startEvent" and node.scope == run.model.id


def drops_what_comes(run: Run, node: Node) -> bool:
    """Whether only output mappings of the start *node* say what becomes of what its event brought.

    So it is in Camunda 8; elsewhere all of it are variables of the process.
    """
    return maps_what_comes(run, node) and run.model.dialect is Dialect.CAMUNDA8


def map_what_came(run: Run, scope: Scope, node: Node) -> None:
    """The output mappings of a start *node* see what its event brought, if any.

    Raises:
        Failure: one cannot be evaluated; a retry sees the same.
    """
    brought = run.work.local(scope.id, BROUGHT)
    before = brought if isinstance(brought, dict) else {}
    run.write(scope, mappings.outputs(run, node, scope, before=before))
    if brought is not MISSING:
        run.work.set_local(scope.id, BROUGHT, MISSING)


def has_note(run: Run, node: Node) -> bool:
    """Whether an event of *node* started the instance, and *node* has not asked for it yet."""
    return f"{_STARTED}{node.id}" in run.work.look(ROOT).notes


def take_started(run: Run, scope: Scope, node: Node) -> int | None:
    """The definition of *node* that started the instance; asked once, ``None`` otherwise."""
    is_own = scope.node == node.id and scope.parent == ROOT
    if scope.id != ROOT and not is_own:
        return None
    found = run.work.look(ROOT).notes.get(f"{_STARTED}{node.id}")
    if not isinstance(found, int):
        return None
    del run.work.scope(ROOT).notes[f"{_STARTED}{node.id}"]
    return found


def arm_process(run: Run, root: Scope, first: Token) -> None:
    """Arm the event sub-processes of the process, then let its tokens go on.

    Raises:
        Failure: an expression failed: all wait at *first*, with an incident to retry.
    """
    first.stage = Stage.ARM
    if listen(run, root, prepare(run, root)):
        for token in [t for t in root.tokens.values() if t.stage is Stage.ARM]:
            token.stage = Stage.ENTER
            run.schedule(Operation.ENTER, root, token)
