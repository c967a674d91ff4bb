"""Every error that a caller of the engine can meet: class, stable code, fact, next step.

`web/errors.py` maps a class to a status once; `engine.cli` prints the message and exits.
"""

from __future__ import annotations

from bpmn.forms import Checked
from bpmn.model import Problem


class EngineError(Exception):
    """Base of all. ``code`` is stable; the message says what, where and what to do."""

    code = "engine-error"


class NotFound(EngineError):
    """It does not exist, or the actor may not know of it: both look the same (404)."""

    code = "not-found"

    def __init__(self, what: str, which: str) -> None:
        super().__init__(f"No {what} {which!r} is here, or you may not see it.")
        self.what = what
        self.which = which


class Forbidden(EngineError):
    """The actor knows of it but may not do this (403)."""

    code = "forbidden"

    def __init__(self, actor: str, verb: str, what: str, *, hint: str = "") -> None:
        super().__init__(f"{actor} may not {verb} {what}. {hint}".rstrip())


class Conflict(EngineError):
    """The state moved on since the caller looked (409)."""

    code = "conflict"


class TaskGone(Conflict):
    """The task is over: ``by`` says who completed it, ``None`` when it was cancelled.

    ``at`` is ISO 8601 in UTC to the minute, empty when nobody knows.
    """

    code = "task-gone"

    def __init__(self, task_id: str, *, by: str | None, how: str, at: str = "") -> None:
        who = f" by {by}" if by else ""
        super().__init__(f"Task {task_id} was already {how}{who}{at and ' at ' + at}. Reload.")
        self.task_id = task_id
        self.by = by
        self.how = how
        self.at = at


class TaskTaken(Conflict):
    """Someone else holds the task."""

    code = "task-taken"

    def __init__(self, task_id: str, *, by: str) -> None:
        super().__init__(f"Task {task_id} is claimed by {by}. Ask them to release it.")
        self.by = by


class InstanceBusy(Conflict):
    """Too many steps raced for one instance; trying again later works."""

    code = "instance-busy"


class NotActive(Conflict):
    """The instance, definition or task is suspended or over."""

    code = "not-active"

    def __init__(self, what: str, which: str, status: str) -> None:
        super().__init__(f"The {what} {which} is {status.lower()}, so this cannot be done now.")
        self.status = status


class BadInput(EngineError):
    """A value that the caller gave is wrong (400)."""

    code = "bad-input"


class FormInvalid(BadInput):
    """Submitted form values break rules; ``checked`` holds every problem and what was typed."""

    code = "form-invalid"

    def __init__(self, checked: Checked, count: int) -> None:
        super().__init__(f"{count} form value(s) are not valid. Nothing was saved.")
        self.checked = checked


class DeploymentRefused(BadInput):
    """At least one file has an error; nothing was deployed. ``problems`` has all of them."""

    code = "deployment-refused"

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        errors = [p for p in problems if p.severity == "error"]
        first = errors[0]
        where = f"{first.file}:{first.line}" if first.line else first.file
        super().__init__(
            f"{len(errors)} problem(s) forbid the deployment; the first: {where} {first.message}"
        )
        self.problems = problems


class NotStartable(BadInput):
    """The definition cannot be started this way; the message says why."""

    code = "not-startable"


class MessageAlreadyPublished(Conflict):
    """The same message id was published before, and that message still lives."""

    code = "message-already-published"

    def __init__(self, name: str, message_id: str) -> None:
        super().__init__(
            f"Message {name!r} with id {message_id!r} is published already and still lives, so "
            "nothing was done. Use another id for another message."
        )


class MismatchingCorrelation(BadInput):
    """A message must have exactly one receiver; ``receivers`` is how many it would have."""

    code = "mismatching-correlation"

    def __init__(self, name: str, receivers: int) -> None:
        hint = (
            "Nobody waits for it: check name, business key and correlation values."
            if not receivers
            else "Say more exactly which one: business key, correlation values or instance id."
        )
        super().__init__(f"Message {name!r} has {receivers} receivers instead of 1. {hint}")
        self.receivers = receivers


class SettingInvalid(EngineError):
    """An environment variable has a value that it cannot take; the start stops."""

    code = "setting-invalid"
