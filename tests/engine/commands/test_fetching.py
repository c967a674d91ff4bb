"""Which external tasks a worker gets, in which order, and what it is told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from engine.commands.external import HeldByOther
from engine.commands.external_fetch import FetchOrder
from engine.core import Breakdown, Topic
from engine.errors import BadInput, NotFound
from engine.queries.external_tasks import ExternalTaskFilter, ExternalTaskSort, Listing
from tests.engine.world import ADMIN, World

PACKING, LABELS = Topic("packing"), Topic("labels")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def instances(world: World) -> list[str]:
    """Three instances; their packing has the priorities 1, 9 and 1, their labels 5."""
    world.deploy("fetching.bpmn")
    return [
        world.engine.start(
            "fetching",
            actor=ADMIN,
            variables={"urgency": urgency, "n": number},
            business_key=f"bk{number}",
        )
        for number, urgency in enumerate((1, 9, 1))
    ]


def fetch(world, *topics, most=10, worker="w1", order=FetchOrder.PRIORITY):
    return world.engine.fetch_and_lock(worker, topics, actor=ADMIN, max_tasks=most, order=order)


def numbers(tasks):
    return [task.variables["n"] for task in tasks]


def where(world, **wanted):
    found = world.engine.find_external_tasks(ExternalTaskFilter(**wanted), actor=ADMIN)
    return [task.business_key for task in found]


def test_the_highest_priority_over_all_topics_comes_first(world, instances):
    found = fetch(world, PACKING, LABELS, most=4)
    assert [(task.topic, task.priority) for task in found] == [
        ("packing", 9),
        ("labels", 5),
        ("labels", 5),
        ("labels", 5),
    ]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (FetchOrder.PRIORITY, [1, 0, 2]),
        (FetchOrder.PRIORITY_NEWEST, [1, 2, 0]),
        (FetchOrder.OLDEST, [0, 1, 2]),
        (FetchOrder.NEWEST, [2, 1, 0]),
    ],
)
def test_a_worker_chooses_the_order(world, instances, order, expected):
    assert numbers(fetch(world, PACKING, order=order)) == expected
    assert [task.worker_id for task in world.rows("external_task")].count("w1") == 3


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"business_key": "bk2"}, [2]),
        ({"business_key": "bk"}, []),
        ({"process_ids": ("other", "fetching")}, [1, 0, 2]),
        ({"process_ids": ("other",)}, []),
        ({"version_tag": "v1"}, [1, 0, 2]),
        ({"version_tag": "v2"}, []),
        ({"process_variables": {"n": 2, "urgency": 1}}, [2]),
        ({"process_variables": {"n": "2"}}, []),
        ({"process_variables": {"box": "large"}}, []),
        ({"definition_ids": ("01890000-0000-7000-8000-000000000000",)}, []),
    ],
)
def test_a_worker_restricts_what_it_gets(world, instances, wanted, expected):
    topic = Topic("packing", **wanted)
    assert world.engine.has_free_work([topic], actor=ADMIN) is bool(expected)
    assert numbers(fetch(world, topic)) == expected


def test_a_definition_is_named_by_its_id(world, instances):
    definition = world.rows("process_definition")[0].id
    assert len(fetch(world, Topic("packing", definition_ids=(definition,)))) == 3


def test_two_topics_of_one_name_find_a_task_once(world, instances):
    first = Topic("packing", variables=("n",), business_key="bk1")
    found = fetch(world, first, PACKING)
    assert numbers(found) == [1, 0, 2]
    assert found[0].variables == {"n": 1}


def test_local_variables_are_those_of_the_task_alone(world, instances):
    (task,) = fetch(world, Topic("packing", only_local=True), most=1)
    assert task.variables == {"box": "large"}
    (task,) = fetch(world, Topic("labels", only_local=True), most=1)
    assert task.variables == {}


def test_extension_properties_come_when_asked_for(world, instances):
    found = fetch(world, Topic("packing", with_properties=True), most=1)
    found += fetch(world, PACKING, most=1)
    assert [task.properties for task in found] == [{"colour": "red"}, {}]


def test_what_is_told_of_a_task(world, instances):
    (task,) = fetch(world, Topic("packing", business_key="bk0"))
    assert (task.process_id, task.version, task.version_tag) == ("fetching", 1, "v1")
    assert (task.tenant_id, task.instance_id) == ("default", instances[0])
    assert task.created_at == world.clock.now()


def test_nothing_free_is_known_without_a_lock(world, instances):
    fetch(world, PACKING)
    assert not world.engine.has_free_work([PACKING], actor=ADMIN)
    assert world.engine.has_free_work([PACKING, LABELS], actor=ADMIN)


def test_a_failure_writes_variables_and_is_told_next_time(world, instances):
    (task,) = fetch(world, Topic("packing", business_key="bk0"))
    breakdown = Breakdown(
        "down",
        "line 1",
        retries=2,
        variables={"seen": True},
        local_variables={"tries": 1},
    )
    world.engine.fail_external(task.id, worker_id="w1", actor=ADMIN, breakdown=breakdown)
    (again,) = fetch(world, Topic("packing", business_key="bk0"))
    assert (again.error_message, again.error_details, again.retries) == ("down", "line 1", 2)
    assert (again.variables["seen"], again.variables["tries"]) == (True, 1)
    assert world.variables(instances[0]) == {"urgency": 1, "n": 0, "seen": True}


@pytest.mark.parametrize(
    "breakdown",
    [
        Breakdown("x", retries=-1),
        Breakdown("x", retries=1, retry_timeout=timedelta(seconds=-1)),
        Breakdown("x", retries=1, retry_timeout=timedelta(days=400)),
        Breakdown("x", variables={"#own": 1}),
    ],
)
def test_a_senseless_report_changes_nothing(world, instances, breakdown):
    (task, *_) = fetch(world, PACKING)
    before = world.everything()
    with pytest.raises(BadInput):
        world.engine.fail_external(task.id, worker_id="w1", actor=ADMIN, breakdown=breakdown)
    assert world.everything() == before


def test_one_certain_task_can_be_locked(world, instances):
    task = world.rows("external_task")[0].id
    until = world.engine.lock_external(task, worker_id="w1", actor=ADMIN, duration=MINUTE)
    assert until == world.clock.now() + MINUTE
    world.engine.lock_external(task, worker_id="w1", actor=ADMIN, duration=MINUTE)
    with pytest.raises(HeldByOther, match="held by w1"):
        world.engine.lock_external(task, worker_id="w2", actor=ADMIN, duration=MINUTE)
    world.clock.move(MINUTE)
    world.engine.lock_external(task, worker_id="w2", actor=ADMIN, duration=MINUTE)


@pytest.mark.parametrize("duration", [timedelta(0), timedelta(-1), timedelta(days=400)])
def test_a_lock_has_a_sensible_length(world, instances, duration):
    task = world.rows("external_task")[0].id
    with pytest.raises(BadInput):
        world.engine.lock_external(task, worker_id="w1", actor=ADMIN, duration=duration)
    fetch(world, PACKING, LABELS)
    with pytest.raises(BadInput):
        world.engine.extend_lock(task, worker_id="w1", actor=ADMIN, duration=duration)


def test_retries_open_and_close_the_incident(world, instances):
    (task, *_) = fetch(world, PACKING)
    for _ in range(2):
        world.engine.set_external_retries(task.id, 0, actor=ADMIN)
    (incident,) = world.rows("incident")
    assert (incident.kind, incident.source_id) == ("failedExternalTask", task.id)
    world.engine.set_external_retries(task.id, 3, actor=ADMIN)
    assert world.rows("incident") == []
    told = [kind for kind in world.events(task.instance_id) if "incident" in kind]
    assert told == ["incident-created", "incident-resolved"]
    with pytest.raises(BadInput):
        world.engine.set_external_retries(task.id, -1, actor=ADMIN)


def test_a_priority_decides_the_next_fetch(world, instances):
    last = world.engine.find_external_tasks(ExternalTaskFilter(), actor=ADMIN)[-1]
    world.engine.set_external_priority(last.id, 100, actor=ADMIN)
    assert fetch(world, PACKING, LABELS, most=1)[0].id == last.id
    with pytest.raises(BadInput):
        world.engine.set_external_priority(last.id, 2**31, actor=ADMIN)


def test_a_list_of_tasks_takes_every_filter(world, instances):
    (task,) = fetch(world, Topic("packing", MINUTE), most=1)
    now, all_keys = world.clock.now(), ["bk0", "bk0", "bk1", "bk1", "bk2", "bk2"]
    assert where(world) == all_keys
    assert where(world, topic="labels") == ["bk0", "bk1", "bk2"]
    assert where(world, worker_id="w1") == ["bk1"]
    assert where(world, is_locked=True) == ["bk1"]
    assert where(world, is_locked=False) == ["bk0", "bk0", "bk1", "bk2", "bk2"]
    assert where(world, locked_after=now) == ["bk1"]
    assert where(world, locked_before=now) == []
    assert where(world, ids=(task.id,), has_retries=True) == ["bk1"]
    assert where(world, has_retries=False) == []
    assert where(world, element_ids=("pack",), at_most=1) == ["bk0", "bk2"]
    assert where(world, at_least=9) == ["bk1"]
    assert where(world, instance_ids=(instances[0],)) == ["bk0", "bk0"]
    assert where(world, process_ids=("fetching",)) == all_keys
    assert where(world, process_ids=()) == []
    assert where(world, definition_id=task.definition_id) == all_keys
    world.engine.suspend_instance(instances[2], actor=ADMIN)
    assert where(world, is_suspended=True) == ["bk2", "bk2"]
    world.clock.move(MINUTE)
    assert where(world, is_locked=True) == []
    wanted = ExternalTaskFilter(topic="labels")
    assert world.engine.count_external_tasks(wanted, actor=ADMIN) == 3


def test_a_list_of_tasks_is_sorted_and_cut(world, instances):
    listing = Listing([(ExternalTaskSort.PRIORITY, True), (ExternalTaskSort.CREATED, False)], 1, 2)
    found = world.engine.find_external_tasks(ExternalTaskFilter(), listing, actor=ADMIN)
    assert [(task.business_key, task.priority) for task in found] == [("bk0", 5), ("bk1", 5)]
    assert world.engine.external_topics(actor=ADMIN) == ["labels", "packing"]


def test_one_task_with_its_variables(world, instances):
    (task,) = fetch(world, Topic("packing", business_key="bk0"))
    assert world.engine.external_task(task.id, actor=ADMIN).worker_id == "w1"
    values = world.engine.external_variables(task.id, actor=ADMIN)
    assert values == {"urgency": 1, "n": 0, "box": "large"}
    local = world.engine.external_variables(task.id, actor=ADMIN, only_local=True)
    assert local == {"box": "large"}
    world.engine.complete_external(task.id, worker_id="w1", actor=ADMIN)
    with pytest.raises(NotFound):
        world.engine.external_task(task.id, actor=ADMIN)


def test_no_task_is_given_to_two_workers(world, instances):
    def work(number: int) -> list[str]:
        found: list[str] = []
        while tasks := fetch(world, PACKING, LABELS, most=1, worker=f"w{number}"):
            found.extend(task.id for task in tasks)
        return found

    with ThreadPoolExecutor(4) as pool:
        taken = [task for tasks in pool.map(work, range(4)) for task in tasks]
    assert sorted(taken) == sorted(row.id for row in world.rows("external_task"))
