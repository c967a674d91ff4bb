"""What a step changes, laid over the snapshot: scopes, tokens, variables and waits.

Nothing here knows BPMN. Reading falls through to the snapshot; a scope is copied on first touch,
and what begins and ends within the step leaves no trace in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from engine.runtime.effects import CallProcess, Effect, Escalated
from engine.runtime.state import (
    MISSING,
    ROOT,
    Armed,
    InstanceState,
    Missing,
    Scope,
    ScopeKind,
    Snapshot,
    Status,
    Token,
    WaitKind,
)
from engine.runtime.step import HistoryEvent, Opened, Step

_NOTHING: Mapping[str, object] = {}


@dataclass(frozen=True, slots=True)
class Write:
    """A variable that was written while somebody waits for a condition.

    ``event`` is ``create``, ``update`` or ``delete``; what was armed later has a wait id from
    ``before`` on.
    """

    scope: int
    name: str
    event: str
    before: int


class Workspace:
    """The overlay of one step; see `Step` for what becomes of it.

    ``watched`` collects what is written when it is a list.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self.instance: InstanceState = snapshot.instance
        self.status: Status = self.instance.status
        self.log: list[str] = []
        self.history: list[HistoryEvent] = []
        self.effects: list[Effect] = []
        self.completed: list[int] = []
        self.watched: list[Write] | None = None
        self._next_id = self.instance.next_id
        self._scopes: dict[int, Scope] = {}
        self._changed: set[int] = set()
        self._created: set[int] = set()
        self._removed: set[int] = set()
        self._born: dict[int, dict[int, None]] = {}
        self._written: dict[int, dict[str, object]] = {}
        self._opened: dict[int, Opened | CallProcess | Escalated] = {}
        self._closed: dict[int, WaitKind] = {}

    def new_id(self) -> int:
        """The next free id for a scope, token or wait."""
        found = self._next_id
        self._next_id = found + 1
        return found

    # ---- scopes and tokens ----------------------------------------------------------------

    def look(self, scope_id: int) -> Scope:
        """A live scope, only to read.

        Raises:
            KeyError: it is not alive.
        """
        found = self._scopes.get(scope_id)
        if found is None:
            if scope_id in self._removed:
                raise KeyError(scope_id)
            found = self._scopes[scope_id] = self._snapshot.scope(scope_id)
        return found

    def scope(self, scope_id: int) -> Scope:
        """A live scope, to change; see `look`."""
        self._changed.add(scope_id)
        return self.look(scope_id)

    def parent(self, scope: Scope) -> Scope:
        """The scope around, to change."""
        assert scope.parent is not None, "the process scope has no parent"
        return self.scope(scope.parent)

    def is_alive(self, scope_id: int) -> bool:
        """Whether a scope that this step has seen is still there."""
        return scope_id in self._scopes

    def add_scope(self, scope: Scope) -> Scope:
        """Put a new scope in place."""
        self._scopes[scope.id] = scope
        self._created.add(scope.id)
        if scope.parent is not None:
            self._born.setdefault(scope.parent, {})[scope.id] = None
        return scope

    def open_scope(
        self, kind: ScopeKind, node: str, *, parent: int, token: int = 0, index: int | None = None
    ) -> Scope:
        """A new scope below *parent*, for its *token* or as the item *index* of a body."""
        return self.add_scope(
            Scope(self.new_id(), kind, node, parent=parent, token=token, index=index)
        )

    def remove_scope(self, scope: Scope) -> None:
        """A scope without waits ends; its variables go with it."""
        self._scopes.pop(scope.id, None)
        self._changed.discard(scope.id)
        self._written.pop(scope.id, None)
        if scope.id in self._created:
            self._created.discard(scope.id)
            if scope.parent is not None:
                self._born[scope.parent].pop(scope.id, None)
        else:
            self._removed.add(scope.id)

    def changed(self) -> list[Scope]:
        """The live scopes that this step changed or made, oldest first."""
        return [self._scopes[i] for i in sorted(self._changed | self._created)]

    def children(self, scope_id: int) -> Iterator[int]:
        """Ids of the live scopes directly below, ascending."""
        if scope_id not in self._created:
            for child in self._snapshot.children(scope_id):
                if child not in self._removed:
                    yield child
        yield from tuple(self._born.get(scope_id, ()))

    def add_token(self, scope: Scope, node: str) -> Token:
        """A new token in *scope* at *node*."""
        token = Token(self.new_id(), node)
        scope.tokens[token.id] = token
        self._changed.add(scope.id)
        return token

    # ---- variables --------------------------------------------------------------------------

    def local(self, scope_id: int, name: str) -> object | Missing:
        """The variable of exactly that scope, or `MISSING`."""
        written = self._written.get(scope_id)
        if written is not None and name in written:
            return written[name]
        if scope_id in self._created:
            return MISSING
        return self._snapshot.variable(scope_id, name)

    def locals(self, scope_id: int) -> dict[str, object]:
        """All variables of exactly that scope, internal ones (``#...``) included."""
        found: dict[str, object] = {}
        if scope_id not in self._created:
            found.update(self._snapshot.variables(scope_id))
        found.update(self._written.get(scope_id, _NOTHING))
        return {name: value for name, value in found.items() if value is not MISSING}

    def set_local(self, scope_id: int, name: str, value: object) -> None:
        """Write the variable of exactly that scope; `MISSING` deletes it."""
        if self.watched is not None and not name.startswith("#"):
            self.watched.append(self._write(scope_id, name, value))
        self._written.setdefault(scope_id, {})[name] = value

    def _write(self, scope_id: int, name: str, value: object) -> Write:
        if value is MISSING:
            event = "delete"
        else:
            event = "create" if self.local(scope_id, name) is MISSING else "update"
        return Write(scope_id, name, event, self._next_id)

    # ---- waits ------------------------------------------------------------------------------

    def open(self, opened: Opened | CallProcess | Escalated) -> None:
        """A wait begins; other processes are asked or told in the order of the other effects."""
        self._opened[opened.wait] = opened
        if isinstance(opened, CallProcess | Escalated):
            self.effects.append(opened)

    def close(self, kind: WaitKind, wait: int) -> bool:
        """A wait ends, fired or cancelled; ``False``: it began in this step, so it never was."""
        if self._opened.pop(wait, None) is not None:
            return False
        self._closed[wait] = kind
        return True

    def arm(self, scope: Scope, armed: Armed) -> None:
        """*scope* listens to an event; its wait is opened by the caller."""
        scope.armed[armed.wait] = armed
        self._changed.add(scope.id)

    def armed(self, kind: WaitKind) -> Iterator[tuple[Scope, Armed]]:
        """Everything of that *kind* to which a scope of the living process listens; to read."""
        todo = [ROOT]
        while todo:
            scope = self.look(todo.pop())
            yield from ((scope, armed) for armed in scope.armed.values() if armed.kind is kind)
            todo.extend(self.children(scope.id))

    def disarm(self, scope: Scope, armed: Armed) -> None:
        """*scope* listens to an event no more."""
        del scope.armed[armed.wait]
        self._changed.add(scope.id)
        self.close(armed.kind, armed.wait)

    def _asked(self, effect: Effect) -> Effect | None:
        """*effect* as it stands at the end of the step, ``None`` when nobody wants it any more."""
        if not isinstance(effect, CallProcess | Escalated) or effect.wait in self._opened:
            return effect
        # What was thrown was thrown, even when its token ended since.
        return replace(effect, wait=0) if isinstance(effect, Escalated) else None

    # ---- the result ---------------------------------------------------------------------------

    def step(self) -> Step:
        """Everything that changed."""
        alive = {scope.id: scope for scope in self.changed()}
        written = {(s, n): v for s, of in self._written.items() for n, v in of.items()}
        deleted = {key for key, value in written.items() if value is MISSING}
        return Step(
            status=self.status,
            next_id=self._next_id,
            scopes=alive,
            created=set(self._created),
            removed=sorted(self._removed),
            written={k: v for k, v in written.items() if k not in deleted},
            deleted={(s, n) for s, n in deleted if s not in self._created},
            opened=[o for o in self._opened.values() if not isinstance(o, CallProcess | Escalated)],
            closed=[(kind, wait) for wait, kind in self._closed.items()],
            effects=[effect for each in self.effects if (effect := self._asked(each)) is not None],
            history=self.history,
            log=self.log,
            completed=self.completed,
        )
