"""add what task lists sort and search by; fewer checks and smaller indexes for rows that run.

Pre: columns with a default and indexes, which the old code neither reads nor needs; tasks that it
opens meanwhile are found by a search only after they are changed. Rows rewritten: all open tasks
and their candidates. A database made before this revision's time keeps, on SQLite only, the
foreign keys that are dropped here: they cost time and do no harm.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# Of rows that live with an instance: the instance's own definition has been checked.
CHECKS = {
    "process_instance": ("tenant_id",),
    "task": ("tenant_id", "definition_id"),
    "external_task": ("tenant_id", "definition_id"),
    "incident": ("tenant_id", "definition_id"),
    "job": ("tenant_id",),
    "subscription": ("tenant_id",),
}
PARTIAL = (
    ("ix_process_instance_business_key", "process_instance", ("business_key",)),
    ("ix_process_instance_parent", "process_instance", ("parent_id", "parent_wait")),
    ("ix_task_assignee_due", "task", ("assignee", "due_sort", "id")),
)
LIST = ("tenant_id", "kind", "name", "is_assigned", "due_sort", "task_id")
_NAMES = sa.text(
    "SELECT task.id, task.name, process_instance.business_key, process_definition.name FROM task"
    " JOIN process_instance ON process_instance.id = task.instance_id"
    " JOIN process_definition ON process_definition.id = task.definition_id"
)
_WRITE = sa.text("UPDATE task SET search = :search WHERE id = :b_id")


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table, names in CHECKS.items():
            for name in names:
                op.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS fk_{table}_{name}")
    for index, table, names in PARTIAL:
        op.drop_index(index, table)
        where = sa.text(f"{names[0]} IS NOT NULL")
        op.create_index(index, table, list(names), sqlite_where=where, postgresql_where=where)
    _search()
    _list((*LIST, "priority"))


def downgrade() -> None:
    _list(LIST)
    # Not in batch mode: copying `task` on SQLite would take its candidates with the old table.
    op.execute("ALTER TABLE task_candidate DROP COLUMN search")
    op.execute("ALTER TABLE task_candidate DROP COLUMN priority")
    op.execute("ALTER TABLE task DROP COLUMN search")
    for index, table, names in PARTIAL:
        op.drop_index(index, table)
        op.create_index(index, table, list(names))


def _list(names: Sequence[str]) -> None:
    op.drop_index("ix_task_candidate_list", "task_candidate")
    op.create_index("ix_task_candidate_list", "task_candidate", list(names))


def _search() -> None:
    with op.batch_alter_table("task") as task:
        task.add_column(sa.Column("search", sa.Text, nullable=False, server_default=""))
    with op.batch_alter_table("task_candidate") as candidate:
        candidate.add_column(sa.Column("priority", sa.Integer, nullable=False, server_default="50"))
        candidate.add_column(sa.Column("search", sa.Text, nullable=False, server_default=""))
    # Not SQL's lower(): what people search for is casefolded, and SQLite knows ASCII only.
    connection = op.get_bind()
    found = [
        {"b_id": task, "search": f"{name} {business_key or ''} {process}".casefold()}
        for task, name, business_key, process in connection.execute(_NAMES)
    ]
    if found:
        connection.execute(_WRITE, found)
    op.execute(
        """
        UPDATE task_candidate SET
            priority = (SELECT priority FROM task WHERE task.id = task_candidate.task_id),
            search = (SELECT search FROM task WHERE task.id = task_candidate.task_id)
        """
    )
