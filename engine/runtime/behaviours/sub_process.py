"""Embedded sub-processes (BPMN 2.0 p. 173)."""

from __future__ import annotations

from engine.runtime import starting
from engine.runtime.behaviours.base import Behaviour
from engine.runtime.run import Run
from engine.runtime.state import Scope, Token


class SubProcess(Behaviour):
    """Its token becomes the tokens inside; it is done when the last of them ends."""

    def execute(self, run: Run, scope: Scope, token: Token) -> None:
        """Listen, then start inside; *scope* is the sub-process' own."""
        starts = starting.starts_of(run, scope.node)
        events = starting.prepare(run, scope)
        del scope.tokens[token.id]
        if starting.listen(run, scope, events):
            starting.begin_at(run, scope, starts)
