"""What a DMN file says, as frozen dataclasses: decisions, their logic and their types, as drawn.

Words are those of DMN 1.5. Every element keeps its id (or "") and its line in the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bpmn.model import Dialect
from bpmn.model.base import no_attributes


class HitPolicy(StrEnum):
    """Which matching rules count; the values are those of the file."""

    UNIQUE = "UNIQUE"
    FIRST = "FIRST"
    ANY = "ANY"
    PRIORITY = "PRIORITY"
    RULE_ORDER = "RULE ORDER"
    OUTPUT_ORDER = "OUTPUT ORDER"
    COLLECT = "COLLECT"


class Aggregation(StrEnum):
    """What COLLECT makes of its outputs: ``+ < > #``."""

    SUM = "SUM"
    MIN = "MIN"
    MAX = "MAX"
    COUNT = "COUNT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """What all parts of a decision have.

    Attributes:
        id: as drawn, "" for none.
        type_ref: name of the declared type of its value, "" for none.
        line: 1-based line in the file.
    """

    id: str = ""
    type_ref: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LiteralExpression(Element):
    """An expression text; *language* is ``feel``, ``juel``, or as declared when it is neither."""

    text: str
    language: str = "feel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter(Element):
    """A formal parameter of a function, or one column of a relation."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """One argument of an invocation; no expression is null."""

    parameter: str
    value: Boxed | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation(Element):
    """Calls what *function* names with its arguments by name."""

    function: Boxed | None
    bindings: tuple[Binding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextEntry(Element):
    """One entry of a context; without a name it is the context's result."""

    name: str
    value: Boxed | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Context(Element):
    """A boxed context; an entry sees those before it."""

    entries: tuple[ContextEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxedList(Element):
    """A boxed list."""

    items: tuple[Boxed | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation(Element):
    """A list of contexts, drawn as a table; every row has a cell for each column."""

    columns: tuple[Parameter, ...]
    rows: tuple[tuple[Boxed | None, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditional(Element):
    """A boxed ``if``."""

    condition: Boxed | None
    then: Boxed | None
    otherwise: Boxed | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter(Element):
    """A boxed filter; *match* sees ``item``."""

    source: Boxed | None
    match: Boxed | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Iteration(Element):
    """A boxed ``for``, ``some`` or ``every``; *body* is the result or the condition."""

    kind: str
    variable: str
    source: Boxed | None
    body: Boxed | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionDefinition(Element):
    """A function; *kind* is FEEL, Java or PMML."""

    kind: str
    parameters: tuple[Parameter, ...]
    body: Boxed | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Input(Element):
    """One input column.

    Attributes:
        label: as drawn, for people.
        expression: what is tested; its ``type_ref`` is the column's.
        values: unary tests that every input must pass, "" for any.
        variable: name under which cells see the tested value besides ``?``.
    """

    label: str
    expression: LiteralExpression
    values: str = ""
    variable: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Output(Element):
    """One output column; *values* are in order of priority, *default* is used without a match."""

    name: str
    label: str
    values: str = ""
    default: LiteralExpression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Element):
    """One row, a cell for each column."""

    inputs: tuple[LiteralExpression, ...]
    outputs: tuple[LiteralExpression, ...]
    annotations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionTable(Element):
    """A decision table."""

    hit_policy: HitPolicy
    aggregation: Aggregation | None
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]
    annotations: tuple[str, ...] = ()
    label: str = ""


Boxed = (
    LiteralExpression
    | DecisionTable
    | Invocation
    | Context
    | BoxedList
    | Relation
    | Conditional
    | Filter
    | Iteration
    | FunctionDefinition
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionItem:
    """The type of a function."""

    parameters: tuple[Parameter, ...]
    result: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDefinition(Element):
    """A declared type, or a component of one.

    Attributes:
        name: how it is referred to.
        components: entries of a context; empty when ``type_ref`` names another type.
        is_collection: a list of it.
        allowed: unary tests that each value must pass, "" for none.
        constraint: unary tests that the whole value must pass (DMN 1.5), "" for none.
        function: set when it is the type of a function.
    """

    name: str
    components: tuple[ItemDefinition, ...] = ()
    is_collection: bool = False
    allowed: str = ""
    constraint: str = ""
    function: FunctionItem | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Named(Element):
    """An element of the requirement graph: ``type_ref`` is that of its variable."""

    name: str
    label: str = ""
    variable: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InputData(Named):
    """A value that comes from outside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeSource(Named):
    """Where the knowledge comes from; it has no effect."""

    location: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision(Named):
    """A decision.

    Attributes:
        logic: its boxed expression; ``None`` decides nothing.
        requires: references to the input data and decisions that it sees.
        knows: references to the business knowledge models and services that it may call.
        question: for people, as ``answers``.
        version_tag: Camunda's.
        history_time_to_live: Camunda's, as drawn.
    """

    logic: Boxed | None
    requires: tuple[str, ...] = ()
    knows: tuple[str, ...] = ()
    question: str = ""
    answers: str = ""
    version_tag: str = ""
    history_time_to_live: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeModel(Named):
    """A business knowledge model: a function for decisions."""

    logic: FunctionDefinition | None
    knows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionService(Named):
    """Some decisions as a function of inputs and of other decisions' values."""

    outputs: tuple[str, ...]
    encapsulated: tuple[str, ...] = ()
    input_decisions: tuple[str, ...] = ()
    input_data: tuple[str, ...] = ()


GraphElement = InputData | Decision | KnowledgeModel | DecisionService | KnowledgeSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """Another file whose elements are seen as ``name.element``; without a name as they are."""

    name: str
    namespace: str
    kind: str = ""
    location: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Definitions(Element):
    """One file.

    References are ``namespace#id``, also to elements of the same file.
    """

    name: str
    namespace: str
    dialect: Dialect
    imports: tuple[Import, ...] = ()
    types: tuple[ItemDefinition, ...] = ()
    elements: tuple[GraphElement, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=no_attributes)

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """Its decisions in document order."""
        return tuple(element for element in self.elements if isinstance(element, Decision))

    @property
    def inputs(self) -> tuple[InputData, ...]:
        """Its input data in document order."""
        return tuple(element for element in self.elements if isinstance(element, InputData))
