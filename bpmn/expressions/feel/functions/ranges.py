"""Functions that compare points and ranges (DMN 1.5, table 78).

A point is the range from itself to itself. An end that is not included lies a hair inside of its
value, so that one order of ends answers every question.
"""

from __future__ import annotations

from dataclasses import dataclass

from bpmn.expressions.faults import Fault
from bpmn.expressions.feel.arguments import only, text
from bpmn.expressions.feel.names import KnownNames
from bpmn.expressions.feel.operations import equals, less
from bpmn.expressions.feel.parser import parse_expression
from bpmn.expressions.feel.registry import FUNCTIONS, builtin, refuse
from bpmn.expressions.feel.syntax import Call, Interval, Literal, Negation, Temporal, Tree
from bpmn.expressions.feel.syntax import Name as NameOf
from bpmn.expressions.feel.temporal import parse_any
from bpmn.expressions.feel.values import NullResult, Range, kind_of, number_of


@dataclass(frozen=True, slots=True)
class _End:
    """One end of a range: *infinite* is -1 or 1 for none, *hair* how it lies beside its value."""

    value: object
    hair: int = 0
    infinite: int = 0

    def compare(self, other: _End) -> int:
        """Give -1, 0 or 1 for before, at and behind the other end."""
        if self.infinite or other.infinite:
            return (self.infinite > other.infinite) - (self.infinite < other.infinite)
        if equals(self.value, other.value) is True:
            return (self.hair > other.hair) - (self.hair < other.hair)
        before = less(self.value, other.value)
        if before is None:
            raise refuse(f"a {kind_of(self.value)} and a {kind_of(other.value)} cannot be compared")
        return -1 if before else 1


@dataclass(frozen=True, slots=True)
class _Span:
    start: _End
    end: _End
    is_range: bool


def _span(value: object) -> _Span:
    value = only(value)
    if not isinstance(value, Range):
        return _Span(_End(value), _End(value), is_range=False)
    if not value.half and (value.start is None or value.end is None):
        raise refuse("an end of the range is null")
    start = _End(value.start, 0 if value.start_included else 1)
    end = _End(value.end, 0 if value.end_included else -1)
    return _Span(
        _End(None, infinite=-1) if value.start is None else start,
        _End(None, infinite=1) if value.end is None else end,
        is_range=True,
    )


def _ranges(left: object, right: object) -> tuple[_Span, _Span]:
    first, second = _span(left), _span(right)
    if not (first.is_range and second.is_range):
        raise refuse("both values must be ranges")
    return first, second


def _inner(outer: object, inner: object) -> tuple[_Span, _Span]:
    first, second = _span(outer), _span(inner)
    if not first.is_range:
        raise refuse(f"expected a range, but got a {kind_of(outer)}")
    return first, second


def _is_before(left: object, right: object) -> bool:
    return _span(left).end.compare(_span(right).start) < 0


@builtin("before", "range1", "range2")
@builtin("before", "range", "point")
@builtin("before", "point", "range")
@builtin("before", "point1", "point2")
def _before(left: object, right: object) -> bool:
    return _is_before(left, right)


@builtin("after", "range1", "range2")
@builtin("after", "range", "point")
@builtin("after", "point", "range")
@builtin("after", "point1", "point2")
def _after(left: object, right: object) -> bool:
    return _is_before(right, left)


def _do_meet(left: object, right: object) -> bool:
    first, second = _ranges(left, right)
    is_touching = first.end.compare(second.start) == 0
    return is_touching and not first.end.hair and not first.end.infinite


@builtin("meets", "range1", "range2")
def _meets(left: object, right: object) -> bool:
    return _do_meet(left, right)


@builtin("met by", "range1", "range2")
def _met_by(left: object, right: object) -> bool:
    return _do_meet(right, left)


@builtin("overlaps", "range1", "range2")
def _overlaps(left: object, right: object) -> bool:
    first, second = _ranges(left, right)
    return first.end.compare(second.start) >= 0 and first.start.compare(second.end) <= 0


