"""API keys: with which a person's programs come in, and, for administrators, everybody's."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from engine.core import IssuedKey, NewApiKey
from engine.errors import BadInput
from engine.queries.api_keys import ADMIN, ApiKey
from web.auth import get_actor, get_person
from web.extensions import get_engine, limiter

blueprint = Blueprint("api_keys", __name__, url_prefix="/api-keys")
DAYS = (30, 90, 365)
ITSELF = "itself"


@blueprint.get("")
@login_required
def show_list() -> ResponseReturnValue:
    """The keys, the newest first."""
    return _page({})


@blueprint.post("")
@login_required
@limiter.limit("30 per minute")
def add() -> ResponseReturnValue:
    """Make a key and show it, this once."""
    try:
        issued = get_engine().add_api_key(_asked(), actor=get_actor())
    except BadInput:
        return _page(_problems()), 422
    return _page({}, issued)


@blueprint.post("/<key_id>/revoke")
@login_required
def revoke(key_id: str) -> ResponseReturnValue:
    """The key opens no door any more."""
    get_engine().revoke_api_key(key_id, actor=get_actor())
    flash(gettext("The key opens no door any more."), "success")
    return redirect(url_for("api_keys.show_list"), 303)


def _asked() -> NewApiKey:
    days = request.form.get("days", type=int)
    expires = get_engine().clock.now() + timedelta(days=days) if days in DAYS else None
    is_itself = request.form.get("owner") == ITSELF
    return NewApiKey(
        request.form.get("name", "").strip(),
        tuple(request.form.getlist("scope")),
        None if is_itself else get_person().id,
        expires,
    )


def _problems() -> dict[str, str]:
    """What is wrong with what was typed, by the name of the field."""
    found = {}
    if not request.form.get("name", "").strip():
        found["name"] = gettext("Fill in this field.")
    if not request.form.getlist("scope"):
        found["scope"] = gettext("Choose at least one.")
    return found or {"name": gettext("Take a shorter name without line breaks.")}


def _scope_words() -> dict[str, str]:
    """What the present person may let a program do, by scope."""
    words = {
        "start": gettext("Start processes"),
        "tasks": gettext("Claim and complete tasks of people"),
    }
    if not get_actor().is_admin:
        return words
    return {
        **words,
        "work": gettext("Fetch and complete external tasks"),
        "deploy": gettext("Deploy models"),
        "messages": gettext("Send messages and signals"),
        ADMIN: gettext("Everything that an administrator may"),
    }


def _page(problems: dict[str, str], issued: IssuedKey | None = None) -> str:
    engine = get_engine()
    now = engine.clock.now()
    return render_template(
        "api_keys.html",
        keys=[(key, _state(key, now)) for key in engine.api_keys(actor=get_actor())],
        issued=issued,
        problems=problems,
        scopes=_scope_words(),
        days=DAYS,
        itself=ITSELF,
    )


def _state(key: ApiKey, now: datetime) -> str:
    if key.is_live(now):
        return "open"
    return "revoked" if key.revoked_at else "expired"
