"""Judging files before anything is stored; needs no database."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from bpmn.forms import Form, parse_form, problems_of
from bpmn.linting import lint
from bpmn.loading import load
from bpmn.model import Diagram, Problem, Severity
from bpmn.validation import validate
from engine.commands.contract_files import ContractFile, open_contracts, problems_of_contracts
from engine.commands.decision_files import DecisionFile, open_decisions, problems_of_decisions
from engine.commands.inputs import LONGEST_NAME
from engine.commands.script_files import names_of, problems_of_scripts

DIAGRAMS = (".bpmn", ".bpmn2", ".xml")
FORMS = (".form",)
DECISIONS = (".dmn",)
CONTRACTS = (".contract.json",)


@dataclass(frozen=True, slots=True)
class File:
    """A file to deploy; only the last part of *name* counts."""

    name: str
    data: bytes

    @property
    def digest(self) -> str:
        """SHA-256 of the bytes, in hex."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True)
class Report:
    """What files hold and everything that is wrong with them.

    ``diagrams`` and ``forms`` are pairs of the file and what it says; ``decisions`` are DMN files,
    ``contracts`` those of calls to other systems.
    """

    files: tuple[File, ...]
    diagrams: tuple[tuple[File, Diagram], ...]
    forms: tuple[tuple[File, Form], ...]
    problems: tuple[Problem, ...]
    decisions: tuple[DecisionFile, ...] = ()
    contracts: tuple[ContractFile, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that forbid deployment."""
        return tuple(p for p in self.problems if p.severity is Severity.ERROR)

    @property
    def is_deployable(self) -> bool:
        """Whether nothing forbids it."""
        return not self.errors

    @property
    def digest(self) -> str:
        """SHA-256 over names and bytes of all files, in hex."""
        lines = sorted(f"{file.name} {file.digest}" for file in self.files)
        return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()


def check_files(files: Sequence[File], *, functions: Collection[str] = ()) -> Report:
    """Open every file and collect all problems of all of them.

    *functions* are those of the host that expressions may call (`engine.services.beans`).
    """
    named = tuple(replace(file, name=PurePath(file.name).name) for file in files)
    diagrams = tuple((f, load(f.data, name=f.name)) for f in named if _is(f, DIAGRAMS))
    forms = tuple((f, parse_form(f.data, name=f.name)) for f in named if _is(f, FORMS))
    decisions = open_decisions([(f.name, f.data) for f in named if _is(f, DECISIONS)])
    contracts = open_contracts([(f.name, f.data) for f in named if _is(f, CONTRACTS)])
    scripts = names_of([diagram for _, diagram in diagrams])
    problems = (
        *_of_names(named, scripts),
        *_of_diagrams(diagrams, functions),
        *problems_of_scripts(
            [(file.name, diagram) for file, diagram in diagrams],
            {file.name: file.data for file in named},
        ),
        *_of_forms(forms),
        *_of_process_ids(diagrams),
        *_of_form_ids(forms),
        *problems_of_decisions(decisions),
        *problems_of_contracts(contracts),
    )
    return Report(named, diagrams, forms, problems, decisions, contracts)


def _is(file: File, endings: tuple[str, ...]) -> bool:
    return file.name.lower().endswith(endings)


def _of_names(files: Sequence[File], scripts: Collection[str]) -> Iterator[Problem]:
    if not files:
        yield Problem("files-missing", "There is no file.", "Choose at least one .bpmn file.")
    for name, times in Counter(file.name for file in files).items():
        if times > 1:
            message = f"{times} files are called {name!r}."
            yield Problem("file-name-duplicate", message, "Rename one of them.", file=name)
    for file in files:
        if not file.name or len(file.name) > LONGEST_NAME or not file.name.isprintable():
            message = f"{file.name[:80]!r} cannot be the name of a file."
            yield Problem("file-name-invalid", message, "Rename it.", file=file.name)
        if not _is(file, DIAGRAMS + FORMS + DECISIONS + CONTRACTS) and file.name not in scripts:
            yield Problem(
                "file-unknown",
                f"Laneway does not know what {file.name!r} is.",
                "Deploy .bpmn, .dmn, .form and .contract.json files, and scripts that a diagram "
                "names as deployment://…",
                file=file.name,
            )


def _of_diagrams(
    diagrams: Sequence[tuple[File, Diagram]], functions: Collection[str]
) -> Iterator[Problem]:
    for file, diagram in diagrams:
        problems = validate(diagram, functions=functions)
        for problem in (*problems, *lint(file.data, known=problems)):
            yield replace(problem, file=file.name)
        for process in diagram.processes:
            if len(process.id) > LONGEST_NAME:
                yield Problem(
                    "process-id-too-long",
                    f"The process id has {len(process.id)} characters.",
                    f"Use at most {LONGEST_NAME}.",
                    element_id=process.id[:80],
                    file=file.name,
                    line=process.line,
                )


def _of_forms(forms: Sequence[tuple[File, Form]]) -> Iterator[Problem]:
    for file, form in forms:
        for problem in problems_of(form):
            yield replace(problem, file=file.name)
        if not form.id and not form.problems:
            yield Problem(
                "form-id-missing",
                "The form has no id, so no task can name it.",
                "Give it an id in the form editor.",
                file=file.name,
            )


def _of_process_ids(diagrams: Sequence[tuple[File, Diagram]]) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for file, diagram in diagrams:
        for process in diagram.processes:
            if process.id not in seen:
                seen[process.id] = file.name
                continue
            yield Problem(
                "process-id-duplicate",
                f"The process id {process.id!r} is used twice, first in {seen[process.id]!r}.",
                "Give every process its own id.",
                element_id=process.id,
                element_name=process.name,
                line=process.line,
                file=file.name,
            )


def _of_form_ids(forms: Sequence[tuple[File, Form]]) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for file, form in forms:
        if form.id and form.id in seen:
            yield Problem(
                "form-id-duplicate",
                f"The form id {form.id!r} is used twice, first in {seen[form.id]!r}.",
                "Give every form its own id.",
                element_id=form.id,
                file=file.name,
            )
        seen.setdefault(form.id, file.name)
