"""Instances: what is sent and answered."""

from __future__ import annotations

from apiflask import Schema
from apiflask.fields import UUID, Boolean, Integer, List, Nested, String
from apiflask.validators import OneOf

from web.api.v1.schemas.base import (
    PageQuery,
    any_variables,
    moment,
    query_number,
    short_text,
    whole,
)


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
