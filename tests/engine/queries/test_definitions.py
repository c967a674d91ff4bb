"""What is deployed, in which versions, and what a person may start."""

from __future__ import annotations

import pytest

from engine.actor import SYSTEM, Actor
from engine.core import File
from engine.errors import NotFound, NotStartable
from tests.engine.queries.conftest import DIAGRAM

ANN = Actor("ann")


def deploy(office, change=lambda text: text, name="request.bpmn"):
    text = change(DIAGRAM.read_text(encoding="utf-8"))
    return office.engine.deploy([File(name, text.encode())], actor=SYSTEM).processes[0].id


def test_the_latest_version_stands_for_its_sisters(office):
    second = deploy(office, lambda text: text.replace("Booked", "Travel is booked"))
    page = office.engine.definitions(actor=ANN)
    assert [(row.id, row.version, row.is_latest) for row in page.items] == [(second, 2, True)]
    assert len(office.engine.definitions(actor=ANN, all_versions=True).items) == 2
    found = office.engine.definition(second, actor=ANN)
    assert [row.version for row in found.versions] == [2, 1]


def test_search_by_name_and_id(office):
    assert office.engine.definitions(actor=ANN, text="TRAVEL").items
    assert office.engine.definitions(actor=ANN, text="reques").items
    assert not office.engine.definitions(actor=ANN, text="invoice").items


def test_another_tenant_knows_nothing_of_it(office):
    stranger = Actor("ann", tenant_id="other", is_admin=True)
    mine = office.engine.definitions(actor=ANN).items[0].id
    assert office.engine.definitions(actor=stranger).items == ()
    for question in (office.engine.definition, office.engine.diagram_xml, office.engine.model):
        with pytest.raises(NotFound):
            question(mine, actor=stranger)


def test_the_file_comes_back_as_it_was_sent(office):
    mine = office.engine.definitions(actor=ANN).items[0].id
    assert office.engine.diagram_xml(mine, actor=ANN) == (DIAGRAM.name, DIAGRAM.read_bytes())
    assert office.engine.model(mine, actor=ANN).node["book"].name == "Book travel"


def test_starters_named_in_the_diagram_keep_others_out(office):
    named = deploy(
        office,
        lambda text: text.replace(
            'id="request" name', 'id="request" camunda:candidateStarterGroups="travellers" name'
        ),
    )
    assert office.engine.startable(actor=ANN) == []
    traveller = Actor("tom", groups=frozenset({"travellers"}))
    assert [row.id for row in office.engine.startable(actor=traveller)] == [named]
    with pytest.raises(NotFound):
        office.engine.start_form(named, actor=ANN)
    assert "starters" in office.engine.definition(named, actor=ANN).why_not_startable


def test_a_diagram_that_is_not_executable_is_shown_and_says_why(office):
    shown = deploy(office, lambda text: text.replace('isExecutable="true"', 'isExecutable="false"'))
    assert office.engine.startable(actor=ANN) == []
    assert "isExecutable" in office.engine.definition(shown, actor=ANN).why_not_startable


def test_a_process_that_only_a_message_starts_has_no_start_form(office):
    event = '<bpmn:startEvent id="start" name="Requested">'
    trigger = '<bpmn:messageEventDefinition messageRef="message" />'
    waits = deploy(
        office,
        lambda text: text.replace(event, event + trigger).replace(
            "<bpmn:process", '<bpmn:message id="message" name="travel" /><bpmn:process', 1
        ),
    )
    assert office.engine.startable(actor=ANN) == []
    assert "message" in office.engine.definition(waits, actor=ANN).why_not_startable
    with pytest.raises(NotStartable):
        office.engine.start_form(waits, actor=ANN)
    subscription = office.engine.subscriptions(actor=SYSTEM).items[0]
    assert (subscription.kind, subscription.name, subscription.instance_id) == (
        "message",
        "travel",
        None,
    )


def test_suspended_is_not_startable(office):
    mine = office.engine.definitions(actor=ANN).items[0].id
    office.engine.suspend_definition(mine, actor=SYSTEM)
    assert office.engine.startable(actor=ANN) == []
    assert "suspended" in office.engine.definition(mine, actor=ANN).why_not_startable
