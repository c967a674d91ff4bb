"""How memory and stored state grow: with the open work only, not with what is done.

``peak`` is what a step allocates at most, by tracemalloc; ``state`` is what the store keeps: all
scopes encoded, and nothing else.
"""

from __future__ import annotations

import tracemalloc

from bpmn.loading import load
from bpmn.model import ProcessModel
from engine.runtime.memory import MemoryInstance
from engine.runtime.run import Settings
from engine.runtime.step import Complete, OpenedTask, Start
from tests.benchmarks import diagrams
from tests.benchmarks.diagrams import Drawing
from tests.benchmarks.filling import NOW
from tests.benchmarks.measure import emit

BIG = Settings(budget=10_000_000)
KIB = 1024


def run() -> None:
    """Print every figure."""
    _nested_forks()
    _items()


def nested_forks(depth: int) -> bytes:
    """A fork within a fork, *depth* deep, each joined; a person works in the innermost."""
    drawing = Drawing("forks")
    last = drawing.node("startEvent", "start")
    for level in range(depth):
        last = drawing.node("parallelGateway", f"fork{level}", last)
        drawing.node("task", f"beside{level}", last)
    last = drawing.node("userTask", "work", last)
    for level in reversed(range(depth)):
        last = drawing.node("parallelGateway", f"join{level}", last, f"beside{level}")
    drawing.node("endEvent", "end", last)
    return drawing.xml()


def _nested_forks() -> None:
    for depth in (10, 100, 1_000):
        instance, peak = _started(_model(nested_forks(depth)))
        emit("growth", f"forks{depth}_peak", peak / KIB, "KiB")
        emit("growth", f"forks{depth}_state", state_size(instance) / KIB, "KiB")
        task = next(wait for wait in instance.waits.values() if isinstance(wait, OpenedTask))
        instance.do(Complete(task.scope, task.token), NOW, settings=BIG)
        assert not instance.is_active


def _items() -> None:
    model = _model(diagrams.parallel_user_tasks())
    for count in (100, 1_000, 10_000):
        instance, peak = _started(model, items=count)
        emit("growth", f"items{count}_peak", peak / KIB, "KiB")
        emit("growth", f"items{count}_state", state_size(instance) / KIB, "KiB")
        tasks = [wait for wait in instance.waits.values() if isinstance(wait, OpenedTask)]
        for task in tasks[: count // 2]:
            instance.do(Complete(task.scope, task.token), NOW, settings=BIG)
        emit("growth", f"items{count}_half_done_state", state_size(instance) / KIB, "KiB")


def state_size(instance: MemoryInstance) -> int:
    """Characters of all scopes as the store would keep them."""
    return sum(len(scope.encode()) for scope in instance.scopes.values())


def _model(data: bytes) -> ProcessModel:
    diagram = load(data)
    assert not any(p.severity == "error" for p in diagram.problems), diagram.problems
    return diagram.processes[0]


def _started(model: ProcessModel, **variables: object) -> tuple[MemoryInstance, int]:
    """A new instance, and the bytes that its first step needed at most."""
    instance = MemoryInstance(model)
    tracemalloc.start()
    try:
        instance.do(Start(variables), NOW, settings=BIG)
        return instance, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
