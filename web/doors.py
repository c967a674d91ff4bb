"""Doors for programs: paths below which errors are data, in the words that a dialect has for them.

Registered by `web.api`; `web.errors` asks here before it draws a page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from flask import Flask, Response, current_app, request

from engine.errors import EngineError

_DOORS = "laneway-doors"
# Programs bring their credentials in a header and no cookie counts here, so that every page of
# the web may call; Camunda Modeler does so from a file: page.
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "authorization, content-type, accept, idempotency-key",
    "Access-Control-Allow-Methods": "GET, POST, PUT, PATCH, DELETE, OPTIONS",
    "Access-Control-Expose-Headers": "retry-after, location",
    "Access-Control-Max-Age": "3600",
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a call cannot be answered.

    Attributes:
        status: of HTTP.
        code: stable kebab-case word, `EngineError.code` or HTTP's own such as ``not-found``.
        message: what, where and what to do.
        error: the engine's error, when that is where it comes from.
        headers: pairs that the answer must carry, such as ``Retry-After``; a name may come twice.
    """

    status: int
    code: str
    message: str
    error: EngineError | None = None
    headers: tuple[tuple[str, str], ...] = ()


Say = Callable[[Refusal], Response]


def init_app(app: Flask) -> None:
    """Begin without any door."""
    app.extensions[_DOORS] = {}
    app.after_request(_add_headers)


@dataclass(frozen=True, slots=True)
class Door:
    """One dialect: how it tells a refusal, and the views that need no credentials."""

    say: Say
    public: frozenset[str] = frozenset()


def add_door(app: Flask, prefix: str, door: Door) -> None:
    """Below *prefix* (``/v2``) answers are for programs."""
    app.extensions[_DOORS][prefix] = door


def find_door() -> Door | None:
    """The door that the present request came to; ``None``: it asks for a page."""
    doors = cast("Mapping[str, Door]", current_app.extensions[_DOORS])
    path = f"{request.path}/"
    return next((door for prefix, door in doors.items() if path.startswith(f"{prefix}/")), None)


def _add_headers(response: Response) -> Response:
    if find_door() is not None:
        for name, value in CORS.items():
            response.headers.setdefault(name, value)
    return response
