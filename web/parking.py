"""Requests that wait: long polls of workers and live updates of pages, in one budget.

A server thread that waits serves nobody else, so at most half of them do (`LANEWAY_THREADS`); who
finds no place is answered at once and comes again.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable
from threading import BoundedSemaphore, Event
from typing import Any, TypeVar, cast

from flask import Flask, current_app, request

from engine.core import Engine
from engine.errors import EngineError
from engine.services.changes import About
from engine.settings import Settings
from web.extensions import get_engine

T = TypeVar("T")

_PARKING = "laneway-parking"
# Changes of this process, and those of others that the database tells of, wake a request at once.
# Locks that run out tell nobody; so often is looked for them, for lost clients and for the end.
LOOK = 1.0
LONGEST = 20.0
"""Seconds that a request waits at most; proxies and clients give up after 30 or more."""


class Parking:
    """The places of one process for requests that wait."""

    def __init__(self, places: int) -> None:
        self._places = BoundedSemaphore(places)
        self._closed = Event()
        self._is_stopping: Callable[[], bool] = self._closed.is_set

    def take(self) -> bool:
        """Take a place; False when none is free, or the server is about to end."""
        return not self.is_closing and self._places.acquire(blocking=False)

    def leave(self) -> None:
        """Give a place back."""
        self._places.release()

    @property
    def is_closing(self) -> bool:
        """Whether who waits should answer now."""
        return self._closed.is_set() or self._is_stopping()

    def watch(self, is_stopping: Callable[[], bool]) -> None:
        """Ask *is_stopping*, of the server, once a second whether the server is about to end."""
        self._is_stopping = is_stopping

    def close(self) -> None:
        """Nobody waits any longer."""
        self._closed.set()


def init_app(app: Flask) -> None:
    """Give the application its places: half of the threads of the server."""
    settings: Settings = app.config["SETTINGS"]
    app.extensions[_PARKING] = Parking(settings.threads // 2)


def get_parking() -> Parking:
    """The places of the current application."""
    return cast("Parking", current_app.extensions[_PARKING])


def wait_for(
    look: Callable[[], T],
    *,
    seconds: float,
    about: About,
    no_room: EngineError | None = None,
) -> T:
    """What *look* finds, at the latest after *seconds*; the request holds a place meanwhile.

    Args:
        look: an answer; one that is false, such as an empty list, means to wait.
        seconds: how long to wait, at most `LONGEST`; 0 or less: not at all.
        about: whether a change may give *look* an answer; called where the change was made.
        no_room: raised when every place is taken; without it, what there is is the answer.
    """
    found = look()
    if found or seconds <= 0:
        return found
    parking = get_parking()
    if not parking.take():
        if no_room is not None:
            raise no_room
        return found
    try:
        return _wait(look, min(seconds, LONGEST), about, parking)
    finally:
        parking.leave()


def _wait(look: Callable[[], T], seconds: float, about: About, parking: Parking) -> T:
    engine: Engine = get_engine()
    end = time.monotonic() + seconds
    with engine.listen(about) as changes:
        # Once more: something may have come between the first look and listening.
        found = look()
        while not found and not parking.is_closing:
            left = end - time.monotonic()
            if left <= 0 or _is_gone(request.environ):
                break
            if changes.wait(min(LOOK, left)):
                changes.clear()
            # Nothing is locked for a client that does not wait for it any more.
            found = found if _is_gone(request.environ) else look()
    return found


def _is_gone(environ: dict[str, Any]) -> bool:
    """Whether the client closed its connection; never for servers that do not give us theirs."""
    connection = environ.get("gunicorn.socket")
    if not isinstance(connection, socket.socket) or isinstance(connection, ssl.SSLSocket):
        return False
    try:
        return connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True
