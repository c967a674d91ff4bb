"""Functions of strings; positions count characters from 1, negative ones from the end."""

from __future__ import annotations

import base64
import uuid

import regex

from bpmn.expressions.faults import Fault
from bpmn.expressions.feel.arguments import items, text, whole
from bpmn.expressions.feel.patterns import compile_xpath, read_replacement
from bpmn.expressions.feel.registry import builtin, refuse
from bpmn.expressions.feel.scope import Run
from bpmn.expressions.limits import MAX_STRING
from bpmn.expressions.patterns import SECONDS, within_time


@builtin("contains", "string", "match")
def _contains(string: object, match: object) -> bool:
    return text(match) in text(string)


@builtin("starts with", "string", "match")
def _starts_with(string: object, match: object) -> bool:
    return text(string).startswith(text(match))


@builtin("ends with", "string", "match")
def _ends_with(string: object, match: object) -> bool:
    return text(string).endswith(text(match))


@builtin("upper case", "string")
def _upper_case(string: object) -> str:
    return text(string).upper()


@builtin("lower case", "string")
def _lower_case(string: object) -> str:
    return text(string).lower()


@builtin("trim", "string", camunda=True)
def _trim(string: object) -> str:
    return text(string).strip()


@builtin("string length", "string")
def _string_length(string: object) -> int:
    return len(text(string))


@builtin("substring", "string", "start position", "length?")
def _substring(string: object, start: object, length: object = None) -> str:
    source, first = text(string), whole(start)
    if first == 0 or abs(first) > len(source):
        raise refuse(f"position {first} is outside of a string of {len(source)} characters")
    begin = first - 1 if first > 0 else len(source) + first
    if length is None:
        return source[begin:]
    count = whole(length)
    if count < 1:
        raise refuse(f"the length is {count}, it must be positive")
    return source[begin : begin + count]


@builtin("substring before", "string", "match")
def _substring_before(string: object, match: object) -> str:
    before, found, _ = text(string).partition(text(match)) if text(match) else ("", "", "")
    return before if found else ""


@builtin("substring after", "string", "match")
def _substring_after(string: object, match: object) -> str:
    if not text(match):
        return text(string)
    return text(string).partition(text(match))[2]


@builtin("string join", "list", "delimiter?", "prefix?", "suffix?")
def _string_join(
    values: object, delimiter: object = None, prefix: object = None, suffix: object = None
) -> str:
    parts = [text(value) for value in items(values) if value is not None]
    separator = "" if delimiter is None else text(delimiter)
    size = sum(map(len, parts)) + len(separator) * len(parts)
    _check_size(size)
    ends = ["" if end is None else text(end) for end in (prefix, suffix)]
    return ends[0] + separator.join(parts) + ends[1]


def _check_size(size: int) -> None:
    if size > MAX_STRING:
        raise Fault(f"The text has more than {MAX_STRING} characters.", code="expression-limit")


@builtin("split", "string", "delimiter", needs_run=True)
def _split(run: Run, string: object, delimiter: object) -> list[str]:
    source, pattern = text(string), _pattern(delimiter)
    pieces: list[str] = []
    end = 0
    for found in _matches_of(run, pattern, source):
        pieces.append(source[end : found.start()])
        end = found.end()
    return [*pieces, source[end:]]


@builtin("matches", "input", "pattern", "flags?", needs_run=True)
def _matches(run: Run, source: object, pattern: object, flags: object = None) -> bool:
    searched, compiled = text(source), _pattern(pattern, flags)
    found = within_time(lambda s: compiled.search(searched, timeout=s), compiled.pattern)
    run.look()
    return found is not None


@builtin("extract", "string", "pattern", needs_run=True, camunda=True)
def _extract(run: Run, string: object, pattern: object) -> list[str]:
    source, compiled = text(string), _pattern(pattern)
    return [found.group() for found in _matches_of(run, compiled, source)]


@builtin("replace", "input", "pattern", "replacement", "flags?", needs_run=True)
def _replace(
    run: Run, source: object, pattern: object, replacement: object, flags: object = None
) -> str:
    searched, compiled = text(source), _pattern(pattern, flags)
    try:
        is_plain = flags is not None and "q" in text(flags)
        pieces = [text(replacement)] if is_plain else _replacement(replacement, compiled)
    except Fault as fault:
        raise refuse(fault.message) from fault
    result: list[str] = []
    end = size = 0
    for found in _matches_of(run, compiled, searched):
        filled = [p if isinstance(p, str) else _group(found, p) for p in pieces]
        result += [searched[end : found.start()], *filled]
        size += sum(map(len, filled))
        _check_size(size)
        end = found.end()
    return "".join([*result, searched[end:]])


def _replacement(replacement: object, compiled: regex.Pattern[str]) -> list[str | int]:
    return read_replacement(text(replacement), compiled.groups)


def _group(found: regex.Match[str], number: int) -> str:
    """Give what a group matched; one that does not exist is empty, as XPath has it."""
    return (found.group(number) or "") if number <= found.re.groups else ""


def _matches_of(run: Run, compiled: regex.Pattern[str], source: str) -> list[regex.Match[str]]:
    """Give all matches, from left to right; one without a character is refused, as XPath does."""
    if compiled.match("", timeout=SECONDS) is not None:
        raise refuse("the pattern matches a text without a character")
    found = within_time(lambda s: list(compiled.finditer(source, timeout=s)), compiled.pattern)
    run.spend(len(found))
    run.look()
    return found


def _pattern(pattern: object, flags: object = None) -> regex.Pattern[str]:
    try:
        return compile_xpath(text(pattern), "" if flags is None else text(flags))
    except Fault as fault:
        raise refuse(fault.message) from fault


@builtin("is blank", "string", camunda=True)
def _is_blank(string: object) -> bool:
    return not text(string).strip()


@builtin("to base64", "value", camunda=True)
def _to_base64(value: object) -> str:
    return base64.b64encode(text(value).encode("utf-8", "replace")).decode("ascii")


@builtin("uuid", camunda=True)
def _uuid() -> str:
    return str(uuid.uuid4())
