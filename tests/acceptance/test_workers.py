"""Workers as they run: real processes that are killed, over RabbitMQ, Redis, and neither.

Where there is no broker the tests that need it are skipped, with the reason.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine import tables
from engine.actor import Actor
from engine.core import Engine, File
from engine.jobs.celery_app import make_app
from engine.migrations import head_revision
from engine.queries.tasks import TaskFilter, TaskList
from engine.settings import Settings, read_settings
from tests.support import brokers
from tests.support.patience import PATIENCE, until

ROOT = Path(__file__).parents[2]
HANDLERS = Path(__file__).parent / "handlers"
DIAGRAM = Path(__file__).parent / "workers.bpmn"
ADMIN = Actor("ada", is_admin=True)

pytestmark = [pytest.mark.acceptance, pytest.mark.slow, pytest.mark.postgres]


class Plant:
    """An engine, and the workers that the test starts; without a *broker* their own threads."""

    def __init__(self, url: str, broker: str, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.queue = f"laneway-test-{uuid.uuid4().hex[:8]}"
        self.broker = broker
        self.environment = {
            "LANEWAY_DATABASE_URL": url,
            **({"LANEWAY_EXECUTOR": "celery", "LANEWAY_BROKER_URL": broker} if broker else {}),
            "LANEWAY_QUEUES": f"*={self.queue}",
            "LANEWAY_EXECUTOR_THREADS": "1",
            "LANEWAY_EXECUTOR_POLL": "0.2",
            "LANEWAY_JOB_LEASE": "2",
            "LANEWAY_TEST_FOLDER": str(folder),
            **settings,
        }
        self.settings: Settings = read_settings(self.environment)
        self.engine = Engine.open(url, settings=self.settings)
        self.engine.deploy([File(DIAGRAM.name, DIAGRAM.read_bytes())], actor=ADMIN)

    @contextmanager
    def worker(self, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
        """A worker in a session of its own; killed at the end, with all of its processes."""
        process = subprocess.Popen(
            [sys.executable, "-m", "engine.cli", "worker", *arguments],
            cwd=ROOT,
            env={**os.environ, **self.environment, "PYTHONPATH": f"{ROOT}:{HANDLERS}"},
            start_new_session=True,
        )
        try:
            yield process
        finally:
            kill(process)

    def start(self, process_id: str) -> str:
        return self.engine.start(process_id, actor=ADMIN)

    def calls(self, word: str) -> list[str]:
        """The keys of the calls of that kind, in order."""
        path = self.folder / "calls"
        lines = path.read_text().splitlines() if path.exists() else []
        return [line.split()[1] for line in lines if line.startswith(word)]

    def tasks(self, element_id: str) -> int:
        found = self.engine.tasks(TaskFilter(list=TaskList.ALL), actor=ADMIN, size=500).items
        return sum(task.element_id == element_id for task in found)

    def jobs(self) -> list[sa.Row]:
        with self.engine.database.reading() as connection:
            return list(connection.execute(sa.select(tables.job)))

    def send(self, job_id: str) -> None:
        """Tell the broker of a job, once more."""
        make_app(self.settings).send_task("laneway.job", (job_id,), queue=self.queue)

    def close(self) -> None:
        self.engine.close()
        if self.broker.startswith("amqp"):
            brokers.forget(self.broker, self.queue)


def kill(process: subprocess.Popen[bytes]) -> None:
    """As `kill -9` of everything that the worker is made of."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(PATIENCE)


@pytest.fixture(params=["redis", "rabbitmq"])
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "none":
        yield ""
    elif request.param == "rabbitmq":
        yield brokers.rabbitmq()
    else:
        with brokers.redis(tmp_path) as address:
            yield address


@pytest.fixture
def migrated_url(postgres_url: str) -> Iterator[str]:
    """A database that says which schema it has, as workers ask that migrate."""
    db_engine = sa.create_engine(postgres_url, poolclass=sa.NullPool)
    with db_engine.begin() as connection:
        connection.execute(sa.insert(tables.tenant), {"id": "default", "name": "Default"})
        connection.execute(sa.text("CREATE TABLE alembic_version (version_num text)"))
        version = sa.text("INSERT INTO alembic_version VALUES (:head)")
        connection.execute(version, {"head": head_revision()})
    yield postgres_url
    with db_engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE alembic_version"))


