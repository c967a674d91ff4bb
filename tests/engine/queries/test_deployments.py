"""Deployments and their files, as far as one's organisation has them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.core import File
from engine.errors import NotFound
from engine.queries.deployments import DeploymentFilter
from tests.engine.world import ADMIN, FOREIGN_ADMIN, World


@pytest.fixture
def deployed(world: World) -> World:
    """Two deployments, an hour apart."""
    data = (world.folder / "request.bpmn").read_bytes()
    world.engine.deploy([File("a.bpmn", data)], actor=ADMIN, name="first", source="test")
    world.clock.move(timedelta(hours=1))
    changed = data.replace(b"</bpmn:definitions>", b"<!-- 2 --></bpmn:definitions>")
    world.engine.deploy([File("a.bpmn", changed)], actor=ADMIN, name="second_50%")
    return world


def names(world, actor=ADMIN, **wanted):
    found = world.engine.deployments(DeploymentFilter(**wanted), actor=actor)
    count = world.engine.count_deployments(DeploymentFilter(**wanted), actor=actor)
    assert count == len(found)
    return [row.name for row in found]


def test_the_newest_comes_first(deployed):
    assert names(deployed) == ["second_50%", "first"]
    cut = deployed.engine.deployments(actor=ADMIN, first=1, most=1)
    assert [row.name for row in cut] == ["first"]


def test_deployments_are_filtered(deployed):
    now = deployed.clock.now()
    assert names(deployed, name="first", source="test") == ["first"]
    assert names(deployed, name_part="50%") == ["second_50%"]
    assert names(deployed, name_part="%") == ["second_50%"]
    assert names(deployed, before=now) == ["first"]
    assert names(deployed, after=now - timedelta(minutes=1)) == ["second_50%"]


def test_files_are_read_back_as_they_came(deployed):
    newest = deployed.engine.deployments(actor=ADMIN)[0]
    (resource,) = deployed.engine.resources(newest.id, actor=ADMIN)
    name, data = deployed.engine.resource(newest.id, resource.id, actor=ADMIN)
    assert (name, resource.name) == ("a.bpmn", "a.bpmn")
    assert data.endswith(b"<!-- 2 --></bpmn:definitions>\n")
    with pytest.raises(NotFound):
        deployed.engine.resource(newest.id, newest.id, actor=ADMIN)


def test_others_see_nothing_of_them(deployed):
    newest = deployed.engine.deployments(actor=ADMIN)[0]
    assert names(deployed, FOREIGN_ADMIN) == []
    with pytest.raises(NotFound):
        deployed.engine.deployment(newest.id, actor=FOREIGN_ADMIN)
