"""FEEL's parser: precedence climbing over tokens, names resolved against the known ones."""

from __future__ import annotations

from decimal import Decimal

from bpmn.expressions.faults import syntax_fault
from bpmn.expressions.feel.cursor import Cursor
from bpmn.expressions.feel.lexer import Kind, Token, tokenize
from bpmn.expressions.feel.names import KnownNames, count_words
from bpmn.expressions.feel.operations import negate
from bpmn.expressions.feel.primaries import PrimaryParser
from bpmn.expressions.feel.syntax import (
    Argument,
    Between,
    Call,
    Chain,
    Comparison,
    Filter,
    In,
    InstanceOf,
    Link,
    Literal,
    Name,
    Negation,
    Path,
    Tests,
    Tree,
)
from bpmn.expressions.feel.types import parse_type

OR, AND, COMPARISON, SUM, PRODUCT, POWER = range(1, 7)

_LEVELS = {
    "or": OR,
    "and": AND,
    "=": COMPARISON,
    "!=": COMPARISON,
    "<": COMPARISON,
    "<=": COMPARISON,
    ">": COMPARISON,
    ">=": COMPARISON,
    "between": COMPARISON,
    "in": COMPARISON,
    "+": SUM,
    "-": SUM,
    "*": PRODUCT,
    "/": PRODUCT,
    "**": POWER,
}
_INFIX = frozenset({"and", "or", "between", "in", "then", "else", "return", "satisfies"})
_CONTINUING = frozenset({"[", ".", "(", "+", "-", "*", "/", "**"})
_TESTS = ("<=", ">=", "!=", "<", ">", "=")


def parse_expression(text: str, start: int, known: KnownNames) -> Tree:
    """Parse an expression.

    Args:
        text: the whole text.
        start: where the expression starts in it.
        known: names of functions and variables; the parser adds those that the text binds.

    Raises:
        Fault: it cannot be read, with its position.
    """
    parser = _Parser(Cursor(text, tokenize(text, start)), known)
    tree = parser.expression()
    parser.finish()
    return tree


def parse_unary_tests(text: str, start: int, known: KnownNames) -> Tests:
    """Parse the unary tests of a decision table's cell: ``-``, ``< 5, [7..9]``, ``not("a")``.

    Raises:
        Fault: they cannot be read, with their position.
    """
    parser = _Parser(Cursor(text, tokenize(text, start)), known)
    tests = parser.unary_tests()
    parser.finish()
    return tests


