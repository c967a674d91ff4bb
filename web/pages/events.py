"""Server-sent events: the pages of a person are told when what they show changed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from engine.core import Engine
from engine.errors import NotFound
from web.auth import get_actor
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
TASKS = "event: tasks\ndata: changed\n\n"
INSTANCE = "event: instance\ndata: changed\n\n"
# The page asks no more; without it the browser would come back for ever.
OVER = "event: over\ndata: over\n\n"


@blueprint.get("/events")
@login_required
def stream() -> ResponseReturnValue:
    """``event: tasks`` whenever task lists may have changed; a comment every 15 s."""
    engine = get_engine()

    def look() -> tuple[str, bool]:
        return engine.changes(), False

    return _stream(look, TASKS)


@blueprint.get("/instances/<instance_id>/events")
@login_required
def stream_instance(instance_id: str) -> ResponseReturnValue:
    """``event: instance`` whenever something happened in it, ``event: over`` at its end."""
    engine, actor = get_engine(), get_actor()
    # Whoever may not see it is told so now, by the status.
    engine.instance_progress(instance_id, actor=actor)

    def look() -> tuple[str, bool]:
        try:
            progress = engine.instance_progress(instance_id, actor=actor)
        except NotFound:
            # Somebody took the right to see it away meanwhile.
            return "", True
        return str(progress.seq), not progress.is_open

    return _stream(look, INSTANCE)


Look = Callable[[], tuple[str, bool]]
"""What there is, as a text that differs when it changed, and whether that was the last change."""


def _stream(look: Look, event: str) -> Response:
    # What the page saw before it listened, or before it lost the stream for a while.
    seen = request.args.get("seen") or look()[0]
    parking = get_parking()
    # Each stream holds a thread of the server; without a place the browser polls by reconnecting.
    if not parking.take():
        # One change at once, then the browser comes back after half a minute: slow polling.
        return _answer(f"retry: 30000\n{event}")
    response = _answer(_told(get_engine(), parking, look, event, seen))
    response.call_on_close(parking.leave)
    return response


def _answer(body: Iterator[str] | str) -> Response:
    response = Response(body, mimetype="text/event-stream")
    response.headers["X-Accel-Buffering"] = "no"
    response.headers["Cache-Control"] = "no-store"
    return response


def _told(engine: Engine, parking: Parking, look: Look, event: str, seen: str) -> Iterator[str]:
    with engine.listen() as changes:
        yield "retry: 3000\n\n"
        for turn in range(LIFETIME):
            if parking.is_closing:
                return
            now, is_over = look()
            if now != seen:
                seen = now
                yield event
                time.sleep(PAUSE)
            elif turn % LOOKS_A_PING == 0:
                yield ": ping\n\n"
            if is_over:
                yield OVER
                return
            changes.wait(LOOK)
            changes.clear()
