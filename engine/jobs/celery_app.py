"""The executor ``celery``: workers on any number of machines, over RabbitMQ or Redis.

A message says only "job N is due". A worker claims that very job as any other executor does, so a
message that comes twice, late or not at all does no harm: the row of the job is the truth.
Only who chose this executor imports this module; ``celery -A engine.jobs.celery_app`` finds `app`.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from typing import Any

from billiard.exceptions import SoftTimeLimitExceeded
from celery import Celery, bootsteps, signals
from kombu import Queue
from kombu.exceptions import OperationalError

from engine.jobs.leases import Leases
from engine.jobs.outbox import Outbox
from engine.jobs.queues import HIGHEST, Queues, level
from engine.jobs.running import process_name
from engine.jobs.sweeping import Sweeper, send_next
from engine.services.failure import WorkFailure
from engine.services.sending import DueJob
from engine.settings import Settings, read_settings

TASK = "laneway.job"
REFUSALS = (OperationalError, OSError)
"""What sending raises when the broker does not take a job."""

BY_FORCE = timedelta(seconds=30)
"""So long after the time limit, or after once more that time, a process is killed that does not
react."""

_CHATTY = ("celery.worker.strategy", "celery.app.trace")
"""Loggers of Celery that write two lines for every job."""

Publish = Callable[[DueJob], None]


class TookTooLong(WorkFailure, SoftTimeLimitExceeded):
    """The job took longer than the time limit; it counts as a failed attempt."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"The job took longer than {seconds:g} s (LANEWAY_JOB_TIME_LIMIT) and was stopped."
        )


def make_app(settings: Settings) -> Celery:
    """The Celery application of a worker: one task, the queues, and the sweeper."""
    made = _configured(settings)
    work = _Work(settings)

    def job(job_id: str) -> None:
        """Run the job, unless it is done, not due, or run by another worker."""
        work.run(job_id)

    # Not shared: another application of the same process has its own.
    made.task(name=TASK, shared=False)(job)
    made.steps["worker"].add(_sweeper_of(settings, publisher(made, settings)))
    signals.worker_process_shutdown.connect(work.end, weak=False)
    return made


def work(settings: Settings, *, queues: Sequence[str] = (), concurrency: int = 0) -> int:
    """Be a worker until told to end; the exit code.

    Args:
        settings: as of the servers.
        queues: which it serves; all of them by default.
        concurrency: processes that run jobs; ``LANEWAY_EXECUTOR_THREADS`` by default.
    """
    for name in _CHATTY:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLogger().level))
    worker = make_app(settings).Worker(
        hostname=f"laneway-{os.getpid()}@{socket.gethostname()}",
        queues=list(queues) or None,
        concurrency=concurrency or settings.executor_threads,
        loglevel=settings.log_level,
        without_gossip=True,
        without_mingle=True,
        quiet=True,
    )
    worker.start()
    return int(worker.exitcode or 0)


def make_outbox(settings: Settings) -> Outbox:
    """What sends the jobs that a process opens."""
    return Outbox(publisher(_configured(settings), settings), REFUSALS)


def publisher(chosen: Celery, settings: Settings) -> Publish:
    """What gives one job to the broker, to the queue of its handler."""
    queues = Queues.parse(settings.queues)
    # Redis calls the most urgent 0, RabbitMQ the least.
    is_redis = _is_redis(settings)

    def publish(job: DueJob) -> None:
        priority = level(job.priority)
        chosen.send_task(
            TASK,
            (job.id,),
            queue=queues.of(job.handler),
            priority=HIGHEST - priority if is_redis else priority,
            retry=False,
        )

    return publish


def _configured(settings: Settings) -> Celery:
    queues = Queues.parse(settings.queues)
    is_redis = _is_redis(settings)
    made = Celery("laneway", broker=settings.broker_url, set_as_current=False)
    made.conf.update(
        _conf(settings),
        task_default_queue=queues.default,
        task_queues=[_queue(name, is_redis=is_redis) for name in queues.names],
        broker_transport_options=_transport(settings) if is_redis else {"confirm_publish": True},
    )
    return made


def _is_redis(settings: Settings) -> bool:
    return settings.broker_url.startswith("redis")


