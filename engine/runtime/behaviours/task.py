"""Abstract and manual tasks."""

from __future__ import annotations

from bpmn.model import Dialect
from engine.runtime.behaviours.base import Behaviour
from engine.runtime.behaviours.user_task import UserTask
from engine.runtime.run import Run
from engine.runtime.state import Scope, Token


class Task(Behaviour):
    """A task of no kind has nothing to execute: it passes (BPMN 2.0 p. 156, and Camunda)."""


class ManualTask(UserTask):
    """A manual task passes, because nobody tells the engine of it; in Spiff's dialect it waits."""

    def execute(self, run: Run, scope: Scope, token: Token) -> None:
        """Pass, or wait for a person."""
        if run.model.dialect is Dialect.SPIFF:
            super().execute(run, scope, token)
        else:
            Behaviour.execute(self, run, scope, token)
