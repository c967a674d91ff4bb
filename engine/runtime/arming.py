"""Listening: what a scope or a token waits for until it happens."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bpmn.model import Node
from engine.runtime.event_kinds import CATCHING, UNARMED
from engine.runtime.event_kinds.base import Prepared
from engine.runtime.event_kinds.timer import next_occurrence
from engine.runtime.run import Failure, Run
from engine.runtime.state import Armed, Scope, WaitKind
from engine.runtime.step import OpenedJob, OpenedSubscription
from engine.runtime.waits import priority_of, retrying_of


def prepare(run: Run, scope: Scope, node: Node) -> list[Prepared]:
    """Everything that *node* listens to, evaluated in *scope*; nothing is armed yet.

    Raises:
        Failure: an expression failed.
    """
    found: list[Prepared] = []
    for index, definition in enumerate(node.events):
        if definition.kind in UNARMED:
            continue
        kind = CATCHING.get(definition.kind)
        if kind is None:
            raise Failure(
                "event-unsupported",
                f"{node.label!r} cannot catch a {definition.kind.value} event yet.",
            )
        found.append(kind.prepare(run, scope, node, index))
    return found


def boundary(run: Run, scope: Scope, events: Sequence[Node]) -> list[Prepared]:
    """Everything that the boundary *events* of an activity listen to."""
    return [prepared for event in events for prepared in prepare(run, scope, event)]


def arm_all(run: Run, scope: Scope, events: Iterable[Prepared], *, token: int = 0) -> None:
    """*scope* listens to *events*, for its *token* or (0) for itself."""
    for event in events:
        arm(run, scope, event, token=token)


def arm_again(run: Run, scope: Scope, node: Node, armed: Armed) -> None:
    """*node* happened by *armed* and does not interrupt: *scope* listens to it further.

    A timer waits for the next time of its cycle; an event that needs all of its definitions
    waits for all of them again.

    Raises:
        Failure: an expression failed.
    """
    if node.parallel_multiple:
        arm_all(run, scope, prepare(run, scope, node))
    elif armed.kind is WaitKind.TIMER:
        again = next_occurrence(run, node, armed)
        run.work.disarm(scope, armed)
        if again is not None:
            arm(run, scope, again)


def arm(run: Run, scope: Scope, event: Prepared, *, token: int = 0) -> None:
    """*scope* listens to one event; see `arm_all`."""
    # What fails here arms nothing.
    retries, retry_cycle = retrying_of(run, scope, event.node) if event.due else (0, "")
    priority = priority_of(run, scope, event.node) if event.due else 0
    wait = run.work.new_id()
    run.work.arm(
        scope,
        Armed(
            wait,
            event.kind,
            event.node.id,
            token,
            event.definition,
            event.fired,
            event.name,
            event.cycle,
        ),
    )
    if event.kind is WaitKind.TIMER:
        assert event.due is not None
        run.work.open(
            OpenedJob(
                wait,
                scope.id,
                token,
                event.node,
                WaitKind.TIMER,
                event.due,
                retries=retries,
                priority=priority,
                exclusive=event.node.exclusive,
                retry_cycle=retry_cycle,
            )
        )
    else:
        run.work.open(
            OpenedSubscription(
                wait, scope.id, token, event.node, event.kind, event.name, event.correlation
            )
        )
