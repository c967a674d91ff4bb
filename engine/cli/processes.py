"""Verbs on processes: check, deploy, start."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TextIO

from bpmn.model import Problem, Severity
from engine.actor import SYSTEM
from engine.cli.files import read_files
from engine.cli.opening import Verbs, add_variables, add_verb, opened, settings_of
from engine.commands.checking import check
from engine.services.beans import installed_beans
from engine.services.connectors.standard import standard_connectors
from engine.services.handlers import Handlers
from engine.services.secrets import Vault


def add_verbs(verbs: Verbs) -> None:
    """Add ``check``, ``deploy`` and ``start``."""
    check = add_verb(verbs, "check", _check, "Say everything that is wrong with diagrams or forms.")
    check.add_argument("files", nargs="+", type=Path, metavar="FILE")
    check.add_argument("--json", action="store_true", help="one JSON object instead of text")

    deploy = add_verb(verbs, "deploy", _deploy, "Deploy files together; all of them or none.")
    deploy.add_argument("files", nargs="+", type=Path, metavar="FILE")
    deploy.add_argument("--name", default="", help="what to call the deployment")

    start = add_verb(verbs, "start", _start, "Start an instance of the latest version.")
    start.add_argument("process", metavar="KEY", help="the id of the process in the diagram")
    start.add_argument("--business-key", metavar="TEXT")
    add_variables(start)


def print_problems(problems: Iterable[Problem], *, file: TextIO | None = None) -> None:
    """One line a problem, as compilers print them, with what to do below it."""
    for problem in problems:
        place = f"{problem.file}:{problem.line}" if problem.line else problem.file
        name = f"'{problem.element_name}'" if problem.element_name else ""
        element = " ".join(part for part in (problem.element_id, name) if part)
        parts = (place, problem.severity.value, element, f"{problem.message} [{problem.code}]")
        print(": ".join(part for part in parts if part), file=file or sys.stdout)
        if problem.hint:
            print(f"    {problem.hint}", file=file or sys.stdout)


def _check(chosen: argparse.Namespace) -> int:
    problems = check(
        read_files(chosen.files),
        connectors=standard_connectors(settings_of(chosen), Vault(())),
        handlers=frozenset(Handlers().names()),
        beans=installed_beans(),
    ).problems
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    if chosen.json:
        found = {"ok": not errors, "problems": [asdict(problem) for problem in problems]}
        print(json.dumps(found, indent=2))
    else:
        print_problems(problems)
        verdict = f"{errors} error(s): cannot be deployed" if errors else "can be deployed"
        print(f"{len(chosen.files)} file(s), {len(problems)} problem(s): {verdict}.")
    return 1 if errors else 0


def _deploy(chosen: argparse.Namespace) -> int:
    files = read_files(chosen.files)
    with opened(chosen) as engine:
        deployed = engine.deploy(files, actor=SYSTEM, name=chosen.name, source="command line")
    print_problems(deployed.problems, file=sys.stderr)
    for process in deployed.processes:
        print(f"{process.process_id} version {process.version} {process.id}")
    for decision in deployed.decisions:
        print(f"{decision.decision_id} version {decision.version} {decision.id}")
    return 0


def _start(chosen: argparse.Namespace) -> int:
    with opened(chosen) as engine:
        instance_id = engine.start(
            chosen.process,
            actor=SYSTEM,
            variables=dict(chosen.variable),
            business_key=chosen.business_key,
        )
    print(instance_id)
    return 0
