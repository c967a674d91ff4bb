"""Whether a value is of a type, and whether a function's type stands in for another's.

DMN 1.5, 10.3.2.9: type conformance. Names of a model's own types are looked up in what the
caller of the compiler gives (``NamedType``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bpmn.expressions.faults import syntax_fault
from bpmn.expressions.feel.syntax import TypeName
from bpmn.expressions.feel.values import Function, Range, kind_of
from bpmn.expressions.limits import MAX_DEPTH

_SHORT = {
    "any": "Any",
    "context": "context",
    "dateTime": "date and time",
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
    "Null": "null",
}
KINDS = frozenset(
    {
        "Any",
        "boolean",
        "context",
        "date",
        "date and time",
        "days and time duration",
        "function",
        "list",
        "null",
        "number",
        "range",
        "string",
        "time",
        "years and months duration",
    }
)
ANY = TypeName("Any", ())
RESULT = "->"
"""The label of a function type's part that is its result."""


@dataclass(frozen=True, slots=True)
class NamedType:
    """A type that a model declares.

    Attributes:
        structure: what it is made of; it may name other declared types.
        allows: further tests of a value, such as the allowed values of an item definition.
    """

    structure: TypeName
    allows: Callable[[object], bool]


class Types:
    """The types that a text may name: the built-in ones and those of a model."""

    def __init__(self, named: Mapping[str, NamedType]) -> None:
        self._named = named

    def check(self, kind: TypeName, position: int) -> None:
        """Refuse a type that there is not.

        Raises:
            Fault: with the built-in types as hint.
        """
        name = kind.name
        if name not in self._named and _SHORT.get(name, name) not in KINDS:
            hint = f"There are: {', '.join(sorted([*KINDS, *self._named]))}."
            raise syntax_fault(f"There is no type '{name[:60]}'.", position, hint=hint)
        for _, part in kind.parts:
            self.check(part, position)

    def holds(self, value: object, kind: TypeName, depth: int = 0) -> bool:
        """Tell whether a value is of a type; null is of ``null`` only."""
        if depth > MAX_DEPTH:
            return False
        named = self._named.get(kind.name)
        if named is not None:
            return self.holds(value, named.structure, depth + 1) and named.allows(value)
        name = _SHORT.get(kind.name, kind.name)
        if value is None:
            return name == "null"
        if name == "Any":
            return True
        return kind_of(value) == name and self._has_parts(value, kind, depth + 1)

    def _has_parts(self, value: object, kind: TypeName, depth: int) -> bool:
        if isinstance(value, Function):
            return self.conforms(function_type(value), kind, depth)
        if not kind.parts:
            return True
        if isinstance(value, (list, tuple)):
            return all(self._fits(item, kind.parts[0][1], depth) for item in value)
        if isinstance(value, dict):
            return all(
                label in value and self._fits(value[label], part, depth)
                for label, part in kind.parts
            )
        assert isinstance(value, Range)
        ends = [end for end in (value.start, value.end) if end is not None]
        return all(self.holds(end, kind.parts[0][1], depth) for end in ends)

    def _fits(self, value: object, kind: TypeName, depth: int) -> bool:
        """Tell whether an item or entry fits: null fits every type there."""
        return value is None or self.holds(value, kind, depth)

    def conforms(self, actual: TypeName | None, wanted: TypeName | None, depth: int = 0) -> bool:
        """Tell whether a type stands in for another; an unknown one (``None``) does."""
        if actual is None or wanted is None or depth > MAX_DEPTH:
            return True
        actual, wanted = self._structure(actual), self._structure(wanted)
        if "Any" in {wanted.name, actual.name} or actual.name == "null":
            return True
        if actual.name != wanted.name:
            return False
        if actual.name == "context":
            given = dict(actual.parts)
            return all(
                label in given and self.conforms(given[label], part, depth + 1)
                for label, part in wanted.parts
            )
        if actual.name == "function":
            return not wanted.parts or self._function_conforms(actual, wanted, depth + 1)
        pairs = zip(actual.parts, wanted.parts, strict=False)
        return all(self.conforms(a, b, depth + 1) for (_, a), (_, b) in pairs)

    def _function_conforms(self, actual: TypeName, wanted: TypeName, depth: int) -> bool:
        given, asked = _parameters(actual), _parameters(wanted)
        if len(given) != len(asked):
            return False
        # A function that takes more will do for one that takes less: turned around.
        takes = all(self.conforms(b, a, depth) for a, b in zip(given, asked, strict=True))
        return takes and self.conforms(_result(actual), _result(wanted), depth)

    def _structure(self, kind: TypeName) -> TypeName:
        for _ in range(MAX_DEPTH):
            named = self._named.get(kind.name)
            if named is None:
                break
            kind = named.structure
        return TypeName(_SHORT.get(kind.name, kind.name), kind.parts)

    def converted(self, value: object, kind: TypeName) -> tuple[bool, object]:
        """Bring a value to a type as DMN 1.5, 10.3.2.9.4 does.

        Returns:
            Whether that went, and the value.
        """
        if value is None or self.holds(value, kind):
            return True, value
        if self._structure(kind).name == "list":
            return self.holds([value], kind), [value]
        if isinstance(value, list) and len(value) == 1 and self.holds(value[0], kind):
            return True, value[0]
        return False, None


BUILT_IN = Types({})


def _parameters(kind: TypeName) -> list[TypeName]:
    return [part for label, part in kind.parts if label != RESULT]


def _result(kind: TypeName) -> TypeName | None:
    return next((part for label, part in kind.parts if label == RESULT), None)


def function_type(function: Function) -> TypeName:
    """Give the type of a function, as far as its text says."""
    types = function.types or (None,) * len(function.parameters)
    parts = [("", kind or ANY) for kind in types]
    return TypeName("function", (*parts, (RESULT, function.result or ANY)))
