"""The connector ``http``: one request over HTTP, or the pages of one list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from bpmn.expressions.base import BpmnErrorThrown
from engine.services.connectors.base import Answer, CallRefused, Request, Schema
from engine.services.connectors.certificates import Certificates
from engine.services.connectors.exchange import Call, CallFailed, Reply, origin_of
from engine.services.connectors.http_auth import Auth, Authentication, Credentials
from engine.services.connectors.http_bodies import as_text, decode_body, encode_body
from engine.services.connectors.http_inputs import SCHEMA, time_input
from engine.services.connectors.http_pages import Page, add_query, items_of, next_page
from engine.services.connectors.recording import record_call, record_reply
from engine.services.connectors.transport import Transport
from engine.services.failure import WorkFailure

_FINAL = {400, 404, 405, 406, 410, 411, 413, 414, 415, 422, 431, 451, 501, 505}
"""Statuses that the same request gets again: the diagram or its data must change."""

_LONGEST_WAIT = timedelta(days=1)
_TRACE = TraceContextTextMapPropagator()
_NO_AUTH: Auth = {"type": "none"}
_CONNECT = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its answer."""

    call: Call
    reply: Reply
    body: object = None


class HttpConnector:
    """Calls over HTTP; see `http_inputs.SCHEMA` for what it takes."""

    name = "http"
    schema: Schema = SCHEMA

    def __init__(self, transport: Transport, certificates: Certificates) -> None:
        self._transport = transport
        self._certificates = certificates
        self._authentication = Authentication(transport)

    def target(self, inputs: Mapping[str, object]) -> str:
        """Scheme, host and port."""
        try:
            return origin_of(str(inputs["url"]))
        except CallFailed as failed:
            raise WorkFailure(str(failed), is_final=True) from failed

    def call(self, request: Request, /) -> Answer:
        """Send the request; with ``pagination`` all pages, as one list.

        Raises:
            WorkFailure: no answer; final when trying again cannot help.
            CallRefused: an answer with an error status.
            BpmnErrorThrown: a status that ``errors`` names.
        """
        inputs: Mapping[str, Any] = request.inputs
        call = self._prepared(request)
        exchange = self._send(request, call)
        answer = _answer(request, exchange)
        if not inputs.get("pagination") or answer.is_pending:
            return answer
        return self._pages(request, exchange, answer)

    def _pages(self, request: Request, exchange: Exchange, first: Answer) -> Answer:
        pagination: Mapping[str, Any] = request.inputs["pagination"]  # type: ignore[assignment]
        items = items_of(pagination, exchange.body)
        for number in range(1, pagination["maxPages"]):
            page = Page(exchange.call.url, exchange.reply, exchange.body, number)
            url = next_page(pagination, page)
            if not url:
                return replace(first, body=items)
            if origin_of(url) != exchange.call.origin:
                raise WorkFailure(
                    f"The next page is at {origin_of(url)}, another system than the first.",
                    is_final=True,
                )
            request.pace()
            exchange = self._send(request, replace(exchange.call, url=url))
            _answer(request, exchange)
            items += items_of(pagination, exchange.body)
        return replace(first, body=items)

    def _prepared(self, request: Request) -> Call:
        inputs: Mapping[str, Any] = request.inputs
        headers = {
            name: as_text(value)
            for name, value in (inputs.get("headers") or {}).items()
            if value is not None
        }
        given = {name.lower(): text for name, text in headers.items()}
        body, content_type = encode_body(
            inputs.get("body"), inputs.get("bodyType", ""), given.get("content-type", "")
        )
        if content_type and (given.get("content-type") != content_type):
            headers = {n: t for n, t in headers.items() if n.lower() != "content-type"}
            headers["Content-Type"] = content_type
        if "accept" not in given:
            headers["Accept"] = "application/json, */*;q=0.5"
        key = inputs.get("idempotencyHeader", "Idempotency-Key")
        if key and key.lower() not in given:
            headers[key] = request.key
        if "traceparent" not in given:
            # Nothing where nothing is traced (W3C Trace Context).
            _TRACE.inject(headers)
        timeout = min(time_input(inputs, "timeout", request.timeout), request.timeout)
        return Call(
            method=str(inputs.get("method", "GET")).upper(),
            url=add_query(inputs["url"], inputs.get("query") or {}),
            headers=headers,
            body=body,
            connect=min(time_input(inputs, "connectTimeout", _CONNECT), timeout),
            read=timeout,
            total=timeout,
            redirects=inputs.get("redirects", 5),
            tls=self._tls(request),
        )

    def _tls(self, request: Request) -> Any:
        inputs: Mapping[str, Any] = request.inputs
        tls = inputs.get("tls") or {}
        if inputs.get("clientCertificate"):
            password = tls.get("password", "")
            return self._certificates.named(
                inputs["clientCertificate"], request.tenant_id, password
            )
        return self._certificates.given(tls) if any(tls.values()) else None

    def _send(self, request: Request, call: Call) -> Exchange:
        """Send *call* with its credentials; once more when a kept token is refused."""
        auth: Auth = request.inputs.get("auth") or _NO_AUTH  # type: ignore[assignment]
        exchange = self._send_once(request, call, auth)
        is_refused = exchange.reply.status == HTTPStatus.UNAUTHORIZED
        if is_refused and self._authentication.forget(auth, tenant=request.tenant_id):
            exchange = self._send_once(request, call, auth)
        kind = str(request.inputs.get("responseType", "auto"))
        try:
            return replace(exchange, body=decode_body(exchange.reply, kind))
        except ValueError as error:
            if exchange.reply.status >= 400:
                # Often a page of something in between; what counts is the status.
                return replace(exchange, body=exchange.reply.body.decode(errors="replace"))
            raise WorkFailure(
                f"The answer of {call.origin} is no JSON, as it says: {error}.",
                request=record_call(exchange.call, request.redactor),
                answer=record_reply(exchange.reply, request.redactor),
            ) from error

    def _send_once(self, request: Request, call: Call, auth: Auth) -> Exchange:
        credentials = self._authentication.credentials(
            auth, tenant=request.tenant_id, now=request.now, redactor=request.redactor
        )
        sent = _with(call, credentials)
        try:
            # The credentials stay out of the exchange: a page's address is taken from it.
            return Exchange(call, self._transport.send(sent))
        except CallFailed as failed:
            raise WorkFailure(
                request.redactor.hide(str(failed)),
                request=record_call(sent, request.redactor),
                is_final=failed.is_final,
            ) from failed


