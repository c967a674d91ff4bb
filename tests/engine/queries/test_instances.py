"""Instances: lists, one in detail, its data and history, and a person's own requests."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.actor import SYSTEM, Actor
from engine.errors import Forbidden, NotFound
from engine.queries.instances import InstanceFilter, InstanceSort, TokenCount
from engine.queries.variables import SHOWN
from engine.runtime.state import Status

ANN = Actor("ann", groups=frozenset({"managers"}))
IDA = Actor("ida")
EVE = Actor("eve")


def keys(office, wanted=None, *, actor=SYSTEM, **more):
    page = office.engine.instances(wanted or InstanceFilter(), actor=actor, **more)
    return [row.business_key for row in page.items]


def test_newest_first_and_by_business_key(office):
    office.request("b")
    office.clock.move(timedelta(minutes=1))
    office.request("a")
    assert keys(office) == ["a", "b"]
    assert keys(office, sort=InstanceSort.BUSINESS_KEY) == ["a", "b"]
    office.request("c")
    assert keys(office, sort=InstanceSort.BUSINESS_KEY) == ["a", "b", "c"]


def test_filters_narrow_the_list(office):
    first = office.request("first", by="ida")
    office.request("second", by="jon")
    office.engine.cancel_instance(first, actor=SYSTEM)
    assert keys(office, InstanceFilter(is_open=True)) == ["second"]
    assert keys(office, InstanceFilter(is_open=False)) == ["first"]
    assert keys(office, InstanceFilter(status=Status.TERMINATED)) == ["first"]
    assert keys(office, InstanceFilter(initiator="jon")) == ["second"]
    assert keys(office, InstanceFilter(text="SEC")) == ["second"]
    assert keys(office, InstanceFilter(text=first)) == ["first"]
    assert keys(office, InstanceFilter(process_id="other")) == []
    assert keys(office, InstanceFilter(with_incidents=True)) == []


def test_started_between(office):
    begin = office.clock.now()
    office.request("early")
    office.clock.move(timedelta(days=1))
    office.request("late")
    noon = begin + timedelta(hours=12)
    assert keys(office, InstanceFilter(started_before=noon)) == ["early"]
    assert keys(office, InstanceFilter(started_from=noon)) == ["late"]


def test_people_list_what_they_started_or_could_work_on(office):
    office.request("hers", by="ida", groups="board")
    office.request("work", by="jon", groups="managers")
    assert keys(office, actor=IDA) == ["hers"]
    assert keys(office, actor=ANN) == ["work"]
    assert keys(office, actor=EVE) == []
    assert keys(office, actor=Actor("ida", tenant_id="other")) == []


def test_detail_counts_waiting_tokens(office):
    instance = office.request("one", groups="managers")
    found = office.engine.instance(instance, actor=ANN)
    assert found.tokens == (TokenCount("approve", 1),)
    assert (found.row.process_name, found.row.version, found.row.is_open) == (
        "Travel request",
        1,
        True,
    )
    assert found.may_read_variables
    assert not found.may_operate


def test_who_took_part_still_sees_it_when_the_work_is_done(office):
    instance = office.request("one", groups="managers")
    office.engine.complete_task(office.task("one").id, actor=ANN)
    office.engine.complete_task(office.task("one").id, actor=Actor("out", is_admin=True))
    found = office.engine.instance(instance, actor=ANN)
    assert found.row.status is Status.COMPLETED
    assert found.tokens == ()
    with pytest.raises(NotFound):
        office.engine.instance(instance, actor=EVE)


def test_variables_of_a_finished_instance_are_its_last_ones(office):
    instance = office.request("one", who="ann", price=12.5)
    office.engine.complete_task(office.task("one").id, actor=ANN, variables={"price": 14})
    office.engine.complete_task(office.task("one").id, actor=SYSTEM, variables={"hotel": "Sun"})
    values = office.engine.instance_values(instance, actor=SYSTEM)
    assert (values["price"], values["hotel"]) == (14, "Sun")


def test_a_large_variable_is_shown_shortened(office):
    instance = office.request("one", who="ann", text="x" * 5_000, rows=[1, 2], ok=True)
    found = {row.name: row for row in office.engine.instance_variables(instance, actor=ANN)}
    assert (found["text"].type, found["text"].is_shortened, found["text"].value) == (
        "text",
        True,
        None,
    )
    assert len(found["text"].preview) == SHOWN
    assert (found["rows"].type, found["rows"].value) == ("list", [1, 2])
    assert (found["ok"].type, found["priority"].type, found["who"].type) == (
        "boolean",
        "number",
        "text",
    )


def test_timeline_and_trail_tell_what_happened(office):
    instance = office.request("one", who="ann")
    office.engine.complete_task(office.task("one").id, actor=ANN)
    events = office.engine.timeline(instance, actor=ANN).items
    assert [row.seq for row in events] == list(range(1, len(events) + 1))
    done = next(row for row in events if row.kind == "task-completed")
    assert (done.actor, done.element_id) == ("ann", "approve")
    trail = office.engine.passed(instance, actor=ANN)
    assert trail.elements["approve"] == 1
    assert trail.flows["toBook"] == 1
    assert "toEnd" not in trail.flows


def test_timeline_comes_in_pages(office):
    instance = office.request("one", who="ann")
    first = office.engine.timeline(instance, actor=ANN, size=2)
    assert [row.seq for row in first.items] == [1, 2]
    rest = office.engine.timeline(instance, actor=ANN, after_seq=first.next)
    assert rest.items[0].seq == 3


def test_my_requests_tell_what_they_wait_for(office):
    office.request("free", by="ida", groups="managers", due=office.later(days=1))
    office.request("taken", by="ida", groups="managers")
    office.request("others", by="jon")
    office.engine.claim(office.task("taken").id, actor=ANN)
    found = {row.business_key: row for row in office.engine.my_requests(actor=IDA).items}
    assert set(found) == {"free", "taken"}
    step = found["free"].waiting[0]
    assert (step.name, step.assignee_name, step.groups) == ("Approve request", None, ("managers",))
    assert found["taken"].waiting[0].assignee_name == "ann"


def test_my_requests_open_and_over(office):
    over = office.request("over", by="ida")
    office.request("open", by="ida")
    office.engine.cancel_instance(over, actor=SYSTEM)
    assert [r.business_key for r in office.engine.my_requests(actor=IDA, is_open=True).items] == [
        "open"
    ]
    ended = office.engine.my_requests(actor=IDA, is_open=False).items[0]
    assert (ended.business_key, ended.waiting, ended.is_open) == ("over", (), False)


def test_operators_lists_are_for_admins(office):
    for question in (
        office.engine.jobs,
        office.engine.subscriptions,
        office.engine.incidents,
        office.engine.external_tasks,
        office.engine.log_lines,
    ):
        with pytest.raises(Forbidden):
            question(actor=ANN)
