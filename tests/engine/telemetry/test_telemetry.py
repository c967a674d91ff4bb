"""Logs, metrics and traces as whoever runs Laneway sees them."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Iterator

import pytest
import structlog
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from engine.telemetry import logs, metrics, traces
from engine.telemetry.metrics import Backlog

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


Log = pytest.CaptureFixture[str]


@pytest.fixture
def lines(capsys: Log) -> Iterator[Log]:
    """Where the log goes; everything is put back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield capsys
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


def read(written: Log) -> list[dict[str, object]]:
    return [json.loads(line) for line in written.readouterr().err.splitlines()]


def test_every_line_says_what_it_is_about_whoever_writes_it(lines: Log):
    logs.configure("INFO", logs.JSON)
    with logs.about(instance_id="i-1"):
        structlog.get_logger("laneway.one").info("fired", element="timer")
        logging.getLogger("a.library").warning("slow %s", "call")
    logging.getLogger("a.library").info("later")
    fired, slow, later = read(lines)
    assert (fired["event"], fired["element"], fired["instance_id"]) == ("fired", "timer", "i-1")
    assert (slow["event"], slow["level"], slow["instance_id"]) == ("slow call", "warning", "i-1")
    assert "instance_id" not in later


def test_what_hides_secrets_sees_every_line_last(lines: Log):
    def hide(_logger: object, _name: str, event: dict[str, object]) -> dict[str, object]:
        return {key: str(value).replace("hunter2", "***") for key, value in event.items()}

    logs.configure("INFO", logs.JSON, last=[hide])
    logging.getLogger("a.library").error("login hunter2")
    assert read(lines)[0]["event"] == "login ***"


@pytest.mark.parametrize("form", [logs.JSON, logs.TEXT])
def test_a_stack_shows_no_variables(lines: Log, form: str):
    def log_in(password: str) -> None:
        try:
            int("x")
        except ValueError:
            logging.getLogger("a.library").exception("failed")
        assert password

    logs.configure("INFO", form)
    password = f"hunter{1 + 1}"  # put together, since a stack quotes the lines of the source
    log_in(password)
    written = lines.readouterr().err
    assert "ValueError" in written
    assert "hunter2" not in written


@pytest.fixture
def spans() -> InMemorySpanExporter:
    """All spans from here on; a process has one provider for all its life."""
    exporter = InMemorySpanExporter()
    provider = trace.get_tracer_provider()
    if not isinstance(provider, TracerProvider):
        traces.configure("tests", processor=SimpleSpanProcessor(exporter))
    else:
        provider.add_span_processor(SimpleSpanProcessor(exporter))
    return exporter


def test_work_goes_on_in_the_trace_that_it_came_with(spans: InMemorySpanExporter):
    with traces.resumed(PARENT), traces.span("job charge", kind_of="work"):
        assert traces.headers()["traceparent"].split("-")[1] == PARENT.split("-")[1]
    (made,) = spans.get_finished_spans()
    assert (made.name, made.attributes) == ("job charge", {"laneway.kind_of": "work"})
    assert trace.format_trace_id(made.context.trace_id) == PARENT.split("-")[1]


def test_a_failure_is_marked_by_its_class_and_not_by_what_it_says(spans: InMemorySpanExporter):
    with pytest.raises(ValueError, match="private"), traces.span("step"):
        raise ValueError("private")
    (made,) = spans.get_finished_spans()
    assert (made.status.is_ok, made.status.description) == (False, "ValueError")
    assert not made.events


def test_what_exports_spans_is_imported_where_they_are_exported():
    program = (
        "import sys; from engine.telemetry import traces; "
        "assert 'opentelemetry.exporter' not in sys.modules; "
        "traces.configure('laneway').shutdown(); "
        "assert 'opentelemetry.exporter' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_metrics_tell_what_waits_and_what_was_done():
    with metrics.command("deploy"):
        pass
    with pytest.raises(KeyError), metrics.command("deploy"):
        raise KeyError
    metrics.Calls().call_ended("http", "https://erp:443", "ok", 0.02)
    text = metrics.expose(Backlog(jobs_due=7, oldest_due_seconds=1.5)).decode()
    assert "laneway_jobs_due 7.0" in text
    assert "laneway_oldest_due_seconds 1.5" in text
    assert 'laneway_command_seconds_count{command="deploy",outcome="KeyError"}' in text
    assert 'laneway_connector_seconds_count{connector="http",outcome="ok"}' in text
    assert "erp" not in text
