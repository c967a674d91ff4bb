"""Answers that come later: a call that is only accepted waits for them, and loses none."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from engine import tables
from engine.errors import BadInput, NotFound
from engine.runtime.state import Status
from tests.engine.world import ADMIN
from tests.support.recording_server import Told


@pytest.fixture
def calling(calling_anywhere):
    return calling_anywhere


def token_of(arrived) -> str:
    """What the address holds that the other system was told."""
    address = arrived.json["answer_to"]
    assert address.startswith("https://laneway.example/callbacks/")
    return address.rpartition("/")[2]


def answer(calling, token, body=b'{"number": 7}', content_type="application/json"):
    calling.engine.take_answer(token, content_type=content_type, body=body)


def accepted(calling, server) -> tuple[str, str]:
    """An instance whose call was accepted, and the token of its answer."""
    server.answers(Told(202))
    instance = calling.call(server, "camunda8_own.bpmn")
    return instance, token_of(server.arrived[-1])


def test_an_accepted_call_waits_without_costing_an_attempt(calling, server):
    instance, token = accepted(calling, server)
    (job,) = calling.rows("job")
    assert (job.retries, job.locked_by, job.failures) == (2, None, 0)
    assert "answer comes later" in job.error_message
    calling.wait(minutes=59)
    assert calling.tasks() == []
    answer(calling, token)
    assert calling.engine.run_due_jobs() == 1
    assert calling.tasks() == ["Task_After"]
    assert len(server.arrived) == 1
    found = calling.variables(instance)
    assert found["number"] == 7
    assert found["answer"]["status"] == 200
    assert "answer-received" in calling.events(instance)


def test_only_the_hash_of_the_address_is_kept(calling, server):
    _, token = accepted(calling, server)
    assert token not in repr(calling.everything())
    answer(calling, token)
    calling.engine.run_due_jobs()
    assert token not in repr(calling.everything())


def test_the_first_answer_wins(calling, server):
    instance, token = accepted(calling, server)
    answer(calling, token)
    answer(calling, token, b'{"number": 8}')
    calling.engine.run_due_jobs()
    assert calling.variables(instance)["number"] == 7
    assert calling.events(instance).count("answer-received") == 1


def test_an_answer_may_come_before_the_call_is_accepted(calling, server):
    def hurry(arrived):
        answer(calling, token_of(arrived))
        return Told(202)

    server.answer = hurry
    instance = calling.call(server, "camunda8_own.bpmn")
    assert calling.tasks() == ["Task_After"]
    assert calling.variables(instance)["number"] == 7
    assert len(server.arrived) == 1


def test_an_answer_at_once_needs_none_later(calling, server):
    server.answers(Told(200, {"number": 1}))
    instance = calling.call(server, "camunda8_own.bpmn")
    assert calling.variables(instance)["number"] == 1
    with pytest.raises(NotFound):
        answer(calling, token_of(server.arrived[0]))


def test_no_answer_in_time_is_a_failed_attempt(calling, server):
    accepted(calling, server)
    calling.wait(minutes=59)
    assert len(server.arrived) == 1
    calling.wait(minutes=2)
    (job,) = calling.rows("job")
    assert (job.retries, job.failures) == (1, 1)
    first, second = server.arrived
    assert first.json != second.json
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]
    calling.wait(hours=2)
    message, _ = calling.incident()
    assert "No answer came back" in message


def test_a_call_that_failed_after_giving_its_address_is_made_again(calling, server):
    server.answers(Told(500), Told(202))
    calling.call(server, "camunda8_own.bpmn")
    calling.wait(minutes=5)
    assert len(server.arrived) == 2
    # The other system may have understood the first one.
    answer(calling, token_of(server.arrived[0]))
    calling.engine.run_due_jobs()
    assert calling.tasks() == ["Task_After"]


@pytest.mark.parametrize("token", ["", "wrong", "x" * 5_000, "\x00", "../../v2"])
def test_an_address_that_nobody_was_given_is_unknown(calling, server, token):
    accepted(calling, server)
    with pytest.raises(NotFound) as unknown:
        answer(calling, token)
    assert len(str(unknown.value)) < 200


def test_an_address_ends_with_its_time(calling, server):
    _, token = accepted(calling, server)
    calling.clock.set(calling.clock.now().replace(hour=23))
    with pytest.raises(NotFound):
        answer(calling, token)


def test_an_address_ends_with_its_instance(calling, server):
    instance, token = accepted(calling, server)
    calling.engine.cancel_instance(instance, actor=ADMIN)
    with pytest.raises(NotFound):
        answer(calling, token)
    assert calling.status(instance) is Status.TERMINATED


def test_an_answer_that_is_no_json_is_told_to_who_sent_it(calling, server):
    _, token = accepted(calling, server)
    with pytest.raises(BadInput, match="no JSON"):
        answer(calling, token, b"{")
    answer(calling, token)
    calling.engine.run_due_jobs()
    assert calling.tasks() == ["Task_After"]


def test_an_answer_may_be_a_plain_text(calling, server):
    instance, token = accepted(calling, server)
    answer(calling, token, b"plain", "text/plain")
    calling.engine.run_due_jobs()
    found = calling.variables(instance)
    assert (found["answer"]["body"], found["number"]) == ("plain", None)


def test_an_answer_waits_while_its_instance_is_suspended(calling, server):
    instance, token = accepted(calling, server)
    calling.engine.suspend_instance(instance, actor=ADMIN)
    answer(calling, token)
    assert calling.engine.run_due_jobs() == 0
    calling.engine.resume_instance(instance, actor=ADMIN)
    calling.engine.run_due_jobs()
    assert calling.tasks() == ["Task_After"]


def test_addresses_of_what_is_over_are_forgotten(calling, server):
    accepted(calling, server)
    with calling.engine.database.writing() as connection:
        connection.execute(sa.delete(tables.job))
    calling.clock.set(calling.clock.now().replace(hour=23))
    accepted(calling, server)
    assert len(calling.rows("callback")) == 1


def test_without_a_public_address_nobody_can_answer(calling, server):
    made = type(calling)(calling.url, calling.folder, public_url="")
    made.call(server, "camunda8_own.bpmn")
    message, _ = made.incident()
    assert "LANEWAY_PUBLIC_URL" in message
    assert server.arrived == []
    made.engine.close()
