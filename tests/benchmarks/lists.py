"""w5: the task list of one person in three groups, with many open tasks in the database."""

from __future__ import annotations

import sqlalchemy as sa

from engine import tables
from engine.actor import Actor
from engine.clock import VirtualClock
from engine.queries.instances import InstanceFilter
from engine.queries.reader import Reading
from engine.queries.tasks import TaskDue, TaskFilter, TaskList, TaskSort
from engine.store.database import Database, open_database
from engine.store.models import ModelCache
from tests.benchmarks.filling import NOW, fill
from tests.benchmarks.measure import emit, milliseconds, percentile

PERSON = Actor("person7", groups=frozenset({"group3", "group11", "group29"}))
ROUNDS = 200


def run(url: str, label: str, *, tasks: int = 100_000) -> None:
    """Fill the empty database at *url* and print what its lists cost."""
    database = open_database(url)
    tables.metadata.create_all(database.pool)
    fill(database.pool, tasks)
    measure(database, f"w5-{label}", tasks)
    database.close()


def measure(database: Database, workload: str, tasks: int) -> None:
    """Print p50 and p95 of each list."""
    reading = Reading()
    reading.database, reading.clock = database, VirtualClock(NOW)
    reading.models = ModelCache()
    groups = TaskFilter(list=TaskList.GROUPS)
    lists = {
        "page50": lambda: reading.tasks(groups, actor=PERSON),
        "page50_of_all": lambda: reading.tasks(TaskFilter(list=TaskList.ALL), actor=PERSON),
        "page50_tenth": lambda: reading.tasks(groups, actor=PERSON, page=10),
        "page50_overdue": lambda: reading.tasks(
            TaskFilter(list=TaskList.ALL, due=TaskDue.OVERDUE), actor=PERSON
        ),
        "page50_by_priority": lambda: reading.tasks(groups, actor=PERSON, sort=TaskSort.PRIORITY),
        "page50_search": lambda: reading.tasks(
            TaskFilter(list=TaskList.GROUPS, text="R-77"), actor=PERSON
        ),
        "counts": lambda: reading.task_counts(actor=PERSON),
        "changes": reading.changes,
        "my_requests": lambda: reading.my_requests(actor=PERSON),
        "instances": lambda: reading.instances(InstanceFilter(is_open=True), actor=PERSON),
    }
    for name, work in lists.items():
        work()
        rounds = ROUNDS if name.startswith(("page50", "counts")) else ROUNDS // 10
        taken = [milliseconds(work) for _ in range(rounds)]
        emit(workload, f"N{tasks}_{name}_p50", percentile(taken, 0.5), "ms")
        emit(workload, f"N{tasks}_{name}_p95", percentile(taken, 0.95), "ms")


def scratch_postgres(server: sa.URL, name: str) -> sa.URL:
    """A new, empty database on the server at *server*."""
    pool = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with pool.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    return server.set(database=name)
