"""What goes wrong inside one operation, before anyone knows where in the text it stands."""

from __future__ import annotations

from bpmn.expressions.base import ExpressionError


class Fault(Exception):
    """One operation failed; the operator that ran it adds the position.

    Attributes:
        message: a plain sentence with the value that did not fit.
        code: the code of the ExpressionError it becomes.
        hint: what to do about it.
        position: 0-based offset into the text, ``None`` until an operator adds it.
    """

    def __init__(
        self,
        message: str,
        *,
        code: str = "expression-failed",
        hint: str = "",
        position: int | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.hint = hint
        self.position = position

    def at(self, position: int) -> Fault:
        """Add the position unless an inner operator, which knows better, has done so."""
        if self.position is None:
            self.position = position
        return self

    def as_error(self, text: str) -> ExpressionError:
        """Give the error that callers see."""
        return ExpressionError(
            self.message, code=self.code, text=text, position=self.position, hint=self.hint
        )


def syntax_fault(message: str, position: int, *, hint: str = "") -> Fault:
    """Give the fault of a text that cannot be read."""
    return Fault(message, code="expression-syntax", hint=hint, position=position)


def shorten(value: object, *, limit: int = 60) -> str:
    """Show a value in a message without letting a large one flood it."""
    if isinstance(value, (list, tuple, dict, set)):
        return f"a {type(value).__name__} of {len(value)}"
    shown = repr(value[:limit] if isinstance(value, str) else value)
    return shown if len(shown) <= limit + 2 else f"{shown[:limit]}..."
