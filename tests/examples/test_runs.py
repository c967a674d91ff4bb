"""Each example runs from start to end, on the engine that the pages use."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import isodate
import pytest

from engine.actor import SYSTEM
from engine.cli.driving import IN_MEMORY, empty_engine
from engine.clock import VirtualClock
from engine.core import Address, File, NewPerson, Topic
from engine.queries.tasks import TaskFilter, TaskList
from engine.runtime.state import Status

EXAMPLES = Path(__file__).parents[2] / "examples"
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


class Play:
    """One example under way: its tasks are done by name, its work by topic."""

    def __init__(self, folder):
        self.clock = VirtualClock(NOW)
        self.engine = empty_engine(IN_MEMORY, self.clock)
        self.engine.add_person(NewPerson("ida", "Ida", groups=("everyone",)), actor=SYSTEM)
        self.ida = self.engine.find_person("ida").actor
        files = [
            File(path.name, path.read_bytes())
            for path in sorted((EXAMPLES / folder).iterdir())
            if path.suffix in {".bpmn", ".dmn", ".form"}
        ]
        self.engine.deploy(files, actor=SYSTEM)
        self.instance = ""

    def start(self, process, **variables):
        self.instance = self.engine.start(
            process, actor=self.ida, variables=variables, business_key="K-1"
        )

    @property
    def open_tasks(self):
        rows = self.engine.tasks(TaskFilter(list=TaskList.ALL), actor=SYSTEM, size=500).items
        return sorted(row.name for row in rows)

    def complete(self, name, **variables):
        rows = self.engine.tasks(TaskFilter(list=TaskList.ALL), actor=SYSTEM, size=500).items
        task = next((row for row in rows if row.name == name), None)
        assert task is not None, f"{name}: open are {self.open_tasks}"
        self.engine.complete_task(task.id, actor=SYSTEM, variables=variables)

    def work(self, topic, **variables):
        self.engine.run_due_jobs()
        locked = self.engine.fetch_and_lock("worker", [Topic(topic)], actor=SYSTEM)
        assert locked, topic
        self.engine.complete_external(
            locked[0].id, worker_id="worker", actor=SYSTEM, variables=variables
        )

    def wait(self, duration):
        self.engine.run_due_jobs(until=self.clock.now() + isodate.parse_duration(duration))

    @property
    def status(self):
        assert self.engine.incidents(actor=SYSTEM).items == ()
        return self.engine.instance(self.instance, actor=SYSTEM).row.status


@pytest.fixture
def play():
    opened = []

    def begin(folder):
        opened.append(Play(folder))
        return opened[-1]

    yield begin
    for one in opened:
        one.engine.close()


def test_an_unclear_invoice_is_answered_approved_after_a_reminder_and_archived(play):
    run = play("invoice-approval")
    run.start(
        "invoice-approval",
        invoiceNumber="R-7",
        creditor="Harbour Print",
        amount=2400,
        category="services",
        invoiceDate="2026-02-20",
        urgent=False,
    )
    run.complete("Check invoice", checkResult="unclear", question="Which order?")
    run.complete("Answer question", answer="Order 12")
    run.complete("Check invoice", checkResult="correct")
    run.wait("P2D")
    run.complete("Approve invoice", decision="approve")
    run.work("archive-invoice", archiveNumber="A-1")
    assert run.status is Status.COMPLETED


def test_a_claim_is_corrected_by_its_client_and_paid(play):
    run = play("insurance-claim")
    run.start(
        "insurance-claim",
        policyNumber="AB104422",
        patient="Ida",
        treatmentDate="2026-02-20",
        treatment="outpatient",
        itemsText="Glasses; 320.00\nEye test; 45.00",
        accountHolder="Ida",
        iban="DE89370400440532013000",
        confirmed=True,
    )
    assert run.open_tasks == ["Check item", "Check item"]
    run.complete("Check item", covered=True)
    run.complete("Check item", covered=True)
    run.complete("Assess claim", assessment="modify", missing="The bill of the optician.")
    run.complete("Request modification", question="Please add the bill.")
    run.complete("Correct claim", itemsText="Glasses; 320.00")
    run.complete("Check item", covered=True)
    run.complete("Assess claim", assessment="accept")
    run.work("pay-claim", paymentReference="TR-1")
    assert run.status is Status.COMPLETED


def test_a_stay_is_authorised_coded_item_by_item_and_claimed(play):
    run = play("eligibility-to-claim")
    run.start(
        "eligibility-to-claim",
        patient="Omar Haddad",
        birthDate="1984-05-17",
        payer="northern",
        memberNumber="NH-220931",
        serviceDate="2026-03-04",
        estimatedCost=4200,
        visit="inpatient",
        consent=True,
        ward="B2",
        nights=2,
    )
    run.work("check-eligibility", eligible=True, planName="Plus")
    run.complete("Obtain prior authorization", authorization="PA-1")
    run.complete(
        "Capture charges",
        procedure1="X-ray",
        fee1=120,
        hasSecondProcedure=True,
        procedure2="Cast",
        fee2=95.5,
    )
    assert run.open_tasks == ["Code procedure", "Code procedure"]
    run.complete("Code procedure", procedureCode="73110", confidence="sure", needsReview=False)
    run.complete("Code procedure", procedureCode="29075", confidence="unsure", needsReview=True)
    run.complete("Review code", reviewedCode="29075", procedureCode="29075")
    run.complete("Release claim", released=True)
    run.work("submit-claim", claimNumber="C-1")
    assert run.status is Status.COMPLETED


def test_a_colleague_without_a_phone_is_welcome_when_all_branches_are_done(play):
    run = play("employee-onboarding")
    run.start(
        "employee-onboarding",
        employee="Rosa Diaz",
        department="Sales",
        firstDay="2026-04-01",
        needsLaptop=True,
        needsPhone=False,
    )
    run.complete("Complete personnel file")
    assert run.open_tasks == ["Create accounts", "Plan first weeks", "Register with payroll"]
    for name in ("Create accounts", "Plan first weeks", "Register with payroll"):
        run.complete(name)
    assert run.open_tasks == ["Order laptop"]
    run.complete("Order laptop")
    run.complete("Install software")
    run.complete("Welcome new colleague")
    assert run.status is Status.COMPLETED


def order(run):
    run.start(
        "order-with-timers",
        orderNumber="K-1",
        customer="Alma Bakery",
        phone="+49 30 901820",
        goods="2 dough mixers",
        amount=2300,
        deliveryDate="2026-03-20",
    )
    run.complete("Confirm order")


def test_an_order_is_paid_late_packed_and_delivered(play):
    run = play("order-with-timers")
    order(run)
    run.wait("PT48H")
    run.complete("Call customer", stillWanted=True)
    run.engine.correlate_message(
        "payment-received", actor=SYSTEM, to=Address(business_key="K-1"), variables={"paid": True}
    )
    run.complete("Reserve goods", shelf="C4")
    run.complete("Pack goods")
    run.work("book-carrier", trackingNumber="T-1")
    run.engine.broadcast_signal("order-delivered", actor=SYSTEM)
    run.wait("P14D")
    assert run.status is Status.COMPLETED


@pytest.mark.parametrize(
    ("kind", "amount", "loyal", "task", "days"),
    [
        ("glass", 640, True, "Settle by phone", 2),
        ("collision", 6200, False, "Assess the damage", 5),
        ("theft", 14500, True, "Handle the serious claim", 2),
        ("injury", 100, False, "Handle the serious claim", 4),
    ],
)
def test_the_rules_route_a_motor_claim(play, kind, amount, loyal, task, days):
    run = play("claim-routing")
    run.start("motor-claim", claimant="Ida", kind=kind, amount=amount, loyal=loyal)
    assert run.open_tasks == [task]
    (row,) = run.engine.instance_tasks(run.instance, actor=SYSTEM).items
    assert row.due_at == NOW + timedelta(days=days)
    run.complete(task, paid=amount)
    assert run.status is Status.COMPLETED
