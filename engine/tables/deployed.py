"""What was deployed: files and the definitions in them."""

from __future__ import annotations

import sqlalchemy as sa

from engine import columns
from engine.columns import Json, Name
from engine.tables.registry import metadata

deployment = sa.Table(
    "deployment",
    metadata,
    columns.identity(),
    columns.key(),
    columns.tenant(),
    sa.Column("name", Name, nullable=False),
    sa.Column("source", Name, nullable=False, server_default=""),  # "Camunda Modeler", "web" ...
    sa.Column("digest", sa.String(64), nullable=False, index=True),  # sha-256 over all its files
    sa.Column("deployed_by", Name, nullable=True),
    columns.moment("deployed_at"),
)

resource = sa.Table(
    "resource",
    metadata,
    columns.identity(),
    sa.Column("deployment_id", sa.ForeignKey("deployment.id"), nullable=False, index=True),
    sa.Column("name", Name, nullable=False),  # the file's name
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),  # the original bytes
    sa.UniqueConstraint("deployment_id", "name"),
)

process_definition = sa.Table(
    "process_definition",
    metadata,
    columns.identity(),
    columns.key(),
    columns.tenant(),
    sa.Column("process_id", Name, nullable=False),  # the key that versions share
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("version_tag", Name, nullable=False, server_default=""),
    sa.Column("name", Name, nullable=False),
    sa.Column("documentation", sa.Text, nullable=False, server_default=""),
    sa.Column("deployment_id", sa.ForeignKey("deployment.id"), nullable=False),
    sa.Column("resource_id", sa.ForeignKey("resource.id"), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),  # of the file: same bytes, same version
    sa.Column("is_executable", sa.Boolean, nullable=False),
    sa.Column("is_startable", sa.Boolean, nullable=False),  # by a person: has a none start
    sa.Column("is_suspended", sa.Boolean, nullable=False),
    sa.Column("starters", Json, nullable=False),  # {"users": [], "groups": []}; both empty: all
    sa.UniqueConstraint("tenant_id", "process_id", "version"),
)

form_definition = sa.Table(
    "form_definition",
    metadata,
    columns.identity(),
    columns.key(),
    columns.tenant(),
    sa.Column("form_id", Name, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("deployment_id", sa.ForeignKey("deployment.id"), nullable=False),
    sa.Column("resource_id", sa.ForeignKey("resource.id"), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),  # of the file: same bytes, same version
    sa.UniqueConstraint("tenant_id", "form_id", "version"),
)

decision_definition = sa.Table(
    "decision_definition",
    metadata,
    columns.identity(),
    columns.key(),
    columns.tenant(),
    sa.Column("decision_id", Name, nullable=False),  # the key that versions share
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("version_tag", Name, nullable=False, server_default=""),
    sa.Column("name", Name, nullable=False),
    sa.Column("drg_id", Name, nullable=False),  # of the file's <definitions>: its whole graph
    sa.Column("deployment_id", sa.ForeignKey("deployment.id"), nullable=False),
    sa.Column("resource_id", sa.ForeignKey("resource.id"), nullable=False, index=True),
    # Of the file and all that it imports: same bytes, same version.
    sa.Column("digest", sa.String(64), nullable=False),
    sa.UniqueConstraint("tenant_id", "decision_id", "version"),
)
