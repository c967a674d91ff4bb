"""One step and all that follows from it, in one transaction.

A step's effects reach other instances: a called process starts and answers, a message or signal
arrives. Each is a step of its own, taken in order until nothing is left to do.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.commands import calling, delivering, kept_messages, task_changes
from engine.commands.deliveries import Delivery
from engine.commands.kept_messages import Awaited
from engine.commands.transaction import Transaction
from engine.errors import BadInput
from engine.runtime import wishes
from engine.runtime.advance import advance
from engine.runtime.commanding import WaitGone
from engine.runtime.effects import (
    BroadcastSignal,
    CallProcess,
    CancelCalled,
    Effect,
    Ended,
    Escalated,
    SendMessage,
    TaskChanged,
)
from engine.runtime.run import Settings
from engine.runtime.state import Snapshot
from engine.runtime.step import (
    AssignTask,
    Command,
    Complete,
    Continue,
    FailToken,
    OpenedIncident,
    Skip,
    ThrowError,
    ThrowEscalation,
    UpdateTask,
    WorkFailed,
)
from engine.services.changes import Change, ChangeKind
from engine.store.apply import Opening, apply_step
from engine.store.history import LostRace
from engine.store.load import InstanceRow, RowSnapshot
from engine.telemetry import metrics

_OF_TOKEN = (
    AssignTask
    | Complete
    | Continue
    | FailToken
    | Skip
    | ThrowError
    | ThrowEscalation
    | UpdateTask
    | WorkFailed
)

BUDGET = 5_000
"""Most steps that one command may cause: processes that call themselves end here."""


def _ended(tx: Transaction, row: InstanceRow, ended: Ended) -> Iterable[Delivery]:
    yield from calling.answer_caller(tx, row, ended)
    yield from kept_messages.find_next_start(tx, row)


def _send(tx: Transaction, row: InstanceRow, message: SendMessage) -> Iterable[Delivery]:
    if message.is_published:
        return kept_messages.publish_thrown(tx, row, message)
    return delivering.send_message(tx, row, message)


_ANSWERS: Mapping[type, Callable[..., Iterable[Delivery]]] = {
    CallProcess: calling.call_process,
    CancelCalled: calling.cancel_called,
    Ended: _ended,
    Awaited: kept_messages.find_early,
    SendMessage: _send,
    BroadcastSignal: delivering.broadcast,
    Escalated: calling.escalate_to_caller,
    TaskChanged: task_changes.carry_out,
}


@dataclass(frozen=True, slots=True)
class _Consequence:
    """An effect of a step that *row* has taken."""

    row: InstanceRow
    effect: Effect | Awaited


def take_step(tx: Transaction, row: InstanceRow, command: Command, *, wait: int = 0) -> None:
    """Advance the instance by *command*, then everything that follows.

    Args:
        tx: open transaction.
        row: the instance.
        command: what happens to it.
        wait: the wait that the command is about, so that a token which went on meanwhile is left
            alone; 0 when the command itself says so, or is about no token.

    Raises:
        LostRace: what the command wants to go on ended meanwhile.
        BadInput: the command causes more than `BUDGET` steps.
    """
    todo = deque[Delivery | _Consequence](_first(tx, Delivery(row, command, wait)))
    done = 0
    while todo:
        if done == BUDGET:
            raise BadInput(
                f"This causes more than {BUDGET} steps in one go. "
                "Look for processes that call or trigger each other without end."
            )
        # Each effect is carried out with all that follows before the next one, as drawn.
        todo.extendleft(reversed(_follow(tx, todo.popleft())))
        done += 1


def _first(tx: Transaction, delivery: Delivery) -> list[_Consequence]:
    try:
        return _take(tx, delivery)
    except WaitGone as gone:
        # What the caller found was read before the instance was locked: look again.
        raise LostRace(delivery.row.id) from gone


def _follow(
    tx: Transaction, next_one: Delivery | _Consequence
) -> Sequence[Delivery | _Consequence]:
    if isinstance(next_one, _Consequence):
        return list(_ANSWERS[type(next_one.effect)](tx, next_one.row, next_one.effect))
    if next_one.row.is_over:
        return []
    try:
        return _take(tx, next_one)
    except WaitGone:
        # An earlier delivery of the same effect ended it, as two catchers of one signal may do.
        return []


def _take(tx: Transaction, delivery: Delivery) -> list[_Consequence]:
    row, command = delivery.row, delivery.command
    definition = tx.definition(row.definition_id)
    snapshot = RowSnapshot(tx.connection, row)
    if delivery.wait:
        _require_waiting(snapshot, command, delivery.wait)
    settings = Settings(
        user=tx.actor.id,
        groups=tuple(sorted(tx.actor.groups)),
        beans=tx.tools.beans,
        decisions=tx.decisions(row.tenant_id, definition.deployment_id),
        retries=tx.tools.retries,
    )
    author = tx.author(completes=delivery.wait)
    with metrics.step():
        step = advance(definition.model, snapshot, command, tx.now, settings=settings)
        opening = apply_step(tx.connection, row, step, author, process=definition.name)
    _tell(tx, row, opening)
    tx.incidents.extend(wait for wait in step.opened if isinstance(wait, OpenedIncident))
    effects = (*step.effects, *kept_messages.awaited(step.opened))
    return [_Consequence(row, effect) for effect in effects]


def _require_waiting(snapshot: Snapshot, command: Command, wait: int) -> None:
    assert isinstance(command, _OF_TOKEN)
    try:
        scope = snapshot.scope(command.scope)
    except KeyError as problem:
        raise WaitGone("Token", command.token, command.scope) from problem
    token = scope.tokens.get(command.token)
    if token is None:
        raise WaitGone("Token", command.token, command.scope)
    if wishes.pending_wait(scope, token) == wait:
        wishes.refuse(scope, token)
    if token.wait != wait:
        raise WaitGone("Token", command.token, command.scope)


def _tell(tx: Transaction, row: InstanceRow, opening: Opening) -> None:
    if opening.closed_tasks or opening.opened_tasks:
        tx.changes.add(Change(ChangeKind.TASKS, row.tenant_id, row.id))
    for due in opening.jobs_due:
        tx.tell_jobs(row.tenant_id, due, row.id)
    tx.due_jobs.extend(opening.sent_jobs)
    if opening.has_externals:
        tx.changes.add(Change(ChangeKind.EXTERNAL_TASKS, row.tenant_id, row.id))
