"""Verbs of administrators: audit verify, user add."""

from __future__ import annotations

import argparse
import getpass
import sys

from engine.actor import SYSTEM
from engine.cli.opening import Verbs, add_verb, opened
from engine.core import NewPerson


def add_verbs(verbs: Verbs) -> None:
    """Add ``audit verify`` and ``user add``."""
    audit = verbs.add_parser("audit", help="Check the history.").add_subparsers(
        required=True, metavar="VERB"
    )
    verify = add_verb(
        audit, "verify", _verify, "Check every history chain against its hashes; exit 1 if broken."
    )
    verify.add_argument("--instance", metavar="ID", help="only the chain of that instance")

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
    with opened(chosen) as engine:
        broken = engine.verify_history(chosen.instance)
    for chain in broken:
        print(f"{chain.chain}: from event {chain.seq} on: {chain.what}", file=sys.stderr)
    print(f"{len(broken)} broken chain(s)." if broken else "Every chain is whole.")
    return 1 if broken else 0


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
