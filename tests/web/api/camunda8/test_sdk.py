"""`@camunda8/sdk`, unmodified, against a real server."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.actor import SYSTEM
from engine.core import Engine, NewPerson
from tests.support import clients
from tests.support.patience import PATIENCE

HERE = Path(__file__).parent
PASSWORD = "correct horse battery"

pytestmark = [pytest.mark.acceptance, pytest.mark.slow]


def test_the_sdk_for_node_does_all_that_a_worker_and_a_client_do(tmp_path: Path):
    clients.install()
    url = f"sqlite:///{tmp_path / 'laneway.db'}"
    with clients.serving(url) as address:
        engine = Engine.open(url)
        engine.add_person(NewPerson("ada", "Ada", PASSWORD, is_admin=True), actor=SYSTEM)
        engine.close()
        environment = {
            "ADDRESS": address,
            "PASSWORD": PASSWORD,
            "DIAGRAM": str(HERE / "order8.bpmn"),
            "PATIENCE": str(int(3 * PATIENCE * 1000)),
        }
        assert "all done" in clients.run_node(HERE / "sdk.cjs", environment)
