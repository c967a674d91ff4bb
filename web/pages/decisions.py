"""Decisions: the list, one drawn as graph and tables, and a form that tries it."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO

from flask import Blueprint, Response, make_response, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_login import login_required

from bpmn.decisions import Evaluation, needs
from bpmn.model import Problem, Severity
from engine.core import File
from engine.queries.decisions import DecisionDetail
from web.auth import get_actor
from web.decision_form import Tried, read_inputs
from web.decision_view import matched, views
from web.extensions import get_engine
from web.security import POLICY
from web.submitted import page_number, search_text

blueprint = Blueprint("decisions", __name__, url_prefix="/decisions")
# What draws the tables sets widths as style attributes; it needs nothing else.
DRAWING_POLICY = f"{POLICY}; style-src-attr 'unsafe-inline'"


@blueprint.get("")
@login_required
def show_list() -> ResponseReturnValue:
    """The newest version of every decision."""
    text = search_text()
    page = get_engine().decisions(actor=get_actor(), text=text, page=page_number())
    return render_template("decisions/list.html", page=page, text=text)


@blueprint.get("/<definition_id>")
@login_required
def show(definition_id: str) -> ResponseReturnValue:
    """One version: drawing, tables in words, other versions, and the form that tries it."""
    detail = get_engine().decision(definition_id, actor=get_actor())
    return _page(detail, read_inputs(needs(detail.model, detail.row.decision_id), {}))


@blueprint.post("/<definition_id>")
@login_required
def evaluate(definition_id: str) -> ResponseReturnValue:
    """The same page with the result, the rules that matched and each required decision."""
    engine, actor = get_engine(), get_actor()
    detail = engine.decision(definition_id, actor=actor)
    tried = read_inputs(needs(detail.model, detail.row.decision_id), request.form)
    if not tried.is_valid:
        return _page(detail, tried, status=422)
    evaluated = engine.evaluate_decision(
        variables=tried.values, actor=actor, definition_id=definition_id
    )
    return _page(detail, tried, evaluated.evaluation)


@blueprint.get("/<definition_id>/decision.dmn")
@login_required
def drawing(definition_id: str) -> ResponseReturnValue:
    """The bytes as they were deployed; with ``download`` as a file."""
    name, data = get_engine().decision_xml(definition_id, actor=get_actor())
    answer = send_file(
        BytesIO(data),
        mimetype="application/xml",
        download_name=name,
        as_attachment="download" in request.args,
    )
    # Opened by itself, a file of somebody else's may not act as a page of ours.
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def _page(
    detail: DecisionDetail, tried: Tried, evaluation: Evaluation | None = None, *, status: int = 200
) -> Response:
    html = render_template(
        "decisions/decision.html",
        detail=detail,
        row=detail.row,
        tried=tried,
        evaluation=evaluation,
        views=views(detail.model, detail.row.decision_id, evaluation),
        matched=matched(evaluation),
        problems=_problems(detail),
    )
    answer = make_response(html, status)
    answer.headers["Content-Security-Policy"] = DRAWING_POLICY
    return answer


def _problems(detail: DecisionDetail) -> tuple[Problem, ...]:
    """What the file was warned of; what it imports is not beside it here, so that is left out."""
    name, data = get_engine().decision_xml(detail.row.id, actor=get_actor())
    return _judged(name, data)


@lru_cache(maxsize=16)
def _judged(name: str, data: bytes) -> tuple[Problem, ...]:
    report = get_engine().check([File(name, data)])
    return tuple(p for p in report.problems if p.severity is not Severity.ERROR)
