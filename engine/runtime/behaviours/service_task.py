"""Service, send and business rule tasks: work that somebody else does (BPMN 2.0 p. 158 ff)."""

from __future__ import annotations

from bpmn.model import Dialect
from engine.runtime import activity, working
from engine.runtime.behaviours.base import Behaviour
from engine.runtime.event_kinds import MESSAGE
from engine.runtime.run import Run
from engine.runtime.state import Scope, Token, Variables


class ServiceTask(Behaviour):
    """Work by a handler, an external worker or an expression; without any it passes."""

    def execute(self, run: Run, scope: Scope, token: Token) -> None:
        """Start the work."""
        work = run.node(token.node).node.work
        if work is None or working.start(run, scope, token, work):
            activity.done(run, scope, token)

    def resume(self, run: Run, scope: Scope, token: Token, variables: Variables) -> None:
        """The work is done; SpiffWorkflow's operators give one value, in a variable of its own."""
        work = run.node(token.node).node.work
        if run.model.dialect is Dialect.SPIFF and work is not None and work.result_variable:
            variables = {work.result_variable: dict(variables)}
        super().resume(run, scope, token, variables)


class SendTask(Behaviour):
    """Sends its message, or does its work when the diagram says how."""

    def execute(self, run: Run, scope: Scope, token: Token) -> None:
        """Start the work, else send the message."""
        node = run.node(token.node).node
        # The standard's operationRef only says how; the message that is drawn is what is sent.
        is_standard = run.model.dialect is Dialect.PLAIN and node.events
        if node.work is not None and not is_standard:
            is_done = working.start(run, scope, token, node.work)
        else:
            is_done = all(MESSAGE.throw(run, scope, token, event) for event in node.events)
        if is_done:
            activity.done(run, scope, token)
