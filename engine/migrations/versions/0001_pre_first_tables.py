"""the first tables: people, what is deployed, what runs, what happened.

Pre: nothing is there yet, so no code can be disturbed. Rows rewritten: 0. The organisation
``default`` is added, to which everything belongs until there are others.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

Id = sa.String(36).with_variant(postgresql.UUID(as_uuid=False), "postgresql")
Key = sa.BigInteger()
Json = sa.Text()
Name = sa.String(255)
Time = sa.DateTime(timezone=True)

# In the order in which they need each other.
TABLES = (
    "tenant",
    "person",
    "person_group",
    "membership",
    "deployment",
    "resource",
    "process_definition",
    "form_definition",
    "process_instance",
    "scope",
    "variable",
    "task",
    "task_candidate",
    "external_task",
    "job",
    "subscription",
    "incident",
    "history",
    "history_head",
)


def upgrade() -> None:
    _people()
    _deployed()
    _instances()
    _tasks()
    _machine()
    _happened()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _id() -> sa.Column[Any]:
    return sa.Column("id", Id, primary_key=True)


def _key() -> sa.Column[Any]:
    return sa.Column("key", Key, nullable=False, unique=True)


def _tenant() -> sa.Column[Any]:
    return sa.Column("tenant_id", Name, sa.ForeignKey("tenant.id"), nullable=False)


def _tenant_of_instance() -> sa.Column[Any]:
    return sa.Column("tenant_id", Name, nullable=False)


def _of_instance(*, primary_key: bool = False, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(
        "instance_id",
        Id,
        sa.ForeignKey("process_instance.id", ondelete="CASCADE"),
        primary_key=primary_key,
        nullable=nullable,
    )


def _wait() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("scope", sa.Integer, nullable=False),
        sa.Column("token", sa.Integer, nullable=False),
        sa.Column("wait", sa.Integer, nullable=False),
        sa.Column("element_id", Name, nullable=False),
    )


def _time(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, Time, nullable=nullable)


def _people() -> None:
    op.create_table(
        "tenant",
        sa.Column("id", Name, primary_key=True),
        sa.Column("name", Name, nullable=False),
    )
    op.create_table(
        "person",
        sa.Column("id", Name, primary_key=True),
        _tenant(),
        sa.Column("name", Name, nullable=False),
        sa.Column("email", Name, nullable=False, server_default=""),
        sa.Column("password_hash", Name, nullable=False),
        sa.Column("is_admin", sa.Boolean, nullable=False),
        sa.Column("is_active", sa.Boolean, nullable=False),
        sa.Column("locale", sa.String(16), nullable=False, server_default="en"),
        sa.Column("zone", sa.String(64), nullable=False, server_default="UTC"),
        sa.Column("session_epoch", sa.Integer, nullable=False, server_default="0"),
        _time("created_at"),
    )
    op.create_table(
        "person_group",
        sa.Column("id", Name, primary_key=True),
        _tenant(),
        sa.Column("name", Name, nullable=False),
    )
    op.create_table(
        "membership",
        sa.Column(
            "person_id", Name, sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column(
            "group_id", Name, sa.ForeignKey("person_group.id", ondelete="CASCADE"), primary_key=True
        ),
        sqlite_with_rowid=False,
    )
    tenant = sa.table("tenant", sa.column("id"), sa.column("name"))
    op.bulk_insert(tenant, [{"id": "default", "name": "Default"}])


def _deployed() -> None:
    op.create_table(
        "deployment",
        _id(),
        _key(),
        _tenant(),
        sa.Column("name", Name, nullable=False),
        sa.Column("source", Name, nullable=False, server_default=""),
        sa.Column("digest", sa.String(64), nullable=False, index=True),
        sa.Column("deployed_by", Name, nullable=True),
        _time("deployed_at"),
    )
    op.create_table(
        "resource",
        _id(),
        sa.Column("deployment_id", Id, sa.ForeignKey("deployment.id"), nullable=False, index=True),
        sa.Column("name", Name, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("deployment_id", "name"),
    )
    op.create_table(
        "process_definition",
        _id(),
        _key(),
        _tenant(),
        sa.Column("process_id", Name, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("version_tag", Name, nullable=False, server_default=""),
        sa.Column("name", Name, nullable=False),
        sa.Column("documentation", sa.Text, nullable=False, server_default=""),
        sa.Column("deployment_id", Id, sa.ForeignKey("deployment.id"), nullable=False),
        sa.Column("resource_id", Id, sa.ForeignKey("resource.id"), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("is_executable", sa.Boolean, nullable=False),
        sa.Column("is_startable", sa.Boolean, nullable=False),
        sa.Column("is_suspended", sa.Boolean, nullable=False),
        sa.Column("starters", Json, nullable=False),
        sa.UniqueConstraint("tenant_id", "process_id", "version"),
    )
    op.create_table(
        "form_definition",
        _id(),
        _key(),
        _tenant(),
        sa.Column("form_id", Name, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("deployment_id", Id, sa.ForeignKey("deployment.id"), nullable=False),
        sa.Column("resource_id", Id, sa.ForeignKey("resource.id"), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.UniqueConstraint("tenant_id", "form_id", "version"),
    )


def _instances() -> None:
    op.create_table(
        "process_instance",
        _id(),
        _key(),
        _tenant_of_instance(),
        sa.Column("definition_id", Id, sa.ForeignKey("process_definition.id"), nullable=False),
        sa.Column("business_key", Name, nullable=True),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("next_id", sa.Integer, nullable=False),
        sa.Column("state", Json, nullable=True),
        sa.Column("initiator", Name, nullable=True),
        sa.Column("parent_id", Id, nullable=True),
        sa.Column("parent_scope", sa.Integer, nullable=True),
        sa.Column("parent_token", sa.Integer, nullable=True),
        sa.Column("parent_wait", sa.Integer, nullable=True),
        sa.Column("root_id", Id, nullable=False),
        sa.Column("history_seq", sa.Integer, nullable=False),
        sa.Column("history_hash", sa.String(64), nullable=False),
        _time("started_at"),
        _time("ended_at", nullable=True),
        sa.Index("ix_process_instance_open", "definition_id", "status", "started_at"),
        sa.Index("ix_process_instance_initiator", "initiator", "started_at"),
        sa.Index("ix_process_instance_business_key", "business_key"),
        sa.Index("ix_process_instance_parent", "parent_id", "parent_wait"),
    )
    op.create_table(
        "scope",
        _of_instance(primary_key=True),
        sa.Column("scope", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("parent", sa.Integer, nullable=False),
        sa.Column("state", Json, nullable=False),
        sa.Index("ix_scope_parent", "instance_id", "parent"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "variable",
        _of_instance(primary_key=True),
        sa.Column("scope", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("name", Name, primary_key=True),
        sa.Column("value", Json, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )


def _tasks() -> None:
    op.create_table(
        "task",
        _id(),
        _key(),
        _tenant_of_instance(),
        _of_instance(),
        *_wait(),
        sa.Column("definition_id", Id, nullable=False),
        sa.Column("name", Name, nullable=False),
        sa.Column("assignee", Name, nullable=True),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("is_suspended", sa.Boolean, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        _time("created_at"),
        _time("due_at", nullable=True),
        _time("follow_up_at", nullable=True),
        _time("due_sort"),
        sa.UniqueConstraint("instance_id", "wait"),
        sa.Index("ix_task_assignee_due", "assignee", "due_sort", "id"),
        sa.Index("ix_task_tenant_due", "tenant_id", "due_sort", "id"),
    )
    op.create_table(
        "task_candidate",
        sa.Column("task_id", Id, sa.ForeignKey("task.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("kind", sa.String(5), primary_key=True),
        sa.Column("name", Name, primary_key=True),
        sa.Column("tenant_id", Name, nullable=False),
        sa.Column("is_assigned", sa.Boolean, nullable=False),
        _time("due_sort"),
        sa.Index(
            "ix_task_candidate_list",
            "tenant_id",
            "kind",
            "name",
            "is_assigned",
            "due_sort",
            "task_id",
        ),
        sqlite_with_rowid=False,
    )


def _machine() -> None:
    op.create_table(
        "external_task",
        _id(),
        _key(),
        _tenant_of_instance(),
        _of_instance(),
        *_wait(),
        sa.Column("definition_id", Id, nullable=False),
        sa.Column("topic", Name, nullable=False),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("retries", sa.Integer, nullable=True),
        sa.Column("headers", Json, nullable=False),
        sa.Column("worker_id", Name, nullable=True),
        _time("locked_until", nullable=True),
        sa.Column("is_suspended", sa.Boolean, nullable=False),
        sa.Column("error_message", sa.Text, nullable=True),
        sa.Column("error_details", sa.Text, nullable=True),
        sa.Column("revision", sa.Integer, nullable=False),
        _time("created_at"),
        sa.UniqueConstraint("instance_id", "wait"),
        sa.Index("ix_external_task_fetch", "topic", "locked_until", "priority"),
    )
    op.create_table(
        "job",
        _id(),
        _key(),
        _tenant_of_instance(),
        _of_instance(nullable=True),
        *_wait(),
        sa.Column("definition_id", Id, sa.ForeignKey("process_definition.id"), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        _time("due_at", nullable=False),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("is_exclusive", sa.Boolean, nullable=False),
        sa.Column("retries", sa.Integer, nullable=False),
        sa.Column("handler", Name, nullable=False, server_default=""),
        sa.Column("arguments", Json, nullable=False),
        sa.Column("repeat", sa.Text, nullable=False, server_default=""),
        sa.Column("fired", sa.Integer, nullable=False, server_default="0"),
        sa.Column("locked_by", Name, nullable=True),
        _time("locked_until", nullable=True),
        sa.Column("is_suspended", sa.Boolean, nullable=False),
        sa.Column("error_message", sa.Text, nullable=True),
        sa.Column("revision", sa.Integer, nullable=False),
        _time("created_at"),
        sa.Index("ix_job_due", "due_at", "priority"),
        sa.Index("ix_job_instance", "instance_id", "wait"),
        sa.Index("ix_job_definition", "definition_id"),
    )
    op.create_table(
        "subscription",
        _id(),
        _key(),
        _tenant_of_instance(),
        _of_instance(nullable=True),
        *_wait(),
        sa.Column("definition_id", Id, sa.ForeignKey("process_definition.id"), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", Name, nullable=False),
        sa.Column("correlation", Name, nullable=False, server_default=""),
        _time("created_at"),
        sa.Index("ix_subscription_name", "kind", "name", "tenant_id"),
        sa.Index("ix_subscription_instance", "instance_id", "wait"),
        sa.Index("ix_subscription_definition", "definition_id"),
    )
    op.create_table(
        "incident",
        _id(),
        _key(),
        _tenant_of_instance(),
        _of_instance(),
        *_wait(),
        sa.Column("definition_id", Id, nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("data", Json, nullable=False),
        sa.Column("source_id", Id, nullable=True),
        _time("created_at"),
        sa.Index("ix_incident_instance", "instance_id", "wait"),
        sa.Index("ix_incident_tenant", "tenant_id", "created_at"),
    )


def _happened() -> None:
    op.create_table(
        "history",
        sa.Column("chain", sa.String(64), primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("element_id", Name, nullable=False, server_default=""),
        sa.Column("actor", Name, nullable=True),
        _time("at"),
        sa.Column("task_id", Id, nullable=True),
        sa.Column("data", Json, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sqlite_with_rowid=False,
    )
    for name, column in (("ix_history_task", "task_id"), ("ix_history_task_at", "at")):
        op.create_index(
            name,
            "history",
            [column],
            sqlite_where=sa.text("task_id IS NOT NULL"),
            postgresql_where=sa.text("task_id IS NOT NULL"),
        )
    op.create_table(
        "history_head",
        sa.Column("chain", sa.String(64), primary_key=True),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sqlite_with_rowid=False,
    )