class _Parser(PrimaryParser):
    def finish(self) -> None:
        if self.cursor.token.kind is not Kind.END:
            raise self.cursor.unexpected("an operator or the end")

    def expression(self) -> Tree:
        self.cursor.enter()
        tree = self._chain(OR)
        self.cursor.leave()
        return tree

    def unary_tests(self) -> Tests:
        cursor = self.cursor
        position = cursor.token.position
        if cursor.sees("-") and cursor.peek().kind is Kind.END:
            cursor.advance()
            return Tests((), negated=False, position=position)
        if cursor.sees("not") and cursor.peek().text == "(" and self._closes_at_end():
            cursor.advance()
            cursor.advance()
            tests = self._tests()
            cursor.expect(")")
            return Tests(tests, negated=True, position=position)
        return Tests(self._tests(), negated=False, position=position)

    def _closes_at_end(self) -> bool:
        return self.cursor.tokens[-2].text == ")"

    def _tests(self) -> tuple[Tree, ...]:
        tests = [self.test()]
        while self.cursor.accept(","):
            tests.append(self.test())
        return tuple(tests)

    def test(self) -> Tree:
        for operator in _TESTS:
            if token := self.cursor.accept(operator):
                return Comparison(operator, self.operand(), token.position)
        return self.expression()

    def operand(self) -> Tree:
        return self._chain(SUM)

    def _chain(self, lowest: int) -> Tree:
        tree = self._negation()
        while (level := self._level()) >= lowest:
            tree = self._relation(tree) if level == COMPARISON else self._links(tree, level)
        return tree

    def _level(self) -> int:
        token = self.cursor.token
        if token.kind in {Kind.OPERATOR, Kind.NAME}:
            return _LEVELS.get(token.text, 0)
        return 0

    def _links(self, first: Tree, level: int) -> Tree:
        position = self.cursor.token.position
        links: list[Link] = []
        while self._level() == level:
            operator = self.cursor.advance()
            links.append(Link(operator.text, self._chain(level + 1), operator.position))
        return Chain(level, first, tuple(links), position)

    def _relation(self, left: Tree) -> Tree:
        self.cursor.enter()
        operator = self.cursor.advance()
        position = operator.position
        tree: Tree
        if operator.text == "between":
            low = self.operand()
            self.cursor.expect("and")
            tree = Between(left, low, self.operand(), position)
        elif operator.text == "in":
            tree = In(left, self._in_tests(position), position)
        else:
            link = Link(operator.text, self.operand(), position)
            tree = Chain(COMPARISON, left, (link,), position)
        if self._level() == COMPARISON:
            raise self.cursor.unexpected("'and', 'or' or the end", "Join comparisons with 'and'.")
        self.cursor.leave()
        return tree

    def _in_tests(self, position: int) -> Tests:
        cursor = self.cursor
        if cursor.sees("(") and not self.is_interval() and not self._goes_on():
            cursor.advance()
            tests = self._tests()
            cursor.expect(")")
            return Tests(tests, negated=False, position=position)
        for operator in _TESTS:
            if token := cursor.accept(operator):
                test = Comparison(operator, self.operand(), token.position)
                return Tests((test,), negated=False, position=position)
        return Tests((self.operand(),), negated=False, position=position)

    def _goes_on(self) -> bool:
        """Tell whether the bracket here is only a part of a value: ``x in (a)[1]``."""
        depth = 0
        for index in range(self.cursor.index, len(self.cursor.tokens)):
            token = self.cursor.tokens[index]
            if token.kind is not Kind.OPERATOR:
                continue
            depth += (token.text in "([{") - (token.text in ")]}")
            if depth == 0:
                return self.cursor.tokens[index + 1].text in _CONTINUING
        return False

    def _negation(self) -> Tree:
        signs: list[Token] = []
        while token := self.cursor.accept("-"):
            signs.append(token)
            self.cursor.limit(len(signs))
        tree = self._postfix()
        for sign in reversed(signs):
            tree = _negated(tree, sign.position)
        return tree

    def _postfix(self) -> Tree:
        tree = self.primary()
        count = 0
        while True:
            extended = self._extend(tree)
            if extended is None:
                return tree
            tree = extended
            count += 1
            self.cursor.limit(count)

    def _extend(self, tree: Tree) -> Tree | None:
        cursor = self.cursor
        if dot := cursor.accept("."):
            return Path(tree, self.name(), dot.position)
        if not self._closes_interval() and (bracket := cursor.accept("[")):
            condition = self.expression()
            cursor.expect("]")
            return Filter(tree, condition, bracket.position)
        if cursor.sees("("):
            position = tree.position if isinstance(tree, Name) else cursor.token.position
            return Call(tree, self._arguments(), position)
        if cursor.sees("instance") and cursor.peek().text == "of":
            token = cursor.advance()
            cursor.advance()
            return InstanceOf(tree, parse_type(cursor), token.position)
        return None

    def _closes_interval(self) -> bool:
        """Tell whether ``[`` here ends ``[1..2[``: nothing behind it that a filter could hold."""
        if not self.closing or not self.cursor.sees("["):
            return False
        after = self.cursor.peek()
        if after.kind is Kind.OPERATOR:
            return after.text not in {"(", "[", "{", "-"}
        return after.kind is Kind.END or after.text in _INFIX

    def _arguments(self) -> tuple[Argument, ...]:
        cursor = self.cursor
        cursor.expect("(")
        arguments: list[Argument] = []
        if cursor.accept(")"):
            return ()
        while True:
            arguments.append(Argument(self._argument_name(), self.expression()))
            if cursor.accept(")"):
                break
            cursor.expect(",")
        if len({argument.name is None for argument in arguments}) > 1:
            message = "Arguments are given all by name or all by place."
            raise syntax_fault(message, cursor.token.position)
        return tuple(arguments)

    def _argument_name(self) -> str | None:
        cursor = self.cursor
        if cursor.token.kind not in {Kind.NAME, Kind.QUOTED_NAME}:
            return None
        count = count_words(cursor.tokens, cursor.index)
        if cursor.peek(count).text != ":" or cursor.peek(count).kind is not Kind.OPERATOR:
            return None
        name = self.words(count)
        cursor.advance()
        return name


def _negated(tree: Tree, position: int) -> Tree:
    if isinstance(tree, Literal) and type(tree.value) in {int, Decimal}:
        return Literal(negate(tree.value), position)
    return Negation(tree, position)
