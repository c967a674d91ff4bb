"""Rules of the forms that user tasks and start events declare."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bpmn.forms import declared_form, problems_of
from bpmn.model import Diagram, FormKind, Problem, ProcessModel, Severity
from bpmn.validation.rule import problem


def form_is_sound(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """A form in the diagram can be read and has no field that nobody can fill."""
    for node in model.nodes:
        if node.form is None:
            continue
        form = declared_form(node.form, element_id=node.id, title=node.name)
        for found in () if form is None else problems_of(form):
            yield replace(
                found,
                element_id=found.element_id or node.id,
                element_name=found.element_name or node.name,
                line=found.line or node.line,
            )


def form_is_known(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """A form key of another engine's web application means nothing here, and is said."""
    for node in model.nodes:
        if node.form is not None and node.form.kind is FormKind.KEY:
            yield problem(
                "form-key-unknown",
                node,
                f"The form key {node.form.key!r} of {node.label!r} names a form outside the "
                "diagram; Laneway keeps it and shows a form made from the task's variables.",
                "Use form fields, or a form (.form) of the modeler.",
                Severity.INFO,
            )
