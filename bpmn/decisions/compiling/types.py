"""Compiles item definitions to kinds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial

from bpmn.decisions.compiling.core import Compilation
from bpmn.decisions.feel import holds
from bpmn.decisions.kinds import (
    ANY,
    BUILT_IN,
    Allowed,
    Callables,
    Kind,
    Limited,
    Listed,
    Reference,
    Structured,
    fits,
)
from bpmn.decisions.model import ItemDefinition
from bpmn.decisions.names import Names
from bpmn.expressions.feel.conformance import ANY as FEEL_ANY
from bpmn.expressions.feel.conformance import RESULT, NamedType
from bpmn.expressions.feel.conformance import Types as FeelTypes
from bpmn.expressions.feel.syntax import TypeName

NO_NAMES = Names()


def structure_of(drawn: ItemDefinition) -> TypeName:
    """What an item definition is made of, in FEEL's own words."""
    if drawn.function is not None:
        parameters = [("", _named(p.type_ref)) for p in drawn.function.parameters]
        result = [(RESULT, _named(drawn.function.result))]
        found = TypeName("function", (*parameters, *result))
    elif drawn.components:
        found = TypeName("context", tuple((c.name, structure_of(c)) for c in drawn.components))
    else:
        found = _named(drawn.type_ref)
    return TypeName("list", (("", found),)) if drawn.is_collection else found


def _named(name: str) -> TypeName:
    return TypeName(name, ()) if name else FEEL_ANY


class Types:
    """The types of one file, with those of imported ones as ``prefix.name``."""

    def __init__(self) -> None:
        self._kinds: dict[str, Kind] = {}
        self._named: dict[str, NamedType] = {}
        self._feel = FeelTypes(self._named)

    def find(self, name: str) -> Kind | None:
        """The type of that name, a declared one before a built-in one."""
        name = " ".join(name.split())
        return self._kinds.get(name) or BUILT_IN.get(name.removeprefix("feel."))

    @property
    def named(self) -> Mapping[str, NamedType]:
        """The declared types, as FEEL's texts may name them."""
        return self._named

    @property
    def kinds(self) -> Mapping[str, Kind]:
        """The declared types by name."""
        return self._kinds

    def adopt(self, prefix: str, kinds: Mapping[str, Kind]) -> None:
        """Make the types that an imported file declares known."""
        for name, kind in kinds.items():
            seen = f"{prefix}.{name}" if prefix else name
            self._kinds.setdefault(seen, kind)
            self._named.setdefault(seen, NamedType(FEEL_ANY, partial(fits, kind=kind)))

    def declare(self, definitions: Iterable[ItemDefinition], compilation: Compilation) -> None:
        """Compile a file's own types."""
        for drawn in definitions:
            kind = self._kinds[drawn.name] = self._compile(drawn, compilation)
            self._named[drawn.name] = NamedType(structure_of(drawn), partial(fits, kind=kind))
        for drawn in definitions:
            self._check_references(drawn, compilation)

    def _compile(self, drawn: ItemDefinition, compilation: Compilation) -> Kind:
        kind = self._base(drawn, compilation)
        if drawn.allowed:
            kind = Limited(kind, self._tests(drawn, drawn.allowed, compilation), drawn.allowed)
        if drawn.is_collection:
            kind = Listed(kind)
        if drawn.constraint:
            allowed = self._tests(drawn, drawn.constraint, compilation)
            kind = Limited(kind, allowed, drawn.constraint)
        return kind

    def _base(self, drawn: ItemDefinition, compilation: Compilation) -> Kind:
        if drawn.function is not None:
            structure = structure_of(replace(drawn, is_collection=False))
            return Callables(lambda value: self._feel.holds(value, structure))
        if drawn.components:
            return Structured(
                tuple((c.name, self._compile(c, compilation)) for c in drawn.components)
            )
        name = drawn.type_ref
        return Reference(lambda: self.find(name) or ANY) if name else ANY

    def _check_references(self, drawn: ItemDefinition, compilation: Compilation) -> None:
        for component in drawn.components:
            self._check_references(component, compilation)
        if not drawn.components and drawn.function is None:
            compilation.kind(drawn)
        if self._is_endless(drawn):
            compilation.refuse(
                "type-endless",
                f"The type '{drawn.name}' refers to itself.",
                "Give it components, or refer to another type.",
                drawn.line,
            )
            self._kinds[drawn.name] = ANY

    def _is_endless(self, drawn: ItemDefinition) -> bool:
        """Tell whether following the names only comes back: ``a`` is ``b``, ``b`` is ``a``."""
        kind, steps = self._kinds.get(drawn.name), 0
        while isinstance(kind, (Reference, Limited)):
            kind = kind.find() if isinstance(kind, Reference) else kind.base
            steps += 1
            if steps > 2 * len(self._kinds) + 2:
                return True
        return False

    def _tests(self, drawn: ItemDefinition, text: str, compilation: Compilation) -> Allowed:
        evaluator = compilation.tests(text, drawn, NO_NAMES)

        return partial(holds, evaluator)
