"""The task list and the work on one task.

Every address works without script. With it, htmx asks for a part: ``#work`` when a task is opened
or changed, the rows when the list is told of a change.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from bpmn.forms import FilledForm
from engine.errors import FormInvalid, NotActive, NotStartable, TaskGone, TaskTaken
from engine.queries.ad_hoc import AdHocActivity
from engine.queries.task_detail import TaskDetail
from engine.queries.tasks import TaskDue, TaskList, TaskSort
from web.auth import get_actor
from web.error_words import error_words
from web.extensions import get_engine
from web.locales import get_zone
from web.pages.task_view import View, following, list_rows, read_view
from web.submitted import search_text, submitted_values

blueprint = Blueprint("tasks", __name__, url_prefix="/tasks")
MOST_PEOPLE = 50
CHANGED = "tasks-changed"


@dataclass(frozen=True, slots=True)
class Work:
    """What stands beside the list: a task with its form, why it is gone, or nothing."""

    task: TaskDetail | None = None
    filled: FilledForm | None = None
    gone: TaskGone | None = None
    assignee: str = ""
    assign_problem: str = ""
    activities: tuple[AdHocActivity, ...] = ()


NOTHING = Work()


@blueprint.get("")
@login_required
def show_list() -> ResponseReturnValue:
    """The list; on a wide screen with nothing opened beside it."""
    return _page(read_view(), NOTHING)


@blueprint.get("/rows")
@login_required
def show_rows() -> ResponseReturnValue:
    """Only the rows and the counts, for a list that is told of a change."""
    return render_template("tasks/rows.html", is_part=True, **_list(read_view(), _opened()))


@blueprint.get("/people")
@login_required
def show_people() -> ResponseReturnValue:
    """People whose name or login holds the text, as choices for who gets a task."""
    text = search_text() or request.args.get("assignee", "").strip()[:200]
    found = get_engine().people(actor=get_actor(), text=text, size=MOST_PEOPLE)
    return render_template("tasks/people.html", people=found.items)


@blueprint.get("/<task_id>")
@login_required
def show(task_id: str) -> ResponseReturnValue:
    """One task beside the list it was opened from."""
    work = _open(task_id)
    return _page(read_view(), work), 410 if work.gone else 200


@blueprint.post("/<task_id>/complete")
@login_required
def complete(task_id: str) -> ResponseReturnValue:
    """Complete with the form's values; the next task of the list opens."""
    view = read_view()
    engine, actor = get_engine(), get_actor()
    next_id = following(view, task_id)
    try:
        name = engine.task(task_id, actor=actor).row.name
        engine.submit_task(task_id, submitted_values(), actor=actor, zone=get_zone())
    except FormInvalid as error:
        return _page(view, _open(task_id, error.checked.filled)), 422
    except (TaskGone, TaskTaken, NotActive) as error:
        return _conflict(view, task_id, error)
    flash(gettext("“%(name)s” is done.", name=name), "success")
    return _forward(view, next_id)


@blueprint.post("/<task_id>/claim")
@login_required
def claim(task_id: str) -> ResponseReturnValue:
    """Take an unassigned task."""
    return _change(task_id, lambda: get_engine().claim(task_id, actor=get_actor()))


@blueprint.post("/<task_id>/unclaim")
@login_required
def unclaim(task_id: str) -> ResponseReturnValue:
    """Give a task back to its candidates."""
    return _change(task_id, lambda: get_engine().unclaim(task_id, actor=get_actor()))


@blueprint.post("/<task_id>/activities/<activity_id>")
@login_required
def start_activity(task_id: str, activity_id: str) -> ResponseReturnValue:
    """Start an activity of the ad-hoc sub-process whose task this is."""
    engine, actor = get_engine(), get_actor()

    def verb() -> None:
        engine.start_ad_hoc(task_id, activity_id, actor=actor)

    try:
        return _change(task_id, verb, gettext("Started."))
    except NotStartable:
        flash(gettext("This cannot be started now: another activity is still open."), "danger")
        return _page(read_view(), _open(task_id)), 409


