"""Telling a broker which jobs are due; without one nobody is told, and workers look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class DueJob:
    """A job that is due: ``handler`` is empty for a step of the engine itself."""

    id: str
    handler: str
    priority: int


class Sender(Protocol):
    """Sends the ids of due jobs to workers. The job's row is the truth: a lost id is sent again."""

    def send(self, jobs: Sequence[DueJob]) -> None:
        """Send them soon; never blocks and never fails."""

    def close(self) -> None:
        """Send what is left, as far as the broker answers, and end."""


class NoSender:
    """Workers look into the database themselves."""

    def send(self, jobs: Sequence[DueJob]) -> None:
        """Nothing to do."""

    def close(self) -> None:
        """Nothing to do."""
