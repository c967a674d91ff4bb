"""Tasks and messages: what is sent and answered."""

from __future__ import annotations

from apiflask import Schema
from apiflask.fields import UUID, Boolean, Dict, Integer, List, Nested, Raw, String
from apiflask.validators import OneOf

from web.api.v1.schemas.base import (
    PageQuery,
    any_variables,
    full_name,
    moment,
    query_number,
    short_text,
    whole,
)


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
