"""A model ready to be evaluated: each decision, knowledge model and service compiled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bpmn.decisions.compiling.functions import Signature
from bpmn.decisions.feel import Evaluator, Place
from bpmn.decisions.kinds import Kind
from bpmn.decisions.library import Library, Seen
from bpmn.decisions.model import Definitions
from bpmn.model import Dialect


@dataclass(frozen=True, slots=True)
class ReadyInput:
    """Input data: its type, and the keys of the given inputs that may hold it, in order."""

    name: str
    kind: Kind
    place: Place


@dataclass(frozen=True, slots=True)
class ReadyDecision:
    """A decision.

    Attributes:
        id: as drawn.
        name: as drawn.
        requires: input data and decisions, as its file sees them.
        knows: functions, as its file sees them.
        body: its logic, with the conversion to its type.
        variable: the name of its variable.
        outputs: the names of its table's outputs; empty for another kind of logic.
    """

    id: str
    name: str
    variable: str
    outputs: tuple[str, ...]
    requires: tuple[Seen, ...]
    knows: tuple[Seen, ...]
    body: Evaluator


@dataclass(frozen=True, slots=True)
class ReadyKnowledge:
    """A business knowledge model; *body* is ``None`` when it has no logic that can run."""

    name: str
    knows: tuple[Seen, ...]
    signature: Signature
    body: Evaluator | None


@dataclass(frozen=True, slots=True)
class ReadyService:
    """A decision service; its parameters are its input data, then its input decisions."""

    name: str
    inputs: tuple[Seen, ...]
    outputs: tuple[Seen, ...]
    signature: Signature
    kind: Kind


Ready = ReadyInput | ReadyDecision | ReadyKnowledge | ReadyService


@dataclass(frozen=True, slots=True, eq=False)
class DecisionModel:
    """A DMN file with what it imports, compiled; immutable and shared by all threads.

    Attributes:
        definitions: the file as drawn.
        library: it and the imported files.
        ready: by reference.
    """

    definitions: Definitions
    library: Library
    ready: Mapping[str, Ready]

    @property
    def dialect(self) -> Dialect:
        """Whose rules hold."""
        return self.definitions.dialect

    def find(self, key: str) -> str | None:
        """The reference of a decision, service or knowledge model by its id or name."""
        return self.library.find(key)
