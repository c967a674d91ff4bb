"""Lists searched by any of their fields, in the SQL of both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from engine import tables
from engine.core import Breakdown, File, Topic
from engine.errors import BadInput, Forbidden
from engine.queries.elements import derived_key
from engine.queries.search import MOST_VALUES, Comparison, Condition, Search
from engine.queries.search_views import VIEWS
from tests.engine.world import ADMIN, CLARA, FOREIGN_ADMIN, World

FOLDER = Path(__file__).parents[1]
LISTS = frozenset({Comparison.IN, Comparison.NOT_IN})


@pytest.fixture
def busy(world: World) -> World:
    """One of everything that can be searched."""
    names = ("guarded.bpmn", "guarded.dmn")
    world.engine.deploy([File(n, (FOLDER / n).read_bytes()) for n in names], actor=ADMIN)
    world.engine.start("guarded", actor=ADMIN, business_key="B-1")
    (task,) = world.engine.fetch_and_lock("w", [Topic("shipping")], actor=ADMIN)
    world.engine.fail_external(task.id, worker_id="w", actor=ADMIN, breakdown=Breakdown("down"))
    return world


def search(world: World, what: str, *conditions: Condition, **more: object) -> list[dict]:
    return list(world.engine.search(what, Search(conditions, **more), actor=ADMIN).items)


def values(rows: list[dict], field: str) -> Iterator[object]:
    yield from (row[field] for row in rows if row.get(field) is not None)


@pytest.mark.parametrize("what", VIEWS)
def test_every_field_is_compared_and_sorted_by(busy: World, what: str):
    rows = search(busy, what)
    assert rows, "there is something to find"
    for field in VIEWS[what].fields:
        for value in list(values(rows, field))[:1]:
            if isinstance(value, dict):
                continue
            found = search(busy, what, Condition(field, Comparison.EQ, value))
            assert value in list(values(found, field)), field
            for comparison in Comparison:
                given = [value] if comparison in LISTS else value
                if comparison is Comparison.EXISTS:
                    given = True
                if isinstance(value, bool) and comparison.value[0] in "gl":
                    continue
                search(busy, what, Condition(field, comparison, given), sort=((field, True),))


def test_comparisons_mean_what_they_say(busy: World):
    (row,) = search(busy, "instances")
    started = row["started_at"]
    assert isinstance(started, datetime)
    holds = {
        ("business_key", Comparison.LIKE, "b-?"),
        ("business_key", Comparison.LIKE, "*1"),
        ("business_key", Comparison.IN, ("B-1", "B-2")),
        ("business_key", Comparison.NEQ, "B-2"),
        ("business_key", Comparison.NOT_IN, ("B-2",)),
        ("ended_at", Comparison.EXISTS, False),
        ("ended_at", Comparison.NEQ, started),
        ("started_at", Comparison.GTE, started),
        ("started_at", Comparison.LTE, started),
        ("has_incident", Comparison.EQ, True),
        ("state", Comparison.EQ, "ACTIVE"),
        ("parent_key", Comparison.EXISTS, False),
    }
    fails = {
        ("business_key", Comparison.LIKE, "B_1"),
        ("business_key", Comparison.LIKE, "%"),
        ("business_key", Comparison.NEQ, "B-1"),
        ("started_at", Comparison.GT, started),
        ("started_at", Comparison.LT, started),
        ("ended_at", Comparison.EXISTS, True),
        ("state", Comparison.EQ, "COMPLETED"),
        ("business_key", Comparison.IN, ()),
    }
    for condition in holds:
        assert search(busy, "instances", Condition(*condition)), condition
    for condition in fails:
        assert not search(busy, "instances", Condition(*condition)), condition


def test_tasks_are_found_by_their_candidates(busy: World):
    clerks = Condition("candidate_group", Comparison.EQ, "clerks")
    (row,) = search(busy, "tasks", clerks)
    assert row["groups"] == ("clerks",)
    assert search(busy, "tasks", Condition("candidate_group", Comparison.IN, ["x", "clerks"]))
    assert not search(busy, "tasks", Condition("candidate_group", Comparison.NEQ, "clerks"))
    assert not search(busy, "tasks", Condition("candidate_user", Comparison.EQ, "clerks"))
    assert len(busy.engine.search("tasks", actor=CLARA).items) == 1


@pytest.mark.parametrize(
    "wanted",
    [
        Search((Condition("nonsense", Comparison.EQ, 1),)),
        Search(sort=(("nonsense", False),)),
        Search((Condition("candidate_user", Comparison.LIKE, "x"),)),
        Search((Condition("key", Comparison.IN, list(range(2_000))),)),
        Search(offset=20_000),
        Search(offset=-1),
    ],
)
def test_senseless_searches_are_refused(busy: World, wanted: Search):
    with pytest.raises(BadInput):
        busy.engine.search("tasks", wanted, actor=ADMIN)


def test_pages_are_cut_and_counted(busy: World):
    for _ in range(4):
        busy.engine.start("guarded", actor=ADMIN)
    found = busy.engine.search("instances", Search(offset=1, limit=2), actor=ADMIN)
    assert (len(found.items), found.total.value) == (2, 5)
    keys = [row["key"] for row in found.items]
    assert keys == sorted(keys)
    assert busy.engine.search("instances", Search(limit=0), actor=ADMIN).items == ()


def test_every_row_that_one_comparison_may_list_is_found(busy: World):
    (row,) = busy.rows("process_instance")
    keys = [row.key + more for more in range(1, MOST_VALUES + 1)]
    copies = [{**row._asdict(), "id": str(UUID(int=key)), "key": key} for key in keys]
    with busy.engine.database.writing() as connection:
        connection.execute(sa.insert(tables.process_instance), copies)
    wanted = Search((Condition("key", Comparison.IN, keys),), limit=MOST_VALUES + 1)
    found = busy.engine.search("instances", wanted, actor=ADMIN)
    assert [row["key"] for row in found.items] == keys


def test_what_is_for_administrators_stays_theirs(busy: World):
    for what in ("work", "incidents", "subscriptions", "messages"):
        with pytest.raises(Forbidden):
            busy.engine.search(what, actor=CLARA)
        assert busy.engine.search(what, actor=FOREIGN_ADMIN).items == ()


def test_rows_are_found_by_their_keys(busy: World):
    (row,) = search(busy, "instances")
    engine = busy.engine
    assert engine.find_key("process instance", row["key"], actor=ADMIN) == row["id"]
    assert engine.find_keys("process instance", [row["id"]], actor=ADMIN) == {row["id"]: row["key"]}
    assert engine.find_place(row["key"], actor=ADMIN) == (row["id"], 0)
    (work,) = search(busy, "work")
    instance, scope = engine.find_place(work["key"], actor=ADMIN)
    assert instance == row["id"]
    assert scope >= 0


def test_elements_that_wait_have_the_key_of_what_they_wait_for(busy: World):
    (row,) = search(busy, "instances")
    found = {each.element_id: each for each in busy.engine.elements(row["id"], actor=ADMIN)}
    for table, element in (("task", "check"), ("external_task", "ship"), ("incident", "broken")):
        (expected,) = [each for each in busy.rows(table) if each.element_id == element][:1]
        assert found[element].key == expected.key, element
    assert found["ship"].incident_key is not None
    assert found["start"].state == "COMPLETED"
    keys = [each.key for each in busy.engine.elements(row["id"], actor=ADMIN)]
    assert len(set(keys)) == len(keys)
    assert all(0 < key < 2**63 for key in keys)


def test_a_derived_key_is_always_the_same_and_belongs_to_no_row(busy: World):
    assert derived_key(5, "a", 1) == derived_key(5, "a", 1) != derived_key(5, "a", 2)
    highest = max(
        row.key
        for table in ("process_instance", "task", "external_task", "job", "incident")
        for row in busy.rows(table)
    )
    assert derived_key(5, "a") > highest
