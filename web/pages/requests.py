"""What a person started, and where it stands."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from web.auth import get_actor
from web.extensions import get_engine
from web.submitted import page_number, search_text

blueprint = Blueprint("requests", __name__, url_prefix="/requests")
STATES = {"open": True, "done": False, "all": None}


@blueprint.get("")
@login_required
def show_list() -> ResponseReturnValue:
    """The person's requests, newest first; ``state`` is open, done, or all."""
    state = request.args.get("state", "open")
    state = state if state in STATES else "open"
    text = search_text()
    page = get_engine().my_requests(
        actor=get_actor(), is_open=STATES[state], text=text, page=page_number()
    )
    return render_template("requests/list.html", page=page, state=state, text=text)
