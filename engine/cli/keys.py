"""Verbs about API keys: apikey add, list, revoke."""

from __future__ import annotations

import argparse
from datetime import timedelta

from engine.actor import SYSTEM
from engine.cli.opening import Verbs, add_verb, opened, print_table
from engine.core import NewApiKey
from engine.queries.api_keys import SCOPES, ApiKey


def add_verbs(verbs: Verbs) -> None:
    """Add ``apikey add``, ``apikey list`` and ``apikey revoke``."""
    keys = verbs.add_parser("apikey", help="Manage the keys of programs.").add_subparsers(
        required=True, metavar="VERB"
    )
    add = add_verb(keys, "add", _add, "Make a key for a program and print it, this once.")
    add.add_argument("name", help="what the program is called")
    add.add_argument(
        "--scope",
        action="append",
        required=True,
        choices=SCOPES,
        help="what the program may do; repeatable",
    )
    add.add_argument("--person", metavar="LOGIN", help="as whom it acts; else as itself")
    add.add_argument("--days", type=int, help="how long the key opens doors; else until revoked")

    add_verb(keys, "list", _list, "List all keys, without what is secret of them.")

    revoke = add_verb(keys, "revoke", _revoke, "From now on the key opens no door.")
    revoke.add_argument("key", metavar="KEY", help="its id or its beginning, as `list` prints them")


def _add(chosen: argparse.Namespace) -> int:
    with opened(chosen) as engine:
        expires = engine.clock.now() + timedelta(days=chosen.days) if chosen.days else None
        new = NewApiKey(chosen.name, tuple(chosen.scope), chosen.person, expires)
        print(engine.add_api_key(new, actor=SYSTEM).secret)
    return 0


def _list(chosen: argparse.Namespace) -> int:
    with opened(chosen) as engine:
        now = engine.clock.now()
        rows = [_cells(key, is_live=key.is_live(now)) for key in engine.api_keys(actor=SYSTEM)]
    print_table(("KEY", "NAME", "PERSON", "SCOPES", "STATE", "LAST USED"), rows)
    return 0


def _cells(key: ApiKey, *, is_live: bool) -> tuple[str, ...]:
    state = "open" if is_live else "revoked" if key.revoked_at else "expired"
    if is_live and key.expires_at:
        state = f"until {key.expires_at.isoformat(timespec='minutes')}"
    used = key.last_used_at.isoformat(timespec="minutes") if key.last_used_at else "never"
    return (key.prefix, key.name, key.person_id or "-", ",".join(key.scopes), state, used)


def _revoke(chosen: argparse.Namespace) -> int:
    with opened(chosen) as engine:
        engine.revoke_api_key(chosen.key, actor=SYSTEM)
    print(f"The key {chosen.key} opens no door any more.")
    return 0
