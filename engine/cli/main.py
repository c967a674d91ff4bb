"""Reads the command line, calls the verb, and says on standard error what went wrong."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib.metadata import version

from engine.cli import (
    administration,
    contracts,
    decisions,
    drawing,
    driving,
    incidents,
    keys,
    processes,
    secrets,
    serving,
    work,
)
from engine.errors import DeploymentRefused, EngineError

PARTS = (
    serving,
    processes,
    decisions,
    contracts,
    drawing,
    work,
    incidents,
    secrets,
    keys,
    administration,
    driving,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb.

    Returns:
        0 when it worked, 1 when it was refused or found something wrong, 2 for a command line
        that cannot be understood (argparse exits by itself), 130 after an interrupt.
    """
    chosen = parser().parse_args(arguments)
    try:
        return int(chosen.verb(chosen))
    except DeploymentRefused as error:
        processes.print_problems(error.problems, file=sys.stderr)
        print(f"laneway: {error}", file=sys.stderr)
        return 1
    except EngineError as error:
        print(f"laneway: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 1
    except KeyboardInterrupt:
        return 130


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    root = argparse.ArgumentParser(
        prog="laneway", description="Runs the BPMN diagrams that people draw."
    )
    root.add_argument("--version", action="version", version=f"laneway {version('laneway')}")
    verbs = root.add_subparsers(required=True, metavar="VERB", title="verbs")
    for part in PARTS:
        part.add_verbs(verbs)
    return root
