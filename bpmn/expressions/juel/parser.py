"""JUEL's parser: precedence climbing over tokens, chains kept flat, depth limited."""

from __future__ import annotations

import re

from bpmn.expressions.faults import Fault, syntax_fault
from bpmn.expressions.juel.lexer import Kind, Token, tokenize
from bpmn.expressions.juel.syntax import (
    Chain,
    Choice,
    FunctionCall,
    Link,
    Literal,
    MethodCall,
    Name,
    Prefix,
    Property,
    Template,
    Tree,
)
from bpmn.expressions.limits import MAX_DEPTH

OR, AND, EQUALITY, RELATION, SUM, PRODUCT = range(1, 7)

_LEVELS = {
    "||": OR,
    "&&": AND,
    "==": EQUALITY,
    "!=": EQUALITY,
    "<": RELATION,
    ">": RELATION,
    "<=": RELATION,
    ">=": RELATION,
    "+": SUM,
    "-": SUM,
    "*": PRODUCT,
    "/": PRODUCT,
    "%": PRODUCT,
}
_PREFIXES = {"-", "!", "empty"}
_CONSTANTS: dict[str, object] = {"true": True, "false": False, "null": None}
_OPENING = re.compile(r"\\?[$#]\{")


def parse_template(text: str) -> Template:
    r"""Parse a whole text such as ``Invoice ${nr}``; ``\${`` stands for the characters.

    Raises:
        Fault: an expression cannot be read, with its position.
    """
    parts: list[str | Tree] = []
    position = 0
    while opening := _OPENING.search(text, position):
        if opening.start() > position:
            parts.append(text[position : opening.start()])
        if opening.group().startswith("\\"):
            parts.append(opening.group()[1:])
            position = opening.end()
            continue
        tokens, position = tokenize(text, opening.end())
        parts.append(_Parser(tokens).parse())
    if position < len(text):
        parts.append(text[position:])
    return Template(tuple(parts))


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._index = 0
        self._depth = 0

    def parse(self) -> Tree:
        tree = self._choice()
        if self._token.kind is not Kind.END:
            raise self._unexpected("an operator or the closing brace")
        return tree

    @property
    def _token(self) -> Token:
        return self._tokens[self._index]

    def _advance(self) -> Token:
        token = self._tokens[self._index]
        self._index += 1
        return token

    def _accept(self, operator: str) -> Token | None:
        token = self._token
        if token.kind is Kind.OPERATOR and token.text == operator:
            self._index += 1
            return token
        return None

    def _expect(self, operator: str) -> Token:
        token = self._accept(operator)
        if token is None:
            raise self._unexpected(f"'{operator}'")
        return token

    def _unexpected(self, wanted: str) -> Fault:
        found = self._token
        what = "the end" if found.kind is Kind.END else repr(found.text)
        return syntax_fault(f"Expected {wanted}, but found {what}.", found.position)

    def _choice(self) -> Tree:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            message = f"The expression is nested more than {MAX_DEPTH} deep."
            raise syntax_fault(message, self._token.position)
        tree = self._chain(OR)
        question = self._accept("?")
        if question:
            then = self._choice()
            self._expect(":")
            tree = Choice(tree, then, self._choice(), question.position)
        self._depth -= 1
        return tree

    def _chain(self, lowest: int) -> Tree:
        tree = self._prefix()
        while self._token.kind is Kind.OPERATOR:
            level = _LEVELS.get(self._token.text, 0)
            if level < lowest:
                break
            tree = self._level(tree, level)
        return tree

    def _level(self, first: Tree, level: int) -> Tree:
        position = self._token.position
        links: list[Link] = []
        while self._token.kind is Kind.OPERATOR and _LEVELS.get(self._token.text) == level:
            operator = self._advance()
            links.append(Link(operator.text, self._chain(level + 1), operator.position))
        return Chain(level, first, tuple(links), position)

    def _prefix(self) -> Tree:
        operators: list[Token] = []
        while self._token.kind is Kind.OPERATOR and self._token.text in _PREFIXES:
            operators.append(self._advance())
            self._limit(len(operators))
        tree = self._postfix()
        for operator in reversed(operators):
            tree = Prefix(operator.text, tree, operator.position)
        return tree

    def _limit(self, count: int) -> None:
        if count > MAX_DEPTH:
            message = f"More than {MAX_DEPTH} operators or path steps follow each other."
            raise syntax_fault(message, self._token.position)

    def _postfix(self) -> Tree:
        tree = self._primary()
        count = 0
        while True:
            if dot := self._accept("."):
                tree = self._member(tree, dot)
            elif bracket := self._accept("["):
                key = self._choice()
                self._expect("]")
                tree = Property(tree, key, bracket.position)
            else:
                return tree
            count += 1
            self._limit(count)

    def _member(self, base: Tree, dot: Token) -> Tree:
        if self._token.kind is not Kind.NAME:
            raise self._unexpected("a property or method name")
        name = self._advance()
        if self._accept("("):
            return MethodCall(base, name.text, self._arguments(), name.position)
        return Property(base, Literal(name.text, name.position), dot.position)

    def _arguments(self) -> tuple[Tree, ...]:
        arguments: list[Tree] = []
        if self._accept(")"):
            return ()
        while True:
            arguments.append(self._choice())
            if self._accept(")"):
                return tuple(arguments)
            self._expect(",")

    def _primary(self) -> Tree:
        token = self._token
        if token.kind is Kind.NUMBER:
            return Literal(_number(self._advance()), token.position)
        if token.kind is Kind.STRING:
            return Literal(self._advance().text, token.position)
        if token.kind is Kind.NAME:
            return self._name(self._advance())
        if self._accept("("):
            tree = self._choice()
            self._expect(")")
            return tree
        raise self._unexpected("a value")

    def _name(self, token: Token) -> Tree:
        if token.text in _CONSTANTS:
            return Literal(_CONSTANTS[token.text], token.position)
        if token.text == "instanceof":
            raise syntax_fault("JUEL has no 'instanceof'.", token.position)
        if self._accept("("):
            return FunctionCall(token.text, self._arguments(), token.position)
        return Name(token.text, token.position)


def _number(token: Token) -> int | float:
    if token.text.isdigit():
        if len(token.text) > 300:
            raise syntax_fault("The number has more than 300 digits.", token.position)
        return int(token.text)
    number = float(token.text)
    if number == float("inf"):
        raise syntax_fault(f"The number {token.text[:40]} is too large.", token.position)
    return number
