"""Traces: one from the request over the steps and jobs that it causes to the systems they call.

A job is run later and elsewhere, so the trace goes with its row: `current` gives the W3C
``traceparent`` that a row keeps, `resumed` goes on from it. Where nothing is exported all of this
costs next to nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module

from opentelemetry import context, propagate, trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, Status, StatusCode

_EXPORTER = "opentelemetry.exporter.otlp.proto.http.trace_exporter"
LONGEST = 55
"""Characters of a traceparent (W3C Trace Context, version 00)."""

_tracer = trace.get_tracer("laneway")
Facts = Mapping[str, str | int | bool]


def configure(service: str, *, processor: SpanProcessor | None = None) -> TracerProvider:
    """Export spans by OTLP over HTTP, where ``OTEL_EXPORTER_OTLP_ENDPOINT`` says.

    Args:
        service: the name under which they appear, ``laneway`` or ``laneway-worker``.
        processor: where they go instead.
    """
    provider = TracerProvider(resource=Resource.create({"service.name": service}))
    if processor is None:
        # By name: most processes export nothing, and the import takes longer than a request.
        processor = BatchSpanProcessor(import_module(_EXPORTER).OTLPSpanExporter())
    provider.add_span_processor(processor)
    trace.set_tracer_provider(provider)
    return provider


@contextmanager
def span(
    name: str, kind: SpanKind = SpanKind.INTERNAL, **facts: str | int | bool
) -> Iterator[None]:
    """One piece of work; an exception that leaves it marks it as failed, by its class alone.

    Messages of exceptions may hold data of processes, which do not belong in a trace.
    """
    with _tracer.start_as_current_span(
        name, kind=kind, record_exception=False, set_status_on_exception=False
    ) as opened:
        if opened.is_recording():
            opened.set_attributes({f"laneway.{key}": value for key, value in facts.items()})
        try:
            yield
        except Exception as error:
            opened.set_status(Status(StatusCode.ERROR, type(error).__name__))
            raise


def current() -> str:
    """The ``traceparent`` of the present work, empty where nothing is traced."""
    if not trace.get_current_span().get_span_context().is_valid:
        return ""
    carrier: dict[str, str] = {}
    propagate.inject(carrier)
    return carrier.get("traceparent", "")[:LONGEST]


def headers() -> dict[str, str]:
    """What a call to another system carries so that its spans join this trace."""
    parent = current()
    return {"traceparent": parent} if parent else {}


@contextmanager
def resumed(traceparent: str) -> Iterator[None]:
    """Go on with the trace of a job, or of a request that came with one; empty begins anew."""
    carrier = {"traceparent": traceparent} if traceparent else {}
    token = context.attach(propagate.extract(carrier))
    try:
        yield
    finally:
        context.detach(token)
