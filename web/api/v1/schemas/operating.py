"""Incidents and jobs: what is sent and answered."""

from __future__ import annotations

from apiflask import Schema
from apiflask.fields import UUID, Boolean, Integer, String
from apiflask.validators import Length, OneOf

from web.api.v1.schemas.base import PageQuery, any_variables, moment, short_text, storable, whole


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

    note = String(required=True, validate=[Length(1, 2000), storable])


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