@pytest.fixture
def plant(migrated_url: str, broker: str, tmp_path: Path) -> Iterator[Plant]:
    made = Plant(migrated_url, broker, tmp_path, LANEWAY_JOB_CRASHES="2")
    yield made
    made.close()


def test_a_worker_runs_what_is_sent_what_becomes_due_and_one_job_of_an_instance_at_a_time(
    plant: Plant,
):
    plant.start("noting")
    with plant.worker() as worker:
        plant.start("pausing")
        plant.start("queueing")
        until(lambda: plant.tasks("noting_after") == plant.tasks("pausing_after") == 1)
        until(lambda: plant.tasks("queueing_after") == 1)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(PATIENCE) == 0
    assert plant.jobs() == []
    assert len(set(plant.calls("note"))) == len(plant.calls("note")) == 7
    assert plant.engine.verify_history() == []


@pytest.mark.parametrize("broker", ["none", "redis", "rabbitmq"], indirect=True)
def test_a_job_whose_worker_is_killed_is_done_by_the_next_with_the_same_key(plant: Plant):
    with plant.worker() as worker:
        plant.start("holding")
        until(lambda: plant.calls("begun"))
        kill(worker)
    (plant.folder / "go").touch()
    with plant.worker():
        until(lambda: plant.tasks("holding_after") == 1)
    assert len(plant.calls("begun")) == 2
    assert len(set(plant.calls("begun"))) == len(plant.calls("done")) == 1
    assert plant.engine.verify_history() == []


@pytest.mark.parametrize("broker", ["rabbitmq"], indirect=True)
def test_a_job_that_kills_its_workers_ends_as_an_incident(plant: Plant):
    plant.start("dying")
    with plant.worker():
        until(lambda: plant.engine.incidents(actor=ADMIN).items)
    (incident,) = plant.engine.incidents(actor=ADMIN).items
    assert "2 time(s) in a row the worker" in incident.message
    assert len(plant.calls("died")) == 2


@pytest.mark.parametrize("broker", ["redis"], indirect=True)
def test_a_job_that_hangs_is_stopped_and_one_that_does_not_react_is_killed(
    migrated_url: str, broker: str, tmp_path: Path
):
    hasty = Plant(
        migrated_url, broker, tmp_path, LANEWAY_JOB_TIME_LIMIT="1", LANEWAY_JOB_CRASHES="1"
    )
    with hasty.worker():
        hasty.start("holding")
        (job,) = until(lambda: [job for job in hasty.jobs() if job.failures])
        assert job.error_message == (
            "The job took longer than 1 s (LANEWAY_JOB_TIME_LIMIT) and was stopped."
        )
        hasty.start("ignoring")
        (incident,) = until(lambda: hasty.engine.incidents(actor=ADMIN).items)
    assert incident.message.startswith("1 time(s) in a row the worker")
    assert len(hasty.calls("ignored")) == 1
    hasty.close()


def test_a_message_that_comes_again_does_nothing(plant: Plant):
    with plant.worker():
        plant.start("holding")
        (key,) = until(lambda: plant.calls("begun"))
        for _ in range(5):
            plant.send(key)
        (plant.folder / "go").touch()
        until(lambda: plant.tasks("holding_after") == 1)
        plant.send(key)
        # There is one process, and it takes them in turn: when this is done, those are.
        plant.start("noting")
        until(lambda: plant.tasks("noting_after") == 1)
    assert plant.calls("begun") == plant.calls("done") == [key]


def test_what_is_committed_while_the_broker_is_down_is_done_when_it_is_back(
    plant: Plant, broker: str, tmp_path: Path
):
    wire = brokers.Wire(broker)
    plant.close()
    behind = Plant(
        plant.environment["LANEWAY_DATABASE_URL"], wire.address, tmp_path, LANEWAY_JOB_LEASE="60"
    )
    with behind.worker():
        behind.start("noting")
        until(lambda: behind.tasks("noting_after") == 1)
        wire.cut()
        for _ in range(3):
            behind.start("noting")
            behind.start("pausing")
        until(lambda: all(job.due_at <= behind.engine.clock.now() for job in behind.jobs()))
        assert len(behind.jobs()) == 6
        wire.mend()
        until(lambda: behind.tasks("noting_after") == 4 and behind.tasks("pausing_after") == 3)
    assert len(set(behind.calls("note"))) == len(behind.calls("note")) == 4
    wire.close()
    behind.engine.close()
    if broker.startswith("amqp"):
        brokers.forget(broker, behind.queue)
