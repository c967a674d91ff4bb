"""A topic that a worker serves: its handler, and how its tasks are fetched and tried again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from worker.task import Task

Handler = Callable[[Task], Mapping[str, object] | None]
"""Does the work; what it returns becomes variables of the process."""

LONGEST_RETRY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Topic:
    """See `worker.running.Worker.task` for what each field means."""

    name: str
    handler: Handler
    lock: timedelta
    retries: int
    retry_after: timedelta
    variables: Sequence[str] | None = None
    restrictions: Mapping[str, object] = field(default_factory=dict)

    def asked(self) -> dict[str, object]:
        """What a fetch says of it."""
        return {
            "topicName": self.name,
            "lockDuration": self.lock // timedelta(milliseconds=1),
            "variables": None if self.variables is None else list(self.variables),
            "includeExtensionProperties": True,
            "deserializeValues": False,
            **self.restrictions,
        }

    def retries_left(self, task: Task) -> int:
        """How often a task is tried again after this failure."""
        before = self.retries + 1 if task.retries is None else task.retries
        return max(before - 1, 0)

    def pause(self, task: Task) -> timedelta:
        """How long nobody tries a failed task: twice as long each time, at most an hour."""
        times = max(self.retries - self.retries_left(task), 0)
        return min(self.retry_after * (1 << min(times, 20)), LONGEST_RETRY)
