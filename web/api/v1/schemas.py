"""What is sent and answered, for the OpenAPI document and to check what comes in."""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from apiflask.fields import (
    UUID,
    Boolean,
    DateTime,
    Dict,
    File,
    Integer,
    List,
    Nested,
    Raw,
    String,
)
from apiflask.validators import Length, OneOf, Range
from marshmallow import ValidationError
from marshmallow.fields import Field

from engine.queries.page import MAX_SIZE


def _storable(text: str) -> None:
    """Refuse characters that no database takes."""
    if "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ValidationError("Characters that cannot be stored.")


def short_text(longest: int = 255, **options: Any) -> String:
    """A text of at most *longest* characters."""
    return String(validate=[Length(max=longest), _storable], **options)


def full_name(**options: Any) -> String:
    """A text that is not empty."""
    return String(required=True, validate=[Length(min=1, max=255), _storable], **options)


def whole(low: int, high: int, **options: Any) -> Integer:
    """A whole number within bounds."""
    return Integer(strict=True, validate=Range(low, high), **options)


def query_number(low: int, high: int, **options: Any) -> Integer:
    """A whole number of a query, which is text."""
    return Integer(validate=Range(low, high), **options)


def moment(**options: Any) -> DateTime:
    """A time with a zone."""
    return DateTime("iso", **options)


def any_variables(**options: Any) -> Dict:
    """Variables by name, as JSON has them."""
    return Dict(
        keys=String(),
        values=Raw(allow_none=True),
        metadata={"description": "Variables by name; any JSON value."},
        **options,
    )


def _file() -> Field[Any]:
    found: Field[Any] = File()  # type: ignore[no-untyped-call] # as APIFlask has it
    return found


class PageQuery(Schema):
    """Which part of a list."""

    limit = query_number(
        1, MAX_SIZE, load_default=50, metadata={"description": "How many, at most."}
    )
    cursor = short_text(metadata={"description": "next_cursor of the answer before."})


def page(item: type[Schema]) -> type[Schema]:
    """A page of *item*."""
    fields: dict[str, Field[Any]] = {
        "items": List(Nested(item), required=True),
        "total": Integer(allow_none=True, metadata={"description": "How many there are in all."}),
        "total_is_capped": Boolean(metadata={"description": "There are more than total."}),
        "next_cursor": String(allow_none=True),
    }
    found = Schema.from_dict(fields, name=f"{item.__name__}Page")
    assert issubclass(found, Schema)
    return found


class Problem(Schema):
    """A refusal (RFC 9457)."""

    type = String(required=True)
    title = String(required=True)
    status = Integer(required=True)
    detail = String(required=True)
    instance = String(required=True)
    code = String(required=True, metadata={"description": "Stable word for programs."})


class FileProblem(Schema):
    """What is wrong with a file that should be deployed."""

    code = String()
    severity = String(metadata={"enum": ["error", "warning", "info"]})
    message = String()
    hint = String()
    file = String()
    line = Integer(allow_none=True)
    element_id = String(allow_none=True)
    element_name = String(allow_none=True)


class Files(Schema):
    """Diagrams, decisions, forms."""

    files = List(_file(), required=True, validate=Length(1, 100))
    name = short_text(load_default="")


class Judged(Schema):
    """Whether files can be deployed."""

    is_deployable = Boolean()
    problems = List(Nested(FileProblem))


class DeployedPart(Schema):
    """A process, decision or form of a deployment."""

    id = UUID()
    key = String(metadata={"description": "Its id in the file."})
    name = String()
    version = Integer()
    is_new = Boolean()
    resource = String()


class Deployment(Schema):
    """What was deployed."""

    id = UUID()
    is_new = Boolean(metadata={"description": "False: these very files were deployed before."})
    processes = List(Nested(DeployedPart))
    decisions = List(Nested(DeployedPart))
    forms = List(Nested(DeployedPart))
    problems = List(Nested(FileProblem))


class DefinitionQuery(PageQuery):
    """Which process definitions."""

    text = short_text(load_default="")
    all_versions = Boolean(load_default=False)


class Definition(Schema):
    """One version of a process."""

    id = UUID()
    process_id = String()
    name = String()
    version = Integer()
    version_tag = String()
    documentation = String()
    is_executable = Boolean()
    is_startable = Boolean()
    is_suspended = Boolean()
    is_latest = Boolean()
    resource_name = String()
    deployment_id = UUID()
    deployed_by = String(allow_none=True)
    deployed_at = moment()


class DefinitionDetail(Definition):
    """One version of a process with its sisters."""

    versions = List(Integer(), metadata={"description": "All versions, newest first."})
    why_not_startable = String(metadata={"description": "Empty when the caller can start it."})


class WithInstances(Schema):
    """How far suspending goes."""

    with_instances = Boolean(load_default=False)


class OfElement(Schema):
    """Jobs of which element."""

    element_id = short_text(load_default="")


class Counted(Schema):
    """How many it were."""

    count = Integer()


