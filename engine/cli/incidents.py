"""Verbs on incidents: incidents, incident show|retry|skip|resolve."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping

from engine.actor import SYSTEM
from engine.cli.opening import (
    Verb,
    Verbs,
    add_variables,
    add_verb,
    opened,
    parse_variable,
    print_table,
)
from engine.core import Edit
from engine.queries.incidents import IncidentDetail, IncidentFilter, IncidentRow, IncidentState


def add_verbs(verbs: Verbs) -> None:
    """Add ``incidents`` and ``incident``."""
    listed = add_verb(verbs, "incidents", _list, "List what failed and waits for a person.")
    listed.add_argument("--process", default="", metavar="KEY", help="only of that process")
    listed.add_argument("--instance", default="", metavar="ID", help="only of that instance")
    listed.add_argument("--kind", default="", help="such as failedJob or failedExternalTask")
    listed.add_argument(
        "--state",
        choices=[state.value for state in IncidentState],
        default=IncidentState.OPEN.value,
        help="open (default), resolved, or all",
    )
    listed.add_argument("--limit", type=int, default=50, help="how many, 1 to 500 (50)")

    one = verbs.add_parser(
        "incident", help="Show or mend one incident.", description="Show or mend one incident."
    )
    _add_verbs_of_one(one.add_subparsers(required=True, metavar="WHAT", title="what"))


def _add_verbs_of_one(verbs: Verbs) -> None:
    show = _add(verbs, "show", _show, "Tell all that is known of it.")
    show.add_argument("--json", action="store_true", help="one JSON object instead of text")

    retry = _add(verbs, "retry", _retry, "Try again what failed, with other data if need be.")
    add_variables(retry)
    retry.add_argument(
        "-a",
        "--argument",
        action="append",
        default=[],
        type=parse_variable,
        metavar="NAME=VALUE",
        help="another argument for the job or external task that failed; repeatable",
    )
    retry.add_argument("--retries", type=int, default=None, help="attempts, 1 to 1000 (1)")

    skip = _add(verbs, "skip", _skip, "Take what failed for done, with variables as its result.")
    add_variables(skip)

    resolve = _add(verbs, "resolve", _resolve, "Note that it is seen to; nothing is tried again.")
    resolve.add_argument("--note", required=True, metavar="TEXT", help="what was done about it")


def _add(verbs: Verbs, name: str, verb: Verb, about: str) -> argparse.ArgumentParser:
    found = add_verb(verbs, name, verb, about)
    found.add_argument("incident", metavar="ID", help="its id, as `laneway incidents` prints it")
    return found


def _list(chosen: argparse.Namespace) -> int:
    wanted = IncidentFilter(
        state=IncidentState(chosen.state),
        process_id=chosen.process,
        instance_id=chosen.instance,
        kind=chosen.kind,
    )
    with opened(chosen) as engine:
        page = engine.incidents(wanted, actor=SYSTEM, size=chosen.limit)
    print_table(
        ("ID", "SINCE", "PROCESS", "BUSINESS KEY", "ELEMENT", "KIND", "MESSAGE"),
        [_cells(row) for row in page.items],
    )
    if page.next:
        print(f"... of {page.total}; --limit shows more.")
    return 0


def _cells(row: IncidentRow) -> tuple[str, ...]:
    return (
        row.id,
        row.created_at.isoformat(timespec="minutes"),
        row.process_name or row.process_id,
        row.business_key or "-",
        row.element_id,
        row.kind,
        " ".join(row.message.split())[:120],
    )


def _show(chosen: argparse.Namespace) -> int:
    with opened(chosen) as engine:
        found = engine.incident(chosen.incident, actor=SYSTEM)
    facts = _facts(found)
    if chosen.json:
        print(json.dumps(facts, indent=2, default=str))
        return 0
    for name, value in facts.items():
        if value not in ("", None, {}):
            _print_fact(name, value)
    return 0


def _facts(found: IncidentDetail) -> dict[str, object]:
    row = found.row
    return {
        "incident": row.id,
        "kind": row.kind,
        "message": row.message,
        "since": row.created_at.isoformat(),
        "process": f"{row.process_id} version {row.version}",
        "instance": row.instance_id,
        "business key": row.business_key,
        "element": row.element_id,
        "resolved": row.resolved_at.isoformat() if row.resolved_at else None,
        "by": row.resolved_by,
        "note": row.note,
        "source": f"{found.source} {row.source_id}" if found.source else "",
        "variables": dict(found.variables),
        "arguments": dict(found.arguments),
        "data": dict(found.data),
        "request": found.request,
        "answer": found.answer,
        "stack": found.stack,
    }


def _print_fact(name: str, value: object) -> None:
    if isinstance(value, Mapping):
        print(f"{name}:")
        for key, item in sorted(value.items()):
            print(f"  {key} = {json.dumps(item, default=str)}")
        return
    text = str(value)
    if "\n" in text:
        print(f"{name}:")
        print("\n".join(f"  {line}" for line in text.splitlines()))
    else:
        print(f"{name}: {text}")


def _retry(chosen: argparse.Namespace) -> int:
    edit = Edit(dict(chosen.variable), dict(chosen.argument), chosen.retries)
    with opened(chosen) as engine:
        engine.retry_incident(chosen.incident, actor=SYSTEM, edit=edit)
    print(f"Incident {chosen.incident} is retried.")
    return 0


def _skip(chosen: argparse.Namespace) -> int:
    with opened(chosen) as engine:
        engine.skip_incident(chosen.incident, actor=SYSTEM, variables=dict(chosen.variable))
    print(f"Incident {chosen.incident} is skipped.")
    return 0


def _resolve(chosen: argparse.Namespace) -> int:
    with opened(chosen) as engine:
        engine.resolve_incident(chosen.incident, actor=SYSTEM, note=chosen.note)
    print(f"Incident {chosen.incident} is resolved.")
    return 0
