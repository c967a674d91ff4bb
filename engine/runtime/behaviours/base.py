"""How one BPMN element runs: the interface that every file of this folder fills."""

from __future__ import annotations

from collections.abc import Mapping

from engine.runtime import activity, mappings
from engine.runtime.run import Failure, Run
from engine.runtime.state import Armed, Scope, Token


class Behaviour:
    """How one BPMN element runs.

    One object serves all instances and threads, so it has no state; what must be remembered
    belongs to the scope. A method that fails raises `engine.runtime.run.Failure` before it
    changes anything: the token stays, with an incident, and a retry calls the method again.
    """

    def execute(self, run: Run, scope: Scope, token: Token) -> None:
        """Do the element's work, now that *token* is in it; the default passes through."""
        activity.done(run, scope, token)

    def execute_last(self, run: Run, scope: Scope, token: Token) -> None:
        """What `execute` put off by `Run.schedule_last`."""
        activity.done(run, scope, token)

    def resume(self, run: Run, scope: Scope, token: Token, variables: Mapping[str, object]) -> None:
        """What the token waited for is complete and brought *variables*."""
        mappings.receive(run, scope, token.node, variables)
        activity.done(run, scope, token)

    def carried(
        self,
        run: Run,  # noqa: ARG002 - a call activity maps what it gets
        scope: Scope,  # noqa: ARG002
        token: Token,  # noqa: ARG002
        variables: Mapping[str, object],
    ) -> Mapping[str, object]:
        """What of the *variables* that came with an error from outside is passed on."""
        return variables

    def fired(self, run: Run, scope: Scope, armed: Armed, variables: Mapping[str, object]) -> None:
        """An event that *scope* listens to for this element happened and brought *variables*."""
        label = run.node(armed.node).node.label
        raise Failure(
            "event-unsupported",
            f"{label!r} catches no events.",
            data={"scope": scope.id, "variables": sorted(variables)},
        )
