"""In demo mode somebody serves the topics of the examples."""

from __future__ import annotations

from bpmn.loading import load
from bpmn.model import WorkKind
from engine.actor import SYSTEM
from engine.cli.demo_worker import TOPICS, DemoWorker
from tests.engine.cli.conftest import EXAMPLES
from tests.support.patience import until


def start_invoice(engine):
    invoice = {"invoiceNumber": "INV-9", "creditor": "Print", "amount": 10, "category": "other"}
    moment = {"invoiceDate": "2026-06-01", "urgent": False}
    instance = engine.start("invoice-approval", actor=SYSTEM, variables=invoice | moment)
    task = engine.instance_tasks(instance, actor=SYSTEM).items[0]
    engine.complete_task(task.id, actor=SYSTEM, variables={"checkResult": "correct"})
    return instance


def open_work(engine):
    return {work.topic for work in engine.external_tasks(actor=SYSTEM).items}


def test_every_topic_of_the_examples_is_served():
    diagrams = [load(path.read_bytes()) for path in EXAMPLES.glob("*/*.bpmn")]
    nodes = [node for diagram in diagrams for one in diagram.processes for node in one.nodes]
    works = [node.work for node in nodes if node.work is not None]
    assert {work.name.text for work in works if work.kind is WorkKind.EXTERNAL} == set(TOPICS)


def test_what_waits_is_fetched_in_one_round_and_answered_in_the_next(engine):
    instance = start_invoice(engine)
    worker = DemoWorker(engine)
    worker.round()
    assert "archive-invoice" in open_work(engine)
    worker.round()
    assert open_work(engine) & set(TOPICS) == set()
    assert engine.instance_values(instance, actor=SYSTEM)["archiveNumber"].startswith("A-")
    assert engine.incidents(actor=SYSTEM).items == ()


def test_work_that_is_cancelled_meanwhile_is_left_alone(engine):
    instance = start_invoice(engine)
    worker = DemoWorker(engine)
    worker.round()
    engine.cancel_instance(instance, actor=SYSTEM)
    worker.round()
    assert open_work(engine) == set()


def test_the_thread_works_until_it_is_stopped(engine):
    instance = start_invoice(engine)
    worker = DemoWorker(engine, pace=0.01)
    worker.start()
    until(lambda: "archiveNumber" in engine.instance_values(instance, actor=SYSTEM))
    worker.stop()
