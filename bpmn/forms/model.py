"""One form, whatever it was written as: ``camunda:formData``, a form-js file, or nothing at all.

Everything is immutable and shared by all threads; nothing here knows a person or a variable.
`bpmn.forms.fill` puts values in, `bpmn.forms.check` takes them out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from bpmn.model import Expression, Problem
from bpmn.model.base import no_attributes

TEMPLATE = "template"
VARIABLE = "variable"

Words = str | Expression
"""Text to show: fixed, an expression, or (language ``template``) text with ``{{feel}}`` in it."""

Limit = int | float | Expression
"""A bound of a rule: fixed, or a FEEL expression over the form's data."""


class FieldType(StrEnum):
    """What a field delivers.

    TEXT ``str`` (empty text is ``""``). NUMBER ``int`` when integral, else ``float``; with
    ``serialize_to_string`` the digits as ``str``. INTEGER ``int`` of 64 bits. BOOLEAN ``bool``.
    CHOICE the value of the chosen option. DATE, TIME and DATETIME ``str`` in ISO 8601. JSON is
    shown and never written. Everything but TEXT and BOOLEAN delivers ``None`` when left empty.
    """

    TEXT = "text"
    NUMBER = "number"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    DATE = "date"
    TIME = "time"
    DATETIME = "datetime"
    JSON = "json"


class Widget(StrEnum):
    """How a field is drawn."""

    TEXT = "text"
    TEXTAREA = "textarea"
    NUMBER = "number"
    CHECKBOX = "checkbox"
    SELECT = "select"
    RADIO = "radio"
    DATE = "date"
    TIME = "time"
    DATETIME = "datetime"
    JSON = "json"


class Kind(StrEnum):
    """A shape of text that form-js checks by name (``validationType``)."""

    EMAIL = "email"
    PHONE = "phone"


class TimeFormat(StrEnum):
    """How a time of day is delivered (form-js ``timeSerializingFormat``)."""

    UTC_OFFSET = "utc_offset"
    UTC_NORMALIZED = "utc_normalized"
    NO_TIMEZONE = "no_timezone"


@dataclass(frozen=True, slots=True)
class Option:
    """One choice. ``key`` is what an HTML form posts for ``value``."""

    value: str | int | float | bool
    label: str

    @property
    def key(self) -> str:
        """The value as text; JSON's words for a number or boolean."""
        if isinstance(self.value, bool):
            return "true" if self.value else "false"
        return str(self.value)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where form-js places a component: components of one ``row`` share 16 ``columns``.

    ``columns`` is 0 when the row is divided evenly.
    """

    row: str = ""
    columns: int = 0


@dataclass(frozen=True, slots=True)
class Rules:
    """What a value must satisfy besides its type; ``None`` and ``""`` mean no rule.

    Lengths are in characters. ``must_be_true`` is form-js' required checkbox, while Camunda 7's
    required boolean may be false. Rules are not checked on a field that cannot be written.
    """

    required: bool = False
    must_be_true: bool = False
    min_length: Limit | None = None
    max_length: Limit | None = None
    minimum: Limit | None = None
    maximum: Limit | None = None
    pattern: str = ""
    pattern_message: str = ""
    kind: Kind | None = None
    decimal_digits: int | None = None
    not_in_past: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """Something to fill in, stored under ``path``.

    Attributes:
        id: unique in the form; ``key`` (dotted path) is its name in an HTML form and an error.
        path: variable name, then members of nested objects.
        default: typed value, or an expression, used while the variable does not exist.
        options: static options; with ``options_from`` they are evaluated (language ``variable``:
            the text is a variable's name or dotted path).
        readonly, disabled: fixed or a FEEL condition. Both are never written by a person; a
            disabled field's default is not written either.
        hide: the component is absent, and not submitted, while this is ``true``.
        date_pattern: Java date pattern of a Camunda 7 date that is accepted besides ISO 8601.
        increment: step of the number's arrows; never a rule.
        time_interval: minutes between the times that are offered.
        business_key: its value becomes the business key of the instance that is started.
        properties: ``camunda:properties`` or form-js ``properties``, for the page as hints.
    """

    id: str
    path: tuple[str, ...]
    type: FieldType
    widget: Widget
    label: Words = ""
    description: Words = ""
    placeholder: Words = ""
    prefix: Words = ""
    suffix: Words = ""
    time_label: Words = ""
    default: object = None
    options: tuple[Option, ...] = ()
    options_from: Expression | None = None
    rules: Rules = Rules()
    readonly: bool | Expression = False
    disabled: bool | Expression = False
    hide: Expression | None = None
    serialize_to_string: bool = False
    increment: float | None = None
    searchable: bool = False
    date_pattern: str = ""
    time_format: TimeFormat = TimeFormat.NO_TIMEZONE
    time_interval: int = 15
    use_24h: bool = True
    business_key: bool = False
    properties: Mapping[str, str] = field(default_factory=no_attributes)
    layout: Layout = Layout()

    @property
    def key(self) -> str:
        """The dotted path: the name of the HTML control, and of the field in every problem."""
        return ".".join(self.path)


@dataclass(frozen=True, slots=True)
class Text:
    """Markdown to read. HTML in it is text; the page escapes it."""

    id: str
    text: Words
    hide: Expression | None = None
    layout: Layout = Layout()


@dataclass(frozen=True, slots=True)
class Separator:
    """A line across."""

    id: str
    hide: Expression | None = None
    layout: Layout = Layout()


@dataclass(frozen=True, slots=True)
class Spacer:
    """Empty space of ``height`` pixels."""

    id: str
    height: int = 60
    hide: Expression | None = None
    layout: Layout = Layout()


@dataclass(frozen=True, slots=True)
class Button:
    """``submit`` sends the form and completes the task, ``reset`` takes the changes back."""

    id: str
    label: Words
    action: str = "submit"
    hide: Expression | None = None
    layout: Layout = Layout()


@dataclass(frozen=True, slots=True)
class Group:
    """Components that belong together, hidden together."""

    id: str
    components: tuple[Component, ...]
    label: Words = ""
    hide: Expression | None = None
    outline: bool = False
    layout: Layout = Layout()


Component = Field | Text | Separator | Spacer | Button | Group


@dataclass(frozen=True)
class Form:
    """A form to fill in.

    Attributes:
        id: the form's own id (form-js), else that of the element which declares it.
        source: ``camunda-fields``, ``form-js`` or ``generated``.
        problems: everything found while reading it; an ERROR forbids deployment, and what it
            speaks about is not among the components.
    """

    id: str
    title: str = ""
    source: str = ""
    components: tuple[Component, ...] = ()
    problems: tuple[Problem, ...] = ()
    schema_version: int = 0

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """Every field, in the order drawn, groups opened."""
        return tuple(part for part, _ in self.walk() if isinstance(part, Field))

    @cached_property
    def variables(self) -> frozenset[str]:
        """Names of the variables that completing the form may write."""
        return frozenset(item.path[0] for item in self.fields if item.type is not FieldType.JSON)

    @cached_property
    def _walked(self) -> tuple[tuple[Component, tuple[str, ...]], ...]:
        return tuple(_walk(self.components, ()))

    def walk(self) -> tuple[tuple[Component, tuple[str, ...]], ...]:
        """Every component in the order drawn, with the ids of the groups around it."""
        return self._walked


def _walk(
    components: tuple[Component, ...], inside: tuple[str, ...]
) -> Iterator[tuple[Component, tuple[str, ...]]]:
    for component in components:
        yield component, inside
        if isinstance(component, Group):
            yield from _walk(component.components, (*inside, component.id))
