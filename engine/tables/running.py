"""What runs: rows that live as long as what they stand for is open."""

from __future__ import annotations

import sqlalchemy as sa

from engine import columns
from engine.columns import Id, Json, Name
from engine.tables.registry import metadata

process_instance = sa.Table(
    "process_instance",
    metadata,
    columns.identity(),
    columns.key(),
    columns.tenant_of_instance(),
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
)
# Most instances have neither: an index that leaves them out costs their steps nothing.
_has_key = process_instance.c.business_key.is_not(None)
sa.Index(
    "ix_process_instance_business_key",
    process_instance.c.business_key,
    sqlite_where=_has_key,
    postgresql_where=_has_key,
)
_has_parent = process_instance.c.parent_id.is_not(None)
sa.Index(
    "ix_process_instance_parent",
    process_instance.c.parent_id,
    process_instance.c.parent_wait,
    sqlite_where=_has_parent,
    postgresql_where=_has_parent,
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
    columns.tenant_of_instance(),
    columns.of_instance(),
    *columns.wait(),
    columns.definition_of_instance(),
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
    # What a search looks through, case folded: its name, the business key, the process' name.
    sa.Column("search", sa.Text, nullable=False, server_default=""),
    sa.UniqueConstraint("instance_id", "wait"),
    sa.Index("ix_task_tenant_due", "tenant_id", "due_sort", "id"),
)
_is_assigned = task.c.assignee.is_not(None)
sa.Index(
    "ix_task_assignee_due",
    task.c.assignee,
    task.c.due_sort,
    task.c.id,
    sqlite_where=_is_assigned,
    postgresql_where=_is_assigned,
)

# One row a candidate, with what lists sort and search by, so that no page has to read all tasks
# of a list; `engine.store.candidates` copies it from the task.
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
    sa.Column("priority", sa.Integer, nullable=False, server_default="50"),
    sa.Column("search", sa.Text, nullable=False, server_default=""),
    sa.Index(
        "ix_task_candidate_list",
        "tenant_id",
        "kind",
        "name",
        "is_assigned",
        "due_sort",
        "task_id",
        "priority",
    ),
    sqlite_with_rowid=False,
)

external_task = sa.Table(
    "external_task",
    metadata,
    columns.identity(),
    columns.key(),
    columns.tenant_of_instance(),
    columns.of_instance(),
    *columns.wait(),
    columns.definition_of_instance(),
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
    # In the order in which workers fetch: a fetch reads no more rows than it takes.
    sa.Index("ix_external_task_fetch", "tenant_id", "topic", sa.desc("priority"), "key"),
)

job = sa.Table(
    "job",
    metadata,
    columns.identity(),
    columns.key(),
    columns.tenant_of_instance(),
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
    sa.Column("error_message", sa.Text, nullable=True),  # of the last failure, or of a delay
    sa.Column("error_details", sa.Text, nullable=True),  # the stack, for developers
    # failedJobRetryTimeCycle as evaluated when the job was opened, empty without one.
    sa.Column("retry_cycle", sa.Text, nullable=False, server_default=""),
    sa.Column("failures", sa.Integer, nullable=False, server_default="0"),  # since it was opened
    sa.Column("lost_leases", sa.Integer, nullable=False, server_default="0"),  # in a row
    columns.moment("sent_at", nullable=True),  # when a broker was told; NULL: not since it is due
    sa.Column("sends", sa.Integer, nullable=False, server_default="0"),  # how often, in a row
    sa.Column("revision", sa.Integer, nullable=False),
    columns.moment("created_at"),
    sa.Index("ix_job_instance", "instance_id", "wait"),
    sa.Index("ix_job_definition", "definition_id"),
)
# Dead and suspended jobs are in neither index: however many there are, claiming stays quick.
# The number is part of the text: with a parameter no database could use its partial index.
RUNNABLE = sa.and_(job.c.retries > sa.literal_column("0"), sa.not_(job.c.is_suspended))
FREE = sa.or_(job.c.locked_until.is_(None), job.c.locked_until <= sa.bindparam("now"))
"""Nobody holds the job at the time ``now``."""

_unsent = sa.and_(RUNNABLE, job.c.sent_at.is_(None))
sa.Index(
    "ix_job_due",
    job.c.priority,
    job.c.due_at,
    job.c.key,
    sqlite_where=RUNNABLE,
    postgresql_where=RUNNABLE,
)
sa.Index("ix_job_unsent", job.c.due_at, sqlite_where=_unsent, postgresql_where=_unsent)

subscription = sa.Table(
    "subscription",
    metadata,
    columns.identity(),
    columns.key(),
    columns.tenant_of_instance(),
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

# Idempotency keys of callers who start instances, remembered for some days.
start_key = sa.Table(
    "start_key",
    metadata,
    sa.Column("tenant_id", sa.ForeignKey("tenant.id"), primary_key=True),
    sa.Column("caller", Name, primary_key=True),  # the actor's id, empty for the system
    sa.Column("name", Name, primary_key=True),  # the key
    sa.Column("digest", sa.String(64), nullable=False),  # of what was to be started
    sa.Column("instance_id", Id, nullable=False),
    columns.moment("created_at"),
    sa.Index("ix_start_key_created_at", "created_at"),
    sqlite_with_rowid=False,
)

incident = sa.Table(
    "incident",
    metadata,
    columns.identity(),
    columns.key(),
    columns.tenant_of_instance(),
    columns.of_instance(),
    *columns.wait(),
    columns.definition_of_instance(),
    sa.Column(
        "kind", sa.String(64), nullable=False
    ),  # failedJob, failedExternalTask, expression-failed
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("data", Json, nullable=False),
    sa.Column("source_id", Id, nullable=True),  # the job or external task behind it
    columns.moment("created_at"),
    # A person has seen to it, without another attempt; the token waits on.
    columns.moment("resolved_at", nullable=True),
    sa.Column("resolved_by", Name, nullable=True),
    sa.Column("note", sa.Text, nullable=False, server_default=""),
    sa.Index("ix_incident_instance", "instance_id", "wait"),
    sa.Index("ix_incident_tenant", "tenant_id", "created_at"),
)
