"""Where an instance is: each element says in which scope."""

from __future__ import annotations

from engine.queries.elements import scope_key
from tests.engine.world import ADMIN, World


def test_an_element_names_the_scope_around_it(world: World):
    instance = world.run("nested.bpmn", names=["Ann", "Ben"])
    active = [row for row in world.engine.elements(instance, actor=ADMIN) if row.state == "ACTIVE"]
    process = next(row for row in active if row.type == "process")
    around = {
        (row.element_id, row.type == "multiInstanceBody"): row.scope_key
        for row in active
        if row is not process
    }
    own = {row.element_id: row.scope for row in active if row.type == "subProcess"}
    body = next(row.scope for row in active if row.type == "multiInstanceBody")
    assert body is not None
    assert around == {
        ("outer", False): process.key,
        ("inner", False): scope_key(process.key, own["outer"] or 0),
        ("sign", True): scope_key(process.key, own["inner"] or 0),
        ("sign", False): scope_key(process.key, body),
    }
