"""What is still to do within a step, in the order in which it became due."""

from __future__ import annotations

from collections import deque
from enum import IntEnum

from engine.runtime.state import Scope, Token


class Operation(IntEnum):
    """The kinds of work on the agenda; `engine.runtime.advance` says who does each.

    ENTER: a token arrived at a node. BEGIN: what delayed it is over, open what the node needs.
    EXECUTE: do the node's work. FINISH: an activity with a scope of its own is done. LEAVE:
    everything of the node is done. GO: what delayed leaving is over. SETTLE: a scope may have run
    out of tokens. LAST: do what the node kept until nothing else can move. ARM: the process
    begins to listen for its event sub-processes.
    UNDO: what completed in a scope is compensated, and this has come one further.
    LISTEN: go on with the listeners of the token's stage.
    """

    ENTER = 0
    BEGIN = 1
    EXECUTE = 2
    FINISH = 3
    LEAVE = 4
    GO = 5
    SETTLE = 6
    LAST = 7
    ARM = 8
    UNDO = 9
    LISTEN = 10


Entry = tuple[Operation, Scope, Token | None]


class Agenda:
    """First in, first out; entries of scopes and tokens that are gone are skipped when due.

    What is thrown waits until everything else is done, so that parallel branches listen before it
    comes, in whatever order they are drawn.
    """

    __slots__ = ("entries", "last")

    def __init__(self) -> None:
        self.entries: deque[Entry] = deque()
        self.last: deque[Entry] = deque()

    def next(self) -> Entry | None:
        """Take what is due now, ``None`` when all is done."""
        if self.entries:
            return self.entries.popleft()
        return self.last.popleft() if self.last else None
