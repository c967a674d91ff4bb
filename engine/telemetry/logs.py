"""Structured logs: one event a line, with the request, instance and job that it belongs to.

Everything goes through `structlog`, also what libraries write with `logging`, so that one line
looks like the next. What a block of work is about is bound once (`about`) and is then in every
line that it writes, in this thread and in no other.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import structlog
from opentelemetry import trace
from structlog.contextvars import bound_contextvars
from structlog.types import EventDict, Processor, WrappedLogger

TEXT = "text"
JSON = "json"

# A stack without the variables of its frames: passwords and tokens are among them.
_STACKS = structlog.processors.ExceptionRenderer(
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
)


def configure(level: str, form: str, *, last: Sequence[Processor] = ()) -> None:
    """Send all logs of the process to standard error.

    Args:
        level: ``DEBUG``, ``INFO``, ``WARNING`` or ``ERROR``.
        form: ``json`` for machines, ``text`` for people.
        last: processors before the line is written, such as one that hides secrets.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_trace,
    ]
    for_people = form == TEXT
    ending: list[Processor] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        *((_STACKS,) if not for_people else ()),
        *last,
        structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
        if for_people
        else structlog.processors.JSONRenderer(ensure_ascii=False),
    ]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=ending)
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


@contextmanager
def about(**facts: object) -> Iterator[None]:
    """Add *facts* (``instance_id=...``) to every line that is written inside."""
    with bound_contextvars(**facts):
        yield


def _add_trace(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """So that a line is found from its trace and the trace from the line."""
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        event["trace_id"] = trace.format_trace_id(context.trace_id)
        event["span_id"] = trace.format_span_id(context.span_id)
    return event
