"""A world in memory for feature tests: instances that call, message and signal each other."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from bpmn.loading import load
from bpmn.model import EventKind, ProcessModel
from engine.runtime.effects import (
    BroadcastSignal,
    CallProcess,
    CancelCalled,
    Ended,
    Escalated,
    SendMessage,
)
from engine.runtime.memory import MemoryInstance
from engine.runtime.run import Settings
from engine.runtime.state import ROOT, InstanceState, Status, WaitKind
from engine.runtime.step import (
    CancelInstance,
    Command,
    Complete,
    Continue,
    FailToken,
    Fire,
    OpenedExternal,
    OpenedIncident,
    OpenedJob,
    OpenedSubscription,
    OpenedTask,
    SetVariables,
    Start,
    Step,
    ThrowError,
    ThrowEscalation,
)
from engine.runtime.variables import INTERNAL

MONDAY = datetime(2026, 1, 5, 8, tzinfo=UTC)


class Instance(MemoryInstance):
    """One running process and what a test asks of it."""

    def __init__(self, world: World, model: ProcessModel, state: InstanceState) -> None:
        super().__init__(model, instance=state)
        self.world = world

    # ---- looking ----

    def opened(self, kind: type, node: str = "") -> list:
        found = [w for w in self.waits.values() if isinstance(w, kind)]
        return [w for w in found if not node or w.node.id == node]

    @property
    def tasks(self) -> list[str]:
        return sorted(task.node.id for task in self.opened(OpenedTask))

    @property
    def timers(self) -> list[OpenedJob]:
        return [job for job in self.opened(OpenedJob) if job.kind is WaitKind.TIMER]

    @property
    def incidents(self) -> list[str]:
        return sorted(incident.kind for incident in self.opened(OpenedIncident))

    @property
    def status(self) -> Status:
        return self.instance.status

    @property
    def is_finished(self) -> bool:
        return self.status is Status.COMPLETED and not self.scopes and not self.waits

    @property
    def variables_seen(self) -> dict[str, object]:
        if self.scopes:
            own = self.variables(ROOT).items()
            return {name: value for name, value in own if not name.startswith(INTERNAL)}
        ended = next(e for e in reversed(self.effects) if isinstance(e, Ended))
        return dict(ended.variables)

    def passed(self, node: str) -> int:
        return sum(h.kind == "element-completed" and h.node == node for h in self.history)

    def visible(self, node: str, name: str) -> object:
        """A variable as the waiting token at *node* sees it."""
        wait = next(
            w for w in self.waits.values() if getattr(w, "node", None) and w.node.id == node
        )
        return self.look_up(wait.scope, name)

    def look_up(self, scope_id: int | None, name: str) -> object:
        while scope_id is not None:
            own = self.variables(scope_id)
            if name in own:
                return own[name]
            scope_id = self.scopes[scope_id].parent
        raise KeyError(name)

    # ---- acting ----

    def act(self, command: Command) -> Step:
        return self.world.act(self, command)

    def complete(self, node: str, **variables: object) -> Step:
        """Complete the oldest task, external task or job at *node*."""
        kinds = (OpenedTask, OpenedExternal, OpenedJob)
        wait = next(w for w in self.waits.values() if isinstance(w, kinds) and w.node.id == node)
        return self.act(Complete(wait.scope, wait.token, variables))

    def message(self, name: str, **variables: object) -> Step:
        return self._fire(WaitKind.MESSAGE, name, variables)

    def signal(self, name: str, **variables: object) -> Step:
        return self._fire(WaitKind.SIGNAL, name, variables)

    def _fire(self, kind: WaitKind, name: str, variables: dict[str, object]) -> Step:
        found = next(
            s for s in self.opened(OpenedSubscription) if s.kind is kind and s.name == name
        )
        return self.act(Fire(found.scope, found.wait, variables))

    def throw_error(self, node: str, code: str, message: str = "") -> Step:
        kinds = (OpenedTask, OpenedExternal, OpenedJob)
        wait = next(w for w in self.waits.values() if isinstance(w, kinds) and w.node.id == node)
        return self.act(ThrowError(wait.scope, wait.token, code, message))

    def fail(self, node: str, kind: str = "work-failed", message: str = "no answer") -> Step:
        kinds = (OpenedExternal, OpenedJob)
        wait = next(w for w in self.waits.values() if isinstance(w, kinds) and w.node.id == node)
        return self.act(FailToken(wait.scope, wait.token, kind, message))

    def retry(self) -> Step:
        incident = self.opened(OpenedIncident)[0]
        return self.act(Continue(incident.scope, incident.token))

    def set(self, **variables: object) -> Step:
        return self.act(SetVariables(ROOT, variables))

    def cancel(self) -> Step:
        return self.act(CancelInstance("enough"))

    def run_jobs(self) -> None:
        """Run continuations that are due now until none is left."""
        while jobs := [j for j in self.opened(OpenedJob) if j.kind is WaitKind.ASYNC]:
            self.act(Continue(jobs[0].scope, jobs[0].token))


class World:
    """Deployed processes, running instances and a clock that tests move."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.models: dict[str, ProcessModel] = {}
        self.instances: list[Instance] = []
        self.children: dict[tuple[str, int], Instance] = {}
        self.now = MONDAY
        self.sent: list[SendMessage] = []
        self.settings = settings or Settings()
        self._todo: deque[Callable[[], object]] = deque()
        self._is_busy = False
        self._later: list[BroadcastSignal] = []

    def deploy(self, *paths: Path) -> None:
        for path in paths:
            self.deploy_text(path.read_bytes())

    def deploy_text(self, data: bytes) -> None:
        diagram = load(data)
        wrong = [p for p in diagram.problems if p.severity == "error"]
        assert not wrong, wrong
        self.models.update((model.id, model) for model in diagram.processes)

    def start(
        self,
        key: str = "",
        variables: dict[str, object] | None = None,
        *,
        node: str = "",
        definition: int = -1,
        **state: object,
    ) -> Instance:
        model = self.models[key] if key else next(iter(self.models.values()))
        number = len(self.instances) + 1
        instance = Instance(self, model, InstanceState(f"i{number}", model.id, **state))
        self.instances.append(instance)
        self.act(instance, Start(variables or {}, node, definition))
        return instance

    def act(self, instance: Instance, command: Command) -> Step:
        """Take a step, and before it returns all that follows, each effect with its own first."""
        step = instance.do(command, self.now, settings=self.settings)
        what = (partial(self._carry_out, instance, effect) for effect in step.effects)
        self._todo.extendleft(reversed(list(what)))
        if self._is_busy:
            return step
        self._is_busy = True
        while self._todo:
            self._todo.popleft()()
        self._is_busy = False
        return step

    def advance(self, **duration: float) -> None:
        """Move the clock, firing each timer at its own time."""
        until = self.now + timedelta(**duration)
        while True:
            due = [
                (job.due, number, job, instance)
                for number, instance in enumerate(self.instances)
                for job in instance.timers
                if job.due <= until
            ]
            if not due:
                break
            when, _, job, instance = min(due, key=lambda found: (found[0], found[1], found[2].wait))
            self.now = max(self.now, when)
            self.act(instance, Fire(job.scope, job.wait))
            for each in list(self.instances):
                each.run_jobs()
        self.now = until

    # ---- effects ----

    def _carry_out(self, instance: Instance, effect: object) -> None:
        match effect:
            case CallProcess():
                self._call(instance, effect)
            case CancelCalled():
                called = self.children.pop((instance.instance.id, effect.wait))
                self.act(called, CancelInstance("the caller was cancelled"))
            case SendMessage():
                self._send(effect)
            case BroadcastSignal():
                self._broadcast(instance, effect)
            case Escalated():
                self._escalate(instance, effect)
            case Ended():
                self._answer(instance, effect)

    def _call(self, caller: Instance, call: CallProcess) -> None:
        model = self.models[call.process]
        state = InstanceState(
            f"i{len(self.instances) + 1}",
            model.id,
            business_key=call.business_key,
            parent_instance=caller.instance.id,
            parent_scope=call.scope,
            parent_token=call.token,
        )
        called = Instance(self, model, state)
        self.instances.append(called)
        self.children[caller.instance.id, call.wait] = called
        self.act(called, Start(call.variables))

    def _escalate(self, called: Instance, escalated: Escalated) -> None:
        if called not in self.children.values():
            return
        state = called.instance
        self._todo.appendleft(partial(self._go_on, called, escalated))
        caller = next(i for i in self.instances if i.instance.id == state.parent_instance)
        place = (state.parent_scope, state.parent_token)
        self.act(caller, ThrowEscalation(*place, escalated.code, escalated.variables))

    def _go_on(self, called: Instance, escalated: Escalated) -> None:
        if escalated.wait in called.waits:
            self.act(called, Complete(escalated.scope, escalated.token))

    def _answer(self, called: Instance, ended: Ended) -> None:
        state = called.instance
        keys = [key for key, child in self.children.items() if child is called]
        if not keys:
            return
        del self.children[keys[0]]
        caller = next(i for i in self.instances if i.instance.id == state.parent_instance)
        if ended.error is not None:
            command: Command = ThrowError(
                state.parent_scope,
                state.parent_token,
                ended.error,
                ended.message,
                ended.variables,
            )
        else:
            command = Complete(state.parent_scope, state.parent_token, ended.variables)
        self.act(caller, command)

    def _send(self, message: SendMessage) -> None:
        self.sent.append(message)
        for instance in self.instances:
            for found in instance.opened(OpenedSubscription):
                if (found.kind, found.name) == (WaitKind.MESSAGE, message.name):
                    self.act(instance, Fire(found.scope, found.wait, message.variables))
                    return
        for key, node, index in self._starts(EventKind.MESSAGE, message.name):
            self.start(key, dict(message.variables), node=node, definition=index)

    def deliver_later(self) -> None:
        """Run the jobs that bring the signals that were thrown asynchronously."""
        signals, self._later = self._later, []
        for signal in signals:
            self._broadcast(None, signal)

    def _broadcast(self, sender: Instance | None, signal: BroadcastSignal) -> None:
        if signal.is_async and sender is not None:
            self._later.append(signal)
            return
        for instance in [i for i in self.instances if i is not sender]:
            for found in instance.opened(OpenedSubscription):
                is_meant = (found.kind, found.name) == (WaitKind.SIGNAL, signal.name)
                if is_meant and found.wait in instance.waits:
                    self.act(instance, Fire(found.scope, found.wait, signal.variables))
        for key, node, index in self._starts(EventKind.SIGNAL, signal.name):
            self.start(
                key,
                dict(signal.variables),
                node=node,
                definition=index,
                business_key=signal.business_key,
            )

    def _starts(self, kind: EventKind, name: str) -> list[tuple[str, str, int]]:
        return [
            (model.id, node.id, index)
            for model in self.models.values()
            for node in (*model.start_events.get(model.id, ()), *model.instantiating)
            for index, event in enumerate(node.events)
            if event.kind is kind and event.name is not None and event.name.text == name
        ]