class StartOrder(Schema):
    """What to start; ``definition_id`` says exactly which version."""

    process_id = short_text(load_default="")
    definition_id = short_text(load_default="")
    version = whole(1, 2**31 - 1, load_default=None, allow_none=True)
    variables = any_variables(load_default=dict)
    business_key = short_text(load_default=None, allow_none=True)


class InstanceQuery(PageQuery):
    """Which instances."""

    is_open = Boolean(load_default=None)
    status = String(
        validate=OneOf(["ACTIVE", "SUSPENDED", "COMPLETED", "TERMINATED", "FAILED"]),
        load_default=None,
    )
    process_id = short_text(load_default="")
    definition_id = short_text(load_default="")
    business_key = short_text(load_default="")
    initiator = short_text(load_default="")
    text = short_text(load_default="")
    with_incidents = Boolean(load_default=False)
    only_roots = Boolean(load_default=False)
    started_from = moment(load_default=None)
    started_before = moment(load_default=None)


class Instance(Schema):
    """A process instance."""

    id = UUID()
    definition_id = UUID()
    process_id = String()
    process_name = String()
    version = Integer()
    business_key = String(allow_none=True)
    status = String()
    initiator = String(allow_none=True)
    parent_id = UUID(allow_none=True)
    root_id = UUID()
    started_at = moment()
    ended_at = moment(allow_none=True)
    incidents = Integer()


class TokenCount(Schema):
    """Where tokens wait."""

    element_id = String()
    count = Integer()


class Called(Schema):
    """An instance that a call activity started."""

    id = UUID()
    element_id = String()
    process_name = String()
    status = String()


class InstanceDetail(Instance):
    """A process instance with where it stands."""

    tokens = List(Nested(TokenCount))
    called = List(Nested(Called))
    may_read_variables = Boolean()


class Element(Schema):
    """One visit of an element."""

    element_id = String()
    name = String()
    type = String()
    state = String(metadata={"enum": ["ACTIVE", "COMPLETED", "TERMINATED"]})
    started_at = moment()
    ended_at = moment(allow_none=True)
    scope = Integer(allow_none=True, metadata={"description": "Where its variables are."})


class Elements(Schema):
    """Where an instance is and was."""

    items = List(Nested(Element))


class HistoryQuery(Schema):
    """Which events."""

    after = query_number(0, 2**31 - 1, load_default=0)
    limit = query_number(1, 1000, load_default=200)


class HistoryEvent(Schema):
    """Something that happened."""

    seq = Integer()
    kind = String()
    element_id = String()
    actor = String(allow_none=True)
    at = moment()
    data = any_variables()


class History(Schema):
    """Events, oldest first; ``next`` is ``after`` of the next page."""

    items = List(Nested(HistoryEvent))
    next = Integer(allow_none=True)


class ScopeQuery(Schema):
    """Which scope; 0 is the process."""

    scope = query_number(0, 2**31 - 1, load_default=0)


class Variables(Schema):
    """Variables by name."""

    variables = any_variables(load_default=dict)


class Reason(Schema):
    """Why."""

    reason = short_text(500, load_default="")


class TaskQuery(PageQuery):
    """Which open tasks."""

    list = String(validate=OneOf(["mine", "groups", "unassigned", "all"]), load_default="all")
    due = String(validate=OneOf(["overdue", "today", "follow-up"]), load_default=None)
    sort = String(validate=OneOf(["due", "created", "priority", "name"]), load_default="due")
    text = short_text(load_default="")
    process_id = short_text(load_default="")
    assignee = short_text(load_default="")
    instance_id = short_text(load_default="")
    min_priority = query_number(0, 100, load_default=None)


class Task(Schema):
    """An open user task."""

    id = UUID()
    name = String()
    element_id = String()
    instance_id = UUID()
    definition_id = UUID()
    process_id = String()
    process_name = String()
    business_key = String(allow_none=True)
    assignee = String(allow_none=True)
    candidate_users = List(String())
    candidate_groups = List(String())
    priority = Integer()
    is_suspended = Boolean()
    created_at = moment()
    due_at = moment(allow_none=True)
    follow_up_at = moment(allow_none=True)


class TaskDetail(Task):
    """An open user task with what the caller may do."""

    documentation = String()
    form_kind = String()
    form_key = String()
    lane = String()
    may_claim = Boolean()
    may_release = Boolean()
    may_complete = Boolean()
    may_assign = Boolean()


class Option(Schema):
    """A choice of a field."""

    value = Raw(allow_none=True)
    label = String()


class FormField(Schema):
    """A visible field of a form."""

    id = String()
    key = String()
    label = String()
    type = String()
    value = Raw(allow_none=True)
    is_required = Boolean()
    is_readonly = Boolean()
    options = List(Nested(Option))


class TaskForm(Schema):
    """A task's form, filled."""

    fields_ = List(Nested(FormField), data_key="fields")


class Assignee(Schema):
    """To whom a task is given; null gives it back."""

    assignee = short_text(required=True, allow_none=True)


