"""A server with an order that waits, and workers in this process that call it over HTTP."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.actor import SYSTEM
from engine.core import File, NewApiKey
from tests.support.serving import Serving
from tests.web.site import Site
from worker import Worker

HERE = Path(__file__).parent


class Line:
    """The line between worker and server, which a test can cut."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.calls: list[str] = []
        self.answers: Callable[[str], tuple[str, list[tuple[str, str]]] | None] = lambda _path: None

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        self.calls.append(path.rpartition("/")[2])
        cut = self.answers(path)
        if cut is not None:
            start(*cut)
            return [b"away"]
        return self.app(environ, start)

    def cut(self, verb: str, times: int, status: str = "503 Service Unavailable") -> None:
        """Answer *status* to the next calls of a verb."""
        left = [times]

        def answer(path: str) -> tuple[str, list[tuple[str, str]]] | None:
            if not path.endswith(verb) or not left[0]:
                return None
            left[0] -= 1
            return status, [("Content-Type", "text/plain")]

        self.answers = answer


class Shop:
    """A server over a site, where orders are started and looked at."""

    def __init__(self, folder: Path) -> None:
        self.site = Site(f"sqlite:///{folder / 'shop.db'}")
        self.engine = self.site.engine
        self.line = Line(self.site.app)
        self._serving = Serving(self.line)
        self.url = f"{self._serving.address}/engine-rest"
        self.key = self.engine.add_api_key(NewApiKey("shop", ("work",)), actor=SYSTEM).secret
        self.engine.deploy([File("order.bpmn", (HERE / "order.bpmn").read_bytes())], actor=SYSTEM)

    def worker(self, **options: Any) -> Worker:
        """A worker that may come in, and does not wait long for work."""
        given = {"key": self.key, "name": "test", "patience": timedelta(seconds=1), **options}
        return Worker(self.url, **given)

    def order(self, **variables: object) -> str:
        """Start an order; the instance's id."""
        return self.engine.start("order", actor=SYSTEM, variables=variables)

    def open_tasks(self) -> list[str]:
        """Ids of the elements where people are wanted."""
        return sorted(row["element_id"] for row in self.engine.search("tasks", actor=SYSTEM).items)

    def work(self) -> list[Any]:
        """Open external tasks."""
        return self.engine.find_external_tasks(actor=SYSTEM)

    def values(self, instance: str) -> dict[str, object]:
        return self.engine.instance_values(instance, actor=SYSTEM)

    def close(self) -> None:
        self._serving.close()
        self.engine.close()


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    made = Shop(tmp_path)
    yield made
    made.close()


@pytest.fixture
def running() -> Iterator[Callable[[Worker], threading.Thread]]:
    """Runs workers in threads of their own, and stops them at the end."""
    begun: list[tuple[Worker, threading.Thread]] = []

    def run(worker: Worker) -> threading.Thread:
        thread = threading.Thread(target=worker.run, daemon=True)
        thread.start()
        begun.append((worker, thread))
        return thread

    yield run
    for worker, _ in begun:
        worker.stop()
    for _, thread in begun:
        thread.join()
