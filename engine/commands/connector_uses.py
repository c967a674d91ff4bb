"""What a diagram refers to by name: connectors, contracts, secrets; and whether they are there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa

from bpmn.model import Node, Problem, ProcessModel, Severity, Work, WorkKind
from engine import tables
from engine.commands.deploy_contracts import LIFECYCLE, PlannedContract, lifecycle_of
from engine.commands.transaction import Transaction
from engine.services.contracts import (
    PREFIX,
    Lifecycle,
    Reference,
    ReferenceInvalid,
    Version,
    parse_reference,
)
from engine.services.secrets import SecretNameInvalid, check_name, names_in

_use = tables.connector_use
_contract = tables.connector_contract
_VERSIONS = sa.select(
    _contract.c.name, _contract.c.major, _contract.c.minor, _contract.c.patch, *LIFECYCLE
).where(
    _contract.c.tenant_id == sa.bindparam("tenant"),
    _contract.c.name.in_(sa.bindparam("names", expanding=True)),
)


class UseKind(StrEnum):
    """What is referred to."""

    CONNECTOR = "connector"
    CONTRACT = "contract"
    SECRET = "secret"  # noqa: S105 - a word, no password


@dataclass(frozen=True, slots=True)
class Use:
    """One reference of a diagram's element. ``version`` as written, empty for the newest."""

    node: Node
    kind: UseKind
    name: str
    version: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """A process to be deployed. ``is_new``: this version of it is not deployed yet."""

    file: str
    model: ProcessModel
    is_new: bool


def uses_of(model: ProcessModel) -> Iterator[Use]:
    """Every reference of a process; those that cannot be read are left out."""
    for node, work in _works(model):
        yield from _called(node, work)
        for name in sorted(_secrets(work)):
            yield Use(node, UseKind.SECRET, name)


def store_uses(tx: Transaction, definition_id: str, model: ProcessModel) -> None:
    """Remember what a new definition refers to."""
    found = {(use.node.id, use.kind, use.name): use for use in uses_of(model)}
    rows = [
        {
            "definition_id": definition_id,
            "element_id": element_id,
            "kind": kind.value,
            "name": name,
            "version": use.version,
            "tenant_id": tx.actor.tenant_id,
        }
        for (element_id, kind, name), use in found.items()
    ]
    if rows:
        tx.connection.execute(sa.insert(_use), rows)


def problems_of_uses(
    tx: Transaction, processes: Sequence[Judged], planned: Iterable[PlannedContract]
) -> Iterator[Problem]:
    """References that lead nowhere, or to a contract that is on its way out."""
    references = [
        (process, node, _reference(work))
        for process in processes
        for node, work in _works(process.model)
        if work.name.text.startswith(PREFIX)
    ]
    wanted = {found.name for _, _, found in references if isinstance(found, Reference)}
    known = _lifecycles(tx, wanted, planned)
    for process, node, found in references:
        yield from _judge(process, node, found, known.get(_name(found), {}), tx)
    for process in processes:
        yield from _wrong_secrets(process)


def _works(model: ProcessModel) -> Iterator[tuple[Node, Work]]:
    for node in model.nodes:
        for work in node.works:
            if work.kind is WorkKind.CONNECTOR:
                yield node, work


def _called(node: Node, work: Work) -> Iterator[Use]:
    found = _reference(work) if work.name.text.startswith(PREFIX) else work.name.text
    if isinstance(found, Reference):
        yield Use(node, UseKind.CONTRACT, found.name, found.version)
    elif isinstance(found, str):
        yield Use(node, UseKind.CONNECTOR, found)


def _reference(work: Work) -> Reference | ReferenceInvalid:
    try:
        return parse_reference(work.name.text)
    except ReferenceInvalid as error:
        return error


def _name(found: Reference | ReferenceInvalid) -> str:
    return found.name if isinstance(found, Reference) else ""


def _secrets(work: Work) -> frozenset[str]:
    arguments = work.call.arguments if work.call else ()
    return frozenset().union(*(names_in(text) for given in arguments for text in given.drawn))


def _lifecycles(
    tx: Transaction, names: Iterable[str], planned: Iterable[PlannedContract]
) -> dict[str, dict[Version, Lifecycle]]:
    """Versions and their lifecycles by name, as they are after the deployment."""
    found: dict[str, dict[Version, Lifecycle]] = {}
    values = {"tenant": tx.actor.tenant_id, "names": sorted(names)}
    for row in tx.connection.execute(_VERSIONS, values) if names else ():
        version = Version(row.major, row.minor, row.patch)
        found.setdefault(row.name, {})[version] = lifecycle_of(row)
    for plan in planned:
        found.setdefault(plan.contract.name, {})[plan.contract.version] = plan.lifecycle
    return found


def _judge(
    process: Judged,
    node: Node,
    found: Reference | ReferenceInvalid,
    versions: dict[Version, Lifecycle],
    tx: Transaction,
) -> Iterator[Problem]:
    if isinstance(found, ReferenceInvalid):
        yield _problem(process, node, found.code, str(found), "Mend the name.")
        return
    fitting = [version for version in versions if version.begins_with(found.parts)]
    if not fitting:
        have = ", ".join(str(version) for version in sorted(versions)) or "none"
        message = f"{node.label!r} calls by {found}, which is not deployed (versions: {have})."
        hint = "Deploy the contract before, or in the same deployment."
        yield _problem(process, node, "contract-unknown", message, hint)
        return
    version = max(fitting)
    life = versions[version]
    hint = f"Use {life.successor} instead." if life.successor else "Ask its owner what to use."
    if life.is_over(tx.now) and process.is_new:
        message = f"{node.label!r} calls by {found.name} {version}, which ended {_day(life)}."
        yield _problem(process, node, "contract-over", message, hint)
    elif life.is_deprecated(tx.now):
        ends = f" and ends {_day(life)}" if life.sunset_at else ""
        message = f"{node.label!r} calls by {found.name} {version}, which is deprecated{ends}."
        yield _problem(process, node, "contract-deprecated", message, hint, Severity.WARNING)


def _wrong_secrets(process: Judged) -> Iterator[Problem]:
    for node, work in _works(process.model):
        for name in sorted(_secrets(work)):
            try:
                check_name(name)
            except SecretNameInvalid as error:
                yield _problem(process, node, error.code, str(error), "Mend the reference.")


def _day(life: Lifecycle) -> str:
    assert life.sunset_at
    return f"{life.sunset_at:%Y-%m-%d}"


def _problem(
    process: Judged,
    node: Node,
    code: str,
    message: str,
    hint: str,
    severity: Severity = Severity.ERROR,
) -> Problem:
    return Problem(code, message, hint, severity, node.id, node.name, node.line, process.file)
