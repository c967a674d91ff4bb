"""What Celery is told, and what a worker process does with a message; the broker is in memory."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from kombu.simple import SimpleQueue

from engine import tables
from engine.core import Engine
from engine.jobs import celery_app
from engine.jobs.celery_app import TASK, TookTooLong, _Work, make_app, publisher
from engine.jobs.claiming import release
from engine.services.sending import DueJob
from engine.settings import Settings
from tests.engine.world import ADMIN, World
from tests.support.patience import until

ROOT = Path(__file__).parents[3]


@pytest.fixture
def settings(world: World) -> Settings:
    return Settings(
        database_url=world.url,
        executor="celery",
        broker_url="memory://",
        queues="slow=heavy",
        notify=False,
    )


@pytest.fixture
def work(settings: Settings) -> Iterator[_Work]:
    """What one worker process has."""
    before = signal.getsignal(signal.SIGUSR1)
    made = _Work(settings)
    yield made
    made.end()
    signal.signal(signal.SIGUSR1, before)


def job_ids(world: World) -> list[str]:
    return [row.id for row in sorted(world.rows("job"), key=lambda row: row.key)]


def now(world: World) -> World:
    """The worker has the machine's clock; so what it finds must be due by that."""
    world.clock.set(Engine.open(world.url).clock.now())
    return world


def test_a_message_runs_its_job_once(world: World, work: _Work):
    now(world).run("background.bpmn")
    (job_id,) = job_ids(world)
    work.run(job_id)
    work.run(job_id)
    assert world.tasks() == ["after"]
    assert world.rows("job") == []


def test_who_ends_an_exclusive_job_sends_the_next_of_its_instance(
    world: World, work: _Work, monkeypatch: pytest.MonkeyPatch
):
    sent: list[str] = []
    monkeypatch.setattr(celery_app, "publisher", lambda *_: lambda job: sent.append(job.id))
    now(world).run("two_jobs.bpmn")
    first, second = job_ids(world)
    held = world.engine.runner("other").claim_this(first)
    assert held is not None
    work.run(second)
    assert sent == []
    with world.engine.database.writing() as connection:
        release(connection, [held])
    work.run(first)
    assert until(lambda: sent) == [second]


def test_what_a_step_opens_goes_to_the_broker_and_on_to_the_next_worker(
    world: World, work: _Work, monkeypatch: pytest.MonkeyPatch
):
    sent: list[str] = []
    monkeypatch.setattr(celery_app, "publisher", lambda *_: lambda job: sent.append(job.id))
    now(world).run("two_steps.bpmn")
    (first,) = job_ids(world)
    work.run(first)
    assert until(lambda: sent) == job_ids(world) != [first]


def test_a_job_that_takes_too_long_is_told_so(world: World, settings: Settings, work: _Work):
    now(world).run("background.bpmn")
    work.run(job_ids(world)[0])
    stop = signal.getsignal(signal.SIGUSR1)
    assert callable(stop)
    with pytest.raises(TookTooLong, match="longer than 900 s"):
        stop(signal.SIGUSR1, None)


def test_heavy_handlers_go_to_their_own_queue_with_their_priority(settings: Settings):
    app = make_app(settings)
    send = publisher(app, settings)
    send(DueJob("a", "slow", 4))
    send(DueJob("b", "quick", 0))
    send(DueJob("c", "", 100))
    with app.connection() as connection:
        arrived = {
            name: sorted(message_of(connection.SimpleQueue(name)) for _ in range(times))
            for name, times in (("heavy", 1), ("laneway", 2))
        }
    assert arrived == {"heavy": [("a", 4)], "laneway": [("b", 0), ("c", 9)]}


def message_of(queue: SimpleQueue) -> tuple[str, int]:
    message = queue.get(block=False)
    message.ack()
    assert message.headers["task"] == TASK
    (arguments, _, _) = message.payload
    return arguments[0], message.properties["priority"]


def test_what_celery_must_do_so_that_nothing_is_lost(settings: Settings):
    conf = make_app(settings).conf
    assert conf.task_acks_late
    assert conf.task_reject_on_worker_lost
    assert conf.worker_prefetch_multiplier == 1
    assert (conf.task_soft_time_limit, conf.task_time_limit) == (900, 930)
    assert conf.accept_content == ["json"]
    assert [queue.name for queue in conf.task_queues] == ["laneway", "heavy"]


def test_redis_counts_priorities_the_other_way_round(settings: Settings):
    app = make_app(replace(settings, broker_url="redis://127.0.0.1:1/0"))
    told: list[int] = []
    app.send_task = lambda *_, priority, **__: told.append(priority)
    send = publisher(app, replace(settings, broker_url="redis://127.0.0.1:1/0"))
    send(DueJob("a", "", 0))
    send(DueJob("b", "", 9))
    assert told == [9, 0]
    assert app.conf.broker_transport_options["visibility_timeout"] == 960


def test_the_module_has_an_application_for_flower(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LANEWAY_BROKER_URL", "redis://127.0.0.1:1/0")
    assert TASK in celery_app.app.tasks
    with pytest.raises(AttributeError):
        celery_app.nothing  # noqa: B018 - asking is the test


def test_celery_is_imported_only_when_it_is_chosen(sqlite_url: str):
    code = (
        "import sys; from engine.core import Engine; from engine.settings import Settings; "
        f"Engine.open({sqlite_url!r}).close(); assert 'celery' not in sys.modules; "
        f"Engine.open({sqlite_url!r}, settings=Settings(executor='celery')).close(); "
        "assert 'celery' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_an_engine_sends_what_it_opens_after_the_commit(
    world: World, settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    sent: list[str] = []
    monkeypatch.setattr(celery_app, "publisher", lambda *_: lambda job: sent.append(job.id))
    engine = Engine.open(world.url, settings=settings)
    world.deploy("background.bpmn", "timers.bpmn")
    engine.start("background", actor=ADMIN)
    engine.start("timers", actor=ADMIN)
    engine.close()
    assert sent == [row.id for row in world.rows("job") if row.kind == "async"]


def test_the_main_process_of_a_worker_sends_timers_and_keeps_house(
    world: World, settings: Settings
):
    sent: list[str] = []
    step = celery_app._sweeper_of(settings, lambda job: sent.append(job.id))
    now(world).run("timers.bpmn")
    with world.engine.database.writing() as connection:
        connection.execute(sa.update(tables.job).values(due_at=world.clock.now()))
    sweeps = step(None)
    sweeps.start(None)
    assert until(lambda: sent) == job_ids(world)
    assert "laneway-sweeper" in {thread.name for thread in threading.enumerate()}
    sweeps.terminate(None)
    assert "laneway-sweeper" not in {thread.name for thread in threading.enumerate()}
