"""Loads the demo: people, groups, example processes, and requests that people are busy with.

The requests are played in order of time on a virtual clock that ends now, so that due dates,
reminders and the history look as if the organisation had worked for days.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import isodate

from engine.actor import SYSTEM, Actor
from engine.cli.files import read_files
from engine.clock import VirtualClock
from engine.core import Address, Engine, NewPerson, Topic
from engine.errors import BadInput
from engine.queries.operations import OperationsFilter
from engine.queries.tasks import TaskRow

DEMO = Path("examples/demo.json")
"""Where the demo is described, in a checkout."""

WORKER = "demo-worker"


@dataclass(frozen=True, slots=True, order=True)
class _Moment:
    """One thing that happens: the start of an instance, or one of its steps.

    Ordered by time, then by the order in the file.
    """

    at: datetime
    number: int
    instance: int = field(compare=False)
    what: Mapping[str, Any] = field(compare=False)


def load(engine: Engine, clock: VirtualClock, path: Path, now: datetime) -> None:
    """Load everything that the file at *path* describes; the clock ends at *now*.

    Raises:
        BadInput: there is no such file, or a step of it cannot be done.
    """
    demo = _read(path)
    _load_people(engine, demo)
    _load_processes(engine, demo, path.parent)
    _play(engine, clock, demo, now)


def _load_people(engine: Engine, demo: Mapping[str, Any]) -> None:
    """Add groups and people, and who is in which group."""
    for group in demo["groups"]:
        engine.add_group(group["id"], actor=SYSTEM, name=group["name"])
    for person in demo["people"]:
        engine.add_person(
            NewPerson(
                id=person["id"],
                name=person["name"],
                password=person["password"],
                email=person["email"],
                groups=tuple(person["groups"]),
                is_admin=person["admin"],
                locale=person["locale"],
            ),
            actor=SYSTEM,
        )


def _load_processes(engine: Engine, demo: Mapping[str, Any], folder: Path) -> None:
    """Deploy the examples; *folder* holds the files that the demo names."""
    for names in demo["deploy"]:
        files = read_files([folder / name for name in names])
        engine.deploy(files, actor=SYSTEM, source="demo")


def _play(engine: Engine, clock: VirtualClock, demo: Mapping[str, Any], now: datetime) -> None:
    """Start the demo's instances and do their steps, each at its own time, up to *now*.

    Raises:
        BadInput: a step names a task or topic that its instance does not wait for.
    """
    moments = sorted(_moments(demo["instances"], now))
    if moments:
        clock.set(moments[0].at)
    started: dict[int, str] = {}
    for moment in moments:
        engine.run_due_jobs(until=moment.at)
        if "process" in moment.what:
            started[moment.instance] = _start(engine, moment.what, now)
        else:
            _step(engine, started[moment.instance], moment.what)
    engine.run_due_jobs(until=now)


def _read(path: Path) -> Mapping[str, Any]:
    """The demo's description.

    Raises:
        BadInput: there is none.
    """
    if not path.is_file():
        raise BadInput(f"The demo is described in {path}, which is not here. Run in the checkout.")
    found: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _moments(instances: list[Mapping[str, Any]], now: datetime) -> list[_Moment]:
    found: list[_Moment] = []
    for number, instance in enumerate(instances):
        at = now - isodate.parse_duration(instance["ago"])
        found.append(_Moment(at, len(found), number, instance))
        for step in instance["steps"]:
            at = min(at + isodate.parse_duration(step["after"]), now)
            found.append(_Moment(at, len(found), number, step))
    return found


def _start(engine: Engine, what: Mapping[str, Any], now: datetime) -> str:
    return engine.start(
        what["process"],
        actor=_person(engine, what["started_by"]),
        variables=_dated(what["variables"], now),
        business_key=what["business_key"],
    )


def _step(engine: Engine, instance_id: str, what: Mapping[str, Any]) -> None:
    if "worker" in what:
        _work(engine, instance_id, what)
        return
    if "message" in what:
        key = engine.instance(instance_id, actor=SYSTEM).row.business_key
        engine.correlate_message(
            what["message"], actor=SYSTEM, variables=what["variables"], to=Address(business_key=key)
        )
        return
    person = _person(engine, what["by"])
    task = _task(engine, instance_id, what.get("claim") or what["complete"])
    if task.assignee is None:
        engine.claim(task.id, actor=person)
    if "complete" in what:
        engine.complete_task(task.id, actor=person, variables=what["variables"])


def _work(engine: Engine, instance_id: str, what: Mapping[str, Any]) -> None:
    """Do what an external worker would: fetch the instance's oldest work, and answer it."""
    work = _oldest_work(engine, instance_id, what["worker"])
    topic = Topic(what["worker"], timedelta(minutes=1))
    for locked in engine.fetch_and_lock(WORKER, [topic], max_tasks=500, actor=SYSTEM):
        if locked.id != work:
            engine.unlock(locked.id, actor=SYSTEM)
    if "error" in what:
        engine.throw_external(work, worker_id=WORKER, actor=SYSTEM, code=what["error"])
    else:
        engine.complete_external(work, worker_id=WORKER, actor=SYSTEM, variables=what["variables"])


def _oldest_work(engine: Engine, instance_id: str, topic: str) -> str:
    found = [
        work
        for member in _family(engine, instance_id)
        for work in engine.external_tasks(OperationsFilter(member, kind=topic), actor=SYSTEM).items
    ]
    if not found:
        raise BadInput(f"Instance {instance_id} has no work of topic {topic!r}.")
    return min(found, key=lambda work: work.key).id


def _task(engine: Engine, instance_id: str, name: str) -> TaskRow:
    found = [
        task
        for member in _family(engine, instance_id)
        for task in engine.instance_tasks(member, actor=SYSTEM).items
        if task.name == name
    ]
    if not found:
        raise BadInput(f"Instance {instance_id} has no open task {name!r}.")
    return min(found, key=lambda task: task.key)


def _family(engine: Engine, instance_id: str) -> list[str]:
    """The instance and all that it called, directly or not."""
    found = [instance_id]
    for member in found:
        found.extend(called.id for called in engine.instance(member, actor=SYSTEM).called)
    return found


def _person(engine: Engine, login: str) -> Actor:
    found = engine.find_person(login)
    if found is None:
        raise BadInput(f"The demo names {login!r}, who is none of its people.")
    return found.actor


def _dated(variables: Mapping[str, Any], now: datetime) -> dict[str, object]:
    """Values as they are, but ``{"$date": DURATION}`` becomes that day as ISO text."""
    return {name: _date(value, now.date()) for name, value in variables.items()}


def _date(value: object, today: date) -> object:
    if isinstance(value, dict) and set(value) == {"$date"}:
        return (today + isodate.parse_duration(value["$date"])).isoformat()
    return value
