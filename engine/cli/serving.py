"""Verbs that keep running: run, worker; and migrate, which both of them begin with."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from typing import Any

from gunicorn.app.base import BaseApplication
from prometheus_client import start_http_server

from engine.cli import demo
from engine.cli.demo_worker import DemoWorker
from engine.cli.opening import Verbs, add_verb, settings_of
from engine.clock import SystemClock, VirtualClock
from engine.core import Engine
from engine.migrations import upgrade
from engine.services.secrets.redaction import hide_secrets
from engine.settings import Settings
from engine.telemetry import logs, metrics, traces

GRACE = 8
"""Seconds that open requests get at the end; containers are killed after ten."""


def add_verbs(verbs: Verbs) -> None:
    """Add ``run``, ``worker`` and ``migrate``."""
    run = add_verb(verbs, "run", _run, "Migrate, then serve the pages and run jobs.")
    run.add_argument("--host", help="instead of LANEWAY_HOST")
    run.add_argument("--port", type=int, help="instead of LANEWAY_PORT")
    run.add_argument("--workers", type=int, default=1, help="processes that serve (1)")
    run.add_argument("--threads", type=int, help="instead of LANEWAY_THREADS")
    worker = add_verb(verbs, "worker", _worker, "Migrate, then run jobs without serving pages.")
    worker.add_argument(
        "--concurrency", type=int, help="jobs at once, instead of LANEWAY_EXECUTOR_THREADS"
    )
    worker.add_argument(
        "--queues",
        default="",
        help="executor celery: queues to serve, separated by commas (all of them)",
    )
    add_verb(verbs, "migrate", _migrate, "Bring the database to this version's schema.")


class Server(BaseApplication):  # type: ignore[misc] # gunicorn has no types
    """gunicorn with threads; each worker process runs the embedded executor, too.

    The web package is named by text: it stands above the engine, which never imports it.
    """

    def __init__(self, settings: Settings, options: dict[str, object]) -> None:
        self.settings = settings
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        """Hand the options to gunicorn."""
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> object:
        """The application, made in the worker process."""
        return import_module("web").create_app(self.settings)


def _run(chosen: argparse.Namespace) -> int:
    settings = settings_of(chosen)
    # Before anything else: without a key nothing may be served.
    settings = replace(settings, secret_key=import_module("web.session_key").find(settings))
    _watch(settings, "laneway")
    upgrade(settings.database_url)
    if settings.demo:
        _load_demo_once(settings)
    options: dict[str, object] = {
        "bind": f"{settings.host}:{settings.port}",
        "worker_class": "gthread",
        "workers": chosen.workers,
        "threads": settings.threads,
        "graceful_timeout": GRACE,
        "loglevel": settings.log_level.lower(),
        "post_worker_init": _start_background(settings),
        "worker_exit": _stop_background,
        "control_socket_disable": True,
    }
    print(f"Laneway is at http://{settings.host}:{settings.port}", flush=True)
    Server(settings, options).run()
    return 0


def _watch(settings: Settings, service: str) -> None:
    """Logs and traces of the process as the settings say."""
    form = settings.log_format
    if form == "auto":
        form = logs.TEXT if sys.stderr.isatty() else logs.JSON
    logs.configure(settings.log_level, form, last=[hide_secrets])
    if settings.traces:
        traces.configure(service)


def _start_background(settings: Settings) -> Callable[[Any], None]:
    """What gunicorn calls in each process that serves: begin what runs beside the pages."""

    def start(worker: Any) -> None:
        engine: Engine = worker.wsgi.extensions["laneway"]
        # Who waits for work is answered at once when the process is asked to end.
        worker.wsgi.extensions["laneway-parking"].watch(lambda: not worker.alive)
        worker.background = []
        if settings.executor == "embedded":
            worker.background.append(engine.executor())
            worker.background.append(engine.housekeeper())
        if settings.demo:
            worker.background.append(DemoWorker(engine))
        for runs in worker.background:
            runs.start()

    return start


def _stop_background(_server: object, worker: Any) -> None:
    for runs in getattr(worker, "background", ()):
        runs.stop()


def _load_demo_once(settings: Settings) -> None:
    """Load the demo into a database without people."""
    now = SystemClock().now()
    clock = VirtualClock(now)
    engine = Engine.open(settings.database_url, settings=settings, clock=clock)
    try:
        if not engine.demo_people():
            demo.load(engine, clock, demo.DEMO, now)
    finally:
        engine.close()


def _worker(chosen: argparse.Namespace) -> int:
    settings = settings_of(chosen)
    if chosen.concurrency is not None:
        settings = replace(settings, executor_threads=chosen.concurrency)
    _watch(settings, "laneway-worker")
    upgrade(settings.database_url)
    if settings.metrics_port:
        start_http_server(settings.metrics_port, settings.host, metrics.registry)
    if settings.executor == "celery":
        return _celery_worker(settings, chosen.queues)
    engine = Engine.open(settings.database_url, settings=settings)
    executor = engine.executor()
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    housekeeper = engine.housekeeper()
    executor.start()
    housekeeper.start()
    print(f"Laneway runs jobs in {settings.executor_threads} thread(s).", flush=True)
    stopping.wait()
    housekeeper.stop()
    executor.stop()
    engine.close()
    return 0


def _celery_worker(settings: Settings, queues: str) -> int:
    """By name: Celery is imported only when it is chosen."""
    celery_app = import_module("engine.jobs.celery_app")
    named = [queue.strip() for queue in queues.split(",") if queue.strip()]
    number = settings.executor_threads
    print(f"Laneway runs jobs by Celery, in {number} process(es).", flush=True)
    ended: int = celery_app.work(settings, queues=named)
    return ended


def _migrate(chosen: argparse.Namespace) -> int:
    settings = settings_of(chosen)
    upgrade(settings.database_url)
    print("The database has this version's schema.")
    return 0
