"""A form ready to be drawn: values in, texts rendered, hidden parts left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from bpmn.expressions.base import ExpressionError
from bpmn.forms.messages import FieldProblem, Invalid, problem, storable
from bpmn.forms.model import (
    Button,
    Component,
    Field,
    FieldType,
    Form,
    Group,
    Layout,
    Option,
    Separator,
    Spacer,
    Text,
    Words,
)
from bpmn.forms.rules import Limits, limits_of
from bpmn.forms.sheet import Sent, Sheet, make_sheet, nothing_sent
from bpmn.forms.situation import Situation, plain, words
from bpmn.forms.values import read_text, shown


@dataclass(frozen=True, slots=True)
class FilledField:
    """A field to draw.

    Attributes:
        name: of the HTML control; what `check` expects as key.
        text: the control's value; of a checkbox ``true`` or ``false``, of a choice an option's
            ``key``, of JSON indented text.
        value: the typed value behind it; ``None`` where *text* is no value of the field.
        required: draw the mark, and HTML's attribute; false for a field that is locked.
        problems: what is wrong with it, to show beside it.
    """

    field: Field
    name: str
    label: str
    description: str
    placeholder: str
    prefix: str
    suffix: str
    time_label: str
    text: str
    value: object
    options: tuple[Option, ...]
    readonly: bool
    disabled: bool
    required: bool
    limits: Limits
    problems: tuple[FieldProblem, ...] = ()

    @property
    def id(self) -> str:
        """The component's id."""
        return self.field.id

    @property
    def checked(self) -> bool:
        """Whether a checkbox is ticked."""
        return self.text == "true"

    @property
    def layout(self) -> Layout:
        """Where it stands."""
        return self.field.layout


@dataclass(frozen=True, slots=True)
class FilledText:
    """Markdown with its values in; the page escapes HTML in it."""

    id: str
    markdown: str
    layout: Layout


@dataclass(frozen=True, slots=True)
class FilledButton:
    """A button with its words."""

    id: str
    label: str
    action: str
    layout: Layout


@dataclass(frozen=True, slots=True)
class FilledGroup:
    """A group with what is visible in it."""

    id: str
    label: str
    outline: bool
    components: tuple[Filled, ...]
    layout: Layout


_TYPED_FREELY = frozenset({FieldType.TEXT, FieldType.NUMBER, FieldType.INTEGER})

Filled = FilledField | FilledText | FilledButton | FilledGroup | Separator | Spacer


@dataclass(frozen=True, slots=True)
class FilledForm:
    """A form to draw: visible components only.

    ``problems`` are to be shown above it: those of its author (an expression that fails), and
    those of what was sent for a field that is not drawn.
    """

    form: Form
    components: tuple[Filled, ...]
    problems: tuple[FieldProblem, ...] = ()

    @property
    def fields(self) -> tuple[FilledField, ...]:
        """Every visible field in the order drawn, groups opened."""
        return tuple(_fields(self.components))


def prefill(
    form: Form,
    variables: Mapping[str, object],
    *,
    now: datetime,
    user: str | None = None,
    zone: tzinfo = UTC,
) -> FilledForm:
    """The form as a person first sees it.

    Args:
        form: what to fill.
        variables: those that the task sees; read by name.
        now: aware UTC time.
        user: who will see it.
        zone: that person's, for dates and times.

    Returns:
        Each field holds its variable's value, else its default. Never raises for what an
        expression does: that is in ``problems``.
    """
    return fill(make_sheet(form, Situation(variables, now, user, zone), nothing_sent()))


def refill(
    form: Form,
    submitted: Mapping[str, str | Sequence[str]],
    variables: Mapping[str, object],
    *,
    now: datetime,
    user: str | None = None,
    zone: tzinfo = UTC,
) -> FilledForm:
    """The form with what is typed so far, without judging it: conditions may have changed.

    Arguments as of `prefill`; *submitted* as of `check`, unknown names are left alone.
    """
    situation = Situation(variables, now, user, zone)
    return fill(make_sheet(form, situation, sent_by_html(form, submitted)))


def visible(
    form: Form,
    submitted: Mapping[str, str | Sequence[str]],
    variables: Mapping[str, object],
    *,
    now: datetime,
    user: str | None = None,
) -> frozenset[str]:
    """Ids of the components that are visible with what is typed so far."""
    sheet = make_sheet(form, Situation(variables, now, user), sent_by_html(form, submitted))
    return frozenset(part.id for part, _ in form.walk()) - sheet.hidden


