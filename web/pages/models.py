"""Models: deploy files, see what is wrong with them, look at versions, take the file back."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_login import login_required

from bpmn.drawing import with_layout
from bpmn.model import Severity
from bpmn.validation import Entry
from bpmn.validation import report as compatibility
from engine.commands.files import DIAGRAMS
from engine.core import Deployed, File, Report
from engine.errors import DeploymentRefused, Forbidden
from web.auth import get_actor
from web.extensions import get_engine
from web.submitted import page_number, search_text
from web.words import why_not_startable

blueprint = Blueprint("models", __name__, url_prefix="/models")
# A file that is larger is reported, not drawn beside the report.
LARGEST_DRAWN = 2_000_000


@blueprint.get("")
@login_required
def show_list() -> ResponseReturnValue:
    """The newest version of every process, and the place to drop new files."""
    text = search_text()
    page = get_engine().definitions(actor=get_actor(), text=text, page=page_number())
    return render_template("models/list.html", page=page, text=text)


@blueprint.post("")
@login_required
def deploy() -> ResponseReturnValue:
    """Deploy the files that were sent, all or none."""
    actor = get_actor()
    if not actor.is_admin:
        # Before the files are read, which may cost a while.
        raise Forbidden(actor.label, "deploy", "processes")
    sent = request.files.getlist("files")
    files = [File(part.filename or "", part.read()) for part in sent if part.filename]
    if not files:
        flash(gettext("Choose at least one file."), "danger")
        return redirect(url_for("models.show_list"), 303)
    try:
        deployed = get_engine().deploy(files, actor=actor, source="web")
    except DeploymentRefused as error:
        return _refused(files, error), 422
    return _deployed(deployed)


@blueprint.get("/<definition_id>")
@login_required
def show(definition_id: str) -> ResponseReturnValue:
    """One version: diagram, report, other versions."""
    engine, actor = get_engine(), get_actor()
    definition = engine.definition(definition_id, actor=actor)
    report, entries = _judged(*engine.diagram_xml(definition_id, actor=actor))
    return render_template(
        "models/model.html",
        definition=definition,
        why_not=why_not_startable(definition),
        report=report,
        entries=entries,
    )


@blueprint.get("/<definition_id>/diagram.bpmn")
@login_required
def diagram(definition_id: str) -> ResponseReturnValue:
    """The file, with shapes where it has none; with ``download`` the bytes as deployed."""
    name, data = get_engine().diagram_xml(definition_id, actor=get_actor())
    download = "download" in request.args
    answer = send_file(
        BytesIO(data if download else _with_shapes(data)),
        mimetype="application/xml",
        download_name=name,
        as_attachment=download,
    )
    # Opened by itself, a file of somebody else's may not act as a page of ours.
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@lru_cache(maxsize=16)
def _with_shapes(data: bytes) -> bytes:
    """A version's file as the viewer needs it; the file never changes."""
    return with_layout(data)


@lru_cache(maxsize=16)
def _judged(name: str, data: bytes) -> tuple[Report, tuple[Entry, ...]]:
    """The report on a version's file, which never changes."""
    report = get_engine().check([File(name, data)])
    entries = (entry for _, drawn in report.diagrams for entry in compatibility(drawn))
    return report, tuple(entries)


def _deployed(deployed: Deployed) -> ResponseReturnValue:
    processes = deployed.processes
    new = [process for process in processes if process.is_new]
    if not deployed.is_new:
        flash(gettext("These very files are deployed already; nothing changed."), "info")
    elif new:
        words = ngettext("%(num)s process deployed.", "%(num)s processes deployed.", len(new))
        flash(words, "success")
    else:
        flash(gettext("Deployed."), "success")
    for problem in deployed.problems:
        if problem.code == "contract-deprecated":
            flash(f"{problem.message} {problem.hint}", "warning")
    if deployed.contracts and not (processes or deployed.decisions):
        return redirect(url_for("contracts.show_list"), 303)
    if deployed.decisions and not processes:
        return redirect(url_for("decisions.show_list"), 303)
    if len(processes) == 1:
        return redirect(url_for("models.show", definition_id=processes[0].id), 303)
    return redirect(url_for("models.show_list"), 303)


def _refused(files: list[File], error: DeploymentRefused) -> str:
    drawn = {
        file.name: with_layout(file.data).decode("utf-8", errors="replace")
        for file in files
        if file.name.lower().endswith(DIAGRAMS) and len(file.data) <= LARGEST_DRAWN
    }
    # What forbids it comes first, in the order of the files; then what is only worth a look.
    problems = sorted(error.problems, key=lambda problem: problem.severity is not Severity.ERROR)
    return render_template("models/refused.html", problems=problems, diagrams=drawn)
