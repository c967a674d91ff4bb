"""Functions of dates and times. ``now()`` and ``today()`` take the time of the step."""

from __future__ import annotations

import calendar
from datetime import date, datetime

from bpmn.expressions.feel.arguments import only
from bpmn.expressions.feel.moments import Beyond, Moment, near_of, split, unite
from bpmn.expressions.feel.registry import builtin, refuse
from bpmn.expressions.feel.scope import Run
from bpmn.expressions.feel.values import Months, kind_of


@builtin("now", needs_run=True)
def _now(run: Run) -> datetime:
    return run.environment.now


@builtin("today", needs_run=True)
def _today(run: Run) -> date:
    return run.environment.now.date()


def _day(value: object) -> date:
    """Expect a date; a far one is given as its near one, which falls on the same weekday."""
    moment = near_of(only(value))
    if isinstance(moment, date):
        return moment
    raise refuse(f"expected a date, but got a {kind_of(moment)}")


@builtin("day of week", "date")
def _day_of_week(value: object) -> str:
    return calendar.day_name[_day(value).weekday()]


@builtin("month of year", "date")
def _month_of_year(value: object) -> str:
    return calendar.month_name[_day(value).month]


@builtin("day of year", "date")
def _day_of_year(value: object) -> int:
    return _day(value).timetuple().tm_yday


@builtin("week of year", "date")
def _week_of_year(value: object) -> int:
    return _day(value).isocalendar().week


@builtin("last day of month", "date", camunda=True)
def _last_day_of_month(value: object) -> Moment | None:
    day, (_, cycles, nanos) = _day(value), split(_moment(value))
    last = day.replace(day=calendar.monthrange(day.year, day.month)[1])
    return unite(last, cycles, nanos)


def _moment(value: object) -> date | Beyond:
    moment = only(value)
    assert isinstance(moment, (date, Beyond))
    return moment


@builtin("years and months duration", "from", "to")
def _years_and_months(start: object, end: object) -> Months:
    first, last = _months_and_day(start), _months_and_day(end)
    months = last[0] - first[0]
    # The last month is not complete.
    if months > 0 and last[1] < first[1]:
        months -= 1
    elif months < 0 and last[1] > first[1]:
        months += 1
    return Months(months)


def _months_and_day(value: object) -> tuple[int, int]:
    day = _day(value)
    return _moment(value).year * 12 + day.month, day.day
