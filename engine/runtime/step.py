"""What one step does: commands go in, a Step comes out, the store applies it and nothing else.

`advance(model, snapshot, command, now)` (in `engine.runtime.advance`) is pure; a dry run, a
replay and the stepping debugger are the same call with nothing applied.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from bpmn.model import Node
from engine.runtime.effects import Effect
from engine.runtime.state import Scope, Status, Variables, WaitKind

# ---- commands: what may happen to an instance -----------------------------------------------


@dataclass(frozen=True, slots=True)
class Start:
    """Begin a new instance at ``node`` (a start event's id; empty: the none start, or implicit).

    ``definition`` is the index in ``Node.events`` of the event that happened, -1 by hand.
    """

    variables: Variables
    node: str = ""
    definition: int = -1


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a worker that listens to a user task says of it (Camunda 8).

    Attributes:
        is_denied: what was wanted of the task does not happen, for *reason*.
        corrections: facts of the task that change: ``assignee``, ``due``, ``follow_up``,
            ``priority``, ``candidate_users``, ``candidate_groups``; ``None`` clears one.
    """

    is_denied: bool = False
    reason: str = ""
    corrections: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AdHocChoice:
    """What the worker of an ad-hoc sub-process decides (Camunda 8).

    Attributes:
        start: activities to start, each with variables of its own.
        is_complete: the sub-process is complete; nothing more starts.
        cancels_rest: what is active ends with that, instead of being waited for.
    """

    start: tuple[tuple[str, Variables], ...] = ()
    is_complete: bool = False
    cancels_rest: bool = False


@dataclass(frozen=True, slots=True)
class Complete:
    """Finish what a token waits for: a user task, an external task, a handler's work, a call.

    ``variables`` go up the scope chain, ``local`` stay in the activity's own scope. ``verdict`` is
    that of a task's listener, ``choice`` that of an ad-hoc sub-process' worker.
    """

    scope: int
    token: int
    variables: Variables = field(default_factory=dict)
    local: Variables = field(default_factory=dict)
    verdict: Verdict | None = None
    choice: AdHocChoice | None = None


@dataclass(frozen=True, slots=True)
class Fire:
    """An armed event happens: its timer is due, its message or signal came."""

    scope: int
    wait: int
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Continue:
    """A continuation is due, or an incident is retried: go on at the token's stage."""

    scope: int
    token: int


@dataclass(frozen=True, slots=True)
class Skip:
    """What failed at a token counts as done, with these variables: see `runtime.skipping`."""

    scope: int
    token: int
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ThrowError:
    """The work of a token (or its called instance) ended with a BPMN error."""

    scope: int
    token: int
    code: str
    message: str = ""
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ThrowEscalation:
    """The work of a token, or its called instance, escalates; it goes on unless interrupted."""

    scope: int
    token: int
    code: str
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StartActivity:
    """A person starts an activity of the ad-hoc sub-process that is *scope*.

    In Camunda 8's diagrams ``variables`` are those of what begins there.
    """

    scope: int
    activity: str
    variables: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FailToken:
    """The work of a token failed for good: keep it where it is, with an incident."""

    scope: int
    token: int
    kind: str
    message: str


@dataclass(frozen=True, slots=True)
class SetVariables:
    """Write variables into a scope: up its chain, or ``local`` to exactly it."""

    scope: int
    variables: Variables
    local: bool = False


@dataclass(frozen=True, slots=True)
class CancelInstance:
    """End the instance at once, leaving nothing behind."""

    reason: str = ""
    status: Status = Status.TERMINATED


@dataclass(frozen=True, slots=True)
class WorkFailed:
    """A worker reports a failure, which the diagram may take for a BPMN error.

    Without such a condition nothing changes: the work is tried again.
    """

    scope: int
    token: int
    message: str
    details: str = ""


@dataclass(frozen=True, slots=True)
class AssignTask:
    """An open user task with listeners is to be given to *assignee*, or to nobody.

    ``action`` is the word for it: ``claim``, ``assign``, ``unassign``. It is done by an effect of
    the step that asks the last listener: this one, when all run within it.
    """

    scope: int
    token: int
    assignee: str | None
    action: str = "assign"


@dataclass(frozen=True, slots=True)
class UpdateTask:
    """Facts of an open user task with listeners are to change; as `AssignTask`.

    ``changes``: ``due``, ``follow_up`` (aware UTC or ``None``), ``priority``,
    ``candidate_users``, ``candidate_groups``.
    """

    scope: int
    token: int
    changes: Variables
    action: str = "update"


Command = (
    Start
    | Complete
    | Fire
    | Continue
    | Skip
    | ThrowError
    | ThrowEscalation
    | FailToken
    | SetVariables
    | StartActivity
    | AssignTask
    | UpdateTask
    | WorkFailed
    | CancelInstance
)

# ---- what a step opens: one row each, found again by (instance, wait) -------------------------


@dataclass(frozen=True, slots=True)
class OpenedTask:
    """A user task: all expressions evaluated."""

    wait: int
    scope: int
    token: int
    node: Node
    assignee: str | None = None
    candidate_users: tuple[str, ...] = ()
    candidate_groups: tuple[str, ...] = ()
    due: datetime | None = None
    follow_up: datetime | None = None
    priority: int = 50
    name: str = ""

    def changed(self, changes: Variables) -> OpenedTask:
        """The task with other facts, by the names of its attributes."""
        return replace(self, **dict(changes))  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class OpenedExternal:
    """Work for an external worker, by topic (Camunda 8: job type)."""

    wait: int
    scope: int
    token: int
    node: Node
    topic: str
    priority: int = 0
    retries: int | None = None
    headers: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OpenedJob:
    """A job of the machine: a timer (``kind`` TIMER), a continuation (ASYNC), a handler's WORK.

    ``due`` is aware UTC. For WORK ``handler`` is the registered name and ``arguments``
    what it receives. ``retries`` counts all attempts; ``retry_cycle`` is failedJobRetryTimeCycle,
    evaluated, empty without one.
    """

    wait: int
    scope: int
    token: int
    node: Node
    kind: WaitKind
    due: datetime
    handler: str = ""
    retries: int = 3
    priority: int = 0
    exclusive: bool = True
    arguments: Variables = field(default_factory=dict)
    retry_cycle: str = ""


@dataclass(frozen=True, slots=True)
class OpenedSubscription:
    """A message, signal or condition that something waits for. ``correlation`` empty: any."""

    wait: int
    scope: int
    token: int
    node: Node
    kind: WaitKind
    name: str
    correlation: str = ""


@dataclass(frozen=True, slots=True)
class OpenedIncident:
    """Something failed and a person must look; ``kind`` is ``expression-failed`` and such."""

    wait: int
    scope: int
    token: int
    node: Node
    kind: str
    message: str
    data: Variables = field(default_factory=dict)


Opened = OpenedTask | OpenedExternal | OpenedJob | OpenedSubscription | OpenedIncident

# ---- the step itself --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HistoryEvent:
    """One line of history; the store adds time and actor.

    The kinds, with what ``data`` holds: ``process-started``; ``element-entered`` (``wait``: what
    it waits for), ``loop-started`` (``kind``, ``total``), ``element-completed`` (``flows`` taken,
    and the ``decision``: per flow true, false or "default"), ``element-cancelled`` (``by`` which
    boundary event); ``error-thrown``, ``escalation-thrown`` (``code``, ``caught`` by which event);
    ``decision-evaluated`` (see `engine.runtime.decision_trace.told`);
    ``condition-failed`` (``message``: a condition could not be evaluated after a write),
    ``correlation-failed`` (``message``); ``listener-started`` (``event``), ``listener-failed``
    (``message``: of something that ends), ``task-denied`` (``event``, ``reason``, ``by``);
    ``incident-created`` (``kind``, ``message``), ``incident-resolved``; ``variables-set``
    (``names``); ``process-ending`` (``status``: when all have heard of it), ``process-ended``
    (``status``, ``error``, ``message``). ``node`` is the element's id, the process' for the whole.
    """

    kind: str
    node: str = ""
    scope: int = 0
    data: Variables = field(default_factory=dict)


@dataclass(slots=True)
class Step:
    """Everything that one advance changes; nothing is done until the store applies it.

    Attributes:
        status: of the instance after the step.
        next_id: of the instance after the step.
        scopes: new and changed scopes by id (``created`` tells which are new).
        removed: ids of scopes that ended; their variables go with them.
        written: variable values by (scope id, name).
        deleted: (scope id, name) of variables that no longer exist.
        opened: waits that begin.
        closed: (kind, wait id) of every wait that ends in this step, fired or cancelled; the store
            deletes their rows.
        effects: what reaches other instances, in order.
        history: in order.
        log: lines that scripts wrote.
        completed: wait ids of tasks that are completed by this step, though by no command of
            their own: a listener let them.
    """

    status: Status
    next_id: int
    scopes: dict[int, Scope] = field(default_factory=dict)
    created: set[int] = field(default_factory=set)
    removed: list[int] = field(default_factory=list)
    written: dict[tuple[int, str], object] = field(default_factory=dict)
    deleted: set[tuple[int, str]] = field(default_factory=set)
    opened: list[Opened] = field(default_factory=list)
    closed: list[tuple[WaitKind, int]] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    history: list[HistoryEvent] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    completed: list[int] = field(default_factory=list)
