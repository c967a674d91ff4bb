from __future__ import annotations

from decimal import Decimal

import pytest

from engine.commands import stepping
from engine.core import Address
from engine.errors import BadInput, Forbidden, MismatchingCorrelation
from engine.runtime.state import Status
from tests.engine.world import ADMIN, CLARA, World


def order(world: World, **variables: object) -> str:
    key = str(variables["nr"])
    return world.engine.start_by_message(
        "order", actor=ADMIN, variables=variables, business_key=key
    )


def test_a_message_starts_its_process(world: World):
    world.deploy("messages.bpmn")
    instance = order(world, nr=1)
    assert world.variables(instance) == {"nr": 1}


def test_a_message_goes_to_the_instance_with_the_business_key(world: World):
    world.deploy("messages.bpmn")
    order(world, nr=1)
    second = order(world, nr=2)
    reached = world.engine.correlate_message(
        "payment", actor=ADMIN, to=Address(business_key="2"), variables={"paid": True}
    )
    assert reached == second
    assert world.variables(second) == {"nr": 2, "paid": True}


def test_a_message_goes_to_the_instance_whose_variables_agree(world: World):
    world.deploy("messages.bpmn")
    first = order(world, nr=1, client="a")
    order(world, nr=2, client="b")
    address = Address(correlation={"client": "a", "nr": 1})
    assert world.engine.correlate_message("payment", actor=ADMIN, to=address) == first


def test_a_message_goes_to_the_instance_that_is_named(world: World):
    world.deploy("messages.bpmn")
    first = order(world, nr=1)
    order(world, nr=2)
    address = Address(instance_id=first)
    assert world.engine.correlate_message("payment", actor=ADMIN, to=address) == first


@pytest.mark.parametrize(
    ("to", "receivers"),
    [(Address(), 2), (Address(business_key="3"), 0), (Address(correlation={"nr": "1"}), 0)],
)
def test_not_exactly_one_receiver_changes_nothing(world: World, to: Address, receivers: int):
    world.deploy("messages.bpmn")
    order(world, nr=1)
    order(world, nr=2)
    before = world.everything()
    with pytest.raises(MismatchingCorrelation) as mismatch:
        world.engine.correlate_message("payment", actor=ADMIN, to=to)
    assert mismatch.value.receivers == receivers
    assert world.everything() == before


def test_a_message_without_waiting_instance_starts_the_process_that_it_starts(world: World):
    world.deploy("messages.bpmn")
    address = Address(business_key="new")
    instance = world.engine.correlate_message("order", actor=ADMIN, to=address)
    assert world.engine.instance(instance, actor=ADMIN).row.business_key == "new"


def test_a_signal_reaches_every_instance_that_waits(world: World):
    world.deploy("messages.bpmn")
    instances = [order(world, nr=nr) for nr in (1, 2, 3)]
    for instance in instances[:2]:
        world.engine.correlate_message("payment", actor=ADMIN, to=Address(instance_id=instance))
    assert world.engine.broadcast_signal("truck", actor=ADMIN) == 2
    statuses = [world.status(instance) for instance in instances]
    assert statuses == [Status.COMPLETED, Status.COMPLETED, Status.ACTIVE]


def test_a_suspended_instance_receives_nothing(world: World):
    world.deploy("messages.bpmn")
    instance = order(world, nr=1)
    world.engine.suspend_instance(instance, actor=ADMIN)
    with pytest.raises(MismatchingCorrelation):
        world.engine.correlate_message("payment", actor=ADMIN)


def test_a_waiting_token_can_be_let_go_by_hand(world: World):
    world.deploy("messages.bpmn")
    instance = order(world, nr=1)
    world.engine.trigger(instance, "paid", actor=ADMIN, variables={"by": "hand"})
    assert [row.element_id for row in world.rows("subscription") if row.instance_id] == ["shipped"]
    assert world.variables(instance)["by"] == "hand"


def test_only_admins_send_messages_and_signals(world: World):
    world.deploy("messages.bpmn")
    with pytest.raises(Forbidden):
        world.engine.start_by_message("order", actor=CLARA)
    with pytest.raises(Forbidden):
        world.engine.correlate_message("order", actor=CLARA)
    with pytest.raises(Forbidden):
        world.engine.broadcast_signal("truck", actor=CLARA)


def test_a_thrown_message_goes_to_the_one_that_waits_longest(world: World):
    world.deploy("messages.bpmn", "thrower.bpmn")
    instances = [order(world, nr=nr) for nr in (1, 2)]
    world.start("thrower")
    world.complete("go")
    waiting = {row.instance_id: row.element_id for row in world.rows("subscription")}
    assert waiting[instances[1]] == "paid"
    assert world.status(instances[0]) is Status.COMPLETED


def test_a_thrown_message_without_receiver_is_told_in_history(world: World):
    instance = world.run("thrower.bpmn")
    world.complete("go")
    assert world.tasks() == ["rest"]
    assert "message-not-received" in world.events(instance)
    assert world.engine.verify_history() == []


def test_a_signal_that_ends_a_catcher_by_another_counts_once(world: World):
    world.run("two_catchers.bpmn")
    assert world.engine.broadcast_signal("truck", actor=ADMIN) == 1
    assert world.tasks() == ["after"]


def test_processes_that_signal_each_other_without_end_are_stopped(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(stepping, "BUDGET", 50)
    world.deploy("ping.bpmn")
    before = world.everything()
    with pytest.raises(BadInput, match="without end"):
        world.engine.broadcast_signal("ping", actor=ADMIN)
    assert world.everything() == before


@pytest.mark.parametrize(
    ("to", "receivers"),
    [(Address(), 0), (Address(correlation={"key": 3}), 0), (Address(correlation={"key": 2}), 1)],
)
def test_a_receiver_with_a_correlation_key_takes_only_its_own(
    world: World, to: Address, receivers: int
):
    world.deploy("keyed.bpmn")
    for nr in (1, 2):
        world.start("keyed", nr=nr)
    if receivers:
        instance = world.engine.correlate_message("payment", actor=ADMIN, to=to)
        assert world.status(instance) is Status.COMPLETED
        return
    with pytest.raises(MismatchingCorrelation):
        world.engine.correlate_message("payment", actor=ADMIN, to=to)


def test_a_boundary_message_ends_what_is_inside(world: World):
    instance = world.run("caught.bpmn")
    assert world.tasks() == ["inner"]
    address = Address(instance_id=instance)
    world.engine.correlate_message("halt", actor=ADMIN, to=address)
    assert world.tasks() == ["halted"]
    assert not world.rows("scope")


@pytest.mark.parametrize(
    ("stored", "wanted"),
    [(1, 1.0), (1.0, 1), (Decimal("1.50"), 1.5), (2.5, Decimal("2.50")), (10**25, Decimal(10**25))],
)
def test_equal_numbers_agree_however_they_are_written(world: World, stored: object, wanted: object):
    world.deploy("messages.bpmn")
    first = order(world, nr=1, sum=stored)
    order(world, nr=2, sum=str(stored))
    order(world, nr=3, sum=7)
    address = Address(correlation={"sum": wanted})
    assert world.engine.correlate_message("payment", actor=ADMIN, to=address) == first


def test_truth_is_no_number(world: World):
    world.deploy("messages.bpmn")
    order(world, nr=1, paid=True)
    with pytest.raises(MismatchingCorrelation):
        world.engine.correlate_message("payment", actor=ADMIN, to=Address(correlation={"paid": 1}))
