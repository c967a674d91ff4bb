"""Metrics of this process for Prometheus; names and units as Prometheus recommends.

With several processes behind one address set ``PROMETHEUS_MULTIPROC_DIR`` to an empty folder that
they share: each scrape then adds up all of them. What the database knows (jobs that are due, open
incidents) is read at the scrape: see `Backlog`.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

CONTENT_TYPE = CONTENT_TYPE_LATEST
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)

registry = CollectorRegistry()
_requests = Histogram(
    "laneway_request_seconds",
    "Time to answer a request, by endpoint and status class.",
    ("endpoint", "method", "status"),
    buckets=_BUCKETS,
    registry=registry,
)
_commands = Histogram(
    "laneway_command_seconds",
    "Time of a command with its transaction; outcome is ok or the error's class.",
    ("command", "outcome"),
    buckets=_BUCKETS,
    registry=registry,
)
_steps = Histogram(
    "laneway_step_seconds",
    "Time to advance an instance and write its rows.",
    buckets=_BUCKETS,
    registry=registry,
)
_jobs = Histogram(
    "laneway_job_seconds",
    "Time to run a job; outcome is ok, or the class of what could not be recorded.",
    ("kind", "outcome"),
    buckets=_BUCKETS,
    registry=registry,
)
_calls = Histogram(
    "laneway_connector_seconds",
    "Time of a connector's call, by outcome.",
    ("connector", "outcome"),
    buckets=_BUCKETS,
    registry=registry,
)
_incidents = Counter(
    "laneway_incidents_opened", "Incidents opened, by kind.", ("kind",), registry=registry
)


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits in the database at this moment.

    Attributes:
        jobs_due: jobs that could run now and do not.
        oldest_due_seconds: how long the oldest of them waits.
        jobs_dead: jobs without attempts left.
        jobs_locked: jobs that run now.
        external_tasks: open tasks of workers.
        incidents: open incidents.
        user_tasks: open tasks of people.
    """

    jobs_due: int = 0
    oldest_due_seconds: float = 0.0
    jobs_dead: int = 0
    jobs_locked: int = 0
    external_tasks: int = 0
    incidents: int = 0
    user_tasks: int = 0


_GAUGES = {
    "jobs_due": "Jobs that could run now.",
    "oldest_due_seconds": "How long the oldest due job waits.",
    "jobs_dead": "Jobs without attempts left.",
    "jobs_locked": "Jobs that run now.",
    "external_tasks": "Open external tasks.",
    "incidents": "Open incidents.",
    "user_tasks": "Open user tasks.",
}


class _OfDatabase(Collector):
    def __init__(self, backlog: Backlog) -> None:
        self._backlog = backlog

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for name, about in _GAUGES.items():
            yield GaugeMetricFamily(f"laneway_{name}", about, getattr(self._backlog, name))


def expose(backlog: Backlog) -> bytes:
    """Everything in Prometheus' text format."""
    around = CollectorRegistry()
    around.register(_OfDatabase(backlog))
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(around)  # type: ignore[no-untyped-call]
        return generate_latest(around)
    return generate_latest(registry) + generate_latest(around)


@contextmanager
def command(name: str) -> Iterator[None]:
    """Measure a command."""
    with _measured(lambda outcome: _commands.labels(name, outcome)):
        yield


@contextmanager
def step() -> Iterator[None]:
    """Measure a step."""
    began = time.perf_counter()
    yield
    _steps.observe(time.perf_counter() - began)


def request_ended(endpoint: str, method: str, status: int, seconds: float) -> None:
    """A request was answered."""
    _requests.labels(endpoint, method, f"{status // 100}xx").observe(seconds)


@contextmanager
def job(kind: str) -> Iterator[None]:
    """Measure a job; a failure that was recorded at it is ``ok`` here and an incident at last."""
    with _measured(lambda outcome: _jobs.labels(kind, outcome)):
        yield


class Calls:
    """Measures connectors' calls: an observer of `engine.services.connectors.governance`."""

    def call_started(self, connector: str, target: str, /) -> None:
        """Nothing to measure yet."""

    def call_ended(self, connector: str, _target: str, outcome: str, seconds: float, /) -> None:
        """Measure a call; the target is no label, as there is no end of targets."""
        _calls.labels(connector, outcome).observe(seconds)


def incident_opened(kind: str) -> None:
    """An incident was opened."""
    _incidents.labels(kind).inc()


@contextmanager
def _measured(labelled: Callable[[str], Histogram]) -> Iterator[None]:
    began = time.perf_counter()
    outcome = "ok"
    try:
        yield
    except Exception as error:
        outcome = type(error).__name__
        raise
    finally:
        labelled(outcome).observe(time.perf_counter() - began)
