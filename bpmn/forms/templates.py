"""Text with ``{{feel}}`` in it, as form-js has it: inserts, ``{{#if}}`` and ``{{#loop}}``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from bpmn.expressions.base import ExpressionError

MAX_RENDERED = 65_536

Lookup = Callable[[str, Mapping[str, object]], object]
"""Evaluates a FEEL text with some local names on top."""


@dataclass(frozen=True, slots=True)
class Insert:
    """``{{feel}}``: the value as text."""

    expression: str


@dataclass(frozen=True, slots=True)
class Block:
    """``{{#if feel}}...{{/if}}`` or ``{{#loop feel}}...{{/loop}}``."""

    word: str
    expression: str
    body: tuple[Part, ...]


Part = str | Insert | Block


@lru_cache(maxsize=1024)
def parse_template(text: str) -> tuple[Part, ...]:
    """Split *text* into fixed text, inserts and blocks.

    Raises:
        ExpressionError: a ``{{`` is never closed, or blocks do not match (``template-syntax``).
    """
    open_blocks: list[tuple[str, str, list[Part]]] = [("", "", [])]
    for kind, content in _pieces(text):
        parts = open_blocks[-1][2]
        if kind == "text":
            parts.append(content)
        elif content.startswith("#"):
            word, _, expression = content[1:].partition(" ")
            _known(word, text)
            open_blocks.append((word, expression.strip(), []))
        elif content.startswith("/"):
            _close(open_blocks, content[1:].strip(), text)
        else:
            parts.append(Insert(content))
    if len(open_blocks) > 1:
        raise _broken(f"'{{{{#{open_blocks[-1][0]}}}}}' is never closed", text)
    return tuple(open_blocks[0][2])


def expressions_in(parts: tuple[Part, ...]) -> Iterator[str]:
    """Every FEEL text of a template."""
    for part in parts:
        if isinstance(part, Insert):
            yield part.expression
        elif isinstance(part, Block):
            yield part.expression
            yield from expressions_in(part.body)


def render(parts: tuple[Part, ...], lookup: Lookup, plain: Callable[[object], str]) -> str:
    """Put the values in.

    Inside a loop the members of an item are names; ``this`` is the item, ``parent`` the names
    of the loop around it.

    Raises:
        ExpressionError: a part fails, or the text grows beyond 64 KB.
    """
    out: list[str] = []
    size = 0
    for piece in _rendered(parts, lookup, plain, {}):
        size += len(piece)
        if size > MAX_RENDERED:
            raise ExpressionError(
                f"The text grows beyond {MAX_RENDERED} characters.",
                code="template-too-long",
                hint="Shorten the list that it loops over.",
            )
        out.append(piece)
    return "".join(out)


def _rendered(
    parts: tuple[Part, ...],
    lookup: Lookup,
    plain: Callable[[object], str],
    local: Mapping[str, object],
) -> Iterator[str]:
    for part in parts:
        if isinstance(part, str):
            yield part
        elif isinstance(part, Insert):
            yield plain(lookup(part.expression, local))
        else:
            value = lookup(part.expression, local)
            for names in _turns(part.word, value, local):
                yield from _rendered(part.body, lookup, plain, names)


def _turns(word: str, value: object, local: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    if word == "if":
        if value is True:
            yield local
        return
    for item in value if isinstance(value, list | tuple) else ():
        members = item if isinstance(item, Mapping) else {}
        yield {**local, **members, "this": item, "parent": dict(local)}


def _known(word: str, text: str) -> None:
    if word not in {"if", "loop"}:
        raise _broken(f"'{{{{#{word}}}}}' is neither #if nor #loop", text)


def _close(open_blocks: list[tuple[str, str, list[Part]]], word: str, text: str) -> None:
    opened, expression, body = open_blocks[-1]
    if not opened or opened != word:
        raise _broken(f"'{{{{/{word}}}}}' closes nothing", text)
    open_blocks.pop()
    open_blocks[-1][2].append(Block(opened, expression, tuple(body)))


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    position = 0
    while (start := text.find("{{", position)) >= 0:
        if start > position:
            yield "text", text[position:start]
        end = _end(text, start + 2)
        yield "code", text[start + 2 : end].strip()
        position = end + 2
    if position < len(text):
        yield "text", text[position:]


def _end(text: str, start: int) -> int:
    """Where the ``}}`` is that closes; those inside FEEL strings and contexts do not."""
    depth, quoted, position = 0, False, start
    while position < len(text):
        sign = text[position]
        if quoted:
            position += sign == "\\"
            quoted = sign != '"'
        elif sign == '"':
            quoted = True
        elif sign == "}" and depth == 0 and text.startswith("}}", position):
            return position
        else:
            depth += (sign == "{") - (sign == "}")
        position += 1
    raise _broken("a '{{' is never closed", text)


def _broken(fact: str, text: str) -> ExpressionError:
    return ExpressionError(
        f"In the text '{text[:80]}' {fact}.",
        code="template-syntax",
        text=text,
        hint="Write {{expression}}, {{#if condition}}...{{/if}} or {{#loop list}}...{{/loop}}.",
    )