class Completion(Schema):
    """With what a task is completed: ``form`` values are judged by its form, ``variables`` not."""

    form = Dict(keys=String(), values=Raw(allow_none=True), load_default=None, allow_none=True)
    variables = any_variables(load_default=None, allow_none=True)


class Correlation(Schema):
    """A message for the one who waits for it."""

    name = full_name()
    business_key = short_text(load_default=None, allow_none=True)
    instance_id = short_text(load_default=None, allow_none=True)
    correlation = any_variables(load_default=dict)
    variables = any_variables(load_default=dict)


class Receiver(Schema):
    """Who received it."""

    instance_id = UUID()


class Publication(Schema):
    """A message for all who wait, kept for those who will."""

    name = full_name()
    correlation_key = short_text(load_default="")
    message_id = short_text(load_default="")
    time_to_live = whole(0, 10 * 366 * 86_400, load_default=0, metadata={"description": "Seconds."})
    variables = any_variables(load_default=dict)


class Receivers(Schema):
    """Who received it at once."""

    instance_ids = List(UUID())


class Signal(Schema):
    """A signal for all who wait for it."""

    name = full_name()
    variables = any_variables(load_default=dict)


class Conditions(Schema):
    """Variables with which conditional start events are asked."""

    variables = any_variables(load_default=dict)
    process_id = short_text(load_default="")
    business_key = short_text(load_default=None, allow_none=True)


class DecisionQuery(PageQuery):
    """Which decisions."""

    text = short_text(load_default="")
    all_versions = Boolean(load_default=False)


class Decision(Schema):
    """One version of a decision."""

    id = UUID()
    decision_id = String()
    name = String()
    version = Integer()
    version_tag = String()
    is_latest = Boolean()
    resource_name = String()
    deployment_id = UUID()
    deployed_at = moment()


class EvaluationOrder(Schema):
    """What to decide on."""

    variables = any_variables(load_default=dict)
    version = whole(1, 2**31 - 1, load_default=None, allow_none=True)


class Evaluation(Schema):
    """What was decided, and how."""

    decision_id = String()
    name = String()
    version = Integer()
    definition_id = UUID()
    value = Raw(allow_none=True)
    is_made = Boolean(metadata={"description": "False: it cannot be made as drawn, see remarks."})
    decisions = List(
        Dict(),
        metadata={
            "description": "Each decision that was made, the one asked for last: id, name, value; "
            "of a table hit_policy, inputs (label, value) and rules (id, number, outputs)."
        },
    )
    remarks = List(Dict(), metadata={"description": "Why something is null."})


class IncidentQuery(PageQuery):
    """Which incidents."""

    state = String(validate=OneOf(["open", "resolved", "all"]), load_default="open")
    instance_id = short_text(load_default="")
    definition_id = short_text(load_default="")
    process_id = short_text(load_default="")
    element_id = short_text(load_default="")
    kind = short_text(load_default="")
    source_id = short_text(load_default="")
    created_from = moment(load_default=None)
    created_before = moment(load_default=None)


class Incident(Schema):
    """Something failed and waits for a person."""

    id = UUID()
    kind = String()
    message = String()
    instance_id = UUID()
    definition_id = UUID()
    process_id = String()
    process_name = String()
    version = Integer()
    business_key = String(allow_none=True)
    element_id = String()
    source_id = UUID(allow_none=True)
    created_at = moment()
    resolved_at = moment(allow_none=True)
    resolved_by = String(allow_none=True)
    note = String()


class IncidentDetail(Incident):
    """An incident with all that is known."""

    scope = Integer()
    variables = any_variables()
    stack = String()
    request = String()
    answer = String()
    data = any_variables()
    source = String(metadata={"enum": ["job", "external-task", ""]})
    arguments = any_variables()
    retries = Integer()
    may_edit_arguments = Boolean()


class RetryOrder(Schema):
    """What the next attempt finds different."""

    variables = any_variables(load_default=dict)
    arguments = any_variables(load_default=dict)
    retries = whole(1, 1000, load_default=None, allow_none=True)


class Note(Schema):
    """What was done about it."""

    note = String(required=True, validate=[Length(1, 2000), _storable])


class Retries(Schema):
    """Attempts."""

    retries = whole(1, 1000, load_default=1)


class JobQuery(PageQuery):
    """Which jobs."""

    instance_id = short_text(load_default="")
    definition_id = short_text(load_default="")
    kind = String(validate=OneOf(["timer", "async", "work"]), load_default=None)


class Job(Schema):
    """A job that waits."""

    id = UUID()
    kind = String(metadata={"enum": ["timer", "async", "work"]})
    instance_id = UUID(allow_none=True)
    definition_id = UUID()
    process_name = String()
    element_id = String()
    due_at = moment()
    retries = Integer()
    handler = String()
    error_message = String(allow_none=True)
    is_suspended = Boolean()
    locked_by = String(allow_none=True)
    locked_until = moment(allow_none=True)
    created_at = moment()


class Me(Schema):
    """As whom the caller acts."""

    id = String(allow_none=True)
    tenant_id = String()
    groups = List(String())
    is_admin = Boolean()
    rights = List(String())