@blueprint.post("/<task_id>/assign")
@login_required
def assign(task_id: str) -> ResponseReturnValue:
    """Give the task to somebody by login."""
    engine, actor = get_engine(), get_actor()
    login = request.form.get("assignee", "").strip()
    person = engine.find_person(login) if login else None
    if person is None or person.tenant_id != actor.tenant_id or not person.is_active:
        problem = gettext("Nobody has this login. Choose somebody from the list.")
        work = _open(task_id, assignee=login, assign_problem=problem)
        return _page(read_view(), work), 422
    done = gettext("%(name)s has the task now.", name=person.name)
    return _change(task_id, lambda: engine.assign(task_id, actor=actor, assignee=login), done)


@blueprint.post("/<task_id>/form")
@login_required
def show_form(task_id: str) -> ResponseReturnValue:
    """The form again with what is typed so far: conditions may show or hide parts."""
    filled = get_engine().task_form(
        task_id, actor=get_actor(), zone=get_zone(), submitted=submitted_values()
    )
    return render_template("tasks/form.html", filled=filled)


def _change(
    task_id: str, verb: Callable[[], object], done: str | None = None
) -> ResponseReturnValue:
    view = read_view()
    try:
        verb()
    except (TaskGone, TaskTaken, NotActive) as error:
        return _conflict(view, task_id, error)
    if done:
        flash(done, "success")
    return _forward(view, task_id)


def _conflict(
    view: View, task_id: str, error: TaskGone | TaskTaken | NotActive
) -> ResponseReturnValue:
    """Tell what somebody else did meanwhile, beside the list as it is now."""
    if isinstance(error, TaskGone):
        return _page(view, Work(gone=error)), 409
    flash(error_words(error), "danger")
    return _page(view, _open(task_id)), 409


def _forward(view: View, task_id: str | None) -> ResponseReturnValue:
    here = _address(view, task_id)
    if not _is_part():
        return redirect(here, 303)
    response = make_response(_page(view, _open(task_id) if task_id else NOTHING))
    response.headers["HX-Push-Url"] = here
    return response


def _address(view: View, task_id: str | None) -> str:
    values: dict[str, Any] = {**view.parameters}
    if task_id:
        return url_for("tasks.show", task_id=task_id, **values)
    return url_for("tasks.show_list", **values)


def _open(
    task_id: str, filled: FilledForm | None = None, *, assignee: str = "", assign_problem: str = ""
) -> Work:
    engine, actor = get_engine(), get_actor()
    try:
        task = engine.task(task_id, actor=actor)
        form = filled or engine.task_form(task_id, actor=actor, zone=get_zone())
        activities = engine.startable_activities(task_id, actor=actor)
    except TaskGone as error:
        return Work(gone=error)
    return Work(task, form, assignee=assignee, assign_problem=assign_problem, activities=activities)


def _page(view: View, work: Work) -> Response:
    facts = {"view": view, "work": work, "task": work.task, "filled": work.filled}
    if _is_part():
        response = make_response(render_template("tasks/part.html", **facts))
        if request.method == "POST":
            # The list beside it asks for its rows once more, when the address is the new one.
            response.headers["HX-Trigger-After-Settle"] = CHANGED
        return response
    opened = work.task.row.id if work.task else ""
    return make_response(render_template("tasks/page.html", **facts | _list(view, opened)))


def _list(view: View, opened: str) -> dict[str, object]:
    return {
        "view": view,
        # Before the rows: what changes between the two is told to the page again.
        "seen": get_engine().changes(),
        "rows": list_rows(view),
        "counts": get_engine().task_counts(actor=get_actor(), zone=get_zone()),
        "lists": TaskList,
        "dues": TaskDue,
        "sorts": TaskSort,
        "opened": opened,
    }


def _is_part() -> bool:
    return request.headers.get("HX-Target") == "work"


def _opened() -> str:
    """The task that is open in the page which asks: htmx tells the page's address."""
    path = request.headers.get("HX-Current-URL", "").partition("?")[0]
    return path.rpartition("/tasks/")[2]
