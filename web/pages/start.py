"""Start a process: choose one, fill in its start form."""

from __future__ import annotations

from math import ceil

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from bpmn.forms import FilledForm
from engine.errors import FormInvalid
from engine.queries.page import Count, Window
from web.auth import get_actor
from web.extensions import get_engine
from web.locales import get_zone
from web.submitted import page_number, search_text, submitted_values
from web.words import why_not_startable

blueprint = Blueprint("start", __name__, url_prefix="/start")
CARDS = 60


@blueprint.get("")
@login_required
def show_list() -> ResponseReturnValue:
    """The processes that this person may start."""
    text = search_text()
    found = get_engine().startable(actor=get_actor())
    rows = [row for row in found if text.casefold() in row.label.casefold()]
    last = max(ceil(len(rows) / CARDS), 1)
    window = Window(min(page_number(), last), CARDS)
    page = window.page(rows[window.offset : window.end], Count(len(rows)))
    return render_template("start/list.html", page=page, text=text, any=bool(found))


@blueprint.get("/<definition_id>")
@login_required
def show(definition_id: str) -> ResponseReturnValue:
    """The start form."""
    return _form(definition_id)


@blueprint.post("/<definition_id>")
@login_required
def start(definition_id: str) -> ResponseReturnValue:
    """Start with the form's values and show where the request stands."""
    try:
        instance_id = get_engine().submit_start(
            definition_id, submitted_values(), actor=get_actor(), zone=get_zone()
        )
    except FormInvalid as error:
        return _form(definition_id, error.checked.filled), 422
    flash(gettext("Started. Here is where it stands."), "success")
    return redirect(url_for("instances.show", instance_id=instance_id), 303)


@blueprint.post("/<definition_id>/form")
@login_required
def show_form(definition_id: str) -> ResponseReturnValue:
    """The form again with what is typed so far."""
    filled = get_engine().start_form(
        definition_id, actor=get_actor(), zone=get_zone(), submitted=submitted_values()
    )
    return render_template("tasks/form.html", filled=filled)


def _form(definition_id: str, filled: FilledForm | None = None) -> str:
    engine, actor = get_engine(), get_actor()
    definition = engine.definition(definition_id, actor=actor)
    why_not = why_not_startable(definition)
    if filled is None and not why_not:
        filled = engine.start_form(definition_id, actor=actor, zone=get_zone())
    return render_template("start/form.html", definition=definition, filled=filled, why_not=why_not)
