"""A person's own settings: language, time zone, password."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from engine.commands.people import LONGEST_PASSWORD, SHORTEST_PASSWORD
from web.auth import begin_session, get_actor, get_person
from web.extensions import get_engine, limiter
from web.locales import LANGUAGES, get_zone

blueprint = Blueprint("account", __name__, url_prefix="/account")


@blueprint.get("")
@login_required
def show() -> ResponseReturnValue:
    """Who one is here, what one may change, and the way out."""
    return _page({})


@blueprint.post("/preferences")
@login_required
def set_preferences() -> ResponseReturnValue:
    """Change language and time zone."""
    language, zone = request.form.get("language", ""), request.form.get("zone", "").strip()
    if language not in {"", *LANGUAGES} or zone not in _zones():
        problems = {"zone": gettext("Choose a time zone of the list, such as Europe/Berlin.")}
        return _page(problems, zone=zone), 422
    get_engine().set_preferences(get_person().id, actor=get_actor(), locale=language, zone=zone)
    # Asked for once more in the next request, so the message is in the new language there.
    return redirect(url_for("account.show", saved=1), 303)


@blueprint.post("/password")
@login_required
@limiter.limit("10 per minute")
def set_password() -> ResponseReturnValue:
    """Change the password; every other session of the person ends."""
    engine, person = get_engine(), get_person()
    new = request.form.get("new", "")
    problems = {}
    if engine.verify_login(person.id, request.form.get("current", "")) is None:
        problems["current"] = gettext("This is not your present password.")
    if not SHORTEST_PASSWORD <= len(new) <= LONGEST_PASSWORD:
        problems["new"] = gettext("Take at least %(count)s characters.", count=SHORTEST_PASSWORD)
    if problems:
        return _page(problems), 422
    engine.set_password(person.id, new, actor=get_actor())
    changed = engine.find_person(person.id)
    assert changed is not None
    begin_session(changed)
    flash(gettext("Your password is changed. Other devices have to log in again."), "success")
    return redirect(url_for("account.show"), 303)


def _page(problems: dict[str, str], *, zone: str = "") -> str:
    return render_template(
        "account.html",
        languages=LANGUAGES,
        zones=sorted(_zones()),
        chosen=get_person().locale,
        zone=zone or get_zone().key,
        problems=problems,
        saved="saved" in request.args,
        shortest=SHORTEST_PASSWORD,
    )


@cache
def _zones() -> frozenset[str]:
    """Names such as ``Europe/Berlin``; without the old ones that have no place."""
    return frozenset(name for name in available_timezones() if "/" in name or name == "UTC")
