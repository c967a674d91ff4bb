"""The demo data: it names only people, groups, processes, tasks and messages that exist."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from bpmn.loading import load
from bpmn.model import Node, ProcessModel

EXAMPLES = Path(__file__).parents[2] / "examples"
DEMO = json.loads((EXAMPLES / "demo.json").read_text(encoding="utf-8"))
GROUPS = {group["id"] for group in DEMO["groups"]}
PEOPLE = {person["id"] for person in DEMO["people"]}
DURATION = re.compile(r"P(\d+D)?(T(\d+H)?(\d+M)?)?")

each_instance = pytest.mark.parametrize(
    "instance", DEMO["instances"], ids=lambda instance: instance["business_key"]
)


@pytest.fixture(scope="module")
def processes() -> dict[str, ProcessModel]:
    diagrams = [load(path.read_bytes()) for path in sorted(EXAMPLES.glob("*/*.bpmn"))]
    return {process.id: process for diagram in diagrams for process in diagram.processes}


def reachable(process_id: str, processes: dict[str, ProcessModel]) -> list[Node]:
    """The nodes of a process and of what it calls."""
    nodes = list(processes[process_id].nodes)
    for node in processes[process_id].nodes:
        if node.call is not None:
            nodes += processes[node.call.process.text].nodes
    return nodes


def groups_of(node: Node) -> set[str]:
    """What the diagram says: candidate groups, else the lane unless one person is named."""
    if node.assignment is not None and node.assignment.candidate_groups:
        texts = [expression.text for expression in node.assignment.candidate_groups]
        return {name for text in texts for name in re.findall(r"[^\[\]\",]+", text)}
    assigned = node.assignment is not None and node.assignment.assignee is not None
    return set() if assigned else {node.lane} - {""}


def test_every_file_of_the_examples_is_deployed_once():
    deployed = Counter(file for files in DEMO["deploy"] for file in files)
    drawn = [path for kind in ("bpmn", "dmn", "form") for path in EXAMPLES.glob(f"*/*.{kind}")]
    assert deployed == Counter(str(path.relative_to(EXAMPLES)) for path in drawn)


def test_every_group_of_a_diagram_has_a_person(processes: dict[str, ProcessModel]):
    staffed = {group for person in DEMO["people"] for group in person["groups"]}
    assert staffed <= GROUPS
    for process in processes.values():
        for node in process.nodes:
            if node.type == "userTask":
                assert groups_of(node) <= staffed, node.name


def test_every_user_task_says_who_does_it(processes: dict[str, ProcessModel]):
    for process in processes.values():
        for node in process.nodes:
            if node.type == "userTask":
                assigned = node.assignment is not None and node.assignment.assignee is not None
                assert assigned or groups_of(node), node.name


@each_instance
def test_an_instance_names_what_exists(instance: dict, processes: dict[str, ProcessModel]):
    assert instance["process"] in processes
    assert instance["started_by"] in PEOPLE
    assert DURATION.fullmatch(instance["ago"])
    assert all(DURATION.fullmatch(step["after"]) for step in instance["steps"])


@each_instance
def test_a_step_names_a_task_and_a_person_of_its_group(
    instance: dict, processes: dict[str, ProcessModel]
):
    people = {person["id"]: set(person["groups"]) for person in DEMO["people"]}
    tasks = {n.name: n for n in reachable(instance["process"], processes) if n.type == "userTask"}
    for step in instance["steps"]:
        if name := step.get("complete", step.get("claim")):
            assert groups_of(tasks[name]) & people[step["by"]], step


@each_instance
def test_a_worker_step_names_a_topic_and_an_error_of_its_process(
    instance: dict, processes: dict[str, ProcessModel]
):
    nodes = reachable(instance["process"], processes)
    topics = {node.work.name.text for node in nodes if node.work is not None}
    caught = {event.code.text for node in nodes for event in node.events if event.code}
    for step in instance["steps"]:
        if "worker" in step:
            assert step["worker"] in topics
            assert step.get("error", "") in caught | {""}


@each_instance
def test_a_message_step_names_a_message_that_its_process_catches(
    instance: dict, processes: dict[str, ProcessModel]
):
    nodes = reachable(instance["process"], processes)
    names = {event.name.text for node in nodes for event in node.events if event.name}
    assert {step["message"] for step in instance["steps"] if "message" in step} <= names
