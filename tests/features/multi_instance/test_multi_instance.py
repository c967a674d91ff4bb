import pytest

from engine.runtime.step import Complete


def assignees(run):
    return [task.assignee for task in run.waits.values()]


def test_parallel_items_each_have_their_element(run_diagram):
    run = run_diagram("parallel_collection.bpmn", {"people": ["anna", "ben", "cleo"]})
    assert assignees(run) == ["anna", "ben", "cleo"]
    for _ in range(3):
        assert "Task_B" not in run.tasks
        run.complete("Task_A")
    assert run.tasks == ["Task_B"]
    assert run.variables_seen == {"people": ["anna", "ben", "cleo"]}


def test_an_empty_collection_completes_at_once(run_diagram):
    assert run_diagram("parallel_collection.bpmn", {"people": []}).tasks == ["Task_B"]


@pytest.mark.parametrize("people", [None, "anna", 3])
def test_a_collection_that_is_no_list_is_an_incident(run_diagram, people):
    run = run_diagram("parallel_collection.bpmn", {"people": people})
    assert run.incidents == ["loop-collection"]
    run.set(people=["anna"])
    run.retry()
    assert assignees(run) == ["anna"]


def test_sequential_items_come_one_after_the_other_and_count_from_zero(run_diagram):
    run = run_diagram("sequential_cardinality.bpmn", {"count": 3})
    seen = []
    for _ in range(3):
        seen += assignees(run)
        run.complete("Task_A")
    assert seen == ["user-0", "user-1", "user-2"]
    assert run.is_finished


def test_the_completion_condition_sees_the_counters_and_cancels_the_rest(run_diagram):
    run = run_diagram("completion_condition.bpmn")
    run.complete("Task_A")
    assert run.tasks == ["Task_A"] * 4
    run.complete("Task_A")
    assert run.tasks == ["Task_B"]
    assert len(run.waits) == 1
    assert len(run.scopes) == 1


def test_outputs_are_collected_in_index_order_whoever_finishes_first(run_diagram):
    run = run_diagram("output_collection.bpmn", {"items": [1, 2, 3]})
    tasks = list(run.waits.values())
    for task, answer in zip(reversed(tasks), (30, 20, 10), strict=True):
        run.world.act(run, _completed(task, answer=answer))
    assert run.variables_seen["results"] == [11, 22, 33]


def test_sequential_outputs_are_collected_too(run_diagram):
    run = run_diagram("output_collection_sequential.bpmn", {"items": [1, None, 3]})
    for answer in (10, 20, 30):
        run.complete("Task_A", answer=answer)
    assert run.variables_seen["results"] == [11, None, 33]


def test_each_item_of_a_sub_process_joins_its_own_branches(run_diagram):
    run = run_diagram("sub_process.bpmn", {"items": [1, 2]})
    first, second = [w for w in run.waits.values() if w.node.id == "Task_A"]
    run.world.act(run, _completed(first))
    run.world.act(run, _completed(second))
    assert run.tasks == ["Task_B", "Task_B"]
    run.complete("Task_B")
    assert run.tasks == ["Task_B"]
    run.complete("Task_B")
    assert run.is_finished


def test_loops_nest(run_diagram):
    run = run_diagram("nested.bpmn")
    for _ in range(6):
        assert run.tasks
        run.complete("Task_A")
    assert run.is_finished


def _completed(task, **variables):
    return Complete(task.scope, task.token, variables)


def test_a_completion_condition_that_fails_keeps_the_item_and_counts_it_once(run_diagram):
    run = run_diagram("failing_completion_condition.bpmn")
    run.complete("Task_A")
    assert len(run.incidents) == 1
    run.set(enough=2)
    run.retry()
    assert run.tasks == ["Task_A", "Task_A"]
    run.complete("Task_A")
    assert run.tasks == ["Task_B"]


def test_the_counter_begins_at_one_in_camunda8(run_diagram):
    run = run_diagram("camunda8_counter.bpmn", {"items": ["a", "b"]})
    topics = []
    for _ in range(2):
        topics += [wait.topic for wait in run.waits.values()]
        run.complete("Task_A")
    assert topics == ["work-1", "work-2"]
    assert run.is_finished


def test_each_item_that_fails_has_its_own_incident(run_diagram):
    run = run_diagram("failing_items.bpmn", {"amount": 0})
    assert len(run.incidents) == 3
    run.set(amount=1)
    for left in (2, 1, 0):
        run.retry()
        assert len(run.incidents) == left
    assert run.tasks == ["Task_A"]


def test_mapped_outputs_of_an_item_stay_with_it_and_are_collected(run_diagram):
    run = run_diagram("mapped_outputs.bpmn", {"items": [1, 2]})
    for answer in (10, 20):
        run.complete("Task_A", answer=answer)
    assert run.variables_seen == {"items": [1, 2], "results": [21, 42]}
