"""How a verb becomes a transaction; the parts of `engine.core.Engine` share it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from engine.actor import Actor
from engine.commands.transaction import Tools, Transaction, in_transaction

T = TypeVar("T")


class Doing:
    """Runs verbs, each in a transaction of its own."""

    _tools: Tools

    def _do(self, actor: Actor, verb: Callable[[Transaction], T]) -> T:
        return in_transaction(self._tools, actor, verb)
