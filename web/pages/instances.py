"""Instances: the list for operators, one instance with its diagram, data, tasks and timeline."""

from __future__ import annotations

import json
from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from engine.queries.incidents import IncidentFilter
from engine.queries.instances import InstanceDetail, InstanceFilter
from web.auth import get_actor
from web.extensions import get_engine
from web.story import tell
from web.submitted import page_number, search_text

blueprint = Blueprint("instances", __name__, url_prefix="/instances")
STATES = {"open": True, "incidents": None, "done": False, "all": None}
TIMELINE_SIZE = 500


@blueprint.get("")
@login_required
def show_list() -> ResponseReturnValue:
    """Instances that the person may see, newest first."""
    state = request.args.get("state", "open")
    state = state if state in STATES else "open"
    text = search_text()
    wanted = InstanceFilter(is_open=STATES[state], text=text, with_incidents=state == "incidents")
    page = get_engine().instances(wanted, actor=get_actor(), page=page_number())
    return render_template("instances/list.html", page=page, state=state, text=text)


@blueprint.get("/<instance_id>")
@login_required
def show(instance_id: str) -> ResponseReturnValue:
    """One instance: where its tokens are, what is open, what happened."""
    engine, actor = get_engine(), get_actor()
    # Before the rest: what changes in between is told to the page again.
    seen = engine.instance_progress(instance_id, actor=actor).seq
    detail = engine.instance(instance_id, actor=actor)
    model = engine.model(detail.row.definition_id, actor=actor)
    incidents = engine.incidents(IncidentFilter(instance_id=instance_id), actor=actor).items
    is_internal = detail.may_read_variables
    after = request.args.get("after", 0, type=int)
    history = engine.timeline(instance_id, actor=actor, after_seq=after, size=TIMELINE_SIZE)
    return render_template(
        "instances/instance.html",
        seen=seen,
        detail=detail,
        row=detail.row,
        names={node.id: node.label for node in model.nodes},
        tokens=_badges(detail, {incident.element_id for incident in incidents}),
        passed=_passed(instance_id),
        incidents=incidents,
        variables=engine.instance_variables(instance_id, actor=actor) if is_internal else (),
        final=_final(detail),
        tasks=engine.instance_tasks(instance_id, actor=actor).items,
        told=tell(history.items, model, is_internal=is_internal),
        older=history.next,
    )


@blueprint.post("/<instance_id>/cancel")
@login_required
def cancel(instance_id: str) -> ResponseReturnValue:
    """End the instance; its open tasks disappear."""
    reason = request.form.get("reason", "").strip()[:500]
    return _operate(
        instance_id,
        lambda: get_engine().cancel_instance(instance_id, actor=get_actor(), reason=reason),
        gettext("The instance is cancelled."),
    )


@blueprint.post("/<instance_id>/suspend")
@login_required
def suspend(instance_id: str) -> ResponseReturnValue:
    """Hold the instance: nothing in it moves until it is resumed."""
    return _operate(
        instance_id,
        lambda: get_engine().suspend_instance(instance_id, actor=get_actor()),
        gettext("The instance is suspended: nothing in it moves until it is resumed."),
    )


@blueprint.post("/<instance_id>/resume")
@login_required
def resume(instance_id: str) -> ResponseReturnValue:
    """Let a suspended instance go on."""
    return _operate(
        instance_id,
        lambda: get_engine().resume_instance(instance_id, actor=get_actor()),
        gettext("The instance goes on."),
    )


@blueprint.post("/<instance_id>/incidents/<incident_id>/retry")
@login_required
def retry(instance_id: str, incident_id: str) -> ResponseReturnValue:
    """Try again what failed."""
    return _operate(
        instance_id,
        lambda: get_engine().retry_incident(incident_id, actor=get_actor()),
        gettext("Tried again. If it fails once more, the incident comes back."),
    )


def _operate(instance_id: str, verb: Callable[[], object], done: str) -> ResponseReturnValue:
    # Whoever may not see the instance is told that it is not here, not that they may not.
    get_engine().instance_row(instance_id, actor=get_actor())
    verb()
    flash(done, "success")
    return redirect(url_for("instances.show", instance_id=instance_id), 303)


def _badges(detail: InstanceDetail, failed: set[str]) -> str:
    badges = [
        {
            "element": token.element_id,
            "count": token.count,
            "state": "incident" if token.element_id in failed else "active",
        }
        for token in detail.tokens
    ]
    # A failed instance has no token left; what it failed at still shows.
    placed = {token.element_id for token in detail.tokens}
    badges += [{"element": place, "state": "incident"} for place in sorted(failed - placed)]
    return json.dumps(badges)


def _passed(instance_id: str) -> str:
    passed = get_engine().passed(instance_id, actor=get_actor())
    return json.dumps([*passed.elements, *passed.flows])


def _final(detail: InstanceDetail) -> dict[str, str]:
    """The last variables of an instance that is over, as JSON, for who may read them."""
    if detail.row.is_open or not detail.may_read_variables:
        return {}
    values = get_engine().instance_values(detail.row.id, actor=get_actor())
    return {
        name: json.dumps(value, ensure_ascii=False, default=str)[:2_000]
        for name, value in sorted(values.items())
    }
