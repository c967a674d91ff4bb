"""What templates need to draw forms, reports and lists."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from itertools import groupby

from flask import Flask
from flask_babel import gettext
from markdown_it import MarkdownIt
from markupsafe import Markup

from bpmn.forms import (
    MESSAGES,
    FieldProblem,
    Filled,
    FilledButton,
    FilledField,
    FilledGroup,
    FilledText,
    Form,
    Group,
    Separator,
)
from bpmn.model import Expression, Problem, Severity

# HTML in the text is escaped, and markdown-it refuses javascript: and data: links by itself.
_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
_KINDS = {FilledField: "field", FilledText: "text", FilledGroup: "group", Separator: "separator"}


def init_app(app: Flask) -> None:
    """Make the filters known to the templates."""
    app.add_template_filter(markdown)
    app.add_template_filter(form_rows)
    app.add_template_filter(component_kind)
    app.add_template_filter(problem_words)
    app.add_template_filter(problem_marks)
    app.add_template_filter(script_data)
    app.add_template_filter(combined)
    app.add_template_filter(readable)
    app.add_template_filter(submit_label)
    app.add_template_filter(changes_with_answers)


def markdown(text: str) -> Markup:
    """Render CommonMark; raw HTML shows as text."""
    return Markup(_markdown.render(text))  # noqa: S704 - markdown-it escaped it


def form_rows(components: Sequence[Filled]) -> list[list[Filled]]:
    """Neighbours that share a layout row, buttons left out: the page has its own."""
    drawn = [part for part in components if not isinstance(part, FilledButton)]
    keys = (part.layout.row or str(number) for number, part in enumerate(drawn))
    pairs = zip(keys, drawn, strict=True)
    return [[part for _, part in row] for _, row in groupby(pairs, key=lambda pair: pair[0])]


def submit_label(components: Sequence[Filled]) -> str:
    """What the form's author wrote on its submit button, else nothing."""
    buttons = (part for part in _all(components) if isinstance(part, FilledButton))
    return next((part.label for part in buttons if part.action == "submit" and part.label), "")


def changes_with_answers(form: Form) -> bool:
    """Whether what is typed shows, hides, locks, words or limits other parts: an expression may."""
    return any(_has_expression(part) for part, _ in form.walk())


def component_kind(component: Filled) -> str:
    """``field``, ``text``, ``group``, ``separator`` or ``spacer``."""
    return _KINDS.get(type(component), "spacer")


def problem_words(problem: FieldProblem) -> str:
    """The problem in the person's language."""
    return gettext(MESSAGES[problem.code]).format(**problem.parameters)


def problem_marks(problems: Iterable[Problem], file: str) -> str:
    """JSON for the viewer: how many errors stand at each element of *file*."""
    errors = (p for p in problems if p.severity is Severity.ERROR and p.file == file)
    counts = Counter(problem.element_id for problem in errors if problem.element_id)
    return json.dumps(
        [{"element": element, "count": n, "state": "incident"} for element, n in counts.items()]
    )


def script_data(text: str) -> Markup:
    """*text* as a JSON string inside a data ``<script>``: nothing in it can end the element."""
    return Markup(json.dumps(text).replace("<", "\\u003c"))  # noqa: S704 - no tag is left


def combined(given: Mapping[str, object], more: Mapping[str, object]) -> dict[str, object]:
    """Both, for an address that keeps what it has; the page number is left out.

    So are names with an underscore in front, which tell ``url_for`` to make another address.
    """
    both = {**given, **more}
    return {name: value for name, value in both.items() if name != "page" and name[:1] != "_"}


def readable(preview: str) -> str:
    """A variable's stored JSON as people read it: letters instead of their escapes."""
    try:
        return json.dumps(json.loads(preview), ensure_ascii=False)
    except ValueError:
        return preview


def _all(components: Sequence[Filled]) -> list[Filled]:
    found: list[Filled] = []
    for part in components:
        found += [part, *(_all(part.components) if isinstance(part, FilledGroup) else ())]
    return found


def _has_expression(value: object) -> bool:
    """Whether a component, its rules included, holds an expression; its start value may."""
    if isinstance(value, Expression):
        return True
    if not is_dataclass(value):
        return False
    left_out = {"default"} | ({"components"} if isinstance(value, Group) else set())
    parts = (getattr(value, part.name) for part in fields(value) if part.name not in left_out)
    return any(_has_expression(part) for part in parts)
