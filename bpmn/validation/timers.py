"""Rules of timers: an expression is given, and a literal one is ISO 8601 or cron."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime

from bpmn.model import Diagram, EventDefinition, EventKind, Node, Problem, ProcessModel, TimerKind
from bpmn.validation.rule import problem

_DURATION = re.compile(
    r"P(?:\d+W|(?=[\dT])(?:\d+Y)?(?:\d+M)?(?:\d+D)?"
    r"(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:[.,]\d+)?S)?)?)"
)
_REPEAT = re.compile(r"R(-1|\d*)/(.+)")
_ZONE_NAME = re.compile(r"\[[^\]]+\]$")
# A slash in brackets belongs to the name of a zone.
_SLASH = re.compile(r"/(?![^\[]*\])")
_CRON_ZONE = re.compile(r"^(?:CRON_)?TZ=\S+\s+")
_CRON_PART = re.compile(r"[\d*/,\-?LW#]+|[A-Za-z]{3}(?:[-,][A-Za-z]{3})*", re.IGNORECASE)
_EXAMPLES = {
    TimerKind.DATE: "2026-12-24T18:00:00Z",
    TimerKind.DURATION: "PT15M (15 minutes), P3D (3 days)",
    TimerKind.CYCLE: "R3/PT10M (3 times, every 10 minutes), R/P1D, or cron 0 0 9 * * MON",
}


def timer_is_given(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """A timer has a date, duration or cycle."""
    for node, event in _timers(model):
        if event.timer is None or event.expression is None:
            yield problem(
                "timer-missing",
                node,
                f"The timer of {node.label!r} says no date, duration or cycle.",
                "Give it one, for example PT15M for 15 minutes.",
            )


def timer_is_valid(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """A literal timer can be read; expressions are seen when they are evaluated."""
    for node, event in _timers(model):
        if event.timer is None or event.expression is None:
            continue
        text = event.expression.text
        if event.expression.language == "literal" and not _CHECKS[event.timer](text):
            yield problem(
                "timer-invalid",
                node,
                f"The timer of {node.label!r} is {text!r}, which is no {event.timer}.",
                f"Write it as ISO 8601, for example {_EXAMPLES[event.timer]}.",
            )


def is_date(text: str) -> bool:
    """Whether *text* is an ISO 8601 date or time, with or without zone."""
    text = _ZONE_NAME.sub("", text)
    try:
        if "T" in text or " " in text:
            datetime.fromisoformat(text)
        else:
            date.fromisoformat(text)
    except ValueError:
        return False
    return True


def is_duration(text: str) -> bool:
    """Whether *text* is an ISO 8601 duration of at least one part."""
    return _DURATION.fullmatch(text) is not None


def is_cycle(text: str) -> bool:
    """Whether *text* is an ISO 8601 repetition, a bare duration, or cron with 5 to 7 fields."""
    found = _REPEAT.fullmatch(text)
    if found is None:
        fields = _CRON_ZONE.sub("", text).split()
        cron = 5 <= len(fields) <= 7 and all(_CRON_PART.fullmatch(part) for part in fields)
        return cron or is_duration(text)
    parts = _SLASH.split(found[2])
    return (
        len(parts) <= 2
        and sum(map(is_duration, parts)) == 1
        and all(is_duration(part) or is_date(part) for part in parts)
    )


_CHECKS = {
    TimerKind.DATE: is_date,
    TimerKind.DURATION: is_duration,
    TimerKind.CYCLE: is_cycle,
}


def _timers(model: ProcessModel) -> Iterator[tuple[Node, EventDefinition]]:
    for node in model.nodes:
        for event in node.events:
            if event.kind is EventKind.TIMER:
                yield node, event
