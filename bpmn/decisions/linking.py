"""Compiles all files of a library, and reports what does not fit together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bpmn.decisions.compiling.boxed import compile_boxed
from bpmn.decisions.compiling.camunda import CAMUNDA_KINDS
from bpmn.decisions.compiling.core import Compilation, typed
from bpmn.decisions.compiling.functions import Signature, signature_of
from bpmn.decisions.compiling.types import Types
from bpmn.decisions.feel import Place, Vocabulary
from bpmn.decisions.kinds import ANY, Kind
from bpmn.decisions.library import Library, Seen
from bpmn.decisions.model import (
    Decision,
    DecisionService,
    DecisionTable,
    Definitions,
    GraphElement,
    InputData,
    KnowledgeModel,
)
from bpmn.decisions.names import Names, part_names
from bpmn.decisions.program import (
    DecisionModel,
    Ready,
    ReadyDecision,
    ReadyInput,
    ReadyKnowledge,
    ReadyService,
)
from bpmn.model import Dialect, Problem


@dataclass(frozen=True, slots=True)
class Linked:
    """A model ready to run, with the problems of its main file."""

    model: DecisionModel
    problems: tuple[Problem, ...]


def link(library: Library) -> Linked:
    """Compile a library."""
    parts = part_names(library.files.values())
    types = {namespace: Types() for namespace in library.files}
    linkers = {
        namespace: _Linker(library, file, types[namespace], parts)
        for namespace, file in library.files.items()
    }
    for linker in linkers.values():
        linker.declare_types()
    for linker in linkers.values():
        linker.adopt_types(types)
    ready: dict[str, Ready] = {}
    for ref, file, element in library.items():
        found = linkers[file.namespace].compile(element)
        if found is not None:
            ready[ref] = found
    problems = linkers[library.main.namespace].problems
    return Linked(DecisionModel(library.main, library, ready), tuple(problems))


class _Linker:
    """Compiles one file."""

    def __init__(
        self, library: Library, file: Definitions, types: Types, parts: frozenset[str]
    ) -> None:
        self._library = library
        self._file = file
        self._types = types
        vocabulary = Vocabulary(types.named, camunda=file.dialect is not Dialect.PLAIN)
        self._compilation = Compilation(file.dialect, self._kind, vocabulary)
        self._names = Names(parts)

    @property
    def problems(self) -> list[Problem]:
        return self._compilation.problems

    def declare_types(self) -> None:
        self._types.declare(self._file.types, self._compilation)

    def adopt_types(self, types: dict[str, Types]) -> None:
        for imported in self._file.imports:
            found = types.get(imported.namespace)
            if found is not None and found is not self._types:
                self._types.adopt(imported.name, dict(found.kinds))

    def _kind(self, name: str) -> Kind | None:
        found = self._types.find(name)
        if found is None and self._file.dialect is not Dialect.PLAIN:
            return CAMUNDA_KINDS.get(name, ANY)
        return found

    def compile(self, element: GraphElement) -> Ready | None:
        self._compilation.owner = element.id, element.name
        if isinstance(element, InputData):
            return ReadyInput(element.name, self._variable_kind(element), _place(element))
        if isinstance(element, Decision):
            return self._decision(element)
        if isinstance(element, KnowledgeModel):
            return self._knowledge(element)
        if isinstance(element, DecisionService):
            return self._service(element)
        return None

    def _variable_kind(self, element: GraphElement) -> Kind:
        """Camunda gives a decision's variable no type that counts."""
        return ANY if self._file.dialect is not Dialect.PLAIN else self._compilation.kind(element)

    def _decision(self, drawn: Decision) -> Ready:
        requires = self._seen(drawn.requires, drawn)
        knows = self._seen(drawn.knows, drawn)
        names = self._names.within(_visible((*requires, *knows)))
        body = compile_boxed(self._compilation, drawn.logic, names)
        body = typed(body, self._variable_kind(drawn), _place(drawn))
        logic = drawn.logic
        return ReadyDecision(
            id=drawn.id,
            name=drawn.name,
            variable=drawn.variable,
            outputs=(
                tuple(output.name for output in logic.outputs)
                if isinstance(logic, DecisionTable)
                else ()
            ),
            requires=requires,
            knows=knows,
            body=body,
        )

    def _knowledge(self, drawn: KnowledgeModel) -> Ready:
        knows = self._seen(drawn.knows, drawn)
        logic = drawn.logic
        parameters = () if logic is None else logic.parameters
        signature = signature_of(self._compilation, parameters, _place(drawn))
        if logic is None or logic.kind.upper() != "FEEL":
            return ReadyKnowledge(drawn.name, knows, signature, None)
        visible = (*_visible(knows), *signature.names, drawn.name)
        body = compile_boxed(self._compilation, logic.body, self._names.within(visible))
        body = typed(body, self._compilation.kind(replace(logic)), _place(drawn))
        return ReadyKnowledge(drawn.name, knows, signature, body)

    def _service(self, drawn: DecisionService) -> Ready:
        inputs = self._seen((*drawn.input_data, *drawn.input_decisions), drawn)
        parameters = tuple((seen.path[-1], self._kind_of_element(seen.ref)) for seen in inputs)
        return ReadyService(
            name=drawn.name,
            inputs=inputs,
            outputs=self._seen(drawn.outputs, drawn),
            signature=Signature(parameters, _place(drawn)),
            kind=self._service_kind(drawn),
        )

    def _service_kind(self, drawn: DecisionService) -> Kind:
        """The type of what it gives; the type of a function is the type of its result."""
        declared = next((t for t in self._file.types if t.name == drawn.type_ref), None)
        if declared is not None and declared.function is not None:
            return self._kind(declared.function.result) or ANY
        return self._compilation.kind(drawn)

    def _kind_of_element(self, ref: str) -> Kind:
        element = self._library.element(ref)
        return ANY if element is None else self._kind(element.type_ref) or ANY

    def _seen(self, refs: Sequence[str], drawn: GraphElement) -> tuple[Seen, ...]:
        found: list[Seen] = []
        for ref in refs:
            seen = self._library.seen(ref, self._file)
            if seen is not None:
                found.append(seen)
                continue
            self._compilation.refuse(
                "requirement-missing",
                f"'{drawn.name}' requires '{ref.rpartition('#')[2]}', which is not there.",
                "Draw the requirement again, or deploy the imported file together with this one.",
                drawn.line,
            )
        return tuple(found)


def _place(drawn: GraphElement) -> Place:
    return Place(drawn.id, drawn.line, drawn.name)


def _visible(seen: Sequence[Seen]) -> tuple[str, ...]:
    return tuple(one.path[0] for one in seen)
