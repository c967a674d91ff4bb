"""Plain words for times, sizes and states, in the person's language and zone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from babel.dates import format_skeleton
from flask import Flask, g
from flask_babel import (
    format_datetime,
    format_decimal,
    format_time,
    get_locale,
    gettext,
    ngettext,
)
from markupsafe import Markup

from engine.queries.definitions import DefinitionDetail
from engine.queries.page import Count
from engine.runtime.state import Status
from web.auth import find_person
from web.extensions import get_engine
from web.locales import get_zone

SOON = timedelta(hours=24)
INITIALS = 2


def init_app(app: Flask) -> None:
    """Make the words known to the templates as filters and tests."""
    app.add_template_filter(due_words)
    app.add_template_filter(due_state)
    app.add_template_filter(ago)
    app.add_template_filter(moment)
    app.add_template_filter(initials)
    app.add_template_filter(exact)
    app.add_template_filter(status_badge)
    app.add_template_filter(group_words)
    app.add_template_filter(count_words)
    app.add_template_filter(type_words)
    app.add_template_filter(why_not_startable)


def due_words(due: datetime) -> str:
    """``due in 3 h``, ``due today 17:00``, ``2 days overdue``."""
    left = due - _now()
    if left < timedelta():
        return gettext("%(span)s overdue", span=_span(-left))
    if left < timedelta(hours=12):
        return gettext("due in %(span)s", span=_span(left))
    days = (_local(due).date() - _local(_now()).date()).days
    if days <= 1:
        return gettext("due today") if days == 0 else gettext("due tomorrow")
    return gettext("due %(date)s", date=_short_date(due))


def due_state(due: datetime) -> str:
    """``danger`` when overdue, ``warning`` within a day, else empty."""
    left = due - _now()
    if left < timedelta():
        return "danger"
    return "warning" if left < SOON else ""


def ago(at: datetime) -> Markup:
    """A ``<time>``: plain words, with the exact local time as its title."""
    past = _now() - at
    if past < timedelta(minutes=1):
        words = gettext("just now")
    elif past < timedelta(days=1):
        words = gettext("%(span)s ago", span=_span(past))
    elif past < timedelta(days=7):
        # Its own message: many languages write the days of "ago" in another case.
        words = ngettext("%(num)s day ago", "%(num)s days ago", past.days)
    else:
        words = _short_date(at)
    return _time_tag(at, words)


def moment(at: datetime) -> Markup:
    """A ``<time>`` with date and time of day."""
    return _time_tag(at, f"{_short_date(at)}, {format_time(at, 'short')}")


def initials(name: str) -> str:
    """Up to two letters that stand for a person."""
    return "".join(word[0] for word in name.split()[:INITIALS]).upper() or "?"


def count_words(count: Count) -> str:
    """``12``, or ``1,000+`` with the language's own separator when there are more."""
    return f"{format_decimal(count.value)}{'+' if count.is_capped else ''}"


def exact(at: datetime) -> str:
    """Date and time of day in full, for a title."""
    return str(format_datetime(at, "medium"))


def status_badge(status: Status) -> Markup:
    """The state of an instance as a badge."""
    words, state = {
        Status.ACTIVE: (gettext("running"), "info"),
        Status.SUSPENDED: (gettext("suspended"), "warning"),
        Status.COMPLETED: (gettext("done"), "success"),
        Status.TERMINATED: (gettext("cancelled"), ""),
        Status.FAILED: (gettext("failed"), "danger"),
    }[Status(status)]
    return Markup('<span class="badge" data-state="{}">{}</span>').format(state, words)


def group_words(ids: Iterable[str]) -> str:
    """Names of the groups with these ids; a group that nobody added keeps its id."""
    names = _group_names()
    return ", ".join(names.get(group_id, group_id) for group_id in ids)


def type_words(word: str) -> str:
    """The type of a variable, see `VariableRow.type`."""
    return {
        "text": gettext("text"),
        "number": gettext("number"),
        "boolean": gettext("yes or no"),
        "list": gettext("list"),
        "object": gettext("object"),
        "date": gettext("date"),
        "time": gettext("time"),
        "duration": gettext("duration"),
        "bytes": gettext("bytes"),
        "null": gettext("nothing"),
    }.get(word, word)


def why_not_startable(definition: DefinitionDetail) -> str:
    """Why the person cannot start this version, and what to do; empty when they can."""
    row = definition.row
    if not definition.why_not_startable:
        return ""
    if not row.is_executable:
        return gettext(
            'The diagram says isExecutable="false": it is shown, never run. Tick “Executable” '
            "in the modeler's properties of the process and deploy it again."
        )
    if row.is_suspended:
        return gettext("The process is suspended: nobody starts it until it is resumed.")
    if not row.is_startable:
        return gettext("It has no plain start event: a message, a signal or a timer starts it.")
    return gettext("The diagram names others as its starters.")


def _group_names() -> Mapping[str, str]:
    if "group_names" not in g:
        person = find_person()
        found = get_engine().groups(actor=person.actor) if person else []
        g.group_names = {group.id: group.name for group in found}
    names: Mapping[str, str] = g.group_names
    return names


def _span(span: timedelta) -> str:
    minutes = max(1, int(span.total_seconds() // 60))
    if minutes < 60:
        return gettext("%(count)s min", count=minutes)
    hours = round(minutes / 60)
    if hours < 24:
        return gettext("%(count)s h", count=hours)
    return str(ngettext("%(num)s day", "%(num)s days", round(hours / 24)))


def _short_date(at: datetime) -> str:
    local = _local(at)
    skeleton = "MMMd" if local.year == _local(_now()).year else "yMMMd"
    return str(format_skeleton(skeleton, local, locale=get_locale()))


def _time_tag(at: datetime, words: str) -> Markup:
    exact = format_datetime(at, "medium")
    tag = Markup('<time datetime="{}" title="{}">{}</time>')
    return tag.format(at.isoformat(), exact, words)


def _local(at: datetime) -> datetime:
    return at.astimezone(get_zone())


def _now() -> datetime:
    return get_engine().clock.now()
