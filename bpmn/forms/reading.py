"""Reading JSON members of a type, collecting what is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bpmn.forms.model import TEMPLATE, Limit, Words
from bpmn.model import Expression, Problem, Severity

MAX_WORDS = 65_536
FEEL = "feel"
_ID = re.compile(r'"id"\s*:\s*"([^"\\]*)"')

Json = Mapping[str, object]


@dataclass(slots=True)
class Notes:
    """The problems of one form file, in the order found."""

    file: str
    text: str
    found: list[Problem] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)

    def add(
        self, code: str, part: Json, message: str, hint: str, severity: Severity = Severity.ERROR
    ) -> None:
        """Note a problem of the component *part*."""
        identity = part.get("id")
        element = identity if isinstance(identity, str) else ""
        self.found.append(
            Problem(
                code=code,
                message=message,
                hint=hint,
                severity=severity,
                element_id=element,
                element_name=name_of(part),
                line=self.line_of(element),
                file=self.file,
            )
        )

    def line_of(self, identity: str) -> int:
        """The line where ``"id": "identity"`` stands, 0 when it is not found."""
        if not self.lines:
            self.lines = {"": 0, **_lines_of_ids(self.text)}
        return self.lines.get(identity, 0)


def _lines_of_ids(text: str) -> dict[str, int]:
    found: dict[str, int] = {}
    line, last = 1, 0
    for match in _ID.finditer(text):
        line += text.count("\n", last, match.start())
        last = match.start()
        found.setdefault(match.group(1), line)
    return found


def name_of(part: Json) -> str:
    """What a person calls the component: its label, else its key, else its type."""
    for member in ("label", "key", "text", "type"):
        value = part.get(member)
        if isinstance(value, str) and value:
            return value[:80]
    return ""


@dataclass(frozen=True, slots=True)
class Members:
    """The members of *part*, a component or one of its nested objects; owner names it."""

    part: Json
    owner: Json
    notes: Notes

    def nested(self, name: str) -> Members:
        """The object member *name*, empty when it is absent."""
        value = self.part.get(name)
        if value is not None and not isinstance(value, Mapping):
            self.wrong(name, value, "an object")
        return Members(value if isinstance(value, Mapping) else {}, self.owner, self.notes)

    def text(self, name: str, default: str = "") -> str:
        """A text member."""
        value = self.part.get(name)
        if value is None:
            return default
        if isinstance(value, str) and len(value) <= MAX_WORDS:
            return value
        self.wrong(name, value, f"a text of at most {MAX_WORDS} characters")
        return default

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A member that is true or false."""
        value = self.part.get(name)
        if value is None or isinstance(value, bool):
            return default if value is None else value
        self.wrong(name, value, "true or false")
        return default

    def whole(self, name: str, *, default: int | None = None) -> int | None:
        """A whole number, 0 or more; a numeric text counts, as old editors wrote it."""
        value = self.number(name)
        if value is None:
            return default
        if value != int(value) or value < 0:
            self.wrong(name, value, "a whole number")
            return default
        return int(value)

    def number(self, name: str) -> int | float | None:
        """A number; a numeric text counts, as old editors wrote it."""
        value = self.part.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, str) and re.fullmatch(r"-?\d{1,18}(\.\d{1,18})?", value, re.ASCII):
            return float(value) if "." in value else int(value)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return value
        self.wrong(name, value, "a number")
        return None

    def limit(self, name: str) -> Limit | None:
        """A number or a FEEL expression."""
        return self.expression(name) if self._is_feel(name) else self.number(name)

    def condition(self, name: str) -> bool | Expression:
        """True, false or a FEEL expression."""
        if self._is_feel(name):
            return self.expression(name) or False
        return self.flag(name)

    def expression(self, name: str) -> Expression | None:
        """A FEEL expression with its leading ``=`` taken off."""
        text = self.text(name).strip()
        if not text:
            return None
        return Expression(text.removeprefix("=").strip(), FEEL, self.notes.line_of(self._id()))

    def words(self, name: str) -> Words:
        """Text, a FEEL expression (``=``), or a template (``{{``)."""
        text = self.text(name)
        if self._is_feel(name):
            return self.expression(name) or ""
        if "{{" in text:
            return Expression(text, TEMPLATE, self.notes.line_of(self._id()))
        return text

    def choice(self, name: str, known: Iterable[str], default: str) -> str:
        """One of some words."""
        text = self.text(name, default)
        if text in known:
            return text
        self.wrong(name, text, "one of " + ", ".join(known))
        return default

    def wrong(self, name: str, value: object, expected: str) -> None:
        """Note that a member is not what it should be."""
        self.notes.add(
            "form-attribute-invalid",
            self.owner,
            f"'{name}' of '{name_of(self.owner)}' is {str(value)[:80]!r}, which is not {expected}.",
            f"Set '{name}' to {expected}.",
        )

    def _is_feel(self, name: str) -> bool:
        value = self.part.get(name)
        return isinstance(value, str) and value.lstrip().startswith("=")

    def _id(self) -> str:
        value = self.owner.get("id")
        return value if isinstance(value, str) else ""
