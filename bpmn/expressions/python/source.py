"""From the text of a script to a code object that only reaches the guards."""

from __future__ import annotations

import ast
import re
import symtable
import textwrap
import threading
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import CodeType
from typing import Literal

from RestrictedPython.compile import compile_restricted_eval, compile_restricted_exec

from bpmn.expressions.base import ScriptError
from bpmn.expressions.limits import MAX_TEXT
from bpmn.expressions.python.policy import Policy

FILE = "<script>"
_WARNINGS = threading.Lock()
Mode = Literal["exec", "eval"]
_ERROR = re.compile(r"^Line (\d+): (.*)$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Source:
    """A checked script.

    Attributes:
        text: as drawn.
        code: compiled, every operation guarded.
        reads: names that are looked up outside of the script's functions.
        writes: names that the script assigns outside of its functions.
        guards: names of guards that the code calls.
    """

    text: str
    code: CodeType
    reads: frozenset[str]
    writes: frozenset[str]
    guards: frozenset[str]


def read_source(text: str, mode: Mode) -> Source:
    """Check and compile a script or expression.

    Raises:
        ScriptError: ``script-syntax`` with the position, or ``script-forbidden`` for what
            a diagram may not do.
    """
    if len(text) > MAX_TEXT:
        message = f"The script has {len(text)} characters; {MAX_TEXT} are allowed."
        raise ScriptError(message, code="script-syntax", text=text, position=MAX_TEXT)
    try:
        # Entering and leaving catch_warnings() in two threads at once would mix them up.
        with _WARNINGS, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _read(text, mode)
    except SyntaxError as problem:
        raise _syntax_error(text, problem) from None
    except (MemoryError, RecursionError, ValueError) as problem:
        if isinstance(problem, ScriptError):
            raise
        message = f"The script cannot be read: {str(problem) or 'it is nested too deeply'}."
        raise ScriptError(message, code="script-syntax", text=text) from None


def _read(text: str, mode: Mode) -> Source:
    source, tree = _parse(text, mode)
    reads, writes = _names(symtable.symtable(source, FILE, mode))
    code = _restricted(text, tree)
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    guards = frozenset(name for name in used if name.startswith("_"))
    return Source(text, code, reads | (used & {"Exception"}), writes, guards)


def _parse(text: str, mode: Mode) -> tuple[str, ast.Module | ast.Expression]:
    """Parse the first reading of the indentation that is Python."""
    problem: SyntaxError | None = None
    for source in _readings(text, mode):
        try:
            tree = ast.parse(source, FILE, mode)
        except SyntaxError as error:
            problem = problem or error
        else:
            assert isinstance(tree, (ast.Module, ast.Expression))
            return source, tree
    assert problem is not None
    raise problem


def _readings(text: str, mode: Mode) -> Iterator[str]:
    if mode == "eval":
        yield f"(\n{text.strip()}\n)" if "\n" in text.strip() else text.strip()
        return
    yield textwrap.dedent(text)
    # <script>x = 1 stands behind the tag, the following lines are indented as the XML is.
    first, newline, rest = text.partition("\n")
    yield first.lstrip() + newline + textwrap.dedent(rest)


def _names(table: symtable.SymbolTable) -> tuple[frozenset[str], frozenset[str]]:
    writes = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned()}
    reads: set[str] = {symbol.get_name() for symbol in table.get_symbols()}
    inner = list(table.get_children())
    while inner:
        function = inner.pop()
        inner.extend(function.get_children())
        names = [symbol for symbol in function.get_symbols() if symbol.is_global()]
        reads.update(symbol.get_name() for symbol in names)
        writes.update(s.get_name() for s in names if s.is_declared_global() and s.is_assigned())
    return frozenset(reads), frozenset(writes)


def _restricted(text: str, tree: ast.Module | ast.Expression) -> CodeType:
    compiler = (
        compile_restricted_eval if isinstance(tree, ast.Expression) else (compile_restricted_exec)
    )
    result = compiler(tree, FILE, policy=Policy)
    if result.code is None:
        raise _forbidden(text, result.errors)
    code: CodeType = result.code
    return code


def _forbidden(text: str, errors: Sequence[str]) -> ScriptError:
    match = _ERROR.match(errors[0])
    line, fact = (int(match[1]), match[2]) if match else (None, errors[0])
    return ScriptError(
        f"Line {line}: {fact}",
        code="script-forbidden",
        text=text,
        position=None if line is None else line_position(text, line),
        hint="Scripts may compute with their variables; call a service task for everything else.",
    )


def _syntax_error(text: str, problem: SyntaxError) -> ScriptError:
    line = problem.lineno or 1
    return ScriptError(
        f"Line {line}: {problem.msg}.",
        code="script-syntax",
        text=text,
        position=min(line_position(text, line) + max((problem.offset or 1) - 1, 0), len(text)),
    )


def line_position(text: str, line: int) -> int:
    """Give the 0-based offset at which a 1-based line starts."""
    lines = text.splitlines(keepends=True)
    return sum(len(one) for one in lines[: max(line - 1, 0)])
