"""Checks a file against BPMN 2.0's XML schemas, which SpiffWorkflow carries."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnValidator

from bpmn.model import Problem, Severity

_MOST = 50
# A file with many errors needs time that grows with their square.
_MOST_NAMES = 25_000
_NAMESPACE = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_validators = threading.local()


def check(root: etree._Element) -> Iterator[Problem]:
    """Yield a warning for each violation of the schemas in *root* as written (unnormalised).

    Warnings, not errors: a fifth of the files that tools write break the schemas in places that
    do not matter, and a valid file may still be wrong.
    """
    if sum(1 + len(element.attrib) for element in root.iter()) > _MOST_NAMES:
        yield Problem(
            code="schema-skipped",
            message="The file is too large to be checked against BPMN's schemas; everything else "
            "is checked.",
            severity=Severity.INFO,
        )
        return
    schema = _schema()
    if schema.validate(root):
        return
    errors = [error for error in schema.error_log if not _is_modeler_habit(error.message)]
    for error in errors[:_MOST]:
        yield Problem(
            code="schema",
            message=error.message.replace(_NAMESPACE, ""),
            hint="The diagram may still run; export it again with a current modeler to mend it.",
            severity=Severity.WARNING,
            line=error.line,
        )
    if len(errors) > _MOST:
        yield Problem(
            code="schema",
            message=f"The schemas complain about {len(errors) - _MOST} more places.",
            hint="Export the diagram again with a current modeler.",
            severity=Severity.WARNING,
        )


def _is_modeler_habit(message: str) -> bool:
    """bpmn-js writes formalExpression where the schema wants messagePath; everyone reads it."""
    return "correlationPropertyRetrievalExpression" in message or (
        "formalExpression" in message and "messagePath" in message
    )


def _schema() -> etree.XMLSchema:
    """One validator a thread: its error log belongs to the last call."""
    schema: etree.XMLSchema | None = getattr(_validators, "schema", None)
    if schema is None:
        schema = BpmnValidator().validator
        _validators.schema = schema
    return schema
