"""How one kind of event definition is listened to and thrown: the interface of this folder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bpmn.model import EventDefinition, Node
from engine.runtime.run import Run
from engine.runtime.state import Scope, Token, WaitKind


@dataclass(frozen=True, slots=True)
class Prepared:
    """An event with all its expressions evaluated, ready to be armed.

    Attributes:
        definition: index in ``node.events``.
        name, correlation: of a subscription.
        due, cycle, fired: of a timer; see `engine.runtime.state.Armed`.
        is_true: of a condition: it holds already.
    """

    kind: WaitKind
    node: Node
    definition: int
    name: str = ""
    correlation: str = ""
    due: datetime | None = None
    cycle: str = ""
    fired: int = 0
    is_true: bool = False


class Catching(Protocol):
    """How one kind of event definition is listened to; one object, without state."""

    def prepare(self, run: Run, scope: Scope, node: Node, index: int) -> Prepared:
        """Evaluate what definition *index* of *node* listens to.

        Raises:
            Failure: an expression failed; nothing is armed.
        """


class Throwing(Protocol):
    """How one kind of event definition is thrown; one object, without state."""

    def throw(self, run: Run, scope: Scope, token: Token, definition: EventDefinition) -> bool:
        """Throw the event; ``True`` when the token goes on at once.

        Raises:
            Failure: an expression failed; nothing is thrown.
        """
