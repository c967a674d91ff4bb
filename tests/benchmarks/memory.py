"""What one step costs without any database: `advance` on an instance in memory."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from bpmn.loading import load
from bpmn.model import ProcessModel
from engine.runtime.memory import MemoryInstance
from engine.runtime.run import Settings
from engine.runtime.step import Complete, OpenedTask, Start
from tests.benchmarks import diagrams
from tests.benchmarks.filling import NOW
from tests.benchmarks.measure import emit, percentile, rate

BIG = Settings(budget=10_000_000)


def run() -> None:
    """Print every figure."""
    _sequences()
    _parallel_items()
    _loop_turns()
    _loading()


def _model(data: bytes) -> ProcessModel:
    diagram = load(data)
    assert not any(p.severity == "error" for p in diagram.problems), diagram.problems
    return diagram.processes[0]


def _sequences() -> None:
    """A whole process in one go; flat means that a node costs the same in a long one."""
    for length in (10, 100, 1_000, 10_000):
        model = _model(diagrams.tasks_in_sequence(length))
        per_second = rate(partial(_started, model), seconds=1.0)
        emit("memory", f"sequence{length}_per_node", 1e6 / per_second / length, "us")
    model = _model(diagrams.sequence(10))
    per_second = rate(lambda: _started(model, x=0), seconds=1.0)
    emit("memory", "sequence10_scripts_per_node", 1e6 / per_second / 10, "us")


def _parallel_items() -> None:
    """One of N parallel user tasks is completed."""
    model = _model(diagrams.parallel_user_tasks())
    for items in (10, 50, 500, 5_000):
        instance = _started(model, items=items)
        tasks = [wait for wait in instance.waits.values() if isinstance(wait, OpenedTask)]
        assert len(tasks) == items
        taken = [_completed(instance, task) for task in tasks[:200]]
        emit("memory", f"parallel{items}_complete_p50", percentile(taken, 0.5), "us")


def _loop_turns() -> None:
    """Turns of a loop through a user task, each a step of its own."""
    model = _model(diagrams.loop(with_person=True))
    instance = _started(model, i=0, n=10_001)
    taken = []
    for turn in range(1, 10_001):
        task = next(w for w in instance.waits.values() if isinstance(w, OpenedTask))
        taken.append(_completed(instance, task))
        instance.history.clear()
        if turn in {10, 100, 1_000, 10_000}:
            emit("memory", f"loop_turn{turn}", percentile(taken[-max(5, turn // 10) :], 0.5), "us")


def _loading() -> None:
    """From bytes to model."""
    for length in (10, 1_000, 5_000):
        data = diagrams.tasks_in_sequence(length)
        begin = time.perf_counter()
        _model(data)
        emit("memory", f"load{length}_nodes", (time.perf_counter() - begin) * 1000, "ms")


def _started(model: ProcessModel, **variables: object) -> MemoryInstance:
    instance = MemoryInstance(model)
    instance.do(Start(variables), NOW, settings=BIG)
    return instance


def _completed(instance: MemoryInstance, task: OpenedTask) -> float:
    command = Complete(task.scope, task.token)
    return _microseconds(lambda: instance.do(command, NOW, settings=BIG))


def _microseconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return (time.perf_counter() - begin) * 1e6
