"""Call activities: another process does the work (BPMN 2.0 p. 183)."""

from __future__ import annotations

from collections.abc import Mapping

from engine.runtime import activity, mappings
from engine.runtime.behaviours.base import Behaviour
from engine.runtime.effects import CallProcess
from engine.runtime.run import Failure, Run
from engine.runtime.state import Scope, Token, WaitKind
from engine.runtime.variables import Isolated
from engine.runtime.waits import wait


class CallActivity(Behaviour):
    """Only what is mapped crosses, in both directions; the dialect says what the default is."""

    def execute(self, run: Run, scope: Scope, token: Token) -> None:
        """Ask for the called process."""
        node = run.node(token.node).node
        call = node.call
        if call is None:
            raise Failure("call-without-process", f"{node.label!r} names no process to call.")
        process = run.text(call.process, scope)
        if not process:
            raise Failure(
                "call-without-process",
                f"{node.label!r} should call {call.process.text!r}, which is empty.",
            )
        opened = CallProcess(
            run.work.new_id(),
            scope.id,
            token.id,
            process,
            call.binding,
            run.text(call.version, scope),
            call.version_tag,
            run.text(call.business_key, scope) or None,
            mappings.passed(
                run,
                scope,
                mappings.Passing(call.ins, call.all_in, call.own_in),
                is_own=activity.is_own_scope(scope, token),
            ),
            run.text(call.tenant, scope),
        )
        wait(run, scope, token, WaitKind.CALL, opened)

    def resume(self, run: Run, scope: Scope, token: Token, variables: Mapping[str, object]) -> None:
        """The called process ended; *variables* are all of its own."""
        brought = self.carried(run, scope, token, variables)
        run.write_local(scope, _outs(run, scope, token, variables, local=True))
        mappings.receive(run, scope, token.node, brought)
        activity.done(run, scope, token)

    def carried(
        self, run: Run, scope: Scope, token: Token, variables: Mapping[str, object]
    ) -> Mapping[str, object]:
        """What of the called process' *variables* comes back, also when it ended by an error."""
        call = run.node(token.node).node.call
        everything = variables if call is None or call.all_out else {}
        return {**everything, **_outs(run, scope, token, variables, local=False)}


def _outs(
    run: Run, scope: Scope, token: Token, variables: Mapping[str, object], *, local: bool
) -> Mapping[str, object]:
    """Outputs see the called process' variables only (Camunda), not the caller's.

    Local ones live in the call's own scope, for its output mappings; without one, nowhere.
    """
    call = run.node(token.node).node.call
    if call is None or (local and not activity.is_own_scope(scope, token)):
        return {}
    wanted = tuple(mapping for mapping in call.outs if mapping.local is local)
    everything = variables if local and call.own_out else {}
    return {**everything, **mappings.evaluate(run, wanted, scope, before=Isolated(variables))}
