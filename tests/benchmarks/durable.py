"""w1 to w4 through the engine's verbs, every commit durable, on one kind of database."""

from __future__ import annotations

import time
from functools import partial

import sqlalchemy as sa

from engine import tables
from engine.actor import SYSTEM
from engine.core import Engine, File
from engine.migrations import upgrade
from tests.benchmarks import diagrams
from tests.benchmarks.measure import counted, emit, milliseconds, percentile, rate

LOOP_TURNS = 1_000


def run(url: str, label: str) -> None:
    """Print the figures of the empty database at *url*."""
    upgrade(url)
    engine = Engine.open(url)
    for name, data in (
        ("w1", diagrams.sequence(10)),
        ("w2", diagrams.review_and_confirm()),
        ("w3", diagrams.items_then_fork(50)),
        ("w4s", diagrams.loop(with_person=False)),
        ("w4u", diagrams.loop(with_person=True)),
        ("parallel", diagrams.parallel_user_tasks()),
    ):
        engine.deploy([File(f"{name}.bpmn", data)], actor=SYSTEM)
    _rates(engine, label)
    _two_tasks(engine, label)
    _costs(engine, label)
    _loops(engine, label)
    _parallel(engine, label)
    engine.close()


def _rates(engine: Engine, label: str) -> None:
    for workload in ("w1", "w3"):
        per_second = rate(partial(engine.start, workload, actor=SYSTEM, variables={"x": 0}))
        emit(f"{workload}-{label}", "rate", per_second, "inst/s")


def _two_tasks(engine: Engine, label: str) -> None:
    taken: list[float] = []

    def one() -> None:
        instance = engine.start("w2", actor=SYSTEM, variables={"x": 1})
        for given in ({"approved": True}, {"ok": 1}):
            task = _task_of(engine, instance)
            taken.append(
                milliseconds(partial(engine.complete_task, task, actor=SYSTEM, variables=given))
            )

    per_second = rate(one)
    # Finding the task is the benchmark's own doing, not the engine's.
    lookup = percentile([milliseconds(lambda: _task_of(engine, "nobody")) for _ in range(50)], 0.5)
    emit(f"w2-{label}", "rate", 1000 / (1000 / per_second - 2 * lookup), "inst/s")
    emit(f"w2-{label}", "complete_p50", percentile(taken, 0.5), "ms")
    emit(f"w2-{label}", "complete_p95", percentile(taken, 0.95), "ms")


def _costs(engine: Engine, label: str) -> None:
    """SQL statements, commits and bytes of a start and of each completion."""
    with counted(engine.database.pool) as found:
        instance = engine.start("w2", actor=SYSTEM, variables={"x": 1})
    emit(f"w2-{label}", "start_statements", len(found.texts), "statements")
    emit(f"w2-{label}", "state", _bytes_of(engine, instance), "bytes")
    for name, given in (("first", {"approved": True}), ("second", {"ok": 1})):
        task = _task_of(engine, instance)
        with counted(engine.database.pool) as found:
            engine.complete_task(task, actor=SYSTEM, variables=given)
        statements = [text for text in found.texts if not text.startswith("BEGIN")]
        emit(f"w2-{label}", f"complete_{name}_statements", len(statements), "statements")
        emit(f"w2-{label}", f"complete_{name}_commits", found.commits, "commits")


def _loops(engine: Engine, label: str) -> None:
    for turns in (10, 100, 1_000):
        took = milliseconds(
            partial(engine.start, "w4s", actor=SYSTEM, variables={"i": 0, "n": turns})
        )
        emit(f"w4s-{label}", f"N{turns}_per_turn", took / turns, "ms")
    instance = engine.start("w4u", actor=SYSTEM, variables={"i": 0, "n": LOOP_TURNS + 1})
    taken: list[float] = []
    for turn in range(1, LOOP_TURNS + 1):
        task = _task_of(engine, instance)
        taken.append(milliseconds(partial(engine.complete_task, task, actor=SYSTEM)))
        if turn in {10, 100, 1_000}:
            emit(f"w4u-{label}", f"turn{turn}", percentile(taken[-max(5, turn // 10) :], 0.5), "ms")
            emit(f"w4u-{label}", f"turn{turn}_state", _bytes_of(engine, instance), "bytes")


def _parallel(engine: Engine, label: str) -> None:
    """Completing one of N parallel user tasks."""
    for items in (50, 5_000):
        begin = time.perf_counter()
        instance = engine.start("parallel", actor=SYSTEM, variables={"items": items})
        emit(f"parallel-{label}", f"N{items}_start", (time.perf_counter() - begin) * 1000, "ms")
        ids = [task.id for task in engine.instance_tasks(instance, actor=SYSTEM).items[:40]]
        taken = [milliseconds(partial(engine.complete_task, t, actor=SYSTEM)) for t in ids]
        emit(f"parallel-{label}", f"N{items}_complete_p50", percentile(taken, 0.5), "ms")


def _task_of(engine: Engine, instance_id: str) -> str:
    """Id of an open task of the instance, by one read."""
    with engine.database.reading() as connection:
        task = tables.task
        found = connection.execute(sa.select(task.c.id).where(task.c.instance_id == instance_id))
        return str(found.scalar())


def _bytes_of(engine: Engine, instance_id: str) -> int:
    """Bytes of state: the root scope's and all other scopes' text, variables left out."""
    instance, scope = tables.process_instance, tables.scope
    with engine.database.reading() as connection:
        root = connection.execute(
            sa.select(sa.func.length(instance.c.state)).where(instance.c.id == instance_id)
        ).scalar()
        others = connection.execute(
            sa.select(sa.func.sum(sa.func.length(scope.c.state))).where(
                scope.c.instance_id == instance_id
            )
        ).scalar()
    return int(root or 0) + int(others or 0)
