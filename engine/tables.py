"""The whole schema on one page, plain SQLAlchemy 2.

Conventions: ``id`` is a UUIDv7 as text (native ``uuid`` on PostgreSQL); ``key`` beside it is the
63-bit, time-ordered number that Camunda 8's clients want. ``tenant_id`` is the owning
organisation. Times are aware UTC. JSON columns hold text that only `engine.store.codec` reads and
writes. Run-time rows (scope, variable, task, job, external_task, subscription, incident) live as
long as what they stand for is open; what is over is in ``history`` only. On SQLite, tables whose
rows belong to an owner are kept in the order of their primary key (``sqlite_with_rowid``): one
place to write instead of two.
"""

from __future__ import annotations

import sqlalchemy as sa

from engine import columns
from engine.columns import Id, Json, Name

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

# ---- people -----------------------------------------------------------------------------------

tenant = sa.Table(
    "tenant",
    metadata,
    sa.Column("id", Name, primary_key=True),  # a short word such as "default": Camunda's tenant id
    sa.Column("name", Name, nullable=False),
)

person = sa.Table(
    "person",
    metadata,
    sa.Column("id", Name, primary_key=True),  # the login, as diagrams name people
    columns.tenant(),
    sa.Column("name", Name, nullable=False),
    sa.Column("email", Name, nullable=False, server_default=""),
    sa.Column("password_hash", Name, nullable=False),  # argon2; empty: cannot log in
    sa.Column("is_admin", sa.Boolean, nullable=False),  # may deploy and operate
    sa.Column("is_active", sa.Boolean, nullable=False),
    sa.Column("locale", sa.String(16), nullable=False, server_default="en"),
    sa.Column("zone", sa.String(64), nullable=False, server_default="UTC"),
    sa.Column("session_epoch", sa.Integer, nullable=False, server_default="0"),  # +1 ends sessions
    columns.moment("created_at"),
)

# Named person_group since GROUP is a word of SQL.
person_group = sa.Table(
    "person_group",
    metadata,
    sa.Column("id", Name, primary_key=True),  # as candidateGroups or a lane names it
    columns.tenant(),
    sa.Column("name", Name, nullable=False),
)

