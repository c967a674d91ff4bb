"""The form of a user task or a start event."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from bpmn.forms import Form, declared_form, generate_form, needed_after, parse_form
from bpmn.model import FormKind, FormReference, Node
from engine import tables
from engine.store.models import Definition

_form = tables.form_definition
_resource = tables.resource

_its = tables.resource.alias("its")

_NEWEST = (
    sa.select(_resource.c.content)
    .join(_form, _form.c.resource_id == _resource.c.id)
    .where(_form.c.tenant_id == sa.bindparam("tenant"), _form.c.form_id == sa.bindparam("form"))
    .order_by(_form.c.version.desc())
    .limit(1)
)
_BY_VERSION = _NEWEST.where(_form.c.version == sa.bindparam("version"))
_BESIDE = sa.select(_resource.c.content).where(
    _resource.c.deployment_id == sa.bindparam("deployment"),
    _resource.c.name == sa.bindparam("name"),
)
_IN_DEPLOYMENT = _NEWEST.where(
    _form.c.digest.in_(
        sa.select(_its.c.digest).where(_its.c.deployment_id == sa.bindparam("deployment"))
    )
)


def form_of(
    connection: sa.Connection,
    definition: Definition,
    node: Node,
    variables: Mapping[str, object],
) -> Form:
    """The form that *node* declares; else one generated from the variables that it sees."""
    if node.form is not None:
        found = _declared(connection, definition, node, node.form)
        if found is not None:
            return found
    return generate_form(
        variables,
        needed=needed_after(definition.model, node),
        element_id=node.id,
        title=node.label,
        text=node.documentation,
    )


def _declared(
    connection: sa.Connection, definition: Definition, node: Node, reference: FormReference
) -> Form | None:
    if reference.kind is FormKind.JSON_SCHEMA:
        schema = _beside(connection, definition, reference.key)
        ui = _beside(connection, definition, reference.ui) if reference.ui else None
        found = {"element_id": node.id, "title": node.label}
        return declared_form(reference, file=schema or b"", ui=ui or b"", **found)
    if reference.kind is FormKind.FORM_JS and not reference.body:
        content = _file(connection, definition, reference)
        return None if content is None else _parsed(content)
    return declared_form(reference, element_id=node.id, title=node.label)


@lru_cache(maxsize=256)
def _parsed(content: bytes) -> Form:
    return parse_form(content)


def _file(
    connection: sa.Connection, definition: Definition, reference: FormReference
) -> bytes | None:
    if reference.binding == "file":
        return _beside(connection, definition, reference.key)
    values: dict[str, Any] = {"tenant": definition.tenant_id, "form": reference.key}
    statement = _NEWEST
    if reference.binding == "deployment":
        statement = _IN_DEPLOYMENT
        values["deployment"] = definition.deployment_id
    elif reference.binding == "version" and reference.version.isdecimal():
        statement = _BY_VERSION
        values["version"] = int(reference.version)
    content: bytes | None = connection.execute(statement, values).scalar_one_or_none()
    return content


def _beside(connection: sa.Connection, definition: Definition, name: str) -> bytes | None:
    """A file that was deployed with the definition."""
    named = {"deployment": definition.deployment_id, "name": name}
    content: bytes | None = connection.execute(_BESIDE, named).scalar_one_or_none()
    return content
