"""A contract as its file says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from engine.services.contracts.version import Version
from engine.services.secrets import names_in

Schema = Mapping[str, object] | bool
"""A JSON Schema, draft 2020-12."""


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """How long a version is to be used; the one thing that may change after it is deployed.

    Attributes:
        deprecated_at: aware UTC; who deploys a model that uses it is warned from then on.
        sunset_at: aware UTC; no new deployment may use it from then on.
        successor: what to use instead, such as ``credit-check:2``.
    """

    deprecated_at: datetime | None = None
    sunset_at: datetime | None = None
    successor: str = ""

    def is_deprecated(self, now: datetime) -> bool:
        """Whether it should no longer be used."""
        return any(at is not None and at <= now for at in (self.deprecated_at, self.sunset_at))

    def is_over(self, now: datetime) -> bool:
        """Whether it must not be used by a new deployment."""
        return self.sunset_at is not None and self.sunset_at <= now


@dataclass(frozen=True, slots=True)
class Contract:
    """One version of a contract.

    Attributes:
        owner: who answers for it, a person or team; ``contact`` is how to reach them.
        connector: what does the call: ``http``, ``email`` ...
        settings: inputs of the connector; a text that begins with ``=`` is FEEL over the request.
        request: schema of what the task gives.
        response: schema of the answer's body.
        limits: of the calls by this contract: what the connectors' governance takes.
        lifecycle: as in the file.
        digest: SHA-256 over everything but the lifecycle, in hex.
    """

    name: str
    version: Version
    connector: str
    title: str = ""
    description: str = ""
    owner: str = ""
    contact: str = ""
    settings: Mapping[str, object] = field(default_factory=dict)
    request: Schema = True
    response: Schema = True
    limits: Mapping[str, object] = field(default_factory=dict)
    lifecycle: Lifecycle = field(default_factory=Lifecycle)
    digest: str = ""

    @property
    def label(self) -> str:
        """Name and version, for people."""
        return f"{self.name} {self.version}"

    @property
    def secret_names(self) -> frozenset[str]:
        """The secrets that its settings refer to."""
        return names_in(self.settings)
