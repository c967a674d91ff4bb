"""Expression texts with their language, and type references."""

from __future__ import annotations

from bpmn.decisions.model import LiteralExpression
from bpmn.decisions.reading.xml import Node


def type_ref(node: Node) -> str:
    """The declared type, as attribute or element; "" for none.

    DMN 1.1 writes ``feel:string`` with a namespace prefix, which is left out.
    """
    name = node.get("typeRef") or node.text("typeRef")
    prefix, separator, rest = name.partition(":")
    return rest if separator and prefix in node.element.nsmap else name


def language_of(node: Node) -> str:
    """The expression language: the element's own, else that of the file, else FEEL."""
    declared = node.get("expressionLanguage")
    if not declared:
        declared = str(node.element.getroottree().getroot().get("expressionLanguage") or "")
    lowered = declared.strip().lower()
    if not lowered or "feel" in lowered:
        return "feel"
    return "juel" if "juel" in lowered else declared


def read_literal(node: Node) -> LiteralExpression:
    """A literal expression, input expression or cell.

    An expression of another language than FEEL and JUEL is refused.
    """
    language = language_of(node)
    text = node.text()
    if text and language not in {"feel", "juel"}:
        node.refuse(
            "decision-language-unknown",
            f"The expression language '{language}' is not available in decisions.",
            "Write the expression in FEEL.",
        )
    if not text and node.child("importedValues") is not None:
        node.refuse(
            "decision-values-imported",
            "The expression takes its text from another file.",
            "Write the text into the decision.",
        )
    return LiteralExpression(
        id=node.id, type_ref=type_ref(node), line=node.line, text=text, language=language
    )
