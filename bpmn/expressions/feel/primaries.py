"""Parses what stands between FEEL's operators: literals, names, brackets, if, for, function."""

from __future__ import annotations

from abc import ABC, abstractmethod
from decimal import Decimal

from bpmn.expressions.faults import syntax_fault
from bpmn.expressions.feel.cursor import Cursor
from bpmn.expressions.feel.lexer import Kind, Token
from bpmn.expressions.feel.names import KEYWORDS, KnownNames, count_words
from bpmn.expressions.feel.syntax import (
    Choice,
    ContextOf,
    Entry,
    FunctionOf,
    Interval,
    Iteration,
    Iterator,
    ListOf,
    Literal,
    Name,
    Steps,
    Temporal,
    Tree,
    TypeName,
)
from bpmn.expressions.feel.types import parse_type
from bpmn.expressions.feel.values import read_decimal

_COMPOUND = frozenset({"for", "some", "every", "if", "function"})
_BEFORE = frozenset(
    {"(", "[", "+", "-", "*", "/", "**", "and", "or", "=", "<", ">", "then", "else"}
)
_CONSTANTS: dict[str, object] = {"true": True, "false": False, "null": None}


class PrimaryParser(ABC):
    """The half of the parser that knows no precedence; the other half is in ``parser``.

    Attributes:
        cursor: where it stands.
        known: names of several words; those that the text binds are added.
        closing: how many intervals are open whose end may be closed by ``[``.
    """

    def __init__(self, cursor: Cursor, known: KnownNames) -> None:
        self.cursor = cursor
        self.known = known
        self.closing = 0

    @abstractmethod
    def expression(self) -> Tree:
        """Parse a whole expression."""

    @abstractmethod
    def operand(self) -> Tree:
        """Parse an expression without comparison and logic."""

    @abstractmethod
    def test(self) -> Tree:
        """Parse one unary test or expression."""

    def is_interval(self) -> bool:
        """Look ahead whether the bracket here opens ``(a..b)``: dots before it closes."""
        depth = 0
        tokens = self.cursor.tokens
        for index in range(self.cursor.index, len(tokens)):
            token = tokens[index]
            if token.kind is not Kind.OPERATOR:
                # It has dots of its own: (for i in 1..3 return i).
                if depth == 1 and token.text in _COMPOUND and tokens[index - 1].text in _BEFORE:
                    return False
                continue
            if token.text == ".." and depth == 1:
                return True
            depth += (token.text in "([{") - (token.text in ")]}")
            if depth <= 0 or (token.text == "," and depth == 1):
                return False
        return False

    def primary(self) -> Tree:
        """Parse what stands between operators."""
        cursor = self.cursor
        token = cursor.token
        if token.kind is Kind.NUMBER:
            return Literal(_number(cursor.advance()), token.position)
        if token.kind is Kind.STRING:
            return Literal(cursor.advance().text, token.position)
        if token.kind is Kind.TEMPORAL:
            return Temporal(cursor.advance().text, token.position)
        if token.kind is Kind.OPERATOR:
            return self._bracketed(token)
        if token.kind is Kind.NAME and token.text in KEYWORDS:
            return self._keyword(token)
        return Name(self.name(), token.position)

    def name(self) -> str:
        """Parse a name of one or several words."""
        cursor = self.cursor
        if cursor.token.kind is Kind.QUOTED_NAME:
            return cursor.advance().text
        if cursor.token.kind is not Kind.NAME:
            raise cursor.unexpected("a value")
        count, known = self.known.match(cursor.tokens, cursor.index)
        words = self.words(count or count_words(cursor.tokens, cursor.index))
        return known or words

    def words(self, count: int) -> str:
        """Take that many words as one name."""
        cursor = self.cursor
        first = cursor.advance()
        last = first
        for _ in range(count - 1):
            last = cursor.advance()
        if first is last:
            return first.text
        return " ".join(cursor.text[first.position : last.end].split())

    def _bracketed(self, token: Token) -> Tree:
        cursor = self.cursor
        if token.text in "([]" and self._opens_interval(token):
            return self._interval()
        if token.text == "(":
            cursor.advance()
            tree = self.test()
            cursor.expect(")")
            return tree
        if token.text == "[":
            return self._list()
        if token.text == "{":
            return self._context()
        raise cursor.unexpected("a value")

    def _opens_interval(self, token: Token) -> bool:
        if token.text != "]":
            return self.is_interval()
        return True

    def _interval(self) -> Tree:
        cursor = self.cursor
        opening = cursor.advance()
        start = self.operand()
        cursor.expect("..")
        self.closing += 1
        end = self.operand()
        self.closing -= 1
        closing = cursor.token
        if closing.text not in {")", "]", "["} or closing.kind is not Kind.OPERATOR:
            raise cursor.unexpected("')', ']' or '['")
        cursor.advance()
        return Interval(start, end, opening.text == "[", closing.text == "]", opening.position)

    def _list(self) -> Tree:
        cursor = self.cursor
        position = cursor.advance().position
        items: list[Tree] = []
        while not cursor.accept("]"):
            if items:
                cursor.expect(",")
            items.append(self.test())
        return ListOf(tuple(items), position)

    def _context(self) -> Tree:
        cursor = self.cursor
        position = cursor.advance().position
        entries: list[Entry] = []
        while not cursor.accept("}"):
            if entries:
                cursor.expect(",")
            key = self._key()
            cursor.expect(":")
            self.known.add(key)
            entries.append(Entry(key, self.expression()))
        return ContextOf(tuple(entries), position)

    def _key(self) -> str:
        cursor = self.cursor
        if cursor.token.kind in {Kind.STRING, Kind.QUOTED_NAME}:
            return cursor.advance().text
        count = 0
        while cursor.peek(count).text not in {":", ",", "}", "{", ""}:
            count += 1
        if not count or cursor.token.kind is not Kind.NAME:
            raise cursor.unexpected("the name of an entry")
        return self.words(count)

    def _keyword(self, token: Token) -> Tree:
        if token.text in _CONSTANTS:
            self.cursor.advance()
            return Literal(_CONSTANTS[token.text], token.position)
        if token.text == "if":
            return self._choice()
        if token.text in {"for", "some", "every"}:
            return self._iteration(token.text)
        if token.text == "function":
            return self._function()
        raise self.cursor.unexpected("a value")

    def _choice(self) -> Tree:
        cursor = self.cursor
        position = cursor.advance().position
        condition = self.expression()
        cursor.expect("then")
        then = self.expression()
        cursor.expect("else")
        return Choice(condition, then, self.expression(), position)

    def _iteration(self, kind: str) -> Tree:
        cursor = self.cursor
        position = cursor.advance().position
        iterators = [self._iterator()]
        while cursor.accept(","):
            iterators.append(self._iterator())
            cursor.limit(len(iterators))
        cursor.expect("return" if kind == "for" else "satisfies")
        return Iteration(kind, tuple(iterators), self.expression(), position)

    def _iterator(self) -> Iterator:
        cursor = self.cursor
        name = self.name()
        self.known.add(name)
        cursor.expect("in")
        domain = self.expression()
        if dots := cursor.accept(".."):
            return Iterator(name, Steps(domain, self.expression(), dots.position))
        return Iterator(name, domain)

    def _function(self) -> Tree:
        cursor = self.cursor
        position = cursor.advance().position
        cursor.expect("(")
        parameters: list[str] = []
        types: list[TypeName | None] = []
        while not cursor.accept(")"):
            if parameters:
                cursor.expect(",")
            parameters.append(self.name())
            self.known.add(parameters[-1])
            types.append(parse_type(cursor) if cursor.accept(":") else None)
        if cursor.sees("external"):
            message = "External functions are not available."
            raise syntax_fault(message, cursor.token.position, hint="Call a service task.")
        return FunctionOf(tuple(parameters), tuple(types), self.expression(), position)


def _number(token: Token) -> int | Decimal:
    if token.text.isdigit() and len(token.text) <= 34:
        return int(token.text)
    number = read_decimal(token.text)
    if number is None:
        raise syntax_fault(f"The number {token.text[:40]} is too large.", token.position)
    return number
