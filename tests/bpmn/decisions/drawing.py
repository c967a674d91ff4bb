"""Draws small decision files as text, for tests that need many."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

MODEL = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def draw(*elements: str, namespace: str = MODEL) -> bytes:
    """A file with these elements."""
    body = "\n".join(elements)
    start = f'<definitions xmlns="{namespace}" id="d" name="d" namespace="x">'
    return f"{start}\n{body}\n</definitions>".encode()


def literal(text: str, *, name: str = "decision") -> str:
    """A decision that is one expression."""
    return (
        f'<decision id="{name}" name="{name}">'
        f"<literalExpression><text>{escape(text)}</text></literalExpression></decision>"
    )


def table(
    inputs: Sequence[tuple[str, str]],
    rules: Sequence[tuple[Sequence[str], str]],
    *,
    policy: str = "UNIQUE",
    values: str = "",
) -> str:
    """A decision ``decision`` whose table has inputs (text, type) and rules (cells, output)."""
    columns = "".join(
        f"<input><inputExpression typeRef={quoteattr(kind)}><text>{escape(text)}</text>"
        "</inputExpression></input>"
        for text, kind in inputs
    )
    rows = "".join(
        "<rule>"
        + "".join(f"<inputEntry><text>{escape(cell)}</text></inputEntry>" for cell in cells)
        + f"<outputEntry><text>{escape(output)}</text></outputEntry></rule>"
        for cells, output in rules
    )
    listed = f"<outputValues><text>{escape(values)}</text></outputValues>" if values else ""
    return (
        f'<decision id="decision" name="decision"><decisionTable hitPolicy="{policy}">'
        f'{columns}<output name="result">{listed}</output>{rows}</decisionTable></decision>'
    )
