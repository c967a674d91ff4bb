"""The worker module against a real server over HTTP."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime, timedelta

import pytest

from engine.actor import SYSTEM
from tests.support.patience import PATIENCE, until
from worker import BpmnError, Failure, File, NotAllowed, Task, TaskLost
from worker.errors import Refused, ServerAway

MINUTE = timedelta(minutes=1)
VARIED = {
    "flag": True,
    "whole": 5,
    "long": 2**40,
    "rate": 1.5,
    "text": "ö",
    "none": None,
    "when": datetime(2026, 1, 5, 8, tzinfo=UTC),
    "raw": b"\x00\x01",
    "data": {"a": [1, {"b": None}]},
    "list": [1, "x"],
}


def test_what_a_handler_returns_goes_to_the_process(shop):
    instance = shop.order(amount=5)
    worker = shop.worker()

    @worker.task("charge")
    def charge(task: Task):
        return {"paid": task.variables["amount"] * 2}

    assert worker.run_once() == 1
    assert shop.values(instance) == {"amount": 5, "paid": 10}
    assert shop.open_tasks() == ["ship"]
    assert worker.run_once() == 0


def test_values_of_every_type_go_there_and_back(shop):
    instance = shop.order(**VARIED)
    worker = shop.worker()
    seen = {}

    @worker.task("charge")
    def charge(task: Task):
        seen.update(task.variables)
        return {f"{name}_back": value for name, value in task.variables.items()}

    worker.run_once()
    assert seen == VARIED
    assert shop.values(instance) == {**VARIED, **{f"{k}_back": v for k, v in VARIED.items()}}


def test_a_file_is_sent_and_its_bytes_are_read_when_wanted(shop):
    first, second = shop.order(), None
    worker = shop.worker()
    read = []

    @worker.task("charge")
    def charge(task: Task):
        if "paper" in task.variables:
            read.append((task.variables["paper"], task.read_file("paper")))
            with pytest.raises(TypeError):
                task.read_file("note")
            return None
        return {"paper": File("a.txt", b"hello", "text/plain", "utf-8"), "note": "x"}

    worker.run_once()
    second = shop.order(**shop.values(first))
    worker.run_once()
    assert second
    assert read == [(File("a.txt", None, "text/plain", "utf-8"), b"hello")]


def test_a_handler_knows_its_task(shop):
    instance = shop.order()
    worker = shop.worker()
    seen = []
    worker.task("charge", variables=())(seen.append)
    worker.run_once()
    (task,) = seen
    assert (task.topic, task.element_id, task.instance_id) == ("charge", "charge", instance)
    assert (task.process_id, task.business_key, task.tenant_id) == ("order", None, None)
    assert (task.retries, task.properties, task.variables) == (None, {"desk": "cash"}, {})
    assert task.key == task.id


def test_restrictions_of_a_topic_reach_the_server(shop):
    shop.order()
    worker = shop.worker()
    worker.task("charge", processDefinitionKey="other")(lambda _task: None)
    assert worker.run_once() == 0


def test_a_business_error_takes_its_way_in_the_diagram(shop):
    instance = shop.order()
    worker = shop.worker()

    @worker.task("charge")
    def charge(task: Task):
        raise BpmnError("NO_MONEY", "empty", {"left": 0})

    worker.run_once()
    assert shop.open_tasks() == ["dun"]
    assert shop.values(instance)["left"] == 0


def test_a_failure_is_tried_again_less_often_and_later_each_time(shop):
    shop.order()
    worker = shop.worker()

    @worker.task("charge", retries=2, retry_after=MINUTE)
    def charge(task: Task):
        raise ConnectionError("bank is closed")

    told = []
    for pause in (MINUTE, 2 * MINUTE, timedelta(0)):
        assert worker.run_once() == 1
        (work,) = shop.work()
        until_then = work.locked_until - shop.site.clock.now() if work.locked_until else pause
        told.append((work.retries, until_then))
        shop.site.clock.move(pause)
    assert told == [(2, MINUTE), (1, 2 * MINUTE), (0, timedelta(0))]
    assert work.error_message == "ConnectionError: bank is closed"
    assert 'raise ConnectionError("bank is closed")' in work.error_details
    assert worker.run_once() == 0
    assert len(shop.engine.incidents(actor=SYSTEM).items) == 1


def test_a_handler_decides_about_a_failure_itself(shop):
    instance = shop.order()
    worker = shop.worker()

    @worker.task("charge", retries=5)
    def charge(task: Task):
        raise Failure(
            "closed", "until nine", retries=7, retry_after=2 * MINUTE, variables={"tried": True}
        )

    worker.run_once()
    (work,) = shop.work()
    assert (work.error_message, work.error_details, work.retries) == ("closed", "until nine", 7)
    assert work.locked_until == shop.site.clock.now() + 2 * MINUTE
    assert shop.values(instance) == {"tried": True}


@pytest.mark.parametrize("result", [{"x": object()}, {"x": float("nan")}, {"#x": 1}, {"x": 2**64}])
def test_what_cannot_be_stored_is_a_failure_with_the_reason(shop, result):
    shop.order()
    worker = shop.worker()
    worker.task("charge", retries=0)(lambda _task: result)
    worker.run_once()
    (work,) = shop.work()
    assert work.retries == 0
    assert "x" in work.error_message


def test_a_handler_that_gives_no_mapping_has_failed(shop):
    shop.order()
    worker = shop.worker()
    worker.task("charge", retries=1)(lambda _task: True)
    worker.run_once()
    (work,) = shop.work()
    assert (work.retries, work.worker_id) == (1, None)
    assert "by name, not as bool" in work.error_message


def test_a_report_is_repeated_until_the_server_hears_it(shop, monkeypatch):
    monkeypatch.setattr("worker.backoff.FIRST", 0.01)
    shop.order()
    worker = shop.worker()
    worker.task("charge")(lambda _task: {"n": 1})
    shop.line.cut("/complete", 3)
    worker.run_once()
    assert shop.line.calls.count("complete") == 4
    assert shop.open_tasks() == ["ship"]


def test_a_report_whose_answer_was_lost_counts_once(shop, monkeypatch, caplog):
    monkeypatch.setattr("worker.backoff.FIRST", 0.01)
    caplog.set_level(logging.INFO, "laneway.worker")
    shop.order()
    worker = shop.worker()

    @worker.task("charge")
    def charge(task: Task):
        # The server hears of it, and its answer is lost.
        worker.client.complete(task.id, {}, {})

    worker.run_once()
    assert "is over already" in caplog.text
    assert shop.open_tasks() == ["ship"]


@pytest.mark.parametrize("answer", ["503 Service Unavailable", "429 Too Many", "502 Bad Gateway"])
def test_a_server_that_is_away_is_asked_again(shop, running, monkeypatch, answer):
    monkeypatch.setattr("worker.backoff.FIRST", 0.01)
    shop.order()
    worker = shop.worker()
    worker.task("charge")(lambda _task: None)
    shop.line.cut("/fetchAndLock", 3, answer)
    running(worker)
    assert until(shop.open_tasks) == ["ship"]


@pytest.mark.parametrize("answer", ["<html>", "{}", "[1]", '{"id": 1}', '[{"id": "1"}]', "[[]]"])
def test_an_answer_that_is_no_list_of_tasks_is_a_server_that_is_away(
    shop, running, monkeypatch, caplog, answer
):
    monkeypatch.setattr("worker.backoff.FIRST", 0.01)
    shop.order()
    worker = shop.worker()
    worker.task("charge")(lambda _task: None)
    call, answers = worker.client._call, [answer.encode()] * 2

    def answered(method: str, path: str, *given: object, **options: object) -> bytes:
        is_cut = path.endswith("/fetchAndLock") and answers
        return answers.pop() if is_cut else call(method, path, *given, **options)

    monkeypatch.setattr(worker.client, "_call", answered)
    thread = running(worker)
    assert until(shop.open_tasks) == ["ship"]
    assert thread.is_alive()
    assert caplog.text.count("no list of tasks") == 2


def test_a_mistake_in_what_is_asked_for_ends_the_worker(shop):
    worker = shop.worker()
    worker.task("charge", businessKey=object())(lambda _task: None)
    with pytest.raises(TypeError, match="JSON"):
        worker.run()


def test_a_server_that_is_not_there_is_away(shop):
    worker = shop.worker()
    worker.client.url = "http://127.0.0.1:9/engine-rest"
    worker.task("charge")(lambda _task: None)
    with pytest.raises(ServerAway):
        worker.run_once()


def test_wrong_credentials_end_the_worker(shop):
    worker = shop.worker(key="lw_00000000_wrong")
    worker.task("charge")(lambda _task: None)
    with pytest.raises(NotAllowed, match="401"):
        worker.run()


def test_a_login_with_password_is_let_in(shop):
    shop.engine.set_password("ada", "correct horse", actor=SYSTEM)
    worker = shop.worker(key="", login=("ada", "correct horse"))
    worker.task("charge")(lambda _task: None)
    assert worker.run_once() == 0


def test_a_senseless_topic_ends_the_worker(shop):
    worker = shop.worker()
    worker.task("charge", businessKey=5)(lambda _task: None)
    with pytest.raises(Refused, match="businessKey"):
        worker.run()


def test_as_many_run_at_once_as_there_are_hands(shop, running):
    for _ in range(5):
        shop.order()
    worker = shop.worker(threads=2)
    lock, busy, most, go = threading.Lock(), [0], [0], threading.Event()

    @worker.task("charge")
    def charge(task: Task):
        with lock:
            busy[0] += 1
            most[0] = max(most[0], busy[0])
        go.wait(PATIENCE)
        with lock:
            busy[0] -= 1

    running(worker)
    until(lambda: most[0] == 2)
    assert sum(work.worker_id is not None for work in shop.work()) == 2
    go.set()
    until(lambda: len(shop.open_tasks()) == 5)
    assert most[0] == 2


def test_a_lock_is_extended_while_the_handler_runs(shop, running):
    shop.order()
    worker = shop.worker()
    go = threading.Event()
    worker.task("charge", lock=timedelta(milliseconds=300))(
        lambda _task: go.wait(PATIENCE) and None
    )
    running(worker)
    until(lambda: shop.line.calls.count("extendLock") >= 3)
    go.set()
    assert until(shop.open_tasks) == ["ship"]
    calls = shop.line.calls.count("extendLock")
    until(lambda: shop.line.calls.count("fetchAndLock") >= 3)
    assert shop.line.calls.count("extendLock") == calls


def test_a_handler_learns_that_its_task_is_lost(shop, running, caplog):
    caplog.set_level(logging.INFO, "laneway.worker")
    instance = shop.order()
    worker = shop.worker()
    begun, learned = threading.Event(), threading.Event()

    @worker.task("charge", lock=timedelta(milliseconds=300))
    def charge(task: Task):
        begun.set()
        if task.lost.wait(PATIENCE):
            learned.set()

    running(worker)
    assert begun.wait(PATIENCE)
    shop.engine.cancel_instance(instance, actor=SYSTEM)
    assert learned.wait(PATIENCE)
    until(lambda: "is over already" in caplog.text)


def test_stopping_finishes_what_runs_and_takes_nothing_new(shop, running):
    for _ in range(2):
        shop.order()
    worker = shop.worker(threads=1)
    begun, go = threading.Event(), threading.Event()

    @worker.task("charge")
    def charge(task: Task):
        begun.set()
        go.wait(PATIENCE)

    thread = running(worker)
    assert begun.wait(PATIENCE)
    worker.stop()
    go.set()
    thread.join()
    assert shop.open_tasks() == ["ship"]
    (left,) = shop.work()
    assert left.worker_id is None


def test_what_was_fetched_too_late_is_given_back(shop):
    shop.order()
    worker = shop.worker()
    worker.task("charge")(lambda _task: None)
    fetch = worker.client.fetch

    def late(*given, **options):
        found = fetch(*given, **options)
        worker.stop()
        return found

    worker.client.fetch = late
    worker.run()
    (left,) = shop.work()
    assert left.worker_id is None
    assert shop.line.calls.count("unlock") == 1


def test_a_task_of_another_worker_is_lost(shop):
    shop.order()
    one, two = shop.worker(), shop.worker()
    two.client.worker_id = "another"
    topic = [{"topicName": "charge", "lockDuration": 1_000}]
    (task,) = one.client.fetch(topic, most=1, patience=timedelta(0))
    with pytest.raises(TaskLost):
        two.client.complete(task.id, {}, {})
    one.client.extend(task.id, MINUTE)
    one.client.unlock(task.id)
    assert two.client.fetch(topic, most=1, patience=timedelta(0)) != []


def test_a_worker_without_a_topic_is_a_mistake(shop):
    with pytest.raises(ValueError, match="No topic"):
        shop.worker().run()


def test_two_handlers_of_one_topic_are_a_mistake(shop):
    worker = shop.worker()
    worker.task("charge")(lambda _task: None)
    with pytest.raises(ValueError, match="already"):
        worker.task("charge")


@pytest.mark.parametrize(
    "options",
    [{"lock": timedelta(0)}, {"retries": -1}, {"retry_after": timedelta(-1)}],
)
def test_senseless_options_are_a_mistake(shop, options):
    with pytest.raises(ValueError, match="out of range"):
        shop.worker().task("charge", **options)
