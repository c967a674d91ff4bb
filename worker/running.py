"""The worker: takes as many tasks as it has hands, runs their handlers, tells what came of it."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from datetime import timedelta

from worker.backoff import Backoff
from worker.client import Client
from worker.errors import Refused, ServerAway, TaskLost, WorkerError
from worker.fetching import Fetching
from worker.heartbeat import Heartbeat
from worker.reports import Report, attempt, unstorable
from worker.task import Task
from worker.topic import Handler, Topic

_log = logging.getLogger("laneway.worker")

MINUTE = timedelta(minutes=1)
_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Worker:
    """Serves topics until it is stopped.

    Args:
        url: of the REST API, as ``http://localhost:8080/engine-rest``.
        key: an API key with the scope ``work``; or
        login: a login with its password.
        name: what operators see; with host and process it is the worker's id.
        threads: how many handlers run at once.
        patience: how long the server may hold a fetch open while there is nothing to do.
    """

    def __init__(
        self,
        url: str,
        *,
        key: str = "",
        login: tuple[str, str] | None = None,
        name: str = "worker",
        threads: int = 4,
        patience: timedelta = timedelta(seconds=20),
    ) -> None:
        worker_id = f"{name}-{socket.gethostname()}-{os.getpid()}"[:255]
        self.client = Client(url, worker_id, key=key, login=login, connections=threads + 2)
        self._threads = threads
        self._patience = patience
        self._topics: dict[str, Topic] = {}
        self._stopping = threading.Event()
        self._heartbeat = Heartbeat(self.client)

    def task(
        self,
        topic: str,
        *,
        lock: timedelta = MINUTE,
        retries: int = 3,
        retry_after: timedelta = MINUTE,
        variables: Sequence[str] | None = None,
        **restrictions: object,
    ) -> Callable[[Handler], Handler]:
        """Decorate the handler of a topic.

        Args:
            topic: as the diagram names it (Camunda 7: topic, Camunda 8: job type).
            lock: how long nobody else gets the task when this worker dies; while the handler runs
                the lock is extended, so it may be shorter than the work.
            retries: how often a failed task is tried again before it becomes an incident.
            retry_after: pause before the first of these; it doubles each time.
            variables: only these are fetched; ``None``: all that the task sees.
            restrictions: further fields of a topic, as the REST API has them
                (``businessKey="A-1"``, ``processDefinitionKey="order"``...).

        Raises:
            ValueError: the topic has a handler already, or a number is out of range.
        """
        if topic in self._topics:
            raise ValueError(f"The topic {topic!r} has a handler already.")
        if lock <= timedelta(0) or retries < 0 or retry_after < timedelta(0):
            raise ValueError(f"Topic {topic!r}: lock, retries or retry_after is out of range.")

        def register(handler: Handler) -> Handler:
            self._topics[topic] = Topic(
                topic, handler, lock, retries, retry_after, variables, restrictions
            )
            return handler

        return register

    def run(self) -> None:
        """Work until `stop` is called, or the process gets SIGTERM or SIGINT.

        What runs then is finished and told; what was fetched and not begun is given back.

        Raises:
            NotAllowed: the server does not let this worker in.
            Refused: the server does not take what this worker asks for.
            ValueError: no topic has a handler.
        """
        if not self._topics:
            raise ValueError("No topic has a handler. Decorate one with @worker.task(...).")
        _log.info("%s serves %s", self.client.worker_id, ", ".join(sorted(self._topics)))
        with _signals(self.stop), self._heartbeat.beating():
            error = self._serve()
        _log.info("%s has stopped.", self.client.worker_id)
        if error is not None:
            raise error

    def run_once(self) -> int:
        """Fetch what waits now, at most one task a hand, and work on it; how many tasks.

        Raises:
            NotAllowed, Refused, ServerAway: as of `Client.fetch`.
        """
        with self._heartbeat.beating(), ThreadPoolExecutor(self._threads, "handler") as pool:
            tasks = self._fetch(self._threads, timedelta(0))
            done, _ = wait([pool.submit(self._work, task) for task in tasks])
        for future in done:
            future.result()
        return len(tasks)

    def stop(self) -> None:
        """Let `run` come to its end; returns at once."""
        self._stopping.set()

    def _serve(self) -> Exception | None:
        """Fetch and work until the end; the error that ended it."""
        pool = ThreadPoolExecutor(self._threads, "handler")

        def finish(done: Future[None]) -> None:
            fetching.let_go()
            error = done.exception()
            if error is not None:
                _log.error("The server never heard what became of a task: %s", error)

        def begin(task: Task) -> bool:
            try:
                pool.submit(self._work, task).add_done_callback(finish)
            except RuntimeError:
                # The pool is shut down: the end came between fetching and beginning.
                return False
            return True

        fetching = Fetching(
            self._threads,
            lambda most: self._fetch(most, self._patience),
            begin,
            self._give_back,
            self._stopping,
        )
        fetching.start()
        while not self._stopping.wait(0.5):
            # Python handles a signal between two waits only, so none may last.
            pass
        pool.shutdown()
        # Time to give back what came in this moment; a fetch that still waits is left alone.
        fetching.join(1.0)
        return fetching.error

    def _fetch(self, most: int, patience: timedelta) -> list[Task]:
        asked = [topic.asked() for topic in self._topics.values()]
        return self.client.fetch(asked, most=most, patience=patience)

    def _give_back(self, task: Task) -> None:
        try:
            self.client.unlock(task.id)
        except WorkerError as error:
            _log.info("Task %s is free when its lock runs out: %s", task.id, error)

    def _work(self, task: Task) -> None:
        topic = self._topics[task.topic]
        began = time.monotonic()
        with self._heartbeat.holding(task, topic.lock):
            report = attempt(topic, task)
            try:
                what = self._tell(report, topic, task)
            except (TypeError, Refused) as error:
                what = self._tell(unstorable(topic, task, error), topic, task)
        lasted = time.monotonic() - began
        _log.info("Task %s of %s %s, after %.3f s", task.id, task.topic, what, lasted)

    def _tell(self, report: Report, topic: Topic, task: Task) -> str:
        """Tell the server until it hears, or the task is lost; what became of it.

        The lock is extended meanwhile. When the server is away for longer than the lock lasts,
        others may have the task, and what this attempt did is told to nobody any more.

        Raises:
            TypeError, Refused: what the handler gave cannot be stored.
            ServerAway: the server did not hear of it in time.
            NotAllowed: the server does not let this worker in any more.
        """
        backoff = Backoff()
        end = time.monotonic() + max(topic.lock, MINUTE).total_seconds()
        while True:
            try:
                return report(self.client, task)
            except TaskLost as error:
                # Also when the server heard an earlier try, and only its answer was lost.
                return f"is over already ({error})"
            except ServerAway as error:
                pause = backoff.fail(error.retry_after)
                if time.monotonic() + pause > end:
                    raise
                _log.warning("%s Task %s is told again in %.1f s.", error, task.id, pause)
                time.sleep(pause)


@contextmanager
def _signals(stop: Callable[[], None]) -> Iterator[None]:
    """Let SIGTERM and SIGINT call *stop*; in another than the main thread nothing changes."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = [signal.signal(number, lambda *_: stop()) for number in _SIGNALS]
    try:
        yield
    finally:
        for number, handler in zip(_SIGNALS, before, strict=True):
            signal.signal(number, handler)
