"""Scripts and forms in files that are deployed with the diagram that names them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import sqlalchemy as sa

from bpmn.expressions import ExpressionError, compile_script
from bpmn.forms import declared_form, problems_of
from bpmn.model import Diagram, FormKind, Node, Problem, ProcessModel, Script, Severity
from bpmn.model.scripts import file_of, form_files, script_files
from bpmn.validation import texts
from engine import tables
from engine.commands.transaction import Transaction

_resource = tables.resource
_definition = tables.process_definition
_DIGESTS = (
    sa.select(_resource.c.name, _resource.c.digest)
    .join(_definition, _definition.c.deployment_id == _resource.c.deployment_id)
    .where(_definition.c.id == sa.bindparam("definition"))
)


def names_of(diagrams: Sequence[Diagram]) -> frozenset[str]:
    """Names of the files that *diagrams* need beside their own."""
    return frozenset(
        name
        for diagram in diagrams
        for process in diagram.processes
        for name in (*script_files(process), *form_files(process))
    )


def problems_of_scripts(
    diagrams: Sequence[tuple[str, Diagram]], files: Mapping[str, bytes]
) -> Iterator[Problem]:
    """What is wrong with the files that *diagrams*, by file name, name among *files*."""
    for file, diagram in diagrams:
        for process in diagram.processes:
            yield from _of_process(file, process, files)


def is_unchanged(
    tx: Transaction, definition_id: str, model: ProcessModel, digests: Mapping[str, str]
) -> bool:
    """Whether the scripts and forms of a definition are those that were deployed with it.

    Args:
        tx: open transaction.
        definition_id: the definition, made of the same diagram.
        model: the process, as drawn.
        digests: of the files that are deployed now, by name.
    """
    needed = {*script_files(model), *form_files(model)}
    if not needed:
        return True
    rows = tx.connection.execute(_DIGESTS, {"definition": definition_id}).all()
    before = {name: digest for name, digest in rows if name in needed}
    return before == {name: digests[name] for name in needed if name in digests}


def _of_process(file: str, process: ProcessModel, files: Mapping[str, bytes]) -> Iterator[Problem]:
    for node in process.nodes:
        yield from _of_schema(file, node, files)
    for name, node in form_files(process).items():
        if name not in files:
            yield Problem(
                "form-file",
                f"The form of {node.label!r} is in {name!r}, which is not deployed with it; a "
                "form made from the task's variables is shown.",
                "Deploy both together.",
                Severity.WARNING,
                element_id=node.id,
                element_name=node.name,
                line=node.line,
                file=file,
            )
    for at, script in texts(process):
        if not isinstance(script, Script) or not file_of(script):
            continue
        found = _problem(script, files)
        if found is not None:
            message, hint = found
            yield Problem(
                "script-file",
                f"The script of {at.name or at.id!r}: {message}",
                hint,
                element_id=at.id,
                element_name=at.name,
                line=script.line or at.line,
                file=file,
            )


def _of_schema(file: str, node: Node, files: Mapping[str, bytes]) -> Iterator[Problem]:
    """What is wrong with the JSON Schema of a form."""
    form = node.form
    if form is None or form.kind is not FormKind.JSON_SCHEMA or form.key not in files:
        return
    found = declared_form(
        form, file=files[form.key], ui=files.get(form.ui, b""), element_id=node.id, title=node.name
    )
    for problem in () if found is None else problems_of(found):
        where = problem.file or file
        yield replace(problem, element_id=node.id, element_name=node.name, file=where)


def _problem(script: Script, files: Mapping[str, bytes]) -> tuple[str, str] | None:
    name = file_of(script)
    if name not in files:
        return f"the file {name!r} is not deployed with it.", "Deploy both together."
    try:
        compile_script(files[name].decode("utf-8"), script.format)
    except UnicodeDecodeError:
        return f"the file {name!r} is no text in UTF-8.", "Save it as UTF-8."
    except ExpressionError as error:
        return f"{name}: {error.message}", error.hint or "Correct the file."
    return None
