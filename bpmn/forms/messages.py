"""What can be wrong with what a person filled in: a code, its values, and English words.

`bpmn` knows no language but English: the page translates `MESSAGES` by code and formats the
translation with ``parameters``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bpmn.model.base import no_attributes

MESSAGES: Mapping[str, str] = {
    "required": "Fill in this field.",
    "must-be-true": "Tick this box to go on.",
    "not-a-text": "This must be text.",
    "not-a-number": "This is not a number. Write it like 1234.56.",
    "number-ambiguous": "'{value}' can be read in two ways. Write 1234 or 1.234 with a point.",
    "number-too-precise": "This number has more digits than can be kept. Use up to 15 digits.",
    "not-an-integer": "This must be a whole number.",
    "integer-too-large": "This number is outside -9223372036854775808 to 9223372036854775807.",
    "not-a-boolean": "This must be yes or no.",
    "not-an-option": "'{value}' is not one of the choices. Choose one of the list.",
    "not-a-date": "This is not a date. Write it like {example}.",
    "not-a-time": "This is not a time of day. Write it like 14:30.",
    "not-a-datetime": "This is not a date and time. Write it like 2026-12-31T14:30.",
    "date-in-past": "Choose today or a later day.",
    "too-short": "Write at least {limit} characters; there are {length}.",
    "too-long": "Write at most {limit} characters; there are {length}.",
    "too-small": "This must be {limit} or more.",
    "too-large": "This must be {limit} or less.",
    "too-many-decimals": "Write at most {limit} digits after the point.",
    "pattern": "This does not have the expected form: {pattern}",
    "pattern-message": "{message}",
    "pattern-too-slow": "This text takes too long to check. Shorten it, or tell the form's author.",
    "not-an-email": "This is not an e-mail address. Write it like name@example.org.",
    "not-a-phone": "This is not a phone number. Write it like +49 30 1234567.",
    "control-character": "This text holds a character that cannot be stored. Type it again.",
    "several-values": "This field was sent {count} times. Send it once.",
    "readonly": "This field cannot be changed.",
    "hidden": "This field is not part of the form with these values. Leave it out.",
    "unknown-field": "The form has no field '{name}'. Leave it out.",
    "path-taken": "'{name}' is no object, so '{path}' cannot be stored in it.",
    "rule-failed": "A rule of this field cannot be checked: {reason}",
    "value-unsuitable": "The present value '{value}' does not suit this field and is not shown.",
    "text-failed": "A text of the form cannot be shown: {reason}",
    "condition-failed": "A condition of the form cannot be evaluated: {reason}",
    "default-failed": "The default value cannot be evaluated: {reason}",
    "options-failed": "The choices cannot be loaded: {reason}",
}


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One thing that is wrong with what was filled in, or with filling the form.

    Attributes:
        key: the field's key; the component's id where it has none.
        code: a key of `MESSAGES`.
        message: the English text.
        parameters: what to format a translation with.
    """

    key: str
    code: str
    message: str
    parameters: Mapping[str, str] = field(default_factory=no_attributes)


def problem(key: str, code: str, **parameters: object) -> FieldProblem:
    """Make a `FieldProblem`; long values are cut to 200 characters."""
    texts = {name: storable(str(value))[:200] for name, value in parameters.items()}
    return FieldProblem(key, code, MESSAGES[code].format(**texts), texts)


def storable(text: str) -> str:
    """The text without half characters (lone surrogates), which no page or database can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")


class Invalid(Exception):
    """A value that a field cannot take."""

    def __init__(self, code: str, **parameters: object) -> None:
        super().__init__(code)
        self.code = code
        self.parameters = parameters

    def at(self, key: str) -> FieldProblem:
        """The problem at the field *key*."""
        return problem(key, self.code, **self.parameters)
