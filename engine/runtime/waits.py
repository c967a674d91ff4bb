"""Tokens that wait: opening and closing what a command will find again."""

from __future__ import annotations

import re
from contextlib import suppress
from decimal import Decimal, InvalidOperation

from bpmn.model import Node
from engine.runtime.effects import CallProcess
from engine.runtime.run import Failure, Run
from engine.runtime.state import Armed, Scope, Stage, Token, WaitKind
from engine.runtime.step import Opened, OpenedIncident, OpenedJob

_CYCLE = re.compile(r"R(\d+)/")


def wait(
    run: Run, scope: Scope, token: Token, kind: WaitKind, opened: Opened | CallProcess
) -> None:
    """*token* waits for *opened*, whose ``wait`` is a fresh id."""
    token.wait = opened.wait
    token.kind = kind
    run.work.open(opened)
    run.record("element-entered", token.node, scope, {"wait": kind.value})


def release(run: Run, token: Token) -> None:
    """What *token* waited for is over."""
    if token.kind is not None:
        run.work.close(token.kind, token.wait)
        token.kind = None
        token.wait = 0


def wait_async(run: Run, scope: Scope, token: Token) -> None:
    """*token* goes on at its stage in a transaction of its own, by the executor."""
    node = run.node(token.node).node
    wait_id = run.work.new_id()
    retries, retry_cycle = retrying_of(run, scope, node)
    opened = OpenedJob(
        wait_id,
        scope.id,
        token.id,
        node,
        WaitKind.ASYNC,
        run.now,
        retries=retries,
        priority=priority_of(run, scope, node),
        exclusive=node.exclusive,
        retry_cycle=retry_cycle,
    )
    token.wait = wait_id
    token.kind = WaitKind.ASYNC
    run.work.open(opened)


def is_held(run: Run, scope: Scope, token: Token) -> bool:
    """Whether *token* waits for the executor before it leaves a gateway (``asyncAfter``)."""
    if not run.node(token.node).node.async_after:
        return False
    note = f"#after:{token.id}"
    if scope.notes.pop(note, None):
        return False
    scope.notes[note] = True
    # Without its flow it decides when it goes on, instead of arriving at the join again.
    token.flow = ""
    token.stage = Stage.EXECUTE
    wait_async(run, scope, token)
    return True


def retrying_of(run: Run, scope: Scope, node: Node) -> tuple[int, str]:
    """Attempts by ``failedJobRetryTimeCycle``, and its text, empty without one.

    ``R5/PT10M`` is 5 attempts, ``PT1M,PT5M`` one more than 2. The pauses between them are the
    executor's business.
    """
    if node.retry_cycle is None:
        return run.settings.retries, ""
    text = run.text(node.retry_cycle, scope).strip()
    cycle = _CYCLE.match(text)
    if cycle:
        return int(cycle[1]), text
    is_list = text.startswith("P")
    return len(text.split(",")) + 1 if is_list else run.settings.retries, text


def priority_of(run: Run, scope: Scope, node: Node) -> int:
    """The job priority that the diagram gives, 0 for none."""
    if node.job_priority is None:
        return 0
    return whole_number(run.evaluate(node.job_priority, scope), f"job priority of {node.label!r}")


def whole_number(value: object, what: str) -> int:
    """*value* as a whole number.

    Raises:
        Failure: it is none.
    """
    number: Decimal | None = None
    if isinstance(value, int | float | Decimal | str) and not isinstance(value, bool):
        with suppress(InvalidOperation):
            number = Decimal(str(value).strip())
    if number is None or not number.is_finite() or number != number.to_integral_value():
        raise Failure("value-not-a-number", f"The {what} is {value!r}, not a whole number.")
    return int(number)


def raise_incident(run: Run, scope: Scope, token: Token | None, failure: Failure) -> None:
    """Keep the token where it is, with an incident; a scope without one gets one to retry."""
    if token is None:
        token = run.work.add_token(scope, scope.node)
        token.stage = Stage.LEAVE
    release(run, token)
    run.work.scope(scope.id)
    token.wait = run.work.new_id()
    token.kind = WaitKind.INCIDENT
    node = run.plan.nodes.get(token.node)
    run.work.open(
        OpenedIncident(
            token.wait,
            scope.id,
            token.id,
            node.node if node is not None else Node(token.node, "", "missing", run.model.id),
            failure.kind,
            failure.message,
            failure.data,
        )
    )
    run.record(
        "incident-created",
        token.node,
        scope,
        {"kind": failure.kind, "message": failure.message},
    )


def report(run: Run, scope: Scope, node: Node, failure: Failure) -> None:
    """An incident of *node* in *scope* at which no token is, so nothing of it can be retried.

    It lasts until the scope ends or goes on without it.
    """
    wait = run.work.new_id()
    run.work.arm(scope, Armed(wait, WaitKind.INCIDENT, node.id))
    run.work.open(
        OpenedIncident(wait, scope.id, 0, node, failure.kind, failure.message, failure.data)
    )
    told = {"kind": failure.kind, "message": failure.message}
    run.record("incident-created", node.id, scope, told)
