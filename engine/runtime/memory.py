"""One instance in memory: for tests, benchmarks, dry runs and the stepping debugger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from bpmn.model import ProcessModel
from engine.runtime.advance import DEFAULTS, advance
from engine.runtime.effects import CallProcess, Effect, Escalated
from engine.runtime.run import Settings
from engine.runtime.state import MISSING, InstanceState, Missing, Scope, Status
from engine.runtime.step import Command, HistoryEvent, Opened, Step

_NONE: Mapping[str, object] = {}


class MemoryInstance:
    """A snapshot that applies its own steps, without encoding anything.

    Attributes:
        instance: as the store's row would be.
        waits: everything that is open, by wait id, called processes included.
        history, effects, log: everything since the beginning.
        ended: the variables of the process when it ended, ``None`` until then.
    """

    def __init__(self, model: ProcessModel, *, instance: InstanceState | None = None) -> None:
        self.model = model
        self.instance = instance or InstanceState("instance", "definition")
        self.scopes: dict[int, Scope] = {}
        self.waits: dict[int, Opened | CallProcess | Escalated] = {}
        self.history: list[HistoryEvent] = []
        self.effects: list[Effect] = []
        self.log: list[str] = []
        self._children: dict[int, dict[int, None]] = {}
        self._variables: dict[int, dict[str, object]] = {}

    def do(self, command: Command, now: datetime, *, settings: Settings = DEFAULTS) -> Step:
        """Advance by *command*, apply the step, and return it."""
        step = advance(self.model, self, command, now, settings=settings)
        self.apply(step)
        return step

    def apply(self, step: Step) -> None:
        """Make everything so that *step* says; the step's scopes are taken over, not copied."""
        self.instance = replace(self.instance, status=step.status, next_id=step.next_id)
        for scope_id in step.removed:
            self._remove(scope_id)
        for scope in step.scopes.values():
            self.scopes[scope.id] = scope
            if scope.parent is not None:
                self._children.setdefault(scope.parent, {})[scope.id] = None
        for (scope_id, name), value in step.written.items():
            self._variables.setdefault(scope_id, {})[name] = value
        for scope_id, name in step.deleted:
            self._variables.get(scope_id, {}).pop(name, None)
        for _, wait in step.closed:
            del self.waits[wait]
        asked = (e for e in step.effects if isinstance(e, CallProcess | Escalated) and e.wait)
        self.waits.update((opened.wait, opened) for opened in (*step.opened, *asked))
        self.history += step.history
        self.effects += step.effects
        self.log += step.log

    def _remove(self, scope_id: int) -> None:
        scope = self.scopes.pop(scope_id)
        self._variables.pop(scope_id, None)
        self._children.pop(scope_id, None)
        if scope.parent is not None and scope.parent in self._children:
            self._children[scope.parent].pop(scope_id, None)

    # ---- the snapshot -------------------------------------------------------------------------

    def scope(self, scope_id: int) -> Scope:
        """A private copy of a live scope; see `Snapshot.scope`."""
        return self.scopes[scope_id].copy()

    def children(self, scope_id: int) -> Iterator[int]:
        """Ids of the live scopes directly below, ascending."""
        return iter(tuple(self._children.get(scope_id, ())))

    def variable(self, scope_id: int, name: str) -> object | Missing:
        """Value of the variable of exactly that scope, or `MISSING`."""
        return self._variables.get(scope_id, _NONE).get(name, MISSING)

    def variables(self, scope_id: int) -> Mapping[str, object]:
        """All variables of exactly that scope."""
        return self._variables.get(scope_id, _NONE)

    # ---- for those who look on ----------------------------------------------------------------

    @property
    def is_active(self) -> bool:
        """Whether the instance has not ended."""
        return self.instance.status in {Status.ACTIVE, Status.SUSPENDED}