def sent_by_html(form: Form, submitted: Mapping[str, str | Sequence[str]]) -> Sent:
    """What an HTML form posted. The last value of a name counts; no checkbox means unticked."""
    raw: dict[str, object] = {}
    for field in form.fields:
        value = submitted.get(field.key)
        if isinstance(value, str):
            raw[field.id] = value
        elif value:
            raw[field.id] = value[-1]
    posted = frozenset(raw)
    for field in form.fields:
        if field.type is FieldType.BOOLEAN:
            raw.setdefault(field.id, "false")
    return Sent(raw, posted, lambda text, reading: read_text(str(text), reading))


def fill(sheet: Sheet, problems: Sequence[FieldProblem] = ()) -> FilledForm:
    """Draw *sheet*; *problems* are put at their fields."""
    notes = list(sheet.problems)
    drawing = _Drawing(sheet, tuple(problems), notes)
    components = drawing.parts(sheet.form.components)
    drawn = {item.name for item in _fields(components)}
    strays = (found for found in problems if found.key not in drawn)
    return FilledForm(sheet.form, components, (*strays, *notes))


@dataclass(frozen=True, slots=True)
class _Drawing:
    sheet: Sheet
    problems: tuple[FieldProblem, ...]
    notes: list[FieldProblem]

    def parts(self, components: tuple[Component, ...]) -> tuple[Filled, ...]:
        shown_ones = (part for part in components if part.id not in self.sheet.hidden)
        return tuple(self._part(part) for part in shown_ones)

    def _part(self, part: Component) -> Filled:
        if isinstance(part, Field):
            return self._field(part)
        if isinstance(part, Group):
            label = self._words(part.id, part.label)
            return FilledGroup(
                part.id, label, part.outline, self.parts(part.components), part.layout
            )
        if isinstance(part, Text):
            return FilledText(part.id, self._words(part.id, part.text), part.layout)
        if isinstance(part, Button):
            label = self._words(part.id, part.label)
            return FilledButton(part.id, label, part.action, part.layout)
        return part

    def _field(self, field: Field) -> FilledField:
        text, value = self._content(field)
        locked = field.id in self.sheet.locked
        disabled = field.id in self.sheet.access.disabled
        return FilledField(
            field=field,
            name=field.key,
            label=self._words(field.key, field.label),
            description=self._words(field.key, field.description),
            placeholder=self._words(field.key, field.placeholder),
            prefix=self._words(field.key, field.prefix),
            suffix=self._words(field.key, field.suffix),
            time_label=self._words(field.key, field.time_label),
            text=text,
            value=value,
            options=self.sheet.options.get(field.id, ()),
            readonly=locked and not disabled,
            disabled=disabled,
            required=not locked and self._is_required(field),
            limits=self._limits(field),
            problems=tuple(p for p in self.problems if p.key == field.key),
        )

    def _content(self, field: Field) -> tuple[str, object]:
        sheet = self.sheet
        if field.id in sheet.sent.raw and field.id not in sheet.locked:
            raw = sheet.sent.raw[field.id]
            if field.id not in sheet.given:
                return storable(plain(raw)), None
            return self._typed(field, raw), sheet.given[field.id]
        value = sheet.start[field.id].value
        try:
            return shown(value, sheet.reading(field)), value
        except Invalid:
            if field.id in sheet.locked:
                return plain(value), value
            self.notes.append(problem(field.key, "value-unsuitable", value=plain(value)))
            return "", None

    def _typed(self, field: Field, raw: object) -> str:
        """Text and digits as they were typed; the rest as its control needs it."""
        if isinstance(raw, str) and field.type in _TYPED_FREELY:
            return raw
        return shown(self.sheet.given[field.id], self.sheet.reading(field))

    def _is_required(self, field: Field) -> bool:
        """HTML's required checkbox must be ticked, which is not what Camunda 7 means."""
        if field.type is FieldType.BOOLEAN:
            return field.rules.must_be_true
        return field.rules.required

    def _limits(self, field: Field) -> Limits:
        try:
            return limits_of(field, self.sheet.situation, self.sheet.variables)
        except Invalid as fault:
            self.notes.append(fault.at(field.key))
            return Limits()

    def _words(self, key: str, text: Words) -> str:
        try:
            return words(text, self.sheet.situation, self.sheet.variables)
        except ExpressionError as error:
            self.notes.append(problem(key, "text-failed", reason=error))
            return ""


def _fields(components: tuple[Filled, ...]) -> list[FilledField]:
    found: list[FilledField] = []
    for part in components:
        if isinstance(part, FilledField):
            found.append(part)
        elif isinstance(part, FilledGroup):
            found.extend(_fields(part.components))
    return found
