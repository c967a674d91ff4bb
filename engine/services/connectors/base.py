"""What a connector is: a named way to call another system, with a schema of its inputs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from engine.errors import EngineError
from engine.services.contracts import BoundContract
from engine.services.failure import WorkFailure
from engine.services.installed import entry_points
from engine.services.secrets import Redactor

GROUP = "laneway.connectors"
"""Entry point group: each loads a `Connector`; the entry point's name must be its ``name``."""

Schema = Mapping[str, object]
"""A JSON Schema (draft 2020-12)."""


@dataclass(frozen=True, slots=True)
class Request:
    """One call of a connector.

    Attributes:
        inputs: the arguments that the diagram gives, evaluated, with secrets in place and valid
            by the connector's schema.
        key: the idempotency key, the same for every repetition of this call.
        now: aware UTC time when the call began.
        timeout: how long the call may take in all.
        callback_url: where the other system may send its answer later; empty when the task does
            not wait for one.
        redactor: knows the secrets in ``inputs``; hides them in what is recorded.
        pace: waits until one more request of the same call may be made, for connectors that make
            several (pages); raises `WorkFailure` when that takes too long.
    """

    inputs: Mapping[str, object]
    key: str
    now: datetime
    tenant_id: str = "default"
    instance_id: str = ""
    definition_id: str = ""
    element_id: str = ""
    timeout: timedelta = timedelta(seconds=60)
    callback_url: str = ""
    redactor: Redactor = field(default_factory=Redactor)
    pace: Callable[[], None] = lambda: None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other system said; plain values that a process variable may hold.

    Attributes:
        body: the result: JSON, text, rows, or ``None``.
        status: HTTP status, 0 where there is none.
        headers: names as the other system wrote them.
        is_pending: accepted only (202): the result comes later to the callback address.
        seen: the answer as a diagram sees it: the names for its mappings, or one value;
            ``None`` for ``status``, ``headers`` and ``body``.
        sent, received: the request and the answer for people who look into a failure; redacted.
    """

    body: object = None
    status: int = 0
    headers: Mapping[str, object] = field(default_factory=dict)
    is_pending: bool = False
    seen: object = None
    sent: str = ""
    received: str = ""

    @property
    def as_value(self) -> object:
        """The answer as a diagram sees it."""
        if self.seen is not None:
            return self.seen
        return {"status": self.status, "headers": self.headers, "body": self.body}


class Connector(Protocol):
    """Calls other systems of one kind; shared by all threads, so it keeps no state of a call."""

    @property
    def name(self) -> str:
        """What diagrams and jobs call it, such as ``http``."""

    @property
    def schema(self) -> Schema:
        """JSON Schema of ``Request.inputs``; inputs that break it never reach `call`."""

    def target(self, inputs: Mapping[str, object]) -> str:
        """The system that a call goes to, by which it is governed, such as ``https://erp:443``.

        Called with valid inputs; secrets in what it returns are hidden before anyone sees it.

        Raises:
            WorkFailure: there is no such system; final.
        """

    def call(self, request: Request, /) -> Answer:
        """Do it, outside any transaction.

        Raises:
            WorkFailure: it failed; ``is_final`` when trying again cannot help. Every other failure
                counts against the target: many in a row open its circuit.
            BpmnErrorThrown: a business error, for the diagram to catch.
        """


class CallRefused(WorkFailure):
    """The other system answered with an error.

    Attributes:
        code: what error expressions know it by, such as the HTTP status.
        seen: the answer, as diagrams see it.
        is_outage: the fault is on the other side, so that it counts against the target.
    """

    code: str = ""
    seen: object = None
    is_outage: bool = False


class Secrets(Protocol):
    """Where ``{{secrets.NAME}}`` comes from; asked in the worker, right before a call."""

    def resolve(self, name: str, tenant: str, /) -> str:
        """The secret's text.

        Raises:
            SecretMissing: there is none of that name for that tenant.
            SecretsKeyMissing: it cannot be decrypted.
        """


def reveal(secrets: Secrets, name: str, tenant: str, redactor: Redactor) -> str:
    """The secret's text, which *redactor* hides from now on.

    Raises:
        WorkFailure: there is none, or it cannot be read; final.
    """
    try:
        value = secrets.resolve(name, tenant)
    except EngineError as error:
        raise WorkFailure(str(error), is_final=True) from error
    redactor.cover(name, value)
    return value


class Contracts(Protocol):
    """Where the contracts are that tasks name in place of a connector (R42)."""

    def find(self, reference: str, tenant: str, /) -> BoundContract:
        """The contract, such as ``contract:credit-check:2``.

        Raises:
            WorkFailure: none is deployed; final.
        """


@dataclass(frozen=True, slots=True)
class Waiting:
    """A call whose answer comes later.

    Attributes:
        until: aware UTC time up to which it is waited for.
        is_accepted: the other system took the request; until then nobody knows.
        answer: what came; ``None`` as long as nothing did.
    """

    until: datetime
    is_accepted: bool
    answer: Answer | None = None


class Callbacks(Protocol):
    """Where other systems leave their answers to calls that they only accepted (202).

    ``key`` is the idempotency key of the call: all its attempts wait for the same answer.
    """

    def find(self, key: str, /) -> Waiting | None:
        """What is known of an answer, ``None`` when no call of this key asked for one."""

    def open(self, key: str, until: datetime, /) -> str:
        """An address that takes the answer until then; known to nobody else."""

    def accept(self, key: str, /) -> None:
        """The other system took the request."""

    def close(self, key: str, /) -> None:
        """Nobody waits any longer; addresses given before lead nowhere."""


class Observer(Protocol):
    """Is told of every call, for metrics and traces; must be quick and may not raise.

    ``outcome`` is ``ok``, ``pending``, ``error`` (the BPMN kind), ``failed``, ``rate-limited``,
    ``circuit-open`` or ``busy``; the last three never reached the target.
    """

    def call_started(self, connector: str, target: str, /) -> None:
        """A call begins."""

    def call_ended(self, connector: str, target: str, outcome: str, seconds: float, /) -> None:
        """A call, or the attempt to make it, is over."""


class NoObserver:
    """Nobody watches."""

    def call_started(self, connector: str, target: str, /) -> None:
        """Nothing to do."""

    def call_ended(self, connector: str, target: str, outcome: str, seconds: float, /) -> None:
        """Nothing to do."""


@dataclass(slots=True)
class Connectors:
    """Connectors by name: those given, then those of installed packages."""

    given: dict[str, Connector] = field(default_factory=dict)

    def add(self, connector: Connector) -> None:
        """Register *connector* under its name, in place of one that has it."""
        self.given[connector.name] = connector

    def find(self, name: str) -> Connector | None:
        """The connector, or ``None``: nobody registered that name."""
        if name not in self.given:
            for point in entry_points(group=GROUP, name=name):
                self.given[name] = point.load()
        return self.given.get(name)

    def names(self) -> Iterator[str]:
        """Every name that is registered, sorted."""
        yield from sorted({*self.given, *(point.name for point in entry_points(group=GROUP))})
