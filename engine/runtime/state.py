"""The live state of one instance: the scope tree with its tokens, and nothing that is finished.

A scope is stored by itself, encoded as compact JSON, so that a step reads and writes only what it
touches. Ids of scopes, tokens and waits are small integers that the instance hands out
(`InstanceState.next_id`); the root scope is always `ROOT`. Elements are named by their id in the
diagram, so stored state survives any change of the loader.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Protocol

ROOT = 0

Variables = Mapping[str, object]
"""Values of variables by name."""


class Missing:
    """Type of `MISSING`: a variable that does not exist, unlike one that is ``None``."""


MISSING = Missing()


class Status(StrEnum):
    """State of an instance."""

    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    COMPLETED = "COMPLETED"
    TERMINATED = "TERMINATED"
    FAILED = "FAILED"


class ScopeKind(StrEnum):
    """What a scope instance stands for.

    PROCESS is the root. ACTIVITY is one run of one activity that needs a scope of its own: a
    sub-process (its tokens are inside), or a task with boundary events, mappings or local
    variables (one token, at the task itself). BODY is a loop or multi-instance body: no tokens,
    a `LoopState`; its items are ACTIVITY scopes with an ``index``. INNER is one flow in an ad-hoc
    sub-process, begun at one activity, with variables of its own (Camunda 8).
    """

    PROCESS = "p"
    ACTIVITY = "a"
    BODY = "b"
    INNER = "n"


class WaitKind(StrEnum):
    """What a token or an armed event waits for; each has one row that a command can find.

    Only CALLER has none: within one transaction, the caller is told of an escalation.
    """

    TASK = "task"
    EXTERNAL = "external"
    WORK = "work"
    ASYNC = "async"
    TIMER = "timer"
    MESSAGE = "message"
    SIGNAL = "signal"
    CONDITION = "condition"
    CALL = "call"
    CALLER = "caller"
    INCIDENT = "incident"


class Stage(StrEnum):
    """How far a token has come in its node: where a continuation or a retry goes on.

    ARM: it is about to begin its process, whose event sub-processes do not listen yet. START,
    END and AFTER: at the listeners before its work, after it, and after its own scope. TAKE: at
    those of the flow by which it leaves. ASKED: at those that hear what is wanted of its task.
    """

    ARM = "a"
    ENTER = "e"
    START = "s"
    EXECUTE = "x"
    END = "f"
    AFTER = "g"
    LEAVE = "l"
    TAKE = "t"
    ASKED = "q"


@dataclass(slots=True)
class Token:
    """A token at a node.

    Attributes:
        flow: id of the flow by which it came (at TAKE: by which it leaves), empty at a start.
        stage: where a continuation or a retry goes on.
        wait: id of what it waits for, 0 when it waits for its child scope or armed events.
        kind: kind of that wait.
        child: scope that runs the activity for it, ``None`` without one.
    """

    id: int
    node: str
    flow: str = ""
    stage: Stage = Stage.ENTER
    wait: int = 0
    kind: WaitKind | None = None
    child: int | None = None


@dataclass(slots=True)
class Armed:
    """An event that a scope listens to: a boundary event, an event sub-process' start, a catch.

    ``token`` is the token that goes on when it fires (catch events, event-based gateway), 0 for
    events of the scope itself. ``definition`` is the index in ``Node.events``. ``name`` is what a
    signal must be called to fire it; of a condition, 1 in ``fired`` says that it was true when it
    was asked last. ``cycle`` is a timer's repetition as resolved when it was
    armed (`engine.runtime.timers.Cycle`), and ``fired`` is the index
    of the occurrence that it waits for. An armed INCIDENT
    is a join of the scope that can no longer complete.
    """

    wait: int
    kind: WaitKind
    node: str
    token: int = 0
    definition: int = 0
    fired: int = 0
    name: str = ""
    cycle: str = ""


@dataclass(slots=True)
class LoopState:
    """Counters of a loop body (Camunda's nrOf*): ``next`` is the index of the next item."""

    total: int = 0
    next: int = 0
    active: int = 0
    completed: int = 0


@dataclass(frozen=True, slots=True)
class Completed:
    """A completed activity that can be compensated.

    Attributes:
        node: the activity.
        scope: the scope that is kept for it with its variables and what was completed in it; 0
            when nothing but its handler is needed.
        times: how often it completed in a row; 1 when a scope is kept.
        is_part: it was stopped before it completed, so only what completed in it is undone.
    """

    node: str
    scope: int = 0
    times: int = 1
    is_part: bool = False


class Then(StrEnum):
    """What a token does that waited for a compensation.

    LEAVE its node; END its path; CANCEL its transaction; go ON with what else is to be undone.
    """

    LEAVE = "l"
    END = "e"
    CANCEL = "c"
    ON = "o"


@dataclass(frozen=True, slots=True)
class Undoing:
    """What a scope that is compensated does when all is undone.

    Attributes:
        scope, token: the token that waits for it.
        then: what that token does.
        by_default: what was completed inside is undone one by one, for want of a handler.
    """

    scope: int
    token: int
    then: Then
    by_default: bool = True


@dataclass(slots=True)
class Scope:
    """One live scope instance, mutable only inside a step.

    ``token`` is the token in the parent scope that this scope runs for (0: the root, or an item
    of a BODY). ``joins``: arrivals per incoming flow by gateway id. ``completed``: what can be
    compensated, in order of completion; the scopes that it names are kept, without tokens.
    ``undoing``: this scope is being compensated. ``notes``: what a single
    element's behaviour must remember by node id (JSON values only).
    """

    id: int
    kind: ScopeKind
    node: str
    parent: int | None = None
    token: int = 0
    index: int | None = None
    tokens: dict[int, Token] = field(default_factory=dict)
    armed: dict[int, Armed] = field(default_factory=dict)
    joins: dict[str, dict[str, int]] = field(default_factory=dict)
    loop: LoopState | None = None
    notes: dict[str, object] = field(default_factory=dict)
    completed: list[Completed] = field(default_factory=list)
    undoing: Undoing | None = None

    def copy(self) -> Scope:
        """A copy that shares nothing mutable with this one but values in ``notes``."""
        return Scope(
            self.id,
            self.kind,
            self.node,
            self.parent,
            self.token,
            self.index,
            {
                i: Token(t.id, t.node, t.flow, t.stage, t.wait, t.kind, t.child)
                for i, t in self.tokens.items()
            },
            # An armed event never changes; it is replaced.
            dict(self.armed),
            {gateway: dict(by_flow) for gateway, by_flow in self.joins.items()},
            None if self.loop is None else replace(self.loop),
            dict(self.notes),
            list(self.completed),
            self.undoing,
        )

    def encode(self) -> str:
        """Compact JSON of everything but ``id`` and ``parent`` (they are columns)."""
        data: dict[str, object] = {"k": self.kind.value, "n": self.node, **self._rare()}
        if self.token:
            data["t"] = self.token
        if self.index is not None:
            data["i"] = self.index
        if self.tokens:
            data["w"] = [
                [t.id, t.node, t.flow, t.stage.value, t.wait, t.kind and t.kind.value, t.child]
                for t in self.tokens.values()
            ]
        if self.armed:
            data["a"] = [
                [a.wait, a.kind.value, a.node, a.token, a.definition, a.fired, a.name, a.cycle]
                for a in self.armed.values()
            ]
        if self.joins:
            data["j"] = self.joins
        if self.loop is not None:
            data["l"] = [self.loop.total, self.loop.next, self.loop.active, self.loop.completed]
        return json.dumps(data, separators=(",", ":"), ensure_ascii=False)

    def _rare(self) -> dict[str, object]:
        """What few scopes have."""
        data: dict[str, object] = {}
        if self.notes:
            data["o"] = self.notes
        if self.completed:
            data["c"] = [[c.node, c.scope, c.times, c.is_part] for c in self.completed]
        if self.undoing is not None:
            undoing = self.undoing
            data["u"] = [undoing.scope, undoing.token, undoing.then.value, undoing.by_default]
        return data

    @classmethod
    def decode(cls, scope_id: int, parent: int | None, text: str) -> Scope:
        """The inverse of `encode`."""
        data = json.loads(text)
        tokens = (
            Token(i, node, flow, Stage(stage), wait, WaitKind(kind) if kind else None, child)
            for i, node, flow, stage, wait, kind, child in data.get("w", ())
        )
        armed = (Armed(wait, WaitKind(kind), *rest) for wait, kind, *rest in data.get("a", ()))
        return cls(
            id=scope_id,
            kind=ScopeKind(data["k"]),
            node=data["n"],
            parent=parent,
            token=data.get("t", 0),
            index=data.get("i"),
            tokens={t.id: t for t in tokens},
            armed={a.wait: a for a in armed},
            joins=data.get("j", {}),
            loop=LoopState(*data["l"]) if "l" in data else None,
            notes=data.get("o", {}),
            completed=[Completed(*each) for each in data.get("c", ())],
            undoing=_undoing(data["u"]) if "u" in data else None,
        )


def _undoing(data: list[Any]) -> Undoing:
    scope, token, then, by_default = data
    return Undoing(scope, token, Then(then), by_default)


@dataclass(frozen=True, slots=True)
class InstanceState:
    """What a step needs to know of the instance itself.

    ``next_id`` is the next free id for a scope, token or wait.
    """

    id: str
    definition_id: str
    status: Status = Status.ACTIVE
    next_id: int = 1
    business_key: str | None = None
    tenant_id: str = ""
    initiator: str | None = None
    parent_instance: str | None = None
    parent_scope: int = 0
    parent_token: int = 0


class Snapshot(Protocol):
    """One instance as it was when the step began; reading it never changes it.

    The store answers from the rows of one transaction and may fetch lazily; a test answers from
    memory (`engine.runtime.memory`).
    """

    @property
    def instance(self) -> InstanceState:
        """The instance row."""

    def scope(self, scope_id: int) -> Scope:
        """A fresh, private copy of a live scope.

        Raises:
            KeyError: no live scope has that id (it ended, or never was).
        """

    def children(self, scope_id: int) -> Iterable[int]:
        """Ids of the live scopes directly below, ascending."""

    def variable(self, scope_id: int, name: str) -> object | Missing:
        """Value of the variable of exactly that scope, or `MISSING`. Never mutate it."""

    def variables(self, scope_id: int) -> Mapping[str, object]:
        """All variables of exactly that scope."""
