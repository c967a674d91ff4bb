from __future__ import annotations

import pytest

from engine.core import NewPerson
from engine.errors import BadInput, Conflict, Forbidden, NotFound
from tests.engine.world import ADMIN, CLARA, FOREIGN_ADMIN, World

GRETA = NewPerson("greta", "Greta", "correct horse", groups=("clerks", "bosses"))


def test_a_person_logs_in_with_the_password_and_acts_with_their_groups(world: World):
    world.engine.add_person(GRETA, actor=ADMIN)
    person = world.engine.verify_login("greta", "correct horse")
    assert person is not None
    assert person.actor.groups == {"clerks", "bosses"}
    assert not person.actor.is_admin


@pytest.mark.parametrize(
    ("login", "password"),
    [("greta", "wrong horse"), ("greta", ""), ("nobody", "correct horse"), ("greta", "x" * 5000)],
)
def test_a_wrong_login_is_nobody(world: World, login: str, password: str):
    world.engine.add_person(GRETA, actor=ADMIN)
    assert world.engine.verify_login(login, password) is None


def test_a_person_without_password_cannot_log_in(world: World):
    world.engine.add_person(NewPerson("robot", "Robot"), actor=ADMIN)
    assert world.engine.verify_login("robot", "") is None
    assert world.engine.find_person("robot") is not None


def test_passwords_are_stored_as_argon2_hashes_and_never_told(world: World):
    world.engine.add_person(GRETA, actor=ADMIN)
    (row,) = world.rows("person")
    assert row.password_hash.startswith("$argon2id$")
    assert "correct horse" not in repr(world.everything())


def test_a_deactivated_person_cannot_log_in_and_loses_all_sessions(world: World):
    world.engine.add_person(GRETA, actor=ADMIN)
    world.engine.set_active("greta", actor=ADMIN, is_active=False)
    assert world.engine.verify_login("greta", "correct horse") is None
    person = world.engine.find_person("greta")
    assert person is not None
    assert (person.is_active, person.session_epoch) == (False, 1)


def test_changing_ones_own_password_ends_ones_sessions(world: World):
    world.engine.add_person(GRETA, actor=ADMIN)
    person = world.engine.find_person("greta")
    assert person is not None
    world.engine.set_password("greta", "battery staple", actor=person.actor)
    changed = world.engine.verify_login("greta", "battery staple")
    assert changed is not None
    assert changed.session_epoch == 1


def test_groups_of_a_person_can_be_replaced(world: World):
    world.engine.add_person(GRETA, actor=ADMIN)
    world.engine.set_groups("greta", ["archive"], actor=ADMIN)
    person = world.engine.find_person("greta")
    assert person is not None
    assert person.groups == ("archive",)


def test_a_group_can_be_renamed(world: World):
    world.engine.add_group("clerks", actor=ADMIN)
    world.engine.add_group("clerks", actor=ADMIN, name="The clerks")
    assert [(row.id, row.name) for row in world.rows("person_group")] == [("clerks", "The clerks")]


def test_a_login_and_a_group_id_are_taken_once(world: World):
    world.engine.add_person(GRETA, actor=ADMIN)
    before = world.everything()
    with pytest.raises(Conflict):
        world.engine.add_person(GRETA, actor=ADMIN)
    with pytest.raises(Conflict):
        world.engine.add_group("clerks", actor=FOREIGN_ADMIN)
    assert world.everything() == before


@pytest.mark.parametrize(
    "person",
    [
        NewPerson("", "Nobody", "long enough"),
        NewPerson("x" * 256, "Long", "long enough"),
        NewPerson("short", "Short", "1234567"),
        NewPerson("zone", "Zone", "long enough", zone="Moon/Base"),
        NewPerson("nul\x00", "Nul", "long enough"),
    ],
)
def test_people_that_cannot_be_are_refused(world: World, person: NewPerson):
    before = world.everything()
    with pytest.raises(BadInput):
        world.engine.add_person(person, actor=ADMIN)
    assert world.everything() == before


def test_only_admins_manage_people(world: World):
    world.engine.add_person(GRETA, actor=ADMIN)
    for act in (
        lambda: world.engine.add_person(NewPerson("x", "X"), actor=CLARA),
        lambda: world.engine.add_group("x", actor=CLARA),
        lambda: world.engine.set_groups("greta", [], actor=CLARA),
        lambda: world.engine.set_password("greta", "long enough", actor=CLARA),
        lambda: world.engine.set_active("greta", actor=CLARA, is_active=False),
    ):
        with pytest.raises(Forbidden):
            act()


def test_another_organisation_does_not_find_them(world: World):
    world.engine.add_person(GRETA, actor=ADMIN)
    with pytest.raises(NotFound):
        world.engine.set_groups("greta", [], actor=FOREIGN_ADMIN)
