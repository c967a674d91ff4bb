"""How jobs scale with worker processes: embedded threads, and Celery over RabbitMQ and Redis.

python -m tests.benchmarks.scaling [--workers 1 2 4] [--jobs 2000] [--rounds 3] [--only NAME ...]

Each round stores jobs that nobody may run yet, starts the workers, waits until they are ready, lets
all jobs be due at once and takes the time until the last one is done. ``timers`` are a step of the
engine each: one timer fires, its instance ends. ``calls`` are a handler that waits 50 ms, as for an
answer of another system, and then such a step. Every worker process runs four jobs at once.
"""

from __future__ import annotations

import argparse
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from engine import tables
from engine.actor import SYSTEM
from engine.clock import SystemClock, VirtualClock
from engine.core import Engine, File
from engine.migrations import upgrade
from engine.services.changes import Change, ChangeKind
from engine.settings import Settings
from tests.benchmarks.lists import scratch_postgres
from tests.support import brokers, postgres

ROOT = Path(__file__).parents[2]
HANDLERS = ROOT / "tests" / "acceptance" / "handlers"
CONCURRENCY = 4
KINDS = {"timers": 1.0, "calls": 0.25}
"""What is measured, and which part of ``--jobs`` it takes: calls take longer."""
_TASKS = {
    "timers": '<bpmn:intermediateCatchEvent id="work"><bpmn:timerEventDefinition id="timer">'
    "<bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition>"
    "</bpmn:intermediateCatchEvent>",
    "calls": '<bpmn:serviceTask id="work" camunda:delegateExpression="${pause}" />',
}


def diagram(kind: str) -> bytes:
    """A process with one job."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
                  xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
                  id="definitions" targetNamespace="http://laneway.example/benchmarks">
  <bpmn:process id="{kind}" isExecutable="true">
    <bpmn:startEvent id="start" />
    {_TASKS[kind]}
    <bpmn:endEvent id="end" />
    <bpmn:sequenceFlow id="to_work" sourceRef="start" targetRef="work" />
    <bpmn:sequenceFlow id="to_end" sourceRef="work" targetRef="end" />
  </bpmn:process>
</bpmn:definitions>
""".encode()


class Bench:
    """One executor on one database."""

    def __init__(self, url: str, broker: str) -> None:
        self.broker = broker
        self.queue = f"laneway-bench-{uuid.uuid4().hex[:8]}"
        self.environment = {
            "LANEWAY_DATABASE_URL": url,
            "LANEWAY_LOG_LEVEL": "WARNING",
            **({"LANEWAY_EXECUTOR": "celery", "LANEWAY_BROKER_URL": broker} if broker else {}),
            "LANEWAY_QUEUES": f"*={self.queue}",
        }
        # By this clock it is tomorrow: what is opened is not due for the workers.
        clock = VirtualClock(SystemClock().now() + timedelta(days=1))
        self.engine = Engine.open(url, settings=Settings(), clock=clock)
        files = [File(f"{kind}.bpmn", diagram(kind)) for kind in KINDS]
        self.engine.deploy(files, actor=SYSTEM)

    def close(self) -> None:
        """Leave nothing behind at the broker."""
        self.engine.close()
        if self.broker.startswith("amqp"):
            brokers.forget(self.broker, self.queue)

    def store(self, kind: str, jobs: int) -> None:
        """Jobs that are not due yet."""
        for _ in range(jobs):
            self.engine.start(kind, actor=SYSTEM)

    def release(self) -> None:
        """All jobs are due, and every listener is told."""
        now = SystemClock().now()
        due = sa.update(tables.job).values(due_at=now, sent_at=None)
        with self.engine.database.writing() as connection:
            connection.execute(due)
        self.engine._tools.changes.publish([Change(ChangeKind.JOBS, "default")])

    def left(self) -> int:
        """How many jobs are not done."""
        with self.engine.database.reading() as connection:
            counted = sa.select(sa.func.count()).select_from(tables.job)
            return int(connection.execute(counted).scalar_one())

    @contextmanager
    def workers(self, number: int) -> Iterator[None]:
        """That many worker processes, which have run a job each."""
        command = [sys.executable, "-m", "engine.cli", "worker", "--concurrency", str(CONCURRENCY)]
        environment = {**os.environ, **self.environment, "PYTHONPATH": f"{ROOT}:{HANDLERS}"}
        with ExitStack() as stack:
            for _ in range(number):
                process = subprocess.Popen(
                    command,
                    cwd=ROOT,
                    env=environment,
                    start_new_session=True,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
                stack.callback(_end, process)
            yield

    def warm(self, number: int) -> None:
        """Let every process of the workers open what it needs."""
        for _ in range(3):
            self.store("calls", number * CONCURRENCY * 4)
            self.release()
            self.wait()

    def wait(self) -> None:
        """Until all jobs are done."""
        while self.left():
            time.sleep(0.05)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def measure(bench: Bench, workers: int, jobs: int, rounds: int) -> dict[str, float]:
    """Jobs a second by kind, the median of *rounds*."""
    found = {}
    with bench.workers(workers):
        bench.warm(workers)
        for kind, part in KINDS.items():
            number = int(jobs * part)
            rates = []
            for _ in range(rounds):
                bench.store(kind, number)
                begun = time.perf_counter()
                bench.release()
                bench.wait()
                rates.append(number / (time.perf_counter() - begun))
            found[kind] = statistics.median(rates)
    return found


def main(arguments: Sequence[str]) -> None:
    """Print one row a number of workers and executor, as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--jobs", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="+", default=["embedded", "rabbitmq", "redis"])
    chosen = parser.parse_args(arguments)
    _say("| executor | worker processes | timers/s | calls of 50 ms/s |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder, postgres.running_server() as server:
        for name in chosen.only:
            for workers in chosen.workers:
                with _broker(name, Path(folder)) as broker:
                    url = scratch_postgres(server, "laneway_bench_scaling")
                    text = url.render_as_string(hide_password=False)
                    upgrade(text)
                    bench = Bench(text, broker)
                    found = measure(bench, workers, chosen.jobs, chosen.rounds)
                    bench.close()
                    _say(f"| {name} | {workers} | {found['timers']:.0f} | {found['calls']:.0f} |")


@contextmanager
def _broker(name: str, folder: Path) -> Iterator[str]:
    if name == "redis":
        with brokers.redis(folder) as address:
            yield address
    else:
        yield brokers.rabbitmq() if name == "rabbitmq" else ""


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
