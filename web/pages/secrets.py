"""Secrets of calls, for administrators: names, places and uses; never a value."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from engine.errors import NotFound
from engine.services.secrets import SecretNameInvalid, check_name
from web.auth import get_actor
from web.extensions import get_engine

blueprint = Blueprint("secrets", __name__, url_prefix="/secrets")


@blueprint.get("")
@login_required
def show_list() -> ResponseReturnValue:
    """Every secret that is kept or asked for."""
    return _page({}, "")


@blueprint.post("")
@login_required
def set_value() -> ResponseReturnValue:
    """Keep a secret in the database; what was typed is not shown again."""
    name, value = request.form.get("name", "").strip(), request.form.get("value", "")
    problems = _problems(name, value)
    if problems:
        return _page(problems, name), 422
    get_engine().set_secret(name, value, actor=get_actor())
    flash(gettext("%(name)s is kept.", name=name), "success")
    return redirect(url_for("secrets.show_list"), 303)


@blueprint.get("/<name>")
@login_required
def show(name: str) -> ResponseReturnValue:
    """One: where it is, which elements use it, and its end."""
    engine, actor = get_engine(), get_actor()
    rows = [row for row in engine.secrets(actor=actor) if row.name == name]
    if not rows:
        raise NotFound("secret", name)
    return render_template(
        "secrets/secret.html",
        name=name,
        rows=rows,
        usages=engine.secret_usages(name, actor=actor),
        can_keep=bool(engine.settings.secrets_keys),
        is_kept=any(row.found is not None and row.found.source == "table" for row in rows),
    )


@blueprint.post("/<name>/remove")
@login_required
def remove(name: str) -> ResponseReturnValue:
    """Forget a secret of the database."""
    get_engine().remove_secret(name, actor=get_actor())
    flash(gettext("%(name)s is forgotten.", name=name), "success")
    return redirect(url_for("secrets.show_list"), 303)


def _problems(name: str, value: str) -> dict[str, str]:
    found = {}
    try:
        check_name(name)
    except SecretNameInvalid:
        found["name"] = gettext(
            "Use letters, digits, _, - and ., and begin with a letter or digit."
        )
    if not value.strip():
        found["value"] = gettext("Fill in this field.")
    return found


def _page(problems: dict[str, str], name: str) -> str:
    engine = get_engine()
    return render_template(
        "secrets/list.html",
        secrets=engine.secrets(actor=get_actor()),
        problems=problems,
        name=name,
        can_keep=bool(engine.settings.secrets_keys),
    )