membership = sa.Table(
    "membership",
    metadata,
    sa.Column("person_id", sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("group_id", sa.ForeignKey("person_group.id", ondelete="CASCADE"), primary_key=True),
    sqlite_with_rowid=False,
)

# ---- what was deployed --------------------------------------------------------------------------

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

# ---- what runs ----------------------------------------------------------------------------------

process_instance = sa.Table(
    "process_instance",
    metadata,
    columns.identity(),
    columns.key(),
    columns.tenant(),
    sa.Column("definition_id", sa.ForeignKey("process_definition.id"), nullable=False),
    sa.Column("business_key", Name, nullable=True),
    sa.Column("status", sa.String(16), nullable=False),  # engine.runtime.state.Status
    sa.Column("revision", sa.Integer, nullable=False),  # +1 a step: the optimistic lock
    sa.Column("next_id", sa.Integer, nullable=False),
    sa.Column("state", Json, nullable=True),  # the root scope, encoded; NULL when over
    sa.Column("initiator", Name, nullable=True),
    sa.Column("parent_id", Id, nullable=True),  # the calling instance, its scope and token
    sa.Column("parent_scope", sa.Integer, nullable=True),
    sa.Column("parent_token", sa.Integer, nullable=True),
    sa.Column("parent_wait", sa.Integer, nullable=True),
    sa.Column("root_id", Id, nullable=False),  # the outermost caller, itself without one
    sa.Column("history_seq", sa.Integer, nullable=False),  # head of its history chain
    sa.Column("history_hash", sa.String(64), nullable=False),
    columns.moment("started_at"),
    columns.moment("ended_at", nullable=True),
    sa.Index("ix_process_instance_open", "definition_id", "status", "started_at"),
    sa.Index("ix_process_instance_initiator", "initiator", "started_at"),
    sa.Index("ix_process_instance_business_key", "business_key"),
    sa.Index("ix_process_instance_parent", "parent_id", "parent_wait"),
)

scope = sa.Table(
    "scope",
    metadata,
    columns.of_instance(primary_key=True),
    sa.Column("scope", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("parent", sa.Integer, nullable=False),
    sa.Column("state", Json, nullable=False),
    sa.Index("ix_scope_parent", "instance_id", "parent"),
    sqlite_with_rowid=False,
)

variable = sa.Table(
    "variable",
    metadata,
    columns.of_instance(primary_key=True),
    sa.Column("scope", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("name", Name, primary_key=True),
    sa.Column("value", Json, nullable=False),
    sa.Column("size", sa.Integer, nullable=False),  # of the value; large ones load only when read
    sqlite_with_rowid=False,
)

task = sa.Table(
    "task",
    metadata,
    columns.identity(),
    columns.key(),
    columns.tenant(),
    columns.of_instance(),
    *columns.wait(),
    sa.Column("definition_id", sa.ForeignKey("process_definition.id"), nullable=False),
    sa.Column("name", Name, nullable=False),
    sa.Column("assignee", Name, nullable=True),
    sa.Column("priority", sa.Integer, nullable=False),
    sa.Column("is_suspended", sa.Boolean, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    columns.moment("created_at"),
    columns.moment("due_at", nullable=True),
    columns.moment("follow_up_at", nullable=True),
    # Sorts tasks without due date last, on every database alike.
    columns.moment("due_sort"),
    sa.UniqueConstraint("instance_id", "wait"),
    sa.Index("ix_task_assignee_due", "assignee", "due_sort", "id"),
    sa.Index("ix_task_tenant_due", "tenant_id", "due_sort", "id"),
)

# One row a candidate, with the task's sort key, so that a page is read from the index alone.
task_candidate = sa.Table(
    "task_candidate",
    metadata,
    sa.Column("task_id", sa.ForeignKey("task.id", ondelete="CASCADE"), primary_key=True),
    # "user", "group", or "any" (name empty) when the diagram names nobody: everyone may claim it.
    sa.Column("kind", sa.String(5), primary_key=True),
    sa.Column("name", Name, primary_key=True),
    sa.Column("tenant_id", Name, nullable=False),
    sa.Column("is_assigned", sa.Boolean, nullable=False),  # the task has an assignee
    columns.moment("due_sort"),
    sa.Index(
        "ix_task_candidate_list", "tenant_id", "kind", "name", "is_assigned", "due_sort", "task_id"
    ),
    sqlite_with_rowid=False,
)

external_task = sa.Table(
    "external_task",
    metadata,
    columns.identity(),
    columns.key(),
    columns.tenant(),
    columns.of_instance(),
    *columns.wait(),
    sa.Column("definition_id", sa.ForeignKey("process_definition.id"), nullable=False),
    sa.Column("topic", Name, nullable=False),
    sa.Column("priority", sa.Integer, nullable=False),
    sa.Column("retries", sa.Integer, nullable=True),  # NULL: never failed
    sa.Column("headers", Json, nullable=False),
    sa.Column("worker_id", Name, nullable=True),
    columns.moment("locked_until", nullable=True),
    sa.Column("is_suspended", sa.Boolean, nullable=False),
    sa.Column("error_message", sa.Text, nullable=True),
    sa.Column("error_details", sa.Text, nullable=True),
    sa.Column("revision", sa.Integer, nullable=False),
    columns.moment("created_at"),
    sa.UniqueConstraint("instance_id", "wait"),
    sa.Index("ix_external_task_fetch", "topic", "locked_until", "priority"),
)

job = sa.Table(
    "job",
    metadata,
    columns.identity(),
    columns.key(),
    columns.tenant(),
    columns.of_instance(nullable=True),  # NULL: a timer start event of a definition
    *columns.wait(),
    sa.Column("definition_id", sa.ForeignKey("process_definition.id"), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),  # timer, async, work
    columns.moment("due_at", nullable=False),
    sa.Column("priority", sa.Integer, nullable=False),
    sa.Column("is_exclusive", sa.Boolean, nullable=False),
    sa.Column("retries", sa.Integer, nullable=False),  # 0: dead, an incident is open
    sa.Column("handler", Name, nullable=False, server_default=""),
    sa.Column("arguments", Json, nullable=False),
    sa.Column("repeat", sa.Text, nullable=False, server_default=""),  # a start timer's cycle
    sa.Column("fired", sa.Integer, nullable=False, server_default="0"),
    sa.Column("locked_by", Name, nullable=True),
    columns.moment("locked_until", nullable=True),
    sa.Column("is_suspended", sa.Boolean, nullable=False),
    sa.Column("error_message", sa.Text, nullable=True),
    sa.Column("revision", sa.Integer, nullable=False),
    columns.moment("created_at"),
    sa.Index("ix_job_due", "due_at", "priority"),
    sa.Index("ix_job_instance", "instance_id", "wait"),
    sa.Index("ix_job_definition", "definition_id"),
)

subscription = sa.Table(
    "subscription",
    metadata,
    columns.identity(),
    columns.key(),
    columns.tenant(),
    columns.of_instance(nullable=True),  # NULL: a start event of a definition
    *columns.wait(),
    sa.Column("definition_id", sa.ForeignKey("process_definition.id"), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),  # message, signal, condition
    sa.Column("name", Name, nullable=False),
    sa.Column("correlation", Name, nullable=False, server_default=""),
    columns.moment("created_at"),
    sa.Index("ix_subscription_name", "kind", "name", "tenant_id"),
    sa.Index("ix_subscription_instance", "instance_id", "wait"),
    sa.Index("ix_subscription_definition", "definition_id"),
)

# A published message until its time to live is over; each process receives it once at most.
message = sa.Table(
    "message",
    metadata,
    columns.identity(),
    columns.key(),
    columns.tenant(),
    sa.Column("name", Name, nullable=False),
    sa.Column("correlation", Name, nullable=False),  # the key, empty without one
    sa.Column("message_id", Name, nullable=True),  # the publisher's own: never twice at a time
    sa.Column("variables", Json, nullable=False),
    sa.Column("received", Json, nullable=False),  # process ids that had it, a list
    columns.moment("created_at"),
    columns.moment("expires_at"),
    sa.UniqueConstraint("tenant_id", "name", "correlation", "message_id"),
    sa.Index("ix_message_expires_at", "expires_at"),
)

# The running instance that a keyed message started: there is one a process and key at a time.
message_start = sa.Table(
    "message_start",
    metadata,
    sa.Column("tenant_id", sa.ForeignKey("tenant.id"), primary_key=True),
    sa.Column("process_id", Name, primary_key=True),
    sa.Column("correlation", Name, primary_key=True),
    sa.Column("instance_id", Id, nullable=False),
    sa.Index("ix_message_start_instance_id", "instance_id"),
    sqlite_with_rowid=False,
)

incident = sa.Table(
    "incident",
    metadata,
    columns.identity(),
    columns.key(),
    columns.tenant(),
    columns.of_instance(),
    *columns.wait(),
    sa.Column("definition_id", sa.ForeignKey("process_definition.id"), nullable=False),
    sa.Column(
        "kind", sa.String(64), nullable=False
    ),  # failedJob, failedExternalTask, expression-failed
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("data", Json, nullable=False),
    sa.Column("source_id", Id, nullable=True),  # the job or external task behind it
    columns.moment("created_at"),
    sa.Index("ix_incident_instance", "instance_id", "wait"),
    sa.Index("ix_incident_tenant", "tenant_id", "created_at"),
)

# ---- what happened ------------------------------------------------------------------------------

# Append-only. ``chain`` is an instance's id, or ``tenant:ID`` for what belongs to no instance.
history = sa.Table(
    "history",
    metadata,
    sa.Column("chain", sa.String(64), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.String(64), nullable=False),
    sa.Column("element_id", Name, nullable=False, server_default=""),
    sa.Column("actor", Name, nullable=True),  # a person, a worker; NULL: the engine itself
    columns.moment("at"),
    sa.Column("task_id", Id, nullable=True),  # of task-* events: finds who did a task that is gone
    sa.Column("data", Json, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),  # sha-256 over this row and the hash before
    sqlite_with_rowid=False,
)
_of_task = history.c.task_id.is_not(None)
sa.Index("ix_history_task", history.c.task_id, sqlite_where=_of_task, postgresql_where=_of_task)
# The newest of these tells any process that task lists changed.
sa.Index("ix_history_task_at", history.c.at, sqlite_where=_of_task, postgresql_where=_of_task)

# Heads of the chains that belong to no instance (an instance row carries its own head).
history_head = sa.Table(
    "history_head",
    metadata,
    sa.Column("chain", sa.String(64), primary_key=True),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sqlite_with_rowid=False,
)
