"""One BPMN file: its processes, pools and shapes."""

from __future__ import annotations

from dataclasses import dataclass

from bpmn.model.base import Dialect, Problem
from bpmn.model.process import ProcessModel


@dataclass(frozen=True, slots=True)
class Participant:
    """A pool. ``process`` is empty for a black box; ``is_multiple``: there are several of it."""

    id: str
    name: str
    process: str
    is_multiple: bool = False


@dataclass(frozen=True, slots=True)
class MessageFlow:
    """A message flow between pools or their nodes."""

    id: str
    name: str
    source: str
    target: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """Diagram interchange of one element: ``bounds`` (x, y, width, height) or ``waypoints``.

    ``plane`` is the process, collaboration or collapsed sub-process on whose page it is drawn.
    ``stroke``, ``fill`` and ``font`` are colours as written, empty for the usual ones.
    """

    element: str
    bounds: tuple[float, float, float, float] | None = None
    waypoints: tuple[tuple[float, float], ...] = ()
    label: tuple[float, float, float, float] | None = None
    is_expanded: bool = True
    is_horizontal: bool = True
    is_marker_visible: bool = False
    plane: str = ""
    stroke: str = ""
    fill: str = ""
    font: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is drawn beside pools, nodes, sequence and message flows: it explains, and runs not.

    Attributes:
        kind: BPMN's local tag: ``lane``, ``textAnnotation``, ``group``, ``dataObjectReference``,
            ``dataStoreReference``, ``dataInput``, ``association``, ``dataInputAssociation`` ...
        name: its name or text; of a data object with its state.
        scope: id of the process or sub-process that holds it, empty for the collaboration's.
        source, target: ends of an association, as nodes, data or artifacts.
        direction: of an association: ``None``, ``One`` or ``Both``.
        members: nodes that a lane lists.
        parent: the lane around a lane.
    """

    id: str
    kind: str
    name: str = ""
    scope: str = ""
    source: str = ""
    target: str = ""
    direction: str = ""
    is_collection: bool = False
    members: tuple[str, ...] = ()
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Diagram:
    """One BPMN file: everything drawn in it, and every problem found while loading.

    ``problems`` with severity ERROR forbid deployment, never viewing.
    """

    id: str
    name: str
    target_namespace: str
    dialect: Dialect
    exporter: str = ""
    platform_version: str = ""
    processes: tuple[ProcessModel, ...] = ()
    participants: tuple[Participant, ...] = ()
    message_flows: tuple[MessageFlow, ...] = ()
    shapes: tuple[Shape, ...] = ()
    drawn: tuple[Drawn, ...] = ()
    problems: tuple[Problem, ...] = ()

    def process(self, process_id: str) -> ProcessModel | None:
        """The process with that id, or ``None``."""
        return next((p for p in self.processes if p.id == process_id), None)

    def title(self, process: ProcessModel) -> str:
        """What people call *process*: its name, else its pool's name, else its id."""
        pool = next((pool for pool in self.participants if pool.process == process.id), None)
        return process.name or (pool.name if pool else "") or process.id
