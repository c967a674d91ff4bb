"""Functions that the host registers for expressions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bpmn.model import Severity
from engine.core import Engine, File
from engine.errors import DeploymentRefused
from tests.engine.world import CLARA, World

CLARA_AS_ADMIN = replace(CLARA, is_admin=True)
DIAGRAM = File("taxed.bpmn", (Path(__file__).parent / "taxed.bpmn").read_bytes())


def tax(amount: float) -> float:
    return amount / 4


@pytest.fixture
def host(world: World) -> Iterator[Engine]:
    """The engine of a host that registered ``tax``."""
    made = Engine.open(world.url, clock=world.clock, beans={"tax": tax})
    yield made
    made.close()


def test_a_function_that_nobody_registered_is_refused_at_deployment_with_its_position(
    world: World,
):
    with pytest.raises(DeploymentRefused) as refused:
        world.deploy("taxed.bpmn")
    (problem,) = [p for p in refused.value.problems if p.severity is Severity.ERROR]
    assert (problem.code, problem.element_id) == ("function-unknown", "Price")
    assert "no function 'tax'. (at character 12)" in problem.message


def test_a_registered_function_is_called_and_the_groups_of_who_acts_are_seen(host: Engine):
    host.deploy([DIAGRAM], actor=CLARA_AS_ADMIN)
    instance = host.start("taxed", actor=CLARA_AS_ADMIN, variables={"amount": 8})
    seen = host.instance_values(instance, actor=CLARA_AS_ADMIN)
    assert seen["total"] == 10
    assert seen["groups"] == ["clerks"]
