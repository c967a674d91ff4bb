"""Sending to a broker makes nobody wait, and a broker that is down loses nothing for it."""

from __future__ import annotations

import threading

import pytest

from engine.jobs import outbox
from engine.jobs.outbox import Outbox
from engine.jobs.queues import Queues, level
from engine.services.sending import DueJob
from tests.support.patience import PATIENCE, until


class Refused(Exception):
    """The broker is down."""


def job(number: int) -> DueJob:
    return DueJob(str(number), "", 0)


def test_jobs_are_sent_in_their_order():
    sent: list[DueJob] = []
    box = Outbox(sent.append, (Refused,))
    box.send([job(1), job(2)])
    box.send([job(3)])
    box.close()
    assert sent == [job(1), job(2), job(3)]


def test_what_a_broker_refuses_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setattr(outbox, "RETRY", 0.01)
    sent: list[DueJob] = []
    is_down = True

    def publish(one: DueJob) -> None:
        if is_down:
            raise Refused("down")
        sent.append(one)

    box = Outbox(publish, (Refused,))
    box.send([job(1), job(2)])
    until(lambda: "does not take job 1" in caplog.text)
    is_down = False
    assert until(lambda: sent == [job(1), job(2)])
    box.close()


def test_nobody_waits_for_a_broker_that_does_not_answer(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(outbox, "MOST_WAITING", 5)
    answer = threading.Event()
    sent: list[DueJob] = []

    def publish(one: DueJob) -> None:
        assert answer.wait(PATIENCE)
        sent.append(one)

    box = Outbox(publish, (Refused,))
    box.send([job(number) for number in range(100)])
    answer.set()
    until(lambda: len(sent) >= 5)
    box.close()
    assert len(sent) <= 6


def test_closing_does_not_wait_for_a_broker_that_is_down():
    def publish(_one: DueJob) -> None:
        raise Refused

    box = Outbox(publish, (Refused,))
    box.send([job(1)])
    box.close()
    box.send([job(2)])
    assert "laneway-outbox" not in {thread.name for thread in threading.enumerate()}


def test_closing_ends_when_the_broker_does_not_answer_and_the_queue_is_full(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(outbox, "MOST_WAITING", 1)
    monkeypatch.setattr(outbox, "FAREWELL", 0.01)
    answer = threading.Event()
    box = Outbox(lambda _one: answer.wait(), (Refused,))
    box.send([job(number) for number in range(10)])
    closing = threading.Thread(target=box.close, daemon=True)
    closing.start()
    closing.join(PATIENCE)
    has_ended = not closing.is_alive()
    answer.set()
    assert has_ended


def test_closing_what_sent_nothing_does_nothing():
    Outbox(pytest.fail, ()).close()


# ---- to which queue ------------------------------------------------------------------------------


def test_work_without_a_queue_of_its_own_goes_to_the_one_for_all():
    queues = Queues.parse("")
    assert queues.names == ("laneway",)
    assert queues.of("") == queues.of("charge") == "laneway"


def test_heavy_work_gets_a_queue_of_its_own():
    queues = Queues.parse("http=slow, report=slow, sql=reports")
    assert queues.names == ("laneway", "slow", "reports")
    assert queues.of("report") == queues.of("connector:http") == "slow"
    assert queues.of("connector:sql") == "reports"
    assert queues.of("connector:contract:sql") == "reports"
    assert queues.of("connector:email") == queues.of("") == "laneway"


def test_the_longer_name_counts_first():
    queues = Queues.parse("connector:http=a, http=b, *=rest")
    assert queues.of("connector:http") == "a"
    assert queues.of("connector:contract:http") == "b"
    assert queues.of("other") == "rest"


@pytest.mark.parametrize(("priority", "known"), [(-5, 0), (0, 0), (7, 7), (9, 9), (100, 9)])
def test_a_priority_is_cut_to_what_a_broker_knows(priority: int, known: int):
    assert level(priority) == known
