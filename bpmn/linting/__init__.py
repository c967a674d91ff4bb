"""The style of diagrams: bpmnlint's recommended rules as warnings, behind a port of our own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from lxml import etree

from bpmn.linting.bpmn_io import BpmnIoLinter
from bpmn.linting.port import Finding, Linter, LinterFailed
from bpmn.linting.rules import HINTS, SAID
from bpmn.model import Problem, Severity
from bpmn.source import NotADiagram, parse

__all__ = ["MOST_BYTES", "Finding", "Linter", "LinterFailed", "lint"]

MOST_BYTES = 200_000
_MOST_OF_A_RULE = 20
_BPMN_IO = BpmnIoLinter()


def lint(
    data: bytes, *, known: Iterable[Problem] = (), linter: Linter = _BPMN_IO
) -> Iterator[Problem]:
    """Warnings about the style of one BPMN file, with codes ``lint-<rule>``.

    Nothing here forbids deployment, and no failure of the linter does: it is told as INFO.

    Args:
        data: the bytes of the file; one that is no diagram has no style.
        known: what validation found; the same is not said twice of an element.
        linter: who looks.
    """
    if len(data) > MOST_BYTES:
        yield _note(
            "lint-skipped",
            f"The file has {len(data):,} bytes, so its style is not checked (up to "
            f"{MOST_BYTES:,} it is); everything else is.",
        )
        return
    try:
        root = parse(data)
    except NotADiagram:
        return
    try:
        findings = linter.lint(etree.tostring(root, encoding="unicode"), tuple(HINTS))
    except LinterFailed as error:
        yield _note(
            "lint-failed",
            f"The style of the diagram could not be checked ({error}); everything else was.",
        )
        return
    yield from _problems(findings, {e.get("id", ""): e for e in root.iter()}, known)


def _problems(
    findings: Iterable[Finding],
    elements: Mapping[str, etree._Element],
    known: Iterable[Problem],
) -> Iterator[Problem]:
    said = {(problem.element_id, problem.code) for problem in known}
    counts: Counter[str] = Counter()
    for found in findings:
        if any((found.element, code) in said for code in SAID.get(found.rule, ())):
            continue
        counts[found.rule] += 1
        if counts[found.rule] <= _MOST_OF_A_RULE:
            yield _problem(found, elements.get(found.element))
    for rule, count in counts.items():
        if count > _MOST_OF_A_RULE:
            more = f"The rule finds {count - _MOST_OF_A_RULE} more places."
            yield Problem(f"lint-{rule}", more, HINTS[rule], Severity.WARNING)


def _problem(found: Finding, element: etree._Element | None) -> Problem:
    name = "" if element is None else element.get("name", "")
    label = f"{name or found.element!r}: " if found.element else ""
    return Problem(
        code=f"lint-{found.rule}",
        message=f"{label}{found.message}.",
        hint=HINTS[found.rule],
        severity=Severity.WARNING,
        element_id=found.element,
        element_name=name,
        line=0 if element is None else element.sourceline or 0,
    )


def _note(code: str, message: str) -> Problem:
    return Problem(code, message, severity=Severity.INFO)
