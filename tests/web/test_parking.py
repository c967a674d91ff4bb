"""Requests that wait: at most half of the server's threads, woken at once, never forgotten."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

import pytest

from engine.services.changes import Change, ChangeKind
from tests.support.patience import PATIENCE, until
from tests.web.site import SETTINGS, Site
from web import parking

WORK = Change(ChangeKind.EXTERNAL_TASKS, "default")
OTHER = Change(ChangeKind.TASKS, "default")


def is_work(change: Change) -> bool:
    return change.kind is ChangeKind.EXTERNAL_TASKS


class Waiting:
    """Requests of one application that wait in threads of their own."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.found: list[str] = []
        self.looks = 0
        self.pool = ThreadPoolExecutor(8)
        with site.app.app_context():
            self.parking = parking.get_parking()

    def look(self) -> list[str]:
        self.looks += 1
        return list(self.found)

    def wait(self, seconds: float = PATIENCE, **environ: object) -> Future[list[str]]:
        return self.pool.submit(self._wait, seconds, environ)

    def _wait(self, seconds: float, environ: dict[str, object]) -> list[str]:
        with self.site.app.test_request_context(environ_base=environ):
            return parking.wait_for(self.look, seconds=seconds, about=is_work)

    def is_full(self) -> bool:
        if self.parking.take():
            self.parking.leave()
            return False
        return True

    def tell(self, change: Change) -> None:
        self.site.engine._tools.changes.publish([change])


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Waiting]:
    """One place only, so that a test sees when it is taken; only changes wake."""
    monkeypatch.setattr(parking, "LOOK", 2 * PATIENCE)
    monkeypatch.setattr(parking, "LONGEST", 2 * PATIENCE)
    made = Waiting(Site(settings=replace(SETTINGS, threads=2)))
    yield made
    made.parking.close()
    made.tell(WORK)
    made.pool.shutdown()
    made.site.engine.close()


def test_what_is_there_is_answered_without_waiting(waiting):
    waiting.found.append("x")
    assert waiting.wait().result(PATIENCE) == ["x"]
    assert waiting.looks == 1


@pytest.mark.parametrize("seconds", [0, -1])
def test_who_has_no_patience_does_not_wait(waiting, seconds):
    assert waiting.wait(seconds).result(PATIENCE) == []


def test_a_change_wakes_who_waits(waiting):
    answer = waiting.wait()
    until(waiting.is_full)
    waiting.found.append("x")
    # Told again and again: the first may come before the request listens, and it looks once then.
    until(lambda: waiting.tell(WORK) or answer.done())
    assert answer.result() == ["x"]
    until(lambda: not waiting.is_full())


def test_changes_about_something_else_wake_nobody(waiting):
    answer = waiting.wait()
    until(lambda: waiting.looks == 2)
    for _ in range(10):
        waiting.tell(OTHER)
    waiting.found.append("x")
    until(lambda: waiting.tell(WORK) or answer.done())
    assert waiting.looks == 3


def test_beyond_the_places_the_answer_comes_at_once(waiting):
    first = waiting.wait()
    until(waiting.is_full)
    assert waiting.wait().result(PATIENCE) == []
    assert not first.done()


def test_patience_has_an_end(waiting, monkeypatch):
    monkeypatch.setattr(parking, "LONGEST", 0.01)
    assert waiting.wait().result(PATIENCE) == []


def test_an_error_gives_the_place_back(waiting, monkeypatch):
    def fail():
        waiting.looks += 1
        if waiting.looks > 1:
            raise RuntimeError("no")
        return []

    monkeypatch.setattr(waiting, "look", fail)
    assert isinstance(waiting.wait().exception(PATIENCE), RuntimeError)
    assert not waiting.is_full()


def test_the_end_of_the_server_ends_the_wait(waiting, monkeypatch):
    monkeypatch.setattr(parking, "LOOK", 0.01)
    ending = threading.Event()
    waiting.parking.watch(ending.is_set)
    answer = waiting.wait()
    until(waiting.is_full)
    ending.set()
    assert answer.result(PATIENCE) == []
    assert not waiting.parking.take()


def test_nothing_is_looked_for_when_the_client_is_gone(waiting, monkeypatch):
    monkeypatch.setattr(parking, "LOOK", 0.01)
    ours, theirs = socket.socketpair()
    answer = waiting.wait(**{"gunicorn.socket": ours})
    until(lambda: waiting.looks > 3)
    theirs.close()
    assert answer.result(PATIENCE) == []
    looks = waiting.looks
    waiting.found.append("x")
    assert waiting.looks == looks
    ours.close()


def test_a_connection_that_was_reset_is_gone(waiting, monkeypatch):
    monkeypatch.setattr(parking, "LOOK", 0.01)
    ours, theirs = socket.socketpair()
    ours.close()
    assert waiting.wait(**{"gunicorn.socket": ours}).result(PATIENCE) == []
    theirs.close()


def test_bytes_of_a_next_request_do_not_end_the_wait(waiting, monkeypatch):
    monkeypatch.setattr(parking, "LOOK", 0.01)
    ours, theirs = socket.socketpair()
    theirs.sendall(b"GET")
    answer = waiting.wait(**{"gunicorn.socket": ours})
    until(lambda: waiting.looks > 3)
    waiting.found.append("x")
    assert answer.result(PATIENCE) == ["x"]
    ours.close()
    theirs.close()
