"""Variables as expressions and scripts see them: up the scope chain, by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping

from bpmn.model import Dialect
from engine.runtime.state import MISSING, Missing, Scope, ScopeKind
from engine.runtime.workspace import Workspace

# Loop counters are read from the state of the loop, so that no turn writes them.
_COUNTERS = frozenset({"nrOfInstances", "nrOfActiveInstances", "nrOfCompletedInstances"})
LOOP_COUNTER = "loopCounter"
_COMPUTED = _COUNTERS | {LOOP_COUNTER}
# Variables whose name begins so are the engine's own; nobody outside sees them.
INTERNAL = "#"


def find(work: Workspace, scope_id: int, name: str, *, first_index: int = 0) -> object | Missing:
    """The value of the nearest variable *name* from *scope_id* outwards, or `MISSING`.

    ``first_index`` is the ``loopCounter`` of the first item: 0, or 1 in Camunda 8.
    """
    current: int | None = scope_id
    while current is not None:
        value = work.local(current, name)
        if value is not MISSING:
            return value
        scope = work.look(current)
        if name in _COMPUTED:
            value = _computed(scope, name, first_index)
            if value is not MISSING:
                return value
        current = scope.parent
    return MISSING


def assign(work: Workspace, scope_id: int, name: str, value: object) -> None:
    """Write to the nearest scope that has the variable, else to the process (both Camundas).

    A flow in an ad-hoc sub-process keeps to itself what nothing around it has.
    """
    current, flow = scope_id, -1
    while work.local(current, name) is MISSING:
        scope = work.look(current)
        if scope.kind is ScopeKind.INNER and flow < 0:
            flow = current
        if scope.parent is None:
            current = current if flow < 0 else flow
            break
        current = scope.parent
    work.set_local(current, name, value)


def counters(scope: Scope, dialect: Dialect) -> dict[str, object]:
    """The loop counters that *scope* itself has: an item its number, a body those of its items."""
    found = ((name, _computed(scope, name, first_index(dialect))) for name in sorted(_COMPUTED))
    return {name: value for name, value in found if value is not MISSING}


def first_index(dialect: Dialect) -> int:
    """The ``loopCounter`` of the first item: 0, or 1 in Camunda 8."""
    return 1 if dialect is Dialect.CAMUNDA8 else 0


def outside(work: Workspace, scope_id: int) -> dict[str, object]:
    """The variables of exactly that scope that somebody outside of the engine may see."""
    own = work.locals(scope_id)
    return {name: value for name, value in own.items() if not name.startswith(INTERNAL)}


def visible(work: Workspace, scope_id: int) -> dict[str, object]:
    """All variables that *scope_id* sees, the nearest of each name."""
    found: dict[str, object] = {}
    current: int | None = scope_id
    while current is not None:
        for name, value in outside(work, current).items():
            found.setdefault(name, value)
        current = work.look(current).parent
    return found


def _computed(scope: Scope, name: str, first_index: int) -> object | Missing:
    if name == LOOP_COUNTER:
        return MISSING if scope.index is None else scope.index + first_index
    loop = scope.loop
    if loop is None:
        return MISSING
    if name == "nrOfInstances":
        return loop.total
    return loop.active if name == "nrOfActiveInstances" else loop.completed


class ScopeVariables(Mapping[str, object]):
    """The variables that a scope sees, looked up when they are asked for."""

    __slots__ = ("_first_index", "_scope", "_work")

    def __init__(self, work: Workspace, scope_id: int, first_index: int) -> None:
        self._work = work
        self._scope = scope_id
        self._first_index = first_index

    def __getitem__(self, name: str) -> object:
        value = find(self._work, self._scope, name, first_index=self._first_index)
        if value is MISSING:
            raise KeyError(name)
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(visible(self._work, self._scope))

    def __len__(self) -> int:
        return len(visible(self._work, self._scope))


class Overlay(Mapping[str, object]):
    """Some variables before others, for mappings of what an event or a call brought."""

    __slots__ = ("_below", "_first")

    def __init__(self, first: Mapping[str, object], below: Mapping[str, object]) -> None:
        self._first = first
        self._below = below

    def __getitem__(self, name: str) -> object:
        if name in self._first:
            return self._first[name]
        return self._below[name]

    def __iter__(self) -> Iterator[str]:
        yield from self._first
        yield from (name for name in self._below if name not in self._first)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class LocalVariables(Mapping[str, object]):
    """The variables of exactly one scope, looked up when they are asked for."""

    __slots__ = ("_scope", "_work")

    def __init__(self, work: Workspace, scope_id: int) -> None:
        self._work = work
        self._scope = scope_id

    def __getitem__(self, name: str) -> object:
        value = self._work.local(self._scope, name)
        if value is MISSING or name.startswith(INTERNAL):
            raise KeyError(name)
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(outside(self._work, self._scope))

    def __len__(self) -> int:
        return sum(1 for _ in self)


class Isolated(dict[str, object]):
    """Variables with nothing behind them: those of a called process, for its output mappings."""


class ScriptVariables(MutableMapping[str, object]):
    """What a script reads and writes; nothing is changed before `written` is.

    ``own`` are the variables of exactly its scope, which ``execution.setVariableLocal`` writes.

    Lists and mappings are shared with other scopes and history: a script language copies what
    its scripts may mutate, and writes the copy (`bpmn.expressions.base`).
    """

    __slots__ = ("_seen", "own", "written")

    def __init__(
        self, seen: Mapping[str, object], near: Mapping[str, object] | None = None
    ) -> None:
        self._seen = seen
        self.written: dict[str, object] = {}
        self.own = self if near is None else ScriptVariables(near)

    def __getitem__(self, name: str) -> object:
        value = self.own.written.get(name, MISSING)
        if value is MISSING and name in self.written:
            value = self.written[name]
        elif value is MISSING and name not in self.own.written:
            value = self._seen[name]
        if value is MISSING:
            raise KeyError(name)
        return value

    def __setitem__(self, name: str, value: object) -> None:
        self._nearest(name)[name] = value

    def __delitem__(self, name: str) -> None:
        if name not in self:
            raise KeyError(name)
        self._nearest(name)[name] = MISSING

    def __iter__(self) -> Iterator[str]:
        changed = {**self.written, **self.own.written}
        yield from (name for name in changed if name in self)
        yield from (name for name in self._seen if name not in changed)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _nearest(self, name: str) -> dict[str, object]:
        """Where *name* is written: to its own scope when that has it by now."""
        is_near = self.own is not self and name in self.own
        return self.own.written if is_near else self.written
