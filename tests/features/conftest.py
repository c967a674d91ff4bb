"""Feature tests: a diagram beside the test runs in a world in memory."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.features.world import Instance, World


@pytest.fixture
def world(request: pytest.FixtureRequest) -> Callable[..., World]:
    """Make a world with the named diagrams of the test's folder deployed."""

    def make(*names: str) -> World:
        made = World()
        made.deploy(*(Path(request.path).parent / name for name in names))
        return made

    return make


@pytest.fixture
def run_diagram(world: Callable[..., World]) -> Callable[..., Instance]:
    """Deploy a diagram of the test's folder and start its first process."""

    def run(name: str, variables: dict[str, object] | None = None, **state: object) -> Instance:
        return world(name).start(variables=variables, **state)

    return run
