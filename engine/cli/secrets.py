"""Verbs about secrets: secret set, list, remove, rotate. None of them shows a value."""

from __future__ import annotations

import argparse
import getpass
import sys

from engine.actor import SYSTEM
from engine.cli.opening import Verbs, add_organisation, add_verb, as_whom, opened, print_table
from engine.queries.connector_uses import UsageCount
from engine.queries.secrets import SecretRow


def add_verbs(verbs: Verbs) -> None:
    """Add ``secret set``, ``list``, ``remove`` and ``rotate``."""
    parts = verbs.add_parser("secret", help="Manage secrets of calls.").add_subparsers(
        required=True, metavar="VERB"
    )
    given = add_verb(parts, "set", _set, "Keep a secret in the database, encrypted.")
    given.add_argument("name", help="what diagrams call it: {{secrets.NAME}}")
    given.add_argument(
        "--value-stdin", action="store_true", help="read the value from standard input"
    )
    add_organisation(given)

    listed = add_verb(parts, "list", _list, "List secrets by name: where each is, who uses it.")
    add_organisation(listed)

    removed = add_verb(parts, "remove", _remove, "Forget a secret of the database.")
    removed.add_argument("name")
    add_organisation(removed)

    add_verb(
        parts, "rotate", _rotate, "Encrypt every secret with the first of LANEWAY_SECRETS_KEY."
    )


def _set(chosen: argparse.Namespace) -> int:
    if chosen.value_stdin:
        value = sys.stdin.read().removesuffix("\n").removesuffix("\r")
    else:
        value = getpass.getpass("Value: ")
    with opened(chosen) as engine:
        engine.set_secret(chosen.name, value, actor=as_whom(chosen))
        (kept,) = (
            row
            for row in engine.secrets(actor=as_whom(chosen))
            if row.name == chosen.name and row.found and row.found.source == "table"
        )
    print(f"{chosen.name} is set.")
    if not kept.is_used:
        print(
            f"{chosen.name} is also in the environment or a file, which comes first: the value in "
            "the database is not used.",
            file=sys.stderr,
        )
    return 0


def _list(chosen: argparse.Namespace) -> int:
    with opened(chosen) as engine:
        rows = [_cells(row) for row in engine.secrets(actor=as_whom(chosen))]
    print_table(("NAME", "PLACE", "USED BY", "SINCE"), rows)
    return 0


def _cells(row: SecretRow) -> tuple[str, ...]:
    if row.found is None:
        place = "MISSING"
    else:
        place = {"table": "database"}.get(row.found.source, row.found.source)
        if not row.is_used:
            place += " (hidden)"
        elif not row.found.is_readable:
            place += " (KEY MISSING)"
    since = row.found.updated_at if row.found else None
    return (
        row.name,
        place,
        ", ".join(filter(None, (*row.contracts, used_by(row.used)))) or "-",
        since.isoformat(" ", "minutes") if since else "-",
    )


def used_by(used: UsageCount) -> str:
    """How many models and live instances, in words; empty for none."""
    if not used.models:
        return ""
    models = f"{used.models} model{'s' * (used.models != 1)}"
    live = f"{used.live_instances} live instance{'s' * (used.live_instances != 1)}"
    return f"{models} ({live})"


def _remove(chosen: argparse.Namespace) -> int:
    with opened(chosen) as engine:
        engine.remove_secret(chosen.name, actor=as_whom(chosen))
    print(f"{chosen.name} is no longer in the database.")
    return 0


def _rotate(chosen: argparse.Namespace) -> int:
    with opened(chosen) as engine:
        print(f"{engine.rotate_secrets(actor=SYSTEM)} secret(s) encrypted with the first key.")
    return 0
