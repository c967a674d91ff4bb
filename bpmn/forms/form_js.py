"""A form-js file (``.form``, JSON, schema version 1 to 19) -> Form.

Source: the attributes that form-js 1.x writes. Components that Laneway does not draw yet are
refused by name; attributes that it does not know are told as warnings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bpmn.forms.form_js_parts import FIELDS, STATIC, hide_of, layout_of, path_of
from bpmn.forms.json_source import Unreadable, read_object
from bpmn.forms.model import Component, Field, Form, Group
from bpmn.forms.reading import Json, Members, Notes
from bpmn.model import Severity

NEWEST_SCHEMA = 19
MAX_COMPONENTS = 1_000
MAX_LEVELS = 10

REFUSED = frozenset(
    [
        "checklist",
        "taglist",
        "dynamiclist",
        "iframe",
        "table",
        "image",
        "html",
        "documentPreview",
        "filepicker",
        "expression",
    ]
)

_COMMON = frozenset(
    ["id", "type", "key", "path", "label", "description", "layout", "conditional", "properties"]
)
_INPUT = _COMMON | {"defaultValue", "disabled", "readonly", "validate"}
_CHOICE = _INPUT | {"values", "valuesKey", "valuesExpression"}
_KNOWN: Mapping[str, frozenset[str]] = {
    "textfield": _INPUT | {"appearance"},
    "textarea": _INPUT,
    "number": _INPUT | {"appearance", "decimalDigits", "increment", "serializeToString"},
    "checkbox": _INPUT,
    "select": _CHOICE | {"searchable"},
    "radio": _CHOICE,
    "datetime": _INPUT
    | {"subtype", "dateLabel", "timeLabel", "disallowPassedDates", "use24h"}
    | {"timeInterval", "timeSerializingFormat"},
    "group": _COMMON | {"components", "showOutline", "verticalAlignment"},
    "text": _COMMON | {"text"},
    "spacer": _COMMON | {"height"},
    "separator": _COMMON,
    "button": _COMMON | {"action"},
}
_ROOT = frozenset(
    [
        "type",
        "id",
        "name",
        "components",
        "schemaVersion",
        "exporter",
        "executionPlatform",
        "executionPlatformVersion",
        "versionTag",
        "properties",
        "$schema",
    ]
)
_RULES = frozenset(
    [
        "required",
        "minLength",
        "maxLength",
        "min",
        "max",
        "pattern",
        "patternErrorMessage",
        "validationType",
    ]
)


def parse_form(data: bytes | str, *, name: str = "") -> Form:
    """Read a form-js file.

    Args:
        data: the file's bytes, or its text.
        name: file name, for problems.

    Returns:
        The form with every problem in it; never raises for what is in the file. A file that
        cannot be read at all gives a form without components and one problem.
    """
    try:
        root = read_object(data, name=name)
    except Unreadable as error:
        return Form(id="", source="form-js", problems=(error.problem,))
    text = data if isinstance(data, str) else data.decode("utf-8-sig")
    return _Reader(Notes(name, text)).form(root)


@dataclass(slots=True)
class _Reader:
    notes: Notes
    count: int = 0
    ids: set[str] = field(default_factory=set)

    def form(self, root: Json) -> Form:
        members = Members(root, root, self.notes)
        version = members.whole("schemaVersion", default=1) or 0
        self._check_root(root, version)
        components = self._components(members, (), 1)
        return Form(
            id=members.text("id"),
            title=members.text("name"),
            source="form-js",
            components=components,
            problems=tuple(self.notes.found),
            schema_version=version,
        )

    def _check_root(self, root: Json, version: int) -> None:
        if root.get("type") != "default":
            self.notes.add(
                "form-type-unknown",
                root,
                f"The form's type is {str(root.get('type'))[:40]!r}, not 'default'.",
                "Use a form of the form-js editor.",
            )
        if version > NEWEST_SCHEMA:
            self.notes.add(
                "form-schema-newer",
                root,
                f"The form has schema version {version}; Laneway knows up to {NEWEST_SCHEMA}.",
                "Check that the form looks and works as drawn.",
                Severity.WARNING,
            )
        self._unknown(root, root, _ROOT, "the form")

    def _components(
        self, members: Members, path: tuple[str, ...], level: int
    ) -> tuple[Component, ...]:
        parts = members.part.get("components", [])
        if not isinstance(parts, list):
            members.wrong("components", parts, "a list")
            return ()
        return tuple(
            component
            for part in parts
            if (component := self._component(part, path, level)) is not None
        )

    def _component(self, part: object, path: tuple[str, ...], level: int) -> Component | None:
        self.count += 1
        if not isinstance(part, dict):
            self.notes.add("form-component-invalid", {}, "A component is no object.", "Remove it.")
            return None
        if self.count > MAX_COMPONENTS:
            self._too_many(part)
            return None
        kind = part.get("type")
        if not isinstance(kind, str) or kind not in _KNOWN:
            self._refuse(part, str(kind))
            return None
        self._unknown(part, part, _KNOWN[kind], f"the {kind}")
        identity = self._identity(part)
        members = Members({**part, "id": identity}, part, self.notes)
        if kind == "group":
            return self._group(members, path, level)
        if kind in STATIC:
            return STATIC[kind](members)
        return self._field(members, kind, path)

    def _identity(self, part: Json) -> str:
        """The component's id; old files have none, and a copy may have another's."""
        identity = part.get("id")
        if not isinstance(identity, str) or not identity:
            identity = f"Component_{self.count}"
        elif identity in self.ids:
            self.notes.add(
                "form-duplicate-id",
                part,
                f"Two components have the id '{identity}'.",
                "Give each its own id.",
            )
        self.ids.add(identity)
        return identity

    def _group(self, members: Members, path: tuple[str, ...], level: int) -> Component | None:
        if level >= MAX_LEVELS:
            self.notes.add(
                "form-too-deep",
                members.owner,
                f"Groups are nested more than {MAX_LEVELS} deep.",
                "Take groups out of groups.",
            )
            return None
        return Group(
            id=members.text("id"),
            components=self._components(
                members, (*path, *path_of(members.text("path"))), level + 1
            ),
            label=members.words("label"),
            hide=hide_of(members),
            outline=members.flag("showOutline"),
            layout=layout_of(members),
        )

    def _field(self, members: Members, kind: str, path: tuple[str, ...]) -> Field | None:
        own = path_of(members.text("key"))
        if not own or not all(own):
            self.notes.add(
                "form-key-missing",
                members.owner,
                f"The {kind} '{members.text('label')}' has no key, so its value has no name.",
                "Give it a key.",
            )
            return None
        rules = members.nested("validate")
        self._unknown(rules.part, members.owner, _RULES, f"the validation of the {kind}")
        return FIELDS[kind](members, (*path, *own))

    def _unknown(self, part: Json, owner: Json, known: frozenset[str], what: str) -> None:
        for name in sorted(set(part) - known):
            self.notes.add(
                "form-attribute-unknown",
                owner,
                f"The attribute '{name[:80]}' of {what} means nothing to Laneway.",
                "Check that the form works without it.",
                Severity.WARNING,
            )

    def _refuse(self, part: Json, kind: str) -> None:
        known = "is not supported yet" if kind in REFUSED else "is unknown"
        self.notes.add(
            "form-component-refused",
            part,
            f"The form component '{kind[:40]}' {known}.",
            f"Use one of: {', '.join(sorted(_KNOWN))}.",
        )

    def _too_many(self, part: Json) -> None:
        if self.count == MAX_COMPONENTS + 1:
            self.notes.add(
                "form-too-many-components",
                part,
                f"The form has more than {MAX_COMPONENTS} components.",
                "Split it over several tasks.",
            )