def _queue(name: str, *, is_redis: bool) -> Queue:
    return Queue(name, queue_arguments={} if is_redis else {"x-max-priority": HIGHEST})


def _conf(settings: Settings) -> dict[str, object]:
    limit, by_force = settings.job_time_limit, _by_force(settings)
    return {
        "accept_content": ["json"],
        "task_serializer": "json",
        # A message is done when its job is; a worker that dies gives it back.
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "worker_prefetch_multiplier": 1,
        "task_soft_time_limit": limit.total_seconds(),
        "task_time_limit": by_force.total_seconds(),
        "task_ignore_result": True,
        # For Flower and `celery events`.
        "worker_send_task_events": True,
        "task_send_sent_event": True,
        "broker_connection_timeout": 4,
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "worker_cancel_long_running_tasks_on_connection_loss": False,
        "worker_hijack_root_logger": False,
        "worker_redirect_stdouts": False,
    }


def _by_force(settings: Settings) -> timedelta:
    """When a job's process is killed."""
    return settings.job_time_limit + min(settings.job_time_limit, BY_FORCE)


def _transport(settings: Settings) -> dict[str, object]:
    """Redis only: when a message of a dead worker comes back; the sweeper is sooner."""
    return {
        "visibility_timeout": int((_by_force(settings) + BY_FORCE).total_seconds()),
        "queue_order_strategy": "priority",
    }


class _Work:
    """What a worker process runs jobs with: opened with its first job, after the fork.

    A pool of connections must not be shared by processes; so it knows which one it is of.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._process = 0

    def run(self, job_id: str) -> None:
        """Claim the job and run it; nothing when there is nothing to do any more.

        Raises:
            Exception: of `engine.jobs.outages.OUTAGE`. The job is sent again when its lease ends.
        """
        if self._process != os.getpid():
            self._open()
        job = self._runner.claim_this(job_id)
        if job is None:
            return
        self._leases.keep(job)
        try:
            self._runner.run(job)
        finally:
            self._leases.drop(job)

    def end(self, **_told: object) -> None:
        """The process ends: tell others what is left to tell."""
        if self._process == os.getpid():
            self._leases.stop()
            self._engine.close()

    def _open(self) -> None:
        settings = self._settings
        self._engine = _open_engine(settings)
        self._runner = replace(self._engine.runner(process_name()), closing=send_next)
        limit = _by_force(settings) + BY_FORCE
        self._leases = Leases(self._runner.tools, lease=settings.job_lease, limit=limit)
        self._leases.start()
        seconds = settings.job_time_limit.total_seconds()

        def stop_job(*_told: object) -> None:
            raise TookTooLong(seconds)

        # What the pool sends at the soft time limit; its own exception says less.
        signal.signal(signal.SIGUSR1, stop_job)
        self._process = os.getpid()


def _open_engine(settings: Settings) -> Any:
    """An engine; by name, because `engine.core` stands above its executors."""
    return import_module("engine.core").Engine.open(settings.database_url, settings=settings)


def _sweeper_of(settings: Settings, publish: Publish) -> type[bootsteps.StartStopStep]:
    """A part of the worker's main process that starts and ends with it."""

    class Sweeps(bootsteps.StartStopStep):
        """Sends timers that became due, and what the broker lost; keeps house."""

        requires = ("celery.worker.components:Pool",)

        def start(self, parent: Any) -> None:  # noqa: ARG002 - Celery calls it so
            self.engine = _open_engine(settings)
            poll = settings.executor_poll.total_seconds()
            tools = self.engine.runner("sweeper").tools
            self.sweeper = Sweeper(tools, publish, REFUSALS, poll=poll)
            self.sweeper.start()
            self.housekeeper = self.engine.housekeeper()
            self.housekeeper.start()

        def stop(self, parent: Any) -> None:  # noqa: ARG002 - Celery calls it so
            self.housekeeper.stop()
            self.sweeper.stop()
            self.engine.close()

        def terminate(self, parent: Any) -> None:
            self.stop(parent)

    return Sweeps


def __getattr__(name: str) -> Celery:
    """`app`, made of the environment's settings when somebody asks: Flower, or `celery -A`."""
    if name != "app":
        raise AttributeError(name)
    return make_app(read_settings())
