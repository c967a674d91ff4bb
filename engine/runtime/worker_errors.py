"""Camunda 7's ``errorEventDefinition`` of external tasks: when a worker's report is an error."""

from __future__ import annotations

from collections.abc import Mapping

from bpmn.expressions import TableBean
from bpmn.model import Node
from engine.runtime.run import Run
from engine.runtime.state import Scope


def find(
    run: Run, scope: Scope, node: Node, report: Mapping[str, object], brought: Mapping[str, object]
) -> str | None:
    """The code of the first error whose condition holds, ``None`` without any.

    Args:
        run: the step.
        scope: where the task waits.
        node: the task.
        report: what ``externalTask`` tells: ``errorMessage``, ``errorDetails``.
        brought: the variables with which the worker completes it.

    Raises:
        Failure: a condition cannot be evaluated.
    """
    if node.work is None or not node.work.errors:
        return None
    beans = {"externalTask": TableBean("externalTask", {**_NOTHING, **report})}
    for code, condition in node.work.errors:
        if run.holds_with(condition, scope, brought, beans):
            return run.text(code, scope)
    return None


_NOTHING: Mapping[str, object] = {"errorMessage": None, "errorDetails": None}
