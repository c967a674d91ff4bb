"""Standard loops and multi-instance: a BODY scope whose items are scopes of their own.

The body keeps counters only. What an item is given or gives back is one internal variable of the
body per item, so that no turn costs more than the one before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bpmn.model import Loop, LoopKind, Node
from engine.runtime import arming, cancelling, completed, conditions, implicit_events
from engine.runtime.agenda import Operation
from engine.runtime.run import Failure, Run
from engine.runtime.state import MISSING, LoopState, Scope, ScopeKind, Stage, Token
from engine.runtime.variables import INTERNAL
from engine.runtime.waits import whole_number

_GIVEN = f"{INTERNAL}in"
_RESULT = f"{INTERNAL}out"
UNKNOWN = -1


def start(run: Run, scope: Scope, token: Token) -> None:
    """*token* arrived at an activity with a loop: open its body and the first items."""
    plan = run.node(token.node)
    node, loop = plan.node, plan.node.loop
    assert loop is not None
    items = None if loop.kind is LoopKind.STANDARD else _items(run, scope, node, loop)
    total = UNKNOWN if items is None else len(items)
    if loop.kind is LoopKind.STANDARD and not _starts(run, scope, node, loop):
        total = 0
    events = arming.boundary(run, scope, plan.boundary) if total else []
    body = run.work.open_scope(ScopeKind.BODY, node.id, parent=scope.id, token=token.id)
    body.loop = LoopState(total=total)
    token.child = body.id
    run.record("loop-started", node.id, body, {"kind": loop.kind.value, "total": total})
    if total == 0:
        _finish(run, body, loop)
        return
    arming.arm_all(run, body, events)
    conditions.fire_true(run, body, events)
    if not run.work.is_alive(body.id):
        return
    if loop.kind is LoopKind.PARALLEL:
        for item in items or ():
            _open_item(run, body, loop, item)
        return
    for index, item in enumerate(items or ()):
        if item is not MISSING:
            run.work.set_local(body.id, f"{_GIVEN}{index}", item)
    _open_next(run, body, loop)


def finish_item(run: Run, item: Scope, outputs: Mapping[str, object]) -> None:
    """One item is done: keep its output, then end the loop or go on with the next item."""
    from_body = run.work.scope(item.parent or 0)
    node = run.node(item.node).node
    loop, state = node.loop, from_body.loop
    assert loop is not None
    assert state is not None
    if loop.output_collection:
        run.write_local(item, outputs)
    else:
        run.write(from_body, outputs)
    result = _output(run, item, loop)
    before = replace(state)
    state.completed += 1
    # A sequential item counts as active until the next begins, as Camunda has it.
    if loop.kind is LoopKind.PARALLEL:
        state.active -= 1
    try:
        is_over = _is_over(run, item, loop, state)
        caught = implicit_events.due(run, item, loop, state.completed) if loop.throws else []
    except Failure:
        from_body.loop = before
        raise
    if loop.output_collection:
        run.work.set_local(from_body.id, f"{_RESULT}{item.index}", result)
    completed.close(run, item)
    implicit_events.throw(run, from_body, caught)
    if is_over or implicit_events.ends_rest(loop, caught):
        _finish(run, from_body, loop)
    elif loop.kind is not LoopKind.PARALLEL:
        _open_next(run, from_body, loop)


def _items(run: Run, scope: Scope, node: Node, loop: Loop) -> list[object]:
    """What each item is given; `MISSING` for a plain number of items."""
    if loop.collection is not None:
        return _collection(run, scope, node, loop)
    if loop.cardinality is None:
        raise Failure("loop-empty", f"{node.label!r} has neither a cardinality nor a collection.")
    count = whole_number(run.evaluate(loop.cardinality, scope), f"cardinality of {node.label!r}")
    if count < 0:
        raise Failure("loop-cardinality", f"The cardinality of {node.label!r} is {count}.")
    return [MISSING] * count


def _collection(run: Run, scope: Scope, node: Node, loop: Loop) -> list[object]:
    assert loop.collection is not None
    value = run.evaluate(loop.collection, scope)
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list | tuple):
        raise Failure(
            "loop-collection",
            f"The collection {loop.collection.text!r} of {node.label!r} is {value!r}, not a list.",
        )
    return list(value)


def _starts(run: Run, scope: Scope, node: Node, loop: Loop) -> bool:
    """Whether a standard loop has a first turn."""
    if loop.maximum is not None and loop.maximum < 0:
        raise Failure("loop-maximum", f"loopMaximum of {node.label!r} is {loop.maximum}.")
    if not loop.test_before:
        return True
    return loop.maximum != 0 and _continues(run, scope, loop)


def _continues(run: Run, scope: Scope, loop: Loop) -> bool:
    return loop.condition is None or run.holds(loop.condition, scope)


def _is_over(run: Run, item: Scope, loop: Loop, state: LoopState) -> bool:
    if loop.kind is LoopKind.STANDARD:
        if loop.maximum is not None and state.completed >= loop.maximum:
            return True
        return not _continues(run, item, loop)
    if loop.completion_condition is not None and run.holds(loop.completion_condition, item):
        return True
    return state.completed >= state.total


def _output(run: Run, item: Scope, loop: Loop) -> object:
    return None if loop.output_element is None else run.evaluate(loop.output_element, item)


def _open_next(run: Run, body: Scope, loop: Loop) -> None:
    state = body.loop
    assert state is not None
    name = f"{_GIVEN}{state.next}"
    given = run.work.local(body.id, name)
    if given is not MISSING:
        run.work.set_local(body.id, name, MISSING)
    _open_item(run, body, loop, given)


def _open_item(run: Run, body: Scope, loop: Loop, given: object) -> None:
    state = body.loop
    assert state is not None
    item = run.work.open_scope(ScopeKind.ACTIVITY, body.node, parent=body.id, index=state.next)
    state.next += 1
    state.active = state.active + 1 if loop.kind is LoopKind.PARALLEL else 1
    if loop.element_variable and given is not MISSING:
        run.work.set_local(item.id, loop.element_variable, given)
    if loop.output_element is not None and loop.output_element.language == "variable":
        # Camunda 8: the output variable is the item's own, so that parallel items cannot mix.
        run.work.set_local(item.id, loop.output_element.text, None)
    run.schedule(Operation.ENTER, item, run.work.add_token(item, body.node))


def _finish(run: Run, body: Scope, loop: Loop) -> None:
    parent = run.work.parent(body)
    cancelling.cancel_below(run, body)
    if loop.output_collection:
        run.write(parent, {loop.output_collection: _gathered(run, body)})
    host = parent.tokens[body.token]
    completed.close(run, body)
    host.child = None
    host.stage = Stage.LEAVE
    run.schedule(Operation.LEAVE, parent, host)


def _gathered(run: Run, body: Scope) -> list[object]:
    assert body.loop is not None
    kept = run.work.locals(body.id)
    return [kept.get(f"{_RESULT}{index}") for index in range(max(body.loop.total, 0))]
