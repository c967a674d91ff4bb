"""Effects of a step: what reaches other instances and open tasks, in the same transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from engine.runtime.state import Status, Variables


@dataclass(frozen=True, slots=True)
class CallProcess:
    """Start another process for a call activity; it answers with Complete or ThrowError.

    ``tenant`` is the organisation that deployed it, empty for that of the caller.
    """

    wait: int
    scope: int
    token: int
    process: str
    binding: str
    version: str
    version_tag: str
    business_key: str | None
    variables: Variables
    tenant: str = ""


@dataclass(frozen=True, slots=True)
class CancelCalled:
    """The call activity that waits as ``wait`` was cancelled: cancel the called instance."""

    wait: int


@dataclass(frozen=True, slots=True)
class SendMessage:
    """A thrown message: to exactly one subscription or start event.

    With a ``time_to_live`` or ``message_id`` it is published as from outside, and kept for that
    long; while one with that id is kept, it is not published again.
    """

    name: str
    variables: Variables
    correlation: str = ""
    node: str = ""
    time_to_live: timedelta = timedelta(0)
    message_id: str = ""

    @property
    def is_published(self) -> bool:
        """Whether the diagram says how it is published, and it is not only sent."""
        return bool(self.time_to_live or self.message_id)


@dataclass(frozen=True, slots=True)
class BroadcastSignal:
    """A thrown signal: to every catcher in other instances, and every signal start event.

    The catchers that waited in this instance have already had it, within the step, because an
    enclosing sub-process may end in the same step that throws. With ``is_async`` nobody has had
    it: each receiver, also in this instance, gets it by a job of its own, with ``retries`` and
    ``retry_cycle`` as of an `OpenedJob`. ``business_key`` is that of the instances that it starts.
    """

    name: str
    variables: Variables
    node: str = ""
    business_key: str | None = None
    is_async: bool = False
    retries: int = 0
    retry_cycle: str = ""


@dataclass(frozen=True, slots=True)
class Escalated:
    """An escalation that this instance does not catch: its caller may; ``variables`` are all.

    The token that threw it waits as ``wait`` until the caller has been told and all that follows
    from that is done; it then goes on by `Complete`, when it is still there. 0: nobody waits.
    """

    code: str
    variables: Variables
    wait: int = 0
    scope: int = 0
    token: int = 0


@dataclass(frozen=True, slots=True)
class Ended:
    """The instance ended; a caller gets Complete or ThrowError by ``error``."""

    status: Status
    variables: Variables
    error: str | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class TaskChanged:
    """The task that waits as ``wait`` changes, now that all who listen agree.

    ``changes`` are as of `Verdict`; ``action`` is as of `AssignTask`, ``by`` is who asked.
    """

    wait: int
    changes: Variables
    action: str = "update"
    by: str | None = None


Effect = (
    CallProcess | CancelCalled | SendMessage | BroadcastSignal | Escalated | Ended | TaskChanged
)
