"""What is kept of an instance grows with its open work only."""

from __future__ import annotations

from bpmn.loading import load
from engine.runtime.memory import MemoryInstance
from engine.runtime.step import Complete, OpenedTask, Start
from tests.benchmarks import diagrams
from tests.benchmarks.growth import BIG, nested_forks, state_size
from tests.engine.runtime.test_random_processes import NOW


def started(data, **variables):
    instance = MemoryInstance(load(data).processes[0])
    instance.do(Start(variables), NOW, settings=BIG)
    return instance


def finish(instance, count):
    tasks = [wait for wait in instance.waits.values() if isinstance(wait, OpenedTask)]
    for task in tasks[:count]:
        instance.do(Complete(task.scope, task.token), NOW, settings=BIG)


def test_state_of_nested_forks_grows_with_their_depth():
    small, large = (state_size(started(nested_forks(depth))) for depth in (100, 400))
    assert large < 5 * small


def test_nested_forks_all_join():
    instance = started(nested_forks(300))
    finish(instance, 1)
    assert not instance.is_active


def test_state_of_items_shrinks_as_they_complete():
    instance = started(diagrams.parallel_user_tasks(), items=500)
    before = state_size(instance)
    finish(instance, 400)
    assert state_size(instance) < before / 4