def _overlaps_earlier(left: object, right: object) -> bool:
    first, second = _ranges(left, right)
    starts = first.start.compare(second.start) < 0
    return starts and first.end.compare(second.start) >= 0 >= first.end.compare(second.end)


@builtin("overlaps before", "range1", "range2")
def _overlaps_before(left: object, right: object) -> bool:
    return _overlaps_earlier(left, right)


@builtin("overlaps after", "range1", "range2")
def _overlaps_after(left: object, right: object) -> bool:
    return _overlaps_earlier(right, left)


def _is_last(inner: object, outer: object) -> bool:
    second, first = _inner(outer, inner)
    return first.end.compare(second.end) == 0 and first.start.compare(second.start) >= 0


@builtin("finishes", "range1", "range2")
@builtin("finishes", "point", "range")
def _finishes(inner: object, outer: object) -> bool:
    return _is_last(inner, outer)


@builtin("finished by", "range1", "range2")
@builtin("finished by", "range", "point")
def _finished_by(outer: object, inner: object) -> bool:
    return _is_last(inner, outer)


def _holds(outer: object, inner: object) -> bool:
    first, second = _inner(outer, inner)
    return first.start.compare(second.start) <= 0 <= first.end.compare(second.end)


@builtin("includes", "range1", "range2")
@builtin("includes", "range", "point")
def _includes(outer: object, inner: object) -> bool:
    return _holds(outer, inner)


@builtin("during", "range1", "range2")
@builtin("during", "point", "range")
def _during(inner: object, outer: object) -> bool:
    return _holds(outer, inner)


def _is_first(inner: object, outer: object) -> bool:
    second, first = _inner(outer, inner)
    return first.start.compare(second.start) == 0 and first.end.compare(second.end) <= 0


@builtin("starts", "range1", "range2")
@builtin("starts", "point", "range")
def _starts(inner: object, outer: object) -> bool:
    return _is_first(inner, outer)


@builtin("started by", "range1", "range2")
@builtin("started by", "range", "point")
def _started_by(outer: object, inner: object) -> bool:
    return _is_first(inner, outer)


@builtin("coincides", "range1", "range2")
@builtin("coincides", "point1", "point2")
def _coincides(left: object, right: object) -> bool:
    first, second = _span(left), _span(right)
    if first.is_range is not second.is_range:
        raise refuse("a point and a range cannot coincide")
    return first.start.compare(second.start) == 0 == first.end.compare(second.end)


@builtin("range", "from")
def _range(source: object) -> Range:
    wanted = text(source).strip()
    try:
        tree = parse_expression(wanted, 0, KnownNames(_MAKERS))
    except Fault as fault:
        raise refuse(f"'{wanted[:60]}' is no range: {fault.message}") from fault
    if not isinstance(tree, Interval):
        raise refuse(f"'{wanted[:60]}' is no range")
    start, end = _constant(tree.start), _constant(tree.end)
    if start is None or end is None or kind_of(start) != kind_of(end):
        raise refuse("the ends of a range are two constants of one type")
    if equals(start, end) is not True and less(start, end) is not True:
        raise refuse("the range ends before it starts")
    return Range(start, end, tree.start_included, tree.end_included)


_MAKERS = ("date", "time", "date and time", "duration")


def _constant(tree: Tree) -> object:
    """Give the value of a literal; ``None`` for everything that would need a scope."""
    if isinstance(tree, Literal):
        return tree.value
    if isinstance(tree, Temporal):
        return parse_any(tree.text)
    if isinstance(tree, Negation):
        number = number_of(_constant(tree.operand))
        return None if number is None else -number
    return _made(tree) if isinstance(tree, Call) else None


def _made(tree: Call) -> object:
    maker, values = tree.function, [_constant(argument.value) for argument in tree.arguments]
    if not isinstance(maker, NameOf) or maker.name not in _MAKERS or len(values) != 1:
        return None
    if not isinstance(values[0], str):
        return None
    try:
        return FUNCTIONS[maker.name][0].body(values[0])
    except NullResult:
        return None
