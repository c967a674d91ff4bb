"""What several calls send or get, and the fields that schemas are made of."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from apiflask import Schema
from apiflask.fields import Boolean, DateTime, Dict, File, Integer, List, Nested, Raw, String
from apiflask.validators import Length, Range
from marshmallow import ValidationError
from marshmallow.fields import Field

from engine.queries.page import MAX_SIZE
from web.api.body import is_storable, parse_moment


def storable(text: str) -> None:
    """Refuse characters that no database takes."""
    if not is_storable(text):
        raise ValidationError("Characters that cannot be stored.")


def short_text(longest: int = 255, **options: Any) -> String:
    """A text of at most *longest* characters."""
    return String(validate=[Length(max=longest), storable], **options)


def full_name(**options: Any) -> String:
    """A text that is not empty."""
    return String(required=True, validate=[Length(min=1, max=255), storable], **options)


def whole(low: int, high: int, **options: Any) -> Integer:
    """A whole number within bounds."""
    return Integer(strict=True, validate=Range(low, high), **options)


def query_number(low: int, high: int, **options: Any) -> Integer:
    """A whole number of a query, which is text."""
    return Integer(validate=Range(low, high), **options)


class Moment(DateTime):
    """A time with a zone; read, it is in UTC."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> datetime:
        found = parse_moment(value) if isinstance(value, str) else None
        if found is None:
            raise ValidationError("Not a time with a zone, as 2026-01-31T10:00:00Z.")
        return found


def moment(**options: Any) -> Moment:
    """A time with a zone."""
    return Moment("iso", **options)


def any_variables(**options: Any) -> Dict:
    """Variables by name, as JSON has them."""
    return Dict(
        keys=String(),
        values=Raw(allow_none=True),
        metadata={"description": "Variables by name; any JSON value."},
        **options,
    )


def file_field() -> Field[Any]:
    """A part of a multipart request."""
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


class Counted(Schema):
    """How many it were."""

    count = Integer()


class Variables(Schema):
    """Variables by name."""

    variables = any_variables(load_default=dict)


class Reason(Schema):
    """Why."""

    reason = short_text(500, load_default="")


class Me(Schema):
    """As whom the caller acts."""

    id = String(allow_none=True)
    tenant_id = String()
    groups = List(String())
    is_admin = Boolean()
    rights = List(String())
