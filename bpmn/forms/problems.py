"""Everything that is wrong with a form before anyone fills it: what deployment refuses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

from bpmn.expressions import compile_expression
from bpmn.expressions.base import ExpressionError
from bpmn.expressions.faults import Fault
from bpmn.expressions.patterns import compile_pattern
from bpmn.forms.messages import Invalid
from bpmn.forms.model import (
    TEMPLATE,
    VARIABLE,
    Button,
    Component,
    Field,
    FieldType,
    Form,
    Group,
    Text,
)
from bpmn.forms.situation import Situation
from bpmn.forms.templates import expressions_in, parse_template
from bpmn.forms.values import Reading, is_same, read_text, read_value
from bpmn.model import Expression, Problem

_NOWHEN = Situation({}, datetime(2000, 1, 1, tzinfo=UTC))
_MAX_KEY = 255


def problems_of(form: Form) -> tuple[Problem, ...]:
    """All problems: those of reading it, and those of its fields and expressions."""
    return (*form.problems, *_key_problems(form), *_part_problems(form))


def _part_problems(form: Form) -> Iterator[Problem]:
    for part, _ in form.walk():
        for expression in _expressions(part):
            yield from _expression_problems(expression, part)
        if isinstance(part, Field):
            yield from _pattern_problems(part)
            yield from _option_problems(part)
            yield from _default_problems(part)
            yield from _limit_problems(part)


def _key_problems(form: Form) -> Iterator[Problem]:
    counts = Counter(field.path for field in form.fields)
    for field in form.fields:
        if counts[field.path] > 1:
            yield _problem(
                field,
                "form-duplicate-key",
                f"{counts[field.path]} fields have the key '{field.key}'.",
                "Give each field its own key.",
            )
            counts[field.path] = 0
        if len(field.key) > _MAX_KEY or not field.key.isprintable() or " " in field.key:
            yield _problem(
                field,
                "form-key-invalid",
                f"The key {field.key[:40]!r} ({len(field.key)} characters) names no variable.",
                f"Use at most {_MAX_KEY} characters, without spaces.",
            )
        for path in (field.path[:length] for length in range(1, len(field.path))):
            if path in counts:
                yield _problem(
                    field,
                    "form-key-inside-key",
                    f"The key '{field.key}' lies inside the field '{'.'.join(path)}'.",
                    "Rename one of the two.",
                )


def _expressions(part: Component) -> Iterator[Expression]:
    values: list[object] = [part.hide]
    if isinstance(part, Field):
        rules = part.rules
        values += [part.label, part.description, part.placeholder, part.prefix, part.suffix]
        values += [part.time_label, part.default, part.options_from, part.readonly, part.disabled]
        values += [rules.min_length, rules.max_length, rules.minimum, rules.maximum]
    elif isinstance(part, Text):
        values.append(part.text)
    elif isinstance(part, Group | Button):
        values.append(part.label)
    return (value for value in values if isinstance(value, Expression))


def _expression_problems(expression: Expression, part: Component) -> Iterator[Problem]:
    if expression.language == VARIABLE:
        return
    try:
        if expression.language == TEMPLATE:
            for text in expressions_in(parse_template(expression.text)):
                compile_expression(text, "feel")
        else:
            compile_expression(expression.text, expression.language)
    except ExpressionError as error:
        yield _problem(
            part,
            "form-expression-invalid",
            f"The expression '{expression.text[:200]}' is wrong: {error}",
            error.hint or "Correct the expression.",
            expression.line,
        )


def _pattern_problems(field: Field) -> Iterator[Problem]:
    if not field.rules.pattern:
        return
    try:
        compile_pattern(field.rules.pattern)
    except Fault as error:
        yield _problem(
            field,
            "form-pattern-invalid",
            f"The pattern of '{field.key}' cannot be used: {error}",
            "Write a regular expression as JavaScript has it.",
        )


def _option_problems(field: Field) -> Iterator[Problem]:
    if field.type is not FieldType.CHOICE or field.options_from is not None:
        return
    if not field.options:
        yield _problem(
            field,
            "form-no-options",
            f"'{field.key}' has nothing to choose from.",
            "Add at least one choice, or say where the choices come from.",
        )
    for key, count in Counter(option.key for option in field.options).items():
        if count > 1 or not key:
            fact = f"{count} choices of '{field.key}' have the value '{key}'."
            yield _problem(field, "form-option-invalid", fact, "Give each choice its own value.")


def _default_problems(field: Field) -> Iterator[Problem]:
    value = field.default
    if value is None or isinstance(value, Expression):
        return
    if field.type is FieldType.CHOICE and field.options_from is not None:
        return
    reading = Reading(field, _NOWHEN, field.options)
    try:
        if field.type is FieldType.CHOICE and any(is_same(o.value, value) for o in field.options):
            return
        read_text(value, reading) if isinstance(value, str) else read_value(value, reading)
    except Invalid as fault:
        yield _problem(
            field,
            "form-default-invalid",
            f"The default '{str(value)[:80]}' of '{field.key}' does not suit: "
            f"{fault.at(field.key).message}",
            "Change the default, or remove it.",
        )


def _limit_problems(field: Field) -> Iterator[Problem]:
    rules = field.rules
    pairs = ((rules.min_length, rules.max_length), (rules.minimum, rules.maximum))
    for least, most in pairs:
        if isinstance(least, int | float) and isinstance(most, int | float) and least > most:
            yield _problem(
                field,
                "form-limits-contradict",
                f"'{field.key}' asks for at least {least} and at most {most}.",
                "Exchange the two.",
            )


def _problem(part: Component, code: str, message: str, hint: str, line: int = 0) -> Problem:
    label = getattr(part, "label", "")
    name = label if isinstance(label, str) else ""
    return Problem(code, message, hint, element_id=part.id, element_name=name, line=line)
