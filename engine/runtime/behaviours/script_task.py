"""Script tasks: the diagram's own code, run within the step (BPMN 2.0 p. 163)."""

from __future__ import annotations

from engine.runtime import activity, working
from engine.runtime.behaviours.base import Behaviour
from engine.runtime.run import Run
from engine.runtime.state import Scope, Token


class ScriptTask(Behaviour):
    """Runs the script; what it assigns are variables, its result is ``result_variable``."""

    def execute(self, run: Run, scope: Scope, token: Token) -> None:
        """Run it (Camunda 8's form without script is a worker's job)."""
        node = run.node(token.node).node
        if node.script is not None:
            result = run.run_script(node.script, scope)
            if node.result_variable:
                run.write(scope, {node.result_variable: result})
        elif node.work is not None and not working.start(run, scope, token, node.work):
            return
        activity.done(run, scope, token)
