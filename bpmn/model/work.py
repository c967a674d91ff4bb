"""What activities do outside the diagram: assignment, work, calls, forms, listeners, data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bpmn.model.base import Expression, Extension, Script, Value, Variable


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who may do a user task, and when it is due; each an expression evaluated at creation.

    Candidate expressions give one name, a comma separated text, or a list.
    """

    assignee: Expression | None = None
    candidate_users: tuple[Expression, ...] = ()
    candidate_groups: tuple[Expression, ...] = ()
    due: Expression | None = None
    follow_up: Expression | None = None
    priority: Expression | None = None


class WorkKind(StrEnum):
    """How an activity's work is done outside the diagram."""

    HANDLER = "handler"
    EXTERNAL = "external"
    EXPRESSION = "expression"
    CONNECTOR = "connector"
    DECISION = "decision"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Argument:
    """One input of a connector.

    Attributes:
        name: what the connector calls it.
        value: evaluated anew for every attempt.
        drawn: the diagram's own texts behind it. Only they may refer to secrets: a reference that
            comes in with data is data.
    """

    name: str
    value: Value
    drawn: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ConnectorCall:
    """What a task gives a connector, and what it makes of the answer.

    Attributes:
        outputs: mappings that see the answer; they write what a handler's result would write.
        result_variable: receives the whole answer, empty for none.
        result: gives variables, seeing the answer (Camunda 8).
        error: gives an error where the answer, or the failure, is one (Camunda 8).
        backoff: ISO 8601 duration between attempts, empty for the default.
    """

    arguments: tuple[Argument, ...] = ()
    outputs: tuple[Variable, ...] = ()
    result_variable: str = ""
    result: Expression | None = None
    error: Expression | None = None
    backoff: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """What a service, send, business rule or worker-typed task calls.

    Attributes:
        name: handler name, external topic (Camunda 8: job type), connector or decision id.
            For EXPRESSION the expression itself.
        result_variable: variable that receives the result.
        retries: how often a failure is repeated (a number), ``None`` for the default.
        priority: of the job or external task.
        headers: static headers of a Camunda 8 worker; fields of a Camunda 7 class.
        errors: conditions that turn a worker's failure into a BPMN error (Camunda 7).
        call: what a CONNECTOR is given; ``None`` for every other kind.
    """

    kind: WorkKind
    name: Expression
    result_variable: str = ""
    retries: Expression | None = None
    priority: Expression | None = None
    headers: tuple[tuple[str, Value], ...] = ()
    errors: tuple[tuple[Expression, Expression], ...] = ()
    binding: str = "latest"
    version: Expression | None = None
    version_tag: str = ""
    map_result: str = ""
    tenant: Expression | None = None
    call: ConnectorCall | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """What a call activity calls, and which variables cross.

    ``binding`` is ``latest``, ``deployment``, ``version`` or ``versionTag``. With ``all_in`` every
    visible variable goes in, with ``own_in`` those of the call's own scope, with ``all_out`` every
    variable of the called process comes back, with ``own_out`` into the call's own scope only.
    """

    process: Expression
    binding: str = "latest"
    version: Expression | None = None
    version_tag: str = ""
    business_key: Expression | None = None
    tenant: Expression | None = None
    ins: tuple[Variable, ...] = ()
    outs: tuple[Variable, ...] = ()
    all_in: bool = False
    all_out: bool = False
    own_in: bool = False
    own_out: bool = False


class FormKind(StrEnum):
    """Where a form comes from."""

    FIELDS = "fields"
    FORM_JS = "form-js"
    KEY = "key"
    JSON_SCHEMA = "json-schema"


@dataclass(frozen=True, slots=True)
class FormReference:
    """The form that a user task or start event declares.

    FIELDS: ``data`` is the ``camunda:formData`` element. FORM_JS: ``key`` is the form's id,
    ``binding`` says which version; with the binding ``file``, ``key`` is the name of a file that
    is deployed with the diagram; of a JSON_SCHEMA always, and ``ui`` names the UI schema beside
    it. ``body`` holds a form that the diagram embeds
    (``zeebe:userTaskForm``). KEY: a ``formKey`` that is kept and shown but means nothing to us.
    """

    kind: FormKind
    key: str = ""
    binding: str = "latest"
    version: str = ""
    body: str = ""
    data: Extension | None = None
    ui: str = ""


@dataclass(frozen=True, slots=True)
class Listener:
    """An execution or task listener; ``work`` or ``script`` says what runs.

    Attributes:
        event: ``start``, ``end`` or ``take`` of executions; ``create``, ``assignment``,
            ``update``, ``complete``, ``delete`` or ``timeout`` of tasks. Camunda 8's words of
            tasks (``creating`` ...) become these.
        target: ``execution`` or ``task``.
        timer: kind of time after which a ``timeout`` happens, with its ``time``: one of
            ``date``, ``duration``, ``cycle``; else empty.
    """

    event: str
    target: str
    work: Work | None = None
    script: Script | None = None
    timer: str = ""
    time: Expression | None = None
    line: int = 0

    @property
    def is_inline(self) -> bool:
        """Whether it runs within the step; everything else is a job or an external task."""
        return self.work is None or self.work.kind is WorkKind.EXPRESSION


@dataclass(frozen=True, slots=True)
class DataAssociation:
    """Data input or output association: source refs, target ref, transformation, assignments."""

    direction: str
    sources: tuple[str, ...]
    target: str
    transformation: Expression | None = None
    assignments: tuple[tuple[Expression, Expression], ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class DataItem:
    """A data object (reference), data store (reference), data input/output or property."""

    id: str
    name: str
    kind: str
    scope: str
    reference: str = ""
    is_collection: bool = False
    line: int = 0
