"""How a verb becomes a transaction; the parts of `engine.core.Engine` share it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from engine.actor import Actor
from engine.commands.transaction import Tools, Transaction, in_transaction
from engine.telemetry import metrics, traces

T = TypeVar("T")


class Doing:
    """Runs verbs, each in a transaction of its own."""

    _tools: Tools

    def _do(self, actor: Actor, verb: Callable[[Transaction], T]) -> T:
        name = _name_of(verb)
        with metrics.command(name), traces.span(f"command {name}"):
            return in_transaction(self._tools, actor, verb)


def _name_of(verb: Callable[[Transaction], T]) -> str:
    """``complete_task`` for the lambda in ``Engine.complete_task``."""
    return verb.__qualname__.split(".<locals>")[0].rpartition(".")[2]
