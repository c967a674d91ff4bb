"""What a person or program filled in, checked against every rule of the form.

The server repeats everything that a browser may have checked. Hidden fields are never written;
read-only and disabled ones neither: sending one back unchanged is fine, changing it is a problem.
A field that was not sent keeps the value it has, or takes its default.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from bpmn.forms.fill import FilledForm, fill, sent_by_html
from bpmn.forms.messages import FieldProblem, Invalid, problem
from bpmn.forms.model import Field, FieldType, Form
from bpmn.forms.rules import Subject, broken_rules, is_empty, limits_of
from bpmn.forms.sheet import Sent, Sheet, Start, make_sheet
from bpmn.forms.situation import Path, Situation, found, plain, written
from bpmn.forms.values import is_same, read_text, read_value, shown

_Write = tuple[Path, object]


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome.

    Attributes:
        values: variables to set, typed as `FieldType` says; empty when there are problems. A
            nested path gives its whole variable, with the members that the form does not know.
        problems: all of them; ``key`` names the field.
        filled: the form with what was typed and the problems at the fields, to draw again.
        business_key: value of the form's business key field, ``None`` when it has none.
    """

    values: Mapping[str, object]
    problems: tuple[FieldProblem, ...]
    filled: FilledForm
    business_key: str | None = None

    @property
    def ok(self) -> bool:
        """Whether the values may be stored."""
        return not self.problems

    @property
    def typed(self) -> Mapping[str, str]:
        """Text of every visible field, as a draft to keep."""
        return {item.name: item.text for item in self.filled.fields}


def check(
    form: Form,
    submitted: Mapping[str, str | Sequence[str]],
    variables: Mapping[str, object],
    *,
    now: datetime,
    user: str | None = None,
    zone: tzinfo = UTC,
) -> Checked:
    """Check what an HTML form posted.

    Args:
        form: the form of the task.
        submitted: by field key; take the page's own names (CSRF token, button) out before. A
            repeated name counts once when all its values agree or when it is a checkbox (last).
        variables: those that the task sees; read by name.
        now: aware UTC time.
        user: who submits.
        zone: that person's, for dates and times.

    Returns:
        Every problem at once. Never raises for what was submitted.
    """
    situation = Situation(variables, now, user, zone)
    sheet = make_sheet(form, situation, sent_by_html(form, submitted))
    return _checked(sheet, (*_unknown(form, submitted), *_repeated(form, submitted)))


def check_values(
    form: Form,
    values: Mapping[str, object],
    variables: Mapping[str, object],
    *,
    now: datetime,
    user: str | None = None,
    zone: tzinfo = UTC,
) -> Checked:
    """Check typed JSON values of a program: as `check`, but text is no number.

    *values* are by variable, nested where the form's paths are. A hidden field that is sent is a
    problem here, while a page may post one that was visible when it was drawn.
    """
    raw: dict[str, object] = {}
    for item in form.fields:
        exists, value = found(values, item.path)
        if exists:
            raw[item.id] = value
    sheet = make_sheet(
        form, Situation(variables, now, user, zone), Sent(raw, frozenset(raw), read_value)
    )
    strays = (problem(name, "unknown-field", name=name) for name in _stray_names(form, values))
    hidden = (
        problem(item.key, "hidden")
        for item in form.fields
        if item.id in raw and item.id in sheet.hidden
    )
    return _checked(sheet, (*strays, *hidden))


def _unknown(form: Form, submitted: Mapping[str, str | Sequence[str]]) -> Iterator[FieldProblem]:
    known = {item.key for item in form.fields}
    return (problem(name, "unknown-field", name=name) for name in submitted if name not in known)


def _repeated(form: Form, submitted: Mapping[str, str | Sequence[str]]) -> Iterator[FieldProblem]:
    for item in form.fields:
        sent = submitted.get(item.key, "")
        if item.type is not FieldType.BOOLEAN and not isinstance(sent, str) and len(set(sent)) > 1:
            yield problem(item.key, "several-values", count=len(sent))


