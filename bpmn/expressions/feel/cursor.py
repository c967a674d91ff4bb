"""A position in a list of tokens, with the limits that keep parsing bounded."""

from __future__ import annotations

from bpmn.expressions.faults import Fault, syntax_fault
from bpmn.expressions.feel.lexer import Kind, Token
from bpmn.expressions.limits import MAX_DEPTH


class Cursor:
    """Reads tokens one after the other."""

    def __init__(self, text: str, tokens: list[Token]) -> None:
        self.text = text
        self.tokens = tokens
        self.index = 0
        self._depth = 0

    @property
    def token(self) -> Token:
        """The token that comes next."""
        return self.tokens[self.index]

    def peek(self, offset: int = 1) -> Token:
        """A token further on; behind the end it is the end."""
        return self.tokens[min(self.index + offset, len(self.tokens) - 1)]

    def advance(self) -> Token:
        """Take the next token; the end stays where it is."""
        token = self.tokens[self.index]
        if token.kind is not Kind.END:
            self.index += 1
        return token

    def sees(self, text: str) -> bool:
        """Tell whether an operator or keyword comes next."""
        token = self.token
        return token.text == text and token.kind in {Kind.OPERATOR, Kind.NAME}

    def accept(self, text: str) -> Token | None:
        """Take an operator or keyword if it comes next."""
        return self.advance() if self.sees(text) else None

    def expect(self, text: str) -> Token:
        """Take an operator or keyword.

        Raises:
            Fault: something else comes next.
        """
        token = self.accept(text)
        if token is None:
            raise self.unexpected(f"'{text}'")
        return token

    def unexpected(self, wanted: str, hint: str = "") -> Fault:
        """Give the fault of a token that does not fit."""
        found = self.token
        what = "the end" if found.kind is Kind.END else repr(self.text[found.position : found.end])
        message = f"Expected {wanted}, but found {what[:80]}."
        return syntax_fault(message, found.position, hint=hint)

    def limit(self, count: int) -> None:
        """Refuse more steps in a row than any person writes.

        Raises:
            Fault: *count* is over the limit.
        """
        if count > MAX_DEPTH:
            message = f"More than {MAX_DEPTH} operators or path steps follow each other."
            raise syntax_fault(message, self.token.position)

    def enter(self) -> None:
        """Go one level deeper; ``leave`` goes back.

        Raises:
            Fault: the limit is reached.
        """
        self._depth += 1
        if self._depth > MAX_DEPTH:
            message = f"The expression is nested more than {MAX_DEPTH} deep."
            raise syntax_fault(message, self.token.position)

    def leave(self) -> None:
        """Go one level back."""
        self._depth -= 1
