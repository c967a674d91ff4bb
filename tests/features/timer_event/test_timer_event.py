from datetime import UTC, datetime, timedelta

import pytest

from tests.features.world import MONDAY


def due(run):
    return run.timers[0].due


@pytest.mark.parametrize("wait", ["PT36H", "2026-01-06T20:00:00Z", timedelta(hours=36)])
def test_a_timer_is_due_after_a_duration_or_at_a_date(run_diagram, wait):
    run = run_diagram("catch.bpmn", {"wait": wait})
    assert due(run) == MONDAY + timedelta(hours=36)
    run.world.advance(hours=35)
    assert run.tasks == []
    run.world.advance(hours=1)
    assert run.tasks == ["Task_A"]


def test_a_date_has_its_zone(run_diagram):
    assert due(run_diagram("catch_date.bpmn")) == datetime(2026, 1, 6, 9, tzinfo=UTC)


def test_a_value_that_is_no_time_is_an_incident(run_diagram):
    run = run_diagram("catch.bpmn", {"wait": "soon"})
    assert run.incidents == ["timer-invalid"]
    run.set(wait="PT0S")
    run.retry()
    run.world.advance(seconds=0)
    assert run.tasks == ["Task_A"]


def test_a_counted_cycle_lets_a_token_pass_each_time(run_diagram):
    run = run_diagram("catch_counted_cycle.bpmn")
    counts = []
    for _ in range(4):
        run.world.advance(hours=1)
        counts.append(len(run.tasks))
    assert counts == [1, 2, 3, 3]
    assert run.timers == []


def test_an_endless_cycle_in_the_flow_is_the_wait_for_its_next_time(run_diagram):
    run = run_diagram("catch_cron.bpmn")
    assert due(run) == datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
    run.world.advance(hours=2)
    assert run.tasks == ["Task_A"]
    assert run.timers == []
