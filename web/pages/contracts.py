"""Contracts of calls: the list, one with who uses it, and how long it is to be used."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, time
from io import BytesIO

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date, gettext
from flask_login import login_required
from markupsafe import Markup

from engine.queries.contracts import ContractDetail, ContractRow
from engine.services.contracts import Lifecycle, ReferenceInvalid, parse_reference
from web.auth import get_actor
from web.extensions import get_engine
from web.locales import get_zone
from web.submitted import page_number, search_text

blueprint = Blueprint("contracts", __name__, url_prefix="/contracts")


@blueprint.get("")
@login_required
def show_list() -> ResponseReturnValue:
    """The newest version of every contract, with how much depends on it."""
    text = search_text()
    page = get_engine().contracts(actor=get_actor(), text=text, page=page_number())
    return render_template("contracts/list.html", page=page, text=text)


@blueprint.get("/<name>")
@blueprint.get("/<name>/<version>")
@login_required
def show(name: str, version: str = "") -> ResponseReturnValue:
    """One version: what it promises, who uses it, its sisters."""
    return _page(get_engine().contract(name, version=version, actor=get_actor()), {}, {})


@blueprint.get("/<name>/<version>/file")
@login_required
def download(name: str, version: str) -> ResponseReturnValue:
    """The file as it was deployed."""
    detail = get_engine().contract(name, version=version, actor=get_actor())
    return send_file(
        BytesIO(detail.text.encode()),
        mimetype="application/json",
        download_name=f"{name}.contract.json",
        as_attachment=True,
    )


@blueprint.post("/<name>/<version>/lifecycle")
@login_required
def set_lifecycle(name: str, version: str) -> ResponseReturnValue:
    """Say how long the version is to be used."""
    engine, actor = get_engine(), get_actor()
    detail = engine.contract(name, version=version, actor=actor)
    given = {field: request.form.get(field, "").strip() for field in _FIELDS}
    problems = _problems(given)
    if problems:
        return _page(detail, given, problems), 422
    moments = (_moment(given["deprecated"]), _moment(given["sunset"]))
    engine.deprecate_contract(detail.row.id, Lifecycle(*moments, given["successor"]), actor=actor)
    flash(gettext("Saved"), "success")
    return redirect(url_for("contracts.show", name=name, version=version), 303)


_FIELDS = ("deprecated", "sunset", "successor")


def _page(detail: ContractDetail, given: Mapping[str, str], problems: Mapping[str, str]) -> str:
    life = detail.row.lifecycle
    kept = {
        "deprecated": _day(life.deprecated_at),
        "sunset": _day(life.sunset_at),
        "successor": life.successor,
    }
    return render_template(
        "contracts/contract.html",
        detail=detail,
        row=detail.row,
        contract=detail.contract,
        given={**kept, **given},
        problems=problems,
    )


def _problems(given: Mapping[str, str]) -> dict[str, str]:
    found = {}
    for field in ("deprecated", "sunset"):
        try:
            _moment(given[field])
        except (ValueError, OverflowError):
            found[field] = gettext("Choose a day.")
    if (
        not found
        and given["deprecated"]
        and given["sunset"]
        and given["sunset"] < given["deprecated"]
    ):
        found["sunset"] = gettext("It cannot end before it is deprecated.")
    try:
        parse_reference(given["successor"] or "none")
    except ReferenceInvalid:
        found["successor"] = gettext("Write the name of a contract, such as credit-check:2.")
    return found


def _moment(day: str) -> datetime | None:
    """The first moment of a day where the person is; ``None`` for no day."""
    if not day:
        return None
    if len(day) != len("2026-12-31"):
        raise ValueError(day)
    return datetime.combine(datetime.fromisoformat(day), time(), get_zone()).astimezone(UTC)


def _day(at: datetime | None) -> str:
    return f"{at.astimezone(get_zone()):%Y-%m-%d}" if at else ""


@blueprint.app_template_filter()
def lifecycle_badge(row: ContractRow) -> Markup:
    """Whether a version is to be used."""
    life, now = row.lifecycle, get_engine().clock.now()
    if life.is_over(now):
        words, state = gettext("ended"), "danger"
    elif life.is_deprecated(now) and life.sunset_at:
        day = format_date(life.sunset_at.astimezone(get_zone()), "medium")
        words, state = gettext("deprecated, ends %(day)s", day=day), "warning"
    elif life.is_deprecated(now):
        words, state = gettext("deprecated"), "warning"
    else:
        words, state = gettext("in use"), "success"
    return Markup('<span class="badge" data-state="{}">{}</span>').format(state, words)


@blueprint.app_template_filter()
def as_json(value: object) -> str:
    """JSON for people: indented, in its own letters."""
    return json.dumps(value, indent=2, ensure_ascii=False)
