"""Verbs of administrators: audit verify, export and anchor; user add."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from engine.actor import SYSTEM
from engine.cli.opening import Verbs, add_verb, opened
from engine.core import NewPerson
from engine.errors import BadInput
from engine.queries.audit import verify_export
from engine.store.anchors import BrokenAnchor
from engine.store.history import BrokenChain


def add_verbs(verbs: Verbs) -> None:
    """Add ``audit verify``, ``export``, ``anchor`` and ``user add``."""
    audit = verbs.add_parser("audit", help="Check the history.").add_subparsers(
        required=True, metavar="VERB"
    )
    verify = add_verb(
        audit, "verify", _verify, "Check every history chain against its hashes; exit 1 if broken."
    )
    verify.add_argument("--instance", metavar="ID", help="only the chain of that instance")
    verify.add_argument("--file", metavar="FILE", help="an exported file instead of the database")
    export = add_verb(
        audit, "export", _export, "Write the history as lines of JSON that can be checked alone."
    )
    export.add_argument("file", metavar="FILE", help="a new file; - for standard output")
    export.add_argument("--instance", metavar="ID", help="only the chain of that instance")
    add_verb(audit, "anchor", _anchor, "Cover what happened since the last anchor with a new one.")

    user = verbs.add_parser("user", help="Manage people.").add_subparsers(
        required=True, metavar="VERB"
    )
    add = add_verb(user, "add", _add, "Add a person, and the groups that do not exist yet.")
    add.add_argument("login")
    add.add_argument("--name", help="as others see it; the login when it is not given")
    add.add_argument("--email", default="")
    add.add_argument("--group", action="append", default=[], help="repeatable")
    add.add_argument("--admin", action="store_true", help="may deploy, operate, see everything")
    add.add_argument(
        "--password-stdin", action="store_true", help="read the password from standard input"
    )


def _verify(chosen: argparse.Namespace) -> int:
    anchors: list[BrokenAnchor] = []
    if chosen.file:
        broken = _verify_file(Path(chosen.file))
    else:
        with opened(chosen) as engine:
            if chosen.instance:
                broken = engine.verify_history(chosen.instance)
            else:
                broken, anchors = engine.verify_audit()
    for chain in broken:
        print(f"{chain.chain}: from event {chain.seq} on: {chain.what}", file=sys.stderr)
    for anchor in anchors:
        window = f"{anchor.since.isoformat()} to {anchor.until.isoformat()}"
        print(f"anchor {anchor.seq} ({window}): {anchor.what}", file=sys.stderr)
    print(f"{len(broken)} broken chain(s)." if broken else "Every chain is whole.")
    if anchors:
        print(f"{len(anchors)} broken anchor(s).")
    return 1 if broken or anchors else 0


def _verify_file(file: Path) -> list[BrokenChain]:
    try:
        with file.open(encoding="utf-8") as lines:
            return verify_export(lines)
    except (OSError, ValueError) as error:
        raise BadInput(f"{file} cannot be checked: {error}") from error


def _export(chosen: argparse.Namespace) -> int:
    with (
        opened(chosen) as engine,
        engine.export_history(actor=SYSTEM, chain=chosen.instance or "", everyone=True) as lines,
        _target(chosen.file) as target,
    ):
        for line in lines:
            target.write(f"{line}\n")
    return 0


@contextmanager
def _target(name: str) -> Iterator[TextIO]:
    if name == "-":
        yield sys.stdout
        return
    try:
        # Never over a file that is there: it may be the only copy of an earlier export.
        with Path(name).open("x", encoding="utf-8") as file:
            yield file
    except FileExistsError as error:
        raise BadInput(f"{name} is there already. Name a new file.") from error
    except OSError as error:
        raise BadInput(f"{name} cannot be written: {error.strerror}.") from error


def _anchor(chosen: argparse.Namespace) -> int:
    with opened(chosen) as engine:
        anchor = engine.anchor_history()
    if anchor is None:
        print("Nothing new has settled since the last anchor.")
    else:
        print(f"Anchor {anchor.seq} covers {anchor.chains} chain(s) up to {anchor.until}.")
    return 0


def _add(chosen: argparse.Namespace) -> int:
    if chosen.password_stdin:
        password = sys.stdin.readline().rstrip("\n")
    else:
        password = getpass.getpass("Password: ")
    with opened(chosen) as engine:
        engine.add_person(
            NewPerson(
                id=chosen.login,
                name=chosen.name or chosen.login,
                password=password,
                email=chosen.email,
                groups=tuple(chosen.group),
                is_admin=chosen.admin,
            ),
            actor=SYSTEM,
        )
    print(f"{chosen.login} can log in.")
    return 0
