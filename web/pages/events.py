"""Server-sent events: the pages of a person are told when task lists changed."""

from __future__ import annotations

import time
from collections.abc import Iterator

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue
from flask_login import login_required

from engine.core import Engine
from web.extensions import get_engine
from web.parking import Parking, get_parking

blueprint = Blueprint("events", __name__)
# Changes of this process wake a stream at once; those of others are looked for so often.
LOOK = 1.0
# At most so many messages a second, however busy the organisation is.
PAUSE = 0.5
LOOKS_A_PING = 15
# A stream ends by itself after about five minutes, so that a lost browser frees its thread.
LIFETIME = 300
CHANGED = "event: tasks\ndata: changed\n\n"


@blueprint.get("/events")
@login_required
def stream() -> ResponseReturnValue:
    """``event: tasks`` whenever task lists may have changed; a comment every 15 s."""
    parking = get_parking()
    # Each stream holds a thread of the server; without a place the browser polls by reconnecting.
    if not parking.take():
        # One change at once, then the browser comes back after half a minute: slow polling.
        return _answer(f"retry: 30000\n{CHANGED}")
    response = _answer(_told(get_engine(), parking))
    response.call_on_close(parking.leave)
    return response


def _answer(body: Iterator[str] | str) -> Response:
    response = Response(body, mimetype="text/event-stream")
    response.headers["X-Accel-Buffering"] = "no"
    response.headers["Cache-Control"] = "no-store"
    return response


def _told(engine: Engine, parking: Parking) -> Iterator[str]:
    with engine.listen() as changes:
        seen = engine.changes()
        yield "retry: 3000\n\n"
        for look in range(LIFETIME):
            changes.wait(LOOK)
            changes.clear()
            if parking.is_closing:
                return
            now = engine.changes()
            if now != seen:
                seen = now
                yield CHANGED
                time.sleep(PAUSE)
            elif look % LOOKS_A_PING == 0:
                yield ": ping\n\n"
