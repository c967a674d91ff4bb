"""Python handlers: what service tasks call by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bpmn.expressions.base import BpmnErrorThrown
from bpmn.model import Dialect, Work
from engine.actor import DEFAULT_TENANT
from engine.runtime.working import CONNECTOR
from engine.services.installed import entry_points

__all__ = ["BpmnErrorThrown", "Handler", "Handlers", "WorkItem"]

GROUP = "laneway.handlers"
"""Entry point group: packages register handlers here, the entry point's name is the handler's."""


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One call of a handler.

    Attributes:
        variables: what the task sees.
        arguments: what the diagram gives the task (fields, headers).
        key: the same for every repetition of this call: pass it on as idempotency key.
        now: aware UTC.
        element_id: the task in the diagram.
        attempts_left: how often the call is still repeated when it fails now.
        work: what the diagram says of the call; ``None`` for a listener's.
        properties: what expressions read of ``execution``, besides variables.
    """

    instance_id: str
    element_id: str
    variables: Mapping[str, object]
    arguments: Mapping[str, object]
    key: str
    now: datetime
    attempts_left: int = 0
    tenant_id: str = DEFAULT_TENANT
    definition_id: str = ""
    dialect: Dialect = Dialect.PLAIN
    work: Work | None = None
    properties: Mapping[str, object] = field(default_factory=dict)


class Handler(Protocol):
    """Does the work of a service task; runs outside any transaction and may take its time."""

    def __call__(self, item: WorkItem, /) -> Mapping[str, object] | None:
        """Do it and return variables for the process, or ``None``.

        Raises:
            BpmnErrorThrown: a business error, for the diagram to catch.
            Exception: a failure; the call is repeated, at last it becomes an incident.
        """


@dataclass(slots=True)
class Handlers:
    """Handlers by name: those given, then those of installed packages.

    ``connectors`` gives the handler of a connector, whose jobs are called ``connector:NAME``.
    """

    given: Mapping[str, Handler] = field(default_factory=dict)
    connectors: Callable[[str], Handler] | None = None
    _installed: dict[str, Handler] = field(default_factory=dict)

    def find(self, name: str) -> Handler | None:
        """The handler, or ``None``: nobody registered that name."""
        found = self.given.get(name) or self._installed.get(name)
        if found is None and self.connectors is not None and name.startswith(CONNECTOR):
            return self.connectors(name.removeprefix(CONNECTOR))
        return found or self._load(name)

    def names(self) -> Iterator[str]:
        """Every name that is registered."""
        yield from sorted({*self.given, *(point.name for point in entry_points(group=GROUP))})

    def _load(self, name: str) -> Handler | None:
        for point in entry_points(group=GROUP, name=name):
            handler: Handler = point.load()
            self._installed[name] = handler
            return handler
        return None
