"""Words that every part of the model uses: problems, expressions, values, extensions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

EMPTY: Mapping[str, str] = MappingProxyType({})


def no_attributes() -> Mapping[str, str]:
    """The shared empty mapping, as a default of frozen dataclasses."""
    return EMPTY


class Dialect(StrEnum):
    """Whose vendor attributes a diagram carries; decides defaults (languages, waits, mappings)."""

    PLAIN = "plain"
    CAMUNDA7 = "camunda7"
    CAMUNDA8 = "camunda8"
    SPIFF = "spiff"


class Severity(StrEnum):
    """ERROR refuses deployment; WARNING and INFO are told and kept."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a file, for a person to mend.

    Attributes:
        code: stable kebab-case word, e.g. ``flow-target-missing``.
        message: one plain sentence with the fact and the value.
        hint: what to do; empty only for information.
        element_id: id as drawn (or given by loading), empty for the whole file.
        element_name: name as drawn.
        line: 1-based line in the file, 0 when the whole file is meant.
        file: file name, filled by deployment.
    """

    code: str
    message: str
    hint: str = ""
    severity: Severity = Severity.ERROR
    element_id: str = ""
    element_name: str = ""
    line: int = 0
    file: str = ""


@dataclass(frozen=True, slots=True)
class Expression:
    """Expression text and its language, resolved while loading.

    ``language`` is ``juel``, ``feel``, ``python``, ``literal`` (the text is the value),
    ``variable`` (the text is a variable's name), or what the diagram declared when Laneway does
    not evaluate it (validation refuses that).
    """

    text: str
    language: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Script:
    """Script text with its declared format (``python``, ``feel``, ``groovy``...; or empty)."""

    text: str
    format: str
    resource: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class ListValue:
    """``camunda:list``: each item evaluated in order."""

    items: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class MapValue:
    """``camunda:map``: each entry, its key too, evaluated in order."""

    entries: tuple[tuple[Expression, Value], ...]


Value = Expression | Script | ListValue | MapValue


@dataclass(frozen=True, slots=True)
class Extension:
    """A vendor extension element exactly as drawn; ``tag`` is ``camunda:formData``-like.

    Prefixes are canonical (``camunda``, ``zeebe``, ``spiffworkflow``, ``modeler``), whatever the
    file calls them; unknown namespaces keep ``{namespace}name``.
    """

    tag: str
    attributes: Mapping[str, str] = field(default_factory=no_attributes)
    text: str = ""
    children: tuple[Extension, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class Variable:
    """An input, output, or call mapping: ``target`` receives ``source``.

    ``target`` is a variable name or a dotted path (Camunda 8). ``local`` limits the source of a
    call mapping to the local scope (``camunda:in local="true"``).
    """

    target: str
    source: Value
    local: bool = False