def _stray_names(form: Form, values: Mapping[str, object]) -> Iterator[str]:
    paths = {item.path for item in form.fields}
    around = {path[:length] for path in paths for length in range(1, len(path))}
    pending: list[tuple[Path, object]] = [((name,), value) for name, value in values.items()]
    while pending:
        path, value = pending.pop()
        if path in paths:
            continue
        if path in around and isinstance(value, Mapping):
            pending.extend(((*path, str(name)), member) for name, member in value.items())
        else:
            yield ".".join(path)


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What checking one field came to."""

    writes: tuple[_Write, ...] = ()
    problems: tuple[FieldProblem, ...] = ()


@dataclass(slots=True)
class _Tally:
    """What checking all fields came to."""

    writes: list[_Write] = field(default_factory=list)
    problems: list[FieldProblem] = field(default_factory=list)


def _checked(sheet: Sheet, problems: Sequence[FieldProblem]) -> Checked:
    tally = _Tally(problems=list(problems))
    for item in sheet.form.fields:
        if item.id not in sheet.hidden:
            verdict = _judge(item, sheet)
            tally.writes.extend(verdict.writes)
            tally.problems.extend(verdict.problems)
    values = _nested(tally, sheet.situation.variables)
    return Checked(
        values={} if tally.problems else values,
        problems=tuple(tally.problems),
        filled=fill(sheet, tally.problems),
        business_key=_business_key(sheet, dict(tally.writes)),
    )


def _judge(item: Field, sheet: Sheet) -> _Verdict:
    if item.id in sheet.locked:
        return _judge_locked(item, sheet)
    if item.id in sheet.invalid:
        return _Verdict(problems=(sheet.invalid[item.id].at(item.key),))
    start = sheet.start[item.id]
    if item.id not in sheet.given:
        return _judge_absent(item, start, sheet)
    value = sheet.given[item.id]
    if value == "" and start.exists and start.value is None:
        value = None
    return _judge_value(item, value, sheet)


def _judge_absent(item: Field, start: Start, sheet: Sheet) -> _Verdict:
    if start.has_default and not start.exists:
        return _judge_value(item, start.value, sheet)
    if item.rules.must_be_true and start.value is not True:
        return _Verdict(problems=(problem(item.key, "must-be-true"),))
    if item.rules.required and (is_empty(start.value) or not _is_there(item, start)):
        return _Verdict(problems=(problem(item.key, "required"),))
    return _Verdict()


def _is_there(item: Field, start: Start) -> bool:
    """A boolean that nobody set is not filled in, though it shows as unticked."""
    return start.exists or item.type is not FieldType.BOOLEAN


def _judge_value(item: Field, value: object, sheet: Sheet) -> _Verdict:
    try:
        limits = limits_of(item, sheet.situation, sheet.variables)
        if item.type is FieldType.CHOICE:
            read_value(value, sheet.reading(item))
    except Invalid as fault:
        return _Verdict(problems=(fault.at(item.key),))
    broken = broken_rules(Subject(item, value, limits, sheet.situation))
    if broken:
        return _Verdict(problems=tuple(fault.at(item.key) for fault in broken))
    return _Verdict(writes=((item.path, value),))


def _judge_locked(item: Field, sheet: Sheet) -> _Verdict:
    start = sheet.start[item.id]
    if item.id in sheet.sent.posted and not _is_unchanged(item, start.value, sheet):
        return _Verdict(problems=(problem(item.key, "readonly"),))
    if (
        start.has_default
        and item.id not in sheet.access.disabled
        and item.type is not FieldType.JSON
    ):
        return _Verdict(writes=((item.path, start.value),))
    return _Verdict()


def _is_unchanged(item: Field, value: object, sheet: Sheet) -> bool:
    raw = sheet.sent.raw[item.id]
    if is_same(raw, value) or (item.id in sheet.given and is_same(sheet.given[item.id], value)):
        return True
    if not isinstance(raw, str):
        return False
    try:
        text = shown(value, sheet.reading(item))
        return raw.replace("\r\n", "\n") == text or (
            item.type is not FieldType.JSON
            and shown(read_text(raw, sheet.reading(item)), sheet.reading(item)) == text
        )
    except Invalid:
        return raw == plain(value)


def _nested(tally: _Tally, variables: Mapping[str, object]) -> dict[str, object]:
    values: dict[str, object] = {}
    for path, value in tally.writes:
        whole = values.get(path[0], variables.get(path[0]) if len(path) > 1 else None)
        taken = _taken(whole, path)
        if taken:
            key = ".".join(path)
            tally.problems.append(problem(key, "path-taken", name=taken, path=key))
            continue
        values[path[0]] = written(whole, path[1:], value)
    return values


def _taken(whole: object, path: Path) -> str:
    """The part of *path* that holds something other than an object, else nothing."""
    for depth in range(1, len(path)):
        if whole is None:
            return ""
        if not isinstance(whole, Mapping):
            return ".".join(path[:depth])
        whole = whole.get(path[depth])
    return ""


def _business_key(sheet: Sheet, writes: Mapping[Path, object]) -> str | None:
    for item in sheet.form.fields:
        if item.business_key:
            value = writes.get(item.path, sheet.start[item.id].value)
            return None if is_empty(value) else plain(value)
    return None
