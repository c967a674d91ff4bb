"""What people may start in an ad-hoc sub-process."""

from __future__ import annotations

from dataclasses import dataclass

from bpmn.model import ProcessModel
from engine.runtime import ad_hoc
from engine.runtime.state import Scope


@dataclass(frozen=True, slots=True)
class AdHocActivity:
    """An activity that can be started now, as often as one likes; ``type`` is BPMN's tag."""

    id: str
    name: str
    type: str
    documentation: str


def list_startable(model: ProcessModel, scope: Scope) -> tuple[AdHocActivity, ...]:
    """In drawn order; empty when *scope* is no ad-hoc sub-process, or nothing can start."""
    node = model.node.get(scope.node)
    if node is None or node.type != "adHocSubProcess":
        return ()
    return tuple(
        AdHocActivity(each.id, each.label, each.type, each.documentation)
        for each in ad_hoc.startable(model, scope)
    )
