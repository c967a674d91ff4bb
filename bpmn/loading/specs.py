"""The SpiffWorkflow specs that its parser fills for us; `compile` reads them, then they go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin


class Element(BpmnSpecMixin):
    """One flow node of any type. ``extensions["element"]`` is its XML element."""

    def __init__(
        self,
        wf_spec: BpmnProcessSpec,
        bpmn_id: str,
        event_definition: EventDefinition | None = None,
        **kwargs: object,
    ) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.event_definition = event_definition


class ScopeSpec(BpmnProcessSpec):
    """A process or sub-process: its nodes as `task_specs`, its flows as XML elements."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        # SpiffWorkflow puts specs named Start, End and <id>.EndJoin here, which would hide
        # drawn elements with these ids.
        self.task_specs.clear()
        self.flows: list[etree._Element] = []


class CompensateEventDefinition(EventDefinition):
    """Compensation, which SpiffWorkflow has no class for."""


class LinkEventDefinition(EventDefinition):
    """A link, which SpiffWorkflow has no class for."""


class DataStore:
    """A data store of any name; Laneway reads its element, not this."""

    def __init__(self, *description: str | None) -> None:
        self.description = description


class AnyDataStore(Mapping[str, type[DataStore]]):
    """Knows every data store's name, because SpiffWorkflow refuses files with others."""

    def __getitem__(self, _name: str) -> type[DataStore]:
        return DataStore

    def __contains__(self, _name: object) -> bool:
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0
