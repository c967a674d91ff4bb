"""A form in a situation: start values, what was sent, and what that hides, locks and offers.

Conditions may depend on fields that other conditions hide or lock. They are evaluated in rounds
until nothing changes; where they contradict each other and go round in a circle, whatever is
hidden or locked somewhere in the circle is hidden or locked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from bpmn.expressions.base import ExpressionError
from bpmn.forms.messages import FieldProblem, Invalid, problem
from bpmn.forms.model import Component, Field, FieldType, Form, Option
from bpmn.forms.situation import Overlay, Path, Situation, evaluate, found
from bpmn.forms.values import Reading, read_text, read_value
from bpmn.model import Expression

_MAX_ROUNDS = 50
_MAX_OPTIONS = 10_000

Read = Callable[[object, Reading], object]
"""How something that was sent becomes a value; raises `Invalid`."""


@dataclass(frozen=True, slots=True)
class Start:
    """A field's value before anything is sent.

    ``exists`` says that its variable does; else ``value`` is the default, or the type's empty
    value when ``has_default`` is false.
    """

    value: object
    exists: bool
    has_default: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent, by field id, and how to read it. ``posted`` leaves out what is implied."""

    raw: Mapping[str, object]
    posted: frozenset[str]
    read: Read


@dataclass(frozen=True, slots=True)
class Access:
    """Ids of what is hidden, of fields that cannot be written, and which of those are disabled."""

    hidden: frozenset[str] = frozenset()
    locked: frozenset[str] = frozenset()
    disabled: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything known about a form at one moment; ids of components as keys.

    ``variables`` are the situation's with the form's values on top. ``invalid`` holds what was
    sent and is no value of its field.
    """

    form: Form
    situation: Situation
    sent: Sent
    start: Mapping[str, Start]
    given: Mapping[str, object]
    invalid: Mapping[str, Invalid]
    options: Mapping[str, tuple[Option, ...]]
    variables: Mapping[str, object]
    access: Access
    problems: tuple[FieldProblem, ...]

    @property
    def hidden(self) -> frozenset[str]:
        """Ids of the components that are not there."""
        return self.access.hidden

    @property
    def locked(self) -> frozenset[str]:
        """Ids of the fields that cannot be written."""
        return self.access.locked

    def reading(self, field: Field) -> Reading:
        """What reading a value of *field* needs."""
        return Reading(field, self.situation, self.options.get(field.id, ()))


def nothing_sent() -> Sent:
    """The form as it is first shown."""
    return Sent({}, frozenset(), read_value)


def make_sheet(form: Form, situation: Situation, sent: Sent) -> Sheet:
    """Work out the sheet; never raises for what was sent or for what an expression does."""
    problems: list[FieldProblem] = []
    start = {field.id: _start(field, situation, problems) for field in form.fields}
    sheet = _settled(_read(_blank(form, situation, sent, start)))
    for _ in range(_MAX_ROUNDS):
        options, faults = _options(sheet)
        if options == sheet.options:
            return replace(sheet, problems=(*problems, *sheet.problems, *faults))
        sheet = _settled(_read(replace(sheet, options=options)))
    return replace(sheet, problems=(*problems, *sheet.problems, *faults))


def _blank(form: Form, situation: Situation, sent: Sent, start: Mapping[str, Start]) -> Sheet:
    return Sheet(
        form=form,
        situation=situation,
        sent=sent,
        start=start,
        given={},
        invalid={},
        options={},
        variables=situation.variables,
        access=Access(),
        problems=(),
    )


def _start(field: Field, situation: Situation, problems: list[FieldProblem]) -> Start:
    exists, value = found(situation.variables, field.path)
    if exists:
        return Start(value, exists=True)
    try:
        value = _default(field, situation)
    except ExpressionError as error:
        problems.append(problem(field.key, "default-failed", reason=error))
    except Invalid as error:
        problems.append(problem(field.key, "default-failed", reason=error.at(field.key).message))
    if value is not None:
        return Start(value, exists=False, has_default=True)
    return Start(_empty(field), exists=False)


def _default(field: Field, situation: Situation) -> object:
    value = field.default
    if isinstance(value, Expression):
        value = evaluate(value, situation, situation.variables)
    if value is None or field.type in {FieldType.CHOICE, FieldType.JSON}:
        return value
    reading = Reading(field, situation)
    if isinstance(value, str):
        return read_text(value, reading)
    if field.type is FieldType.TEXT:
        return str(value)
    return read_value(value, reading)


def _empty(field: Field) -> object:
    """What form-js has before anything is typed."""
    return {FieldType.TEXT: "", FieldType.BOOLEAN: False}.get(field.type)


def _read(sheet: Sheet) -> Sheet:
    given: dict[str, object] = {}
    invalid: dict[str, Invalid] = {}
    for field in sheet.form.fields:
        if field.id not in sheet.sent.raw or field.type is FieldType.JSON:
            continue
        try:
            given[field.id] = sheet.sent.read(sheet.sent.raw[field.id], sheet.reading(field))
        except Invalid as fault:
            invalid[field.id] = fault
    return replace(sheet, given=given, invalid=invalid)


def _settled(sheet: Sheet) -> Sheet:
    """Evaluate conditions until a state comes back; a circle of states adds up."""
    seen: list[Access] = []
    while len(seen) < _MAX_ROUNDS:
        sheet = _round(sheet)
        if sheet.access in seen:
            circle = seen[seen.index(sheet.access) :]
            return _overlaid(replace(sheet, access=_union(circle)))
        seen.append(sheet.access)
    return _overlaid(replace(sheet, access=_union(seen)))


def _union(seen: list[Access]) -> Access:
    return Access(
        hidden=frozenset().union(*(access.hidden for access in seen)),
        locked=frozenset().union(*(access.locked for access in seen)),
        disabled=frozenset().union(*(access.disabled for access in seen)),
    )


def _round(sheet: Sheet) -> Sheet:
    sheet = _overlaid(sheet)
    problems: list[FieldProblem] = []
    hidden: set[str] = set()
    locked: set[str] = set()
    disabled: set[str] = set()
    for part, inside in sheet.form.walk():
        if hidden.intersection(inside) or _holds(part.hide, part, sheet, problems):
            hidden.add(part.id)
        elif isinstance(part, Field):
            if _locks(part.disabled, part, sheet, problems):
                disabled.add(part.id)
            if part.type is FieldType.JSON or _locks(part.readonly, part, sheet, problems):
                locked.add(part.id)
    return replace(
        sheet,
        access=Access(frozenset(hidden), frozenset(locked | disabled), frozenset(disabled)),
        problems=tuple(problems),
    )


def _overlaid(sheet: Sheet) -> Sheet:
    values = dict(_values_by_path(sheet))
    return replace(sheet, variables=Overlay(sheet.situation.variables, values))


def _values_by_path(sheet: Sheet) -> Iterator[tuple[Path, object]]:
    for field in sheet.form.fields:
        if field.type is FieldType.JSON:
            continue
        if field.id in sheet.hidden:
            yield field.path, None
        elif field.id in sheet.locked:
            yield field.path, sheet.start[field.id].value
        elif field.id in sheet.invalid:
            yield field.path, None
        else:
            yield field.path, sheet.given.get(field.id, sheet.start[field.id].value)


def _locks(
    condition: bool | Expression, field: Field, sheet: Sheet, problems: list[FieldProblem]
) -> bool:
    """A condition that fails locks: nobody writes what the author may have meant to protect."""
    if isinstance(condition, bool):
        return condition
    count = len(problems)
    return _holds(condition, field, sheet, problems) or len(problems) > count


def _holds(
    condition: Expression | None, part: Component, sheet: Sheet, problems: list[FieldProblem]
) -> bool:
    if condition is None:
        return False
    try:
        return evaluate(condition, sheet.situation, sheet.variables) is True
    except ExpressionError as error:
        key = part.key if isinstance(part, Field) else part.id
        problems.append(problem(key, "condition-failed", reason=error))
        return False


def _options(sheet: Sheet) -> tuple[dict[str, tuple[Option, ...]], list[FieldProblem]]:
    options: dict[str, tuple[Option, ...]] = {}
    problems: list[FieldProblem] = []
    for field in sheet.form.fields:
        if field.type is not FieldType.CHOICE:
            continue
        try:
            options[field.id] = _options_of(field, sheet)
        except ExpressionError as error:
            options[field.id] = field.options
            if field.id not in sheet.hidden:
                problems.append(problem(field.key, "options-failed", reason=error))
    return options, problems


def _options_of(field: Field, sheet: Sheet) -> tuple[Option, ...]:
    if field.options_from is None:
        return field.options
    items = evaluate(field.options_from, sheet.situation, sheet.variables)
    if not isinstance(items, list | tuple):
        raise ExpressionError(f"'{field.options_from.text}' gives no list.")
    if len(items) > _MAX_OPTIONS:
        raise ExpressionError(f"{len(items)} choices are too many; {_MAX_OPTIONS} are allowed.")
    return tuple(_option(item) for item in items)


def _option(item: object) -> Option:
    label: object = None
    if isinstance(item, Mapping):
        label = item.get("label")
        item = item.get("value", label)
    if not isinstance(item, str | int | float | bool):
        raise ExpressionError(f"'{item}' is no choice; a text, a number, or label and value is.")
    return Option(item, str(item if label is None else label))
