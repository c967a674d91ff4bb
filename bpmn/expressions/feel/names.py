"""Names with spaces and operators: known ones win, then words that stand side by side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bpmn.expressions.faults import Fault
from bpmn.expressions.feel.lexer import Kind, Token, tokenize

KEYWORDS = frozenset(
    {
        "and",
        "between",
        "else",
        "every",
        "external",
        "false",
        "for",
        "function",
        "if",
        "in",
        "null",
        "or",
        "return",
        "satisfies",
        "some",
        "then",
        "true",
    }
)


class KnownNames:
    """Names of more than one token, found by their first token, longest first."""

    def __init__(self, names: Iterable[str], inherited: KnownNames | None = None) -> None:
        self._own: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        self._inherited = inherited
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        """Learn a name; one word needs no learning."""
        if name.isalnum():
            return
        try:
            pieces = tuple(token.text for token in tokenize(name)[:-1])
        except Fault:
            return  # No text of FEEL can spell it; it is reached as `name` in backquotes.
        if len(pieces) > 1:
            known = self._own.setdefault(pieces[0], [])
            known.append((pieces, name))
            known.sort(key=lambda entry: len(entry[0]), reverse=True)

    def match(self, tokens: Sequence[Token], index: int) -> tuple[int, str]:
        """Give how many tokens from *index* make a known name, and the name; 0 for none."""
        found = (0, "") if self._inherited is None else self._inherited.match(tokens, index)
        for pieces, name in self._own.get(tokens[index].text, ()):
            there = tokens[index : index + len(pieces)]
            if len(pieces) >= found[0] and tuple(token.text for token in there) == pieces:
                return len(pieces), name
        return found


def count_words(tokens: Sequence[Token], index: int) -> int:
    """Give how many words from *index* stand side by side: a name with spaces, or one word.

    Nothing else may follow a name without an operator between, so that ``first name`` needs
    no declaration. ``instance of`` is an operator.
    """
    count = 1
    while _continues(tokens, index + count):
        count += 1
    return count


def _continues(tokens: Sequence[Token], index: int) -> bool:
    token = tokens[index]
    if token.kind is not Kind.NAME or token.text in KEYWORDS or token.text == "?":
        return False
    return not (token.text == "instance" and tokens[index + 1].text == "of")
