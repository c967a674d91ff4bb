"""Judging files with all that the installation has: connectors, handlers, beans."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from bpmn.model import Node, Problem, Severity, WorkKind
from engine.commands.connector_problems import with_connectors
from engine.commands.contract_problems import problems_of_settings
from engine.commands.files import File, Report, check_files
from engine.services.beans import function_names
from engine.services.connectors.base import Connectors


def check(
    files: Sequence[File],
    *,
    connectors: Connectors,
    handlers: Collection[str],
    beans: Mapping[str, object],
) -> Report:
    """Open files and collect all their problems; stores nothing.

    Args:
        files: to be deployed together.
        connectors: that are there.
        handlers: names of the Python handlers that are registered.
        beans: what expressions may use.
    """
    report = check_files(files, functions=frozenset(function_names(beans)))
    report = with_connectors(report, connectors)
    found = (*problems_of_settings(report.contracts, connectors), *_of_handlers(report, handlers))
    return replace(report, problems=(*report.problems, *found))


def _of_handlers(report: Report, handlers: Collection[str]) -> Iterator[Problem]:
    """Tasks whose handler nobody registered here; a worker may have it all the same."""
    for file, diagram in report.diagrams:
        for process in diagram.processes:
            for node, name in _handlers(process.nodes if process.executable else ()):
                if name not in handlers:
                    yield Problem(
                        "handler-missing",
                        f"{node.label!r} calls the Python handler {name!r}, which is not "
                        "registered here.",
                        "Install the package that has it where jobs run, or draw an external task.",
                        Severity.WARNING,
                        node.id,
                        node.name,
                        node.line,
                        file.name,
                    )


def _handlers(nodes: Sequence[Node]) -> Iterator[tuple[Node, str]]:
    for node in nodes:
        for work in (*node.works, *(listener.work for listener in node.listeners)):
            is_named = work is not None and work.name.language == "literal" and work.name.text
            if work is not None and work.kind is WorkKind.HANDLER and is_named:
                yield node, work.name.text
