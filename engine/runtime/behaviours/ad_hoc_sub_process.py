"""Ad-hoc sub-processes (BPMN 2.0 p. 180)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bpmn.model import Dialect
from engine.runtime import ad_hoc, mappings, starting
from engine.runtime.behaviours.base import Behaviour
from engine.runtime.run import Failure, Run
from engine.runtime.state import Scope, Token


class AdHocSubProcess(Behaviour):
    """What needs no person runs by itself; people choose the rest."""

    def execute(self, run: Run, scope: Scope, token: Token) -> None:
        """Listen, then start what is chosen by expression, else what needs nobody."""
        if ad_hoc.has_begun(scope):
            ad_hoc.ask(run, scope, token)
            return
        chosen = _chosen(run, scope)
        events = starting.prepare(run, scope)
        if starting.listen(run, scope, events):
            ad_hoc.begin(run, scope, token, chosen)
        else:
            scope.tokens.pop(token.id, None)

    def resume(self, run: Run, scope: Scope, token: Token, variables: Mapping[str, object]) -> None:
        """Whoever chooses says that it is done."""
        mappings.receive(run, scope, token.node, variables)
        ad_hoc.finish(run, scope, token)


def _chosen(run: Run, scope: Scope) -> Sequence[str]:
    node = run.node(scope.node).node
    known = {each.id: each for each in ad_hoc.activities(run.model, scope.node)}
    if node.active_elements is None and run.model.dialect is Dialect.CAMUNDA8:
        return ()
    if node.active_elements is None:
        return [n.id for n in known.values() if not ad_hoc.needs_person(run.model, n)]
    value = run.evaluate(node.active_elements, scope)
    if not isinstance(value, list | tuple) or not all(name in known for name in value):
        raise Failure(
            "ad-hoc-activity-missing",
            f"The activities to start in {node.label!r} are {value!r}; "
            f"it takes a list of: {', '.join(known)}.",
        )
    return [str(name) for name in value]
