"""Verbs about contracts: contract add, list, show, usage, deprecate."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from pathlib import Path

from engine.cli.files import read_files
from engine.cli.opening import Verbs, add_organisation, add_verb, as_whom, opened, print_table
from engine.cli.processes import print_problems
from engine.cli.secrets import used_by
from engine.core import Engine
from engine.queries.connector_uses import Usage
from engine.queries.contracts import ContractDetail, ContractRow
from engine.queries.page import MAX_SIZE, every
from engine.services.contracts import Lifecycle, parse_reference
from engine.services.contracts.reading import parse_moment


def add_verbs(verbs: Verbs) -> None:
    """Add ``contract add``, ``list``, ``show``, ``usage`` and ``deprecate``."""
    parts = verbs.add_parser("contract", help="Manage contracts of calls.").add_subparsers(
        required=True, metavar="VERB"
    )
    added = add_verb(parts, "add", _add, "Deploy contracts; all of them or none.")
    added.add_argument("files", nargs="+", type=Path, metavar="FILE")
    add_organisation(added)

    listed = add_verb(parts, "list", _list, "List contracts: version, owner, state, uses.")
    listed.add_argument("--all-versions", action="store_true", help="not only the newest of each")
    add_organisation(listed)

    shown = add_verb(parts, "show", _show, "Show a contract: what it says, and who uses it.")
    usage = add_verb(parts, "usage", _usage, "List the elements of models that call by it.")
    ended = add_verb(parts, "deprecate", _deprecate, "Say how long a version is to be used.")
    for verb in (shown, usage, ended):
        verb.add_argument("contract", metavar="NAME[:VERSION]")
        add_organisation(verb)
    shown.add_argument("--json", action="store_true", help="only the file, as it was deployed")
    usage.add_argument("--json", action="store_true", help="one JSON list instead of text")
    ended.add_argument("--from", dest="start", type=_moment, metavar="DAY", help="today")
    ended.add_argument(
        "--sunset", type=_moment, metavar="DAY", help="no new deployment may use it from then on"
    )
    ended.add_argument("--successor", default="", metavar="NAME[:VERSION]")
    ended.add_argument("--undo", action="store_true", help="it is to be used again")


def _moment(text: str) -> datetime:
    try:
        return parse_moment(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day such as 2026-12-31") from None


def _find(engine: Engine, chosen: argparse.Namespace) -> ContractDetail:
    wanted = parse_reference(chosen.contract)
    return engine.contract(wanted.name, version=wanted.version, actor=as_whom(chosen))


def _add(chosen: argparse.Namespace) -> int:
    files = read_files(chosen.files)
    with opened(chosen) as engine:
        deployed = engine.deploy(files, actor=as_whom(chosen), source="command line")
    print_problems(deployed.problems, file=sys.stderr)
    for contract in deployed.contracts:
        known = "" if contract.is_new else " (was there)"
        print(f"{contract.name} version {contract.version}{known}")
    return 0


def _list(chosen: argparse.Namespace) -> int:
    with opened(chosen) as engine:
        now, actor = engine.clock.now(), as_whom(chosen)
        of = partial(engine.contracts, actor=actor, all_versions=chosen.all_versions)
        rows = [
            (
                one.row.name,
                str(one.row.version),
                one.row.connector,
                one.row.owner,
                _state(one.row, now),
                used_by(one.used) or "-",
            )
            for one in every(lambda number: of(page=number, size=MAX_SIZE))
        ]
    print_table(("NAME", "VERSION", "CONNECTOR", "OWNER", "STATE", "USED BY"), rows)
    return 0


def _state(row: ContractRow, now: datetime) -> str:
    life = row.lifecycle
    if life.is_over(now):
        return f"ended {life.sunset_at:%Y-%m-%d}"
    if life.is_deprecated(now):
        return "deprecated" + (f", ends {life.sunset_at:%Y-%m-%d}" if life.sunset_at else "")
    if life.deprecated_at or life.sunset_at:
        return f"deprecated from {life.deprecated_at or life.sunset_at:%Y-%m-%d}"
    return "in use"


def _show(chosen: argparse.Namespace) -> int:
    with opened(chosen) as engine:
        found = _find(engine, chosen)
        now = engine.clock.now()
    if chosen.json:
        print(found.text.rstrip())
        return 0
    contract = found.contract
    contact = f" ({contract.contact})" if contract.contact else ""
    facts = (
        (contract.label, contract.title),
        ("owner", contract.owner + contact),
        ("state", _state(found.row, now)),
        ("successor", found.row.lifecycle.successor),
        ("connector", contract.connector),
        ("secrets", ", ".join(sorted(contract.secret_names))),
        ("versions", ", ".join(str(row.version) for row in found.versions)),
        ("used by", used_by(found.used) or "nobody"),
        ("says", contract.description),
    )
    for name, text in facts:
        if text:
            print(f"{name}: {text}")
    for name in ("settings", "request", "response", "limits"):
        print(f"{name}: {json.dumps(getattr(contract, name), ensure_ascii=False)}")
    return 0


def _usage(chosen: argparse.Namespace) -> int:
    with opened(chosen) as engine:
        usages = _find(engine, chosen).usages
    if chosen.json:
        print(json.dumps([_as_json(usage) for usage in usages], indent=2))
    else:
        print_table(
            ("PROCESS", "VERSION", "ELEMENT", "ASKS FOR", "LIVE INSTANCES"), list(_cells(usages))
        )
    return 0


def _cells(usages: Iterable[Usage]) -> Iterable[tuple[str, ...]]:
    for usage in usages:
        latest = " (latest)" if usage.is_latest else ""
        yield (
            usage.process_id,
            f"{usage.process_version}{latest}",
            usage.element_id,
            usage.asked or "newest",
            str(usage.live_instances),
        )


def _as_json(usage: Usage) -> dict[str, object]:
    return {
        "process": usage.process_id,
        "version": usage.process_version,
        "latest": usage.is_latest,
        "definition": usage.definition_id,
        "element": usage.element_id,
        "asks": usage.asked,
        "live_instances": usage.live_instances,
    }


def _deprecate(chosen: argparse.Namespace) -> int:
    with opened(chosen) as engine:
        found = _find(engine, chosen)
        now = engine.clock.now()
        start = chosen.start or (None if chosen.undo else now)
        life = Lifecycle() if chosen.undo else Lifecycle(start, chosen.sunset, chosen.successor)
        engine.deprecate_contract(found.row.id, life, actor=as_whom(chosen))
        after = _find(engine, chosen)
    print(f"{after.row.label}: {_state(after.row, now)}.")
    used = used_by(after.used)
    if used:
        print(f"It is used by {used}: laneway contract usage {found.row.name}:{found.row.version}")
    return 0
