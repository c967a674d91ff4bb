"""API keys: who may make them, what they open, and when they stop."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.actor import OF_PEOPLE, SYSTEM, Actor, Right
from engine.core import NewApiKey, NewPerson, Topic
from engine.errors import BadInput, Forbidden, NotFound
from tests.engine.world import ADMIN, FOREIGN_ADMIN, World

CARLA = Actor("carla", groups=frozenset({"clerks"}))


@pytest.fixture
def people(world: World) -> World:
    world.engine.add_person(NewPerson("carla", "Carla", groups=("clerks",)), actor=SYSTEM)
    world.engine.add_person(NewPerson("ada", "Ada", is_admin=True), actor=SYSTEM)
    return world


def issue(world, *scopes, actor=ADMIN, **values):
    return world.engine.add_api_key(NewApiKey("robot", scopes, **values), actor=actor)


def test_a_key_of_a_program_acts_as_itself(people):
    actor = people.engine.find_key_actor(issue(people, "work").secret)
    assert actor == Actor("key:robot", rights=frozenset({Right.WORK}))


def test_a_key_of_a_person_acts_as_the_person_within_its_scopes(people):
    actor = people.engine.find_key_actor(issue(people, "tasks", person_id="carla").secret)
    assert actor == Actor("carla", groups=CARLA.groups, rights=frozenset({Right.TASKS}))


def test_only_the_hash_of_a_key_is_kept(people):
    issued = issue(people, "work")
    stored = repr(people.everything())
    assert issued.secret not in stored
    assert issued.secret.split("_", 2)[2] not in stored


def test_a_program_may_do_what_its_scopes_say_and_nothing_else(people):
    people.deploy("external.bpmn")
    actor = people.engine.find_key_actor(issue(people, "work").secret)
    assert people.engine.fetch_and_lock("w", [Topic("shipping")], actor=actor) == []
    with pytest.raises(Forbidden, match="scope 'start'"):
        people.engine.start("external", actor=actor)
    with pytest.raises(Forbidden, match="scope 'deploy'"):
        people.engine.deploy([people.file("external.bpmn")], actor=actor)
    with pytest.raises(Forbidden, match="scope 'messages'"):
        people.engine.correlate_message("stop", actor=actor)
    with pytest.raises(Forbidden, match="may not list"):
        people.engine.jobs(actor=actor)


def test_a_program_that_may_start_may_not_touch_tasks(people):
    people.deploy("external.bpmn")
    actor = people.engine.find_key_actor(issue(people, "start", "work").secret)
    people.engine.start("external", actor=actor)
    (work,) = people.engine.fetch_and_lock("w", [Topic("shipping")], actor=actor)
    people.engine.complete_external(work.id, worker_id="w", actor=actor)
    with pytest.raises(Forbidden, match="scope 'tasks'"):
        people.engine.claim(str(people.rows("task")[0].id), actor=actor)


def test_a_person_makes_keys_for_themselves_that_may_do_no_more_than_they(people):
    issue(people, "start", "tasks", actor=CARLA, person_id="carla")
    for scope in ("admin", "work", "deploy", "messages"):
        with pytest.raises(Forbidden):
            issue(people, scope, actor=CARLA, person_id="carla")
    with pytest.raises(Forbidden):
        issue(people, "start", actor=CARLA)
    with pytest.raises(Forbidden):
        issue(people, "start", actor=CARLA, person_id="ada")


def test_a_key_makes_no_wider_key(people):
    narrow = people.engine.find_key_actor(issue(people, "tasks", person_id="ada").secret)
    with pytest.raises(Forbidden):
        issue(people, "admin", actor=narrow, person_id="ada")


def test_a_key_for_a_person_may_do_no_more_than_the_person(people):
    with pytest.raises(Forbidden, match="no"):
        issue(people, "work", person_id="carla")


@pytest.mark.parametrize(
    ("name", "scopes"), [("", ("work",)), ("x", ()), ("x", ("fly",)), ("a\nb", ("work",))]
)
def test_a_senseless_key_is_refused(people, name, scopes):
    with pytest.raises(BadInput):
        people.engine.add_api_key(NewApiKey(name, scopes), actor=ADMIN)


def test_a_key_that_would_be_outdated_at_once_is_refused(people):
    with pytest.raises(BadInput, match="is over"):
        issue(people, "work", expires_at=people.clock.now())


def test_a_revoked_key_is_nobodys_and_revoking_twice_is_no_error(people):
    issued = issue(people, "work")
    people.engine.revoke_api_key(issued.secret[:11], actor=ADMIN)
    people.engine.revoke_api_key(issued.id, actor=ADMIN)
    assert people.engine.find_key_actor(issued.secret) is None
    told = [row.kind for row in people.history("tenant:default")]
    assert told.count("api-key-revoked") == 1


def test_a_person_revokes_their_own_keys_and_no_others(people):
    own = issue(people, "tasks", actor=CARLA, person_id="carla")
    other = issue(people, "work")
    people.engine.revoke_api_key(own.id, actor=CARLA)
    with pytest.raises(NotFound):
        people.engine.revoke_api_key(other.id, actor=CARLA)
    with pytest.raises(NotFound):
        people.engine.revoke_api_key(other.id, actor=FOREIGN_ADMIN)


def test_a_list_shows_prefixes_and_when_a_key_was_used(people):
    issued = issue(people, "work", "messages")
    people.engine.find_key_actor(issued.secret)
    people.clock.move(timedelta(seconds=30))
    people.engine.find_key_actor(issued.secret)
    (row,) = people.engine.api_keys(actor=ADMIN)
    assert (row.prefix, row.scopes) == (issued.secret[:11], ("messages", "work"))
    assert row.last_used_at == people.clock.now() - timedelta(seconds=30)
    people.clock.move(timedelta(seconds=30))
    people.engine.find_key_actor(issued.secret)
    (row,) = people.engine.api_keys(actor=ADMIN)
    assert row.last_used_at == people.clock.now()


def test_everybody_lists_their_own_keys(people):
    issue(people, "work")
    issue(people, "tasks", person_id="carla")
    assert [row.person_id for row in people.engine.api_keys(actor=CARLA)] == ["carla"]
    assert len(people.engine.api_keys(actor=ADMIN)) == 2


def test_who_is_no_administrator_any_more_has_no_key_of_one(people):
    secret = issue(people, "admin", "work", "tasks", person_id="ada").secret
    assert people.engine.find_key_actor(secret).is_admin
    with people.engine.database.writing() as connection:
        connection.exec_driver_sql("UPDATE person SET is_admin = false WHERE id = 'ada'")
    actor = people.engine.find_key_actor(secret)
    assert not actor.is_admin
    assert actor.rights == OF_PEOPLE - {Right.START}


@pytest.mark.parametrize("wrong", ["", "x", "lw_", "lw_12345678_", "lw_12345678_x", "ö" * 40])
def test_what_is_no_key_is_nobodys(people, wrong):
    issue(people, "work")
    assert people.engine.find_key_actor(wrong) is None


def test_the_prefix_of_a_key_alone_opens_nothing(people):
    secret = issue(people, "work").secret
    assert people.engine.find_key_actor(secret[:12] + "guessed") is None
