"""Each request: its id, its place in a trace, its line in the log, its time; and ``/metrics``."""

from __future__ import annotations

import hmac
import ipaddress
import re
import time
import uuid
from contextlib import ExitStack

import structlog
from flask import Flask, Response, current_app, g, request
from opentelemetry.trace import SpanKind
from werkzeug.exceptions import NotFound

from engine.settings import Settings
from engine.telemetry import logs, metrics, traces
from web.extensions import get_engine, limiter

HEADER = "X-Request-ID"
QUIET = frozenset({"healthz", "readyz", "metrics", "static"})
"""Endpoints that are asked all the time and tell nothing."""

_SOUND = re.compile(r"[A-Za-z0-9._:-]{1,100}")
_PARENT = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP")
_log = structlog.get_logger("laneway.web")


def init_app(app: Flask) -> None:
    """Follow every request; before all other parts, so that their work counts, too."""
    app.before_request(_begin)
    app.after_request(_answered)
    app.teardown_request(_end)
    app.add_url_rule("/metrics", "metrics", limiter.exempt(_metrics))


def _begin() -> None:
    given = request.headers.get(HEADER, "")
    g.request_id = given if _SOUND.fullmatch(given) else uuid.uuid4().hex
    g.began = time.perf_counter()
    parent = request.headers.get("traceparent", "")
    g.telemetry = ExitStack()
    g.telemetry.enter_context(traces.resumed(parent if _PARENT.fullmatch(parent) else ""))
    name = f"{request.method} {request.url_rule or 'unknown'}"
    g.telemetry.enter_context(traces.span(name, SpanKind.SERVER, request_id=g.request_id))
    g.telemetry.enter_context(logs.about(request_id=g.request_id))


def _answered(response: Response) -> Response:
    if "request_id" not in g:
        return response
    seconds = time.perf_counter() - g.began
    endpoint = request.endpoint or "unknown"
    metrics.request_ended(endpoint, request.method, response.status_code, seconds)
    response.headers[HEADER] = g.request_id
    if endpoint not in QUIET:
        # The path without its query: a query may hold what people search for.
        _log.info(
            "request",
            method=request.method,
            path=_shown_path(),
            status=response.status_code,
            milliseconds=round(seconds * 1000, 1),
        )
    return response


def _shown_path() -> str:
    """The path; of an address that is a permission by itself only its rule."""
    is_permission = request.path.startswith("/callbacks/")
    return str(request.url_rule or "/callbacks/") if is_permission else request.path


def _end(_error: BaseException | None) -> None:
    opened: ExitStack | None = g.pop("telemetry", None)
    if opened is not None:
        opened.close()


def _metrics() -> Response:
    """For Prometheus: with the token of the settings, or without one from this machine alone."""
    settings: Settings = current_app.config["SETTINGS"]
    if not _may_scrape(settings.metrics_token):
        # As if there were nothing: nobody else need know.
        raise NotFound
    body = metrics.expose(get_engine().backlog())
    return Response(body, content_type=metrics.CONTENT_TYPE)


def _may_scrape(token: str) -> bool:
    if token:
        given = request.authorization
        sent = given.token if given is not None and given.type == "bearer" else None
        return sent is not None and hmac.compare_digest(sent.encode(), token.encode())
    if any(name in request.headers for name in _FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