def _with(call: Call, credentials: Credentials) -> Call:
    headers = {**call.headers, **credentials.headers}
    return replace(call, headers=headers, url=add_query(call.url, credentials.query))


def _answer(request: Request, exchange: Exchange) -> Answer:
    """What the exchange means.

    Raises:
        CallRefused, BpmnErrorThrown: as of `HttpConnector.call`.
    """
    reply = exchange.reply
    answer = Answer(
        body=exchange.body,
        status=reply.status,
        headers=dict(reply.headers),
        is_pending=reply.status == HTTPStatus.ACCEPTED and bool(request.callback_url),
        sent=record_call(exchange.call, request.redactor),
        received=record_reply(reply, request.redactor),
    )
    code = _error_code(request.inputs.get("errors"), reply.status)
    if code:
        raise BpmnErrorThrown(code, f"{exchange.call.origin} answered {reply.status}.")
    if reply.status >= 400 and request.inputs.get("failOnError", True):
        refused = CallRefused(
            f"{exchange.call.method} {exchange.call.origin} answered {_named(reply.status)}.",
            request=answer.sent,
            answer=answer.received,
            retry_after=retry_after(reply, request.now),
            is_final=reply.status in _FINAL,
        )
        refused.code = str(reply.status)
        refused.seen = answer.as_value
        refused.is_outage = reply.status >= 500 or reply.status == HTTPStatus.REQUEST_TIMEOUT
        raise refused
    return answer


def _error_code(errors: object, status: int) -> str:
    if not isinstance(errors, Mapping):
        return ""
    return str(errors.get(str(status)) or errors.get(f"{status // 100}xx") or "")


def _named(status: int) -> str:
    try:
        return f"{status} ({HTTPStatus(status).phrase})"
    except ValueError:
        return str(status)


def retry_after(reply: Reply, now: datetime) -> timedelta | None:
    """The wait that an answer asks for (RFC 9110, 10.2.3): seconds or a date; a day at most."""
    text = reply.header("retry-after").strip()
    if text.isdecimal():
        return min(timedelta(seconds=min(int(text), 10**9)), _LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(text) if text else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        return None
    return min(max(moment - now, timedelta(0)), _LONGEST_WAIT)
