"""Where a step finds the decisions that its tasks call: a port, so that the step stays pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bpmn.decisions import DecisionModel


@dataclass(frozen=True, slots=True)
class DecisionReference:
    """Which decision a task calls, its expressions evaluated.

    ``binding`` is ``latest``, ``deployment``, ``version`` or ``versionTag``, as of a call activity.
    ``tenant`` is another organisation whose decision it is; empty: that of the instance.
    """

    decision: str
    binding: str = "latest"
    version: str = ""
    version_tag: str = ""
    tenant: str = ""

    @property
    def which(self) -> str:
        """The version and organisation in words, to go behind the id; empty for the latest."""
        version = {
            "version": f" with version {self.version!r}",
            "versionTag": f" with version tag {self.version_tag!r}",
            "deployment": " in the same deployment",
        }.get(self.binding, "")
        return f"{version} of organisation {self.tenant!r}" if self.tenant else version


class DecisionForbidden(Exception):
    """A decision of an organisation that may not be called from this one."""


@dataclass(frozen=True, slots=True)
class DeployedDecision:
    """One version of a decision; nothing of it ever changes.

    Attributes:
        id: of the definition.
        key: of the definition.
        decision_id: as drawn, what its versions share.
        name: as drawn.
        version: from 1 on.
        model: the whole file that it is part of, with what that imports.
    """

    id: str
    key: int
    decision_id: str
    name: str
    version: int
    model: DecisionModel


class DecisionPort(Protocol):
    """Finds decisions for one instance: of its tenant, and for ``deployment`` of its deployment."""

    def find(self, wanted: DecisionReference) -> DeployedDecision | None:
        """The decision, ``None`` when there is none such."""


class NoDecisions:
    """A port for where nothing is deployed."""

    def find(self, _wanted: DecisionReference) -> DeployedDecision | None:
        """Nothing."""
        return None


NO_DECISIONS = NoDecisions()
