"""People and groups of a tenant."""

from __future__ import annotations

from engine.actor import SYSTEM, Actor
from engine.core import NewPerson
from engine.queries.people import Group


def hire(office):
    for login, name, groups in (("bo", "Bo Chen", ("sales",)), ("al", "Al Diaz", ("it", "sales"))):
        office.engine.add_person(NewPerson(login, name, groups=groups), actor=SYSTEM)


def test_people_are_listed_by_name_with_their_groups(office):
    hire(office)
    found = office.engine.people(actor=SYSTEM)
    assert [(person.name, person.groups) for person in found.items] == [
        ("Al Diaz", ("it", "sales")),
        ("Bo Chen", ("sales",)),
    ]
    assert found.total.value == 2


def test_search_by_part_of_name_or_login(office):
    hire(office)
    assert [p.id for p in office.engine.people(actor=SYSTEM, text="CHEN").items] == ["bo"]
    assert [p.id for p in office.engine.people(actor=SYSTEM, text="al").items] == ["al"]
    assert office.engine.people(actor=SYSTEM, text="%").items == ()


def test_who_left_is_found_but_not_listed(office):
    hire(office)
    office.engine.set_active("bo", actor=SYSTEM, is_active=False)
    assert [p.id for p in office.engine.people(actor=SYSTEM).items] == ["al"]
    assert not office.engine.find_person("bo").is_active
    assert office.engine.find_person("nobody") is None


def test_a_person_acts_with_own_groups(office):
    hire(office)
    assert office.engine.find_person("al").actor == Actor("al", groups=frozenset({"it", "sales"}))


def test_groups_by_name_and_of_the_own_tenant_only(office):
    hire(office)
    assert office.engine.groups(actor=SYSTEM) == [Group("it", "it"), Group("sales", "sales")]
    assert office.engine.groups(actor=Actor("x", tenant_id="other")) == []
