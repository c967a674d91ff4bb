"""What handlers raise to end a task otherwise than by completing it, and what can go wrong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta


class WorkerError(Exception):
    """Base of all."""


class BpmnError(WorkerError):
    """The work has an outcome that the diagram catches: a boundary event with this error code.

    ``variables`` go to the process.
    """

    def __init__(
        self, code: str, message: str = "", variables: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(f"{code}: {message}" if message else code)
        self.code = code
        self.message = message
        self.variables = dict(variables or {})


class Failure(WorkerError):
    """The work failed, and the handler knows better than the defaults what should follow.

    Attributes:
        details: longer text for a person, such as the answer of another system.
        retries: how often it is still tried; 0 opens an incident; ``None`` counts down.
        retry_after: how long nobody tries; ``None`` takes the topic's.
        variables: written to the process although it failed.
    """

    def __init__(
        self,
        message: str,
        details: str = "",
        *,
        retries: int | None = None,
        retry_after: timedelta | None = None,
        variables: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.details = details
        self.retries = retries
        self.retry_after = retry_after
        self.variables = dict(variables or {})


class NotAllowed(WorkerError):
    """The server refuses the credentials, or what they may do: trying again would not help."""


class TaskLost(WorkerError):
    """The task is over, cancelled, or another worker's: what this one did counts no more."""


class ServerAway(WorkerError):
    """The server cannot be reached or cannot answer now; trying again later may help.

    ``retry_after`` is how long the server asks to wait, ``None`` when it says nothing.
    """

    def __init__(self, message: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Refused(WorkerError):
    """The server does not take what was sent: a variable it cannot store, a wrong name."""
