"""Deployed contracts: which there are, what they promise, who uses them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from engine import tables
from engine.actor import Actor
from engine.queries.connector_uses import Usage, UsageCount, count, list_usages
from engine.queries.page import COUNT_CAP, AnyRow, Page, Window, contains, counted
from engine.services.contracts import Contract, Lifecycle, Version, read_contract
from engine.services.contracts.version import parts_of
from engine.services.secrets import names_in

KIND = "contract"

_contract = tables.connector_contract
_person = tables.person
_newer = _contract.alias("newer")
_IS_LATEST = ~(
    sa.select(_newer.c.id)
    .where(
        _newer.c.tenant_id == _contract.c.tenant_id,
        _newer.c.name == _contract.c.name,
        sa.tuple_(_newer.c.major, _newer.c.minor, _newer.c.patch)
        > sa.tuple_(_contract.c.major, _contract.c.minor, _contract.c.patch),
    )
    .correlate(_contract)
    .exists()
)
# Without their content, which may be a million characters of each.
_ROWS = sa.select(
    _contract.c.id,
    _contract.c.name,
    _contract.c.major,
    _contract.c.minor,
    _contract.c.patch,
    _contract.c.title,
    _contract.c.owner,
    _contract.c.connector,
    _contract.c.deprecated_at,
    _contract.c.sunset_at,
    _contract.c.successor,
    _contract.c.deployed_at,
    _IS_LATEST.label("is_latest"),
    sa.func.coalesce(_person.c.name, _contract.c.deployed_by).label("deployer"),
).outerjoin(_person, _person.c.id == _contract.c.deployed_by)
_NEWEST_FIRST = (_contract.c.major.desc(), _contract.c.minor.desc(), _contract.c.patch.desc())
_BY_NAME = (sa.func.lower(_contract.c.title), _contract.c.name, *_NEWEST_FIRST)


@dataclass(frozen=True, slots=True)
class ContractRow:
    """One version of a contract.

    Attributes:
        name: what its versions share, and what a task names.
        title: what people call it.
        connector: which connector calls.
        is_latest: the version that a reference without version means.
        lifecycle: from when it is deprecated, until when new deployments may use it.
    """

    id: str
    name: str
    version: Version
    title: str
    owner: str
    connector: str
    lifecycle: Lifecycle
    is_latest: bool
    deployed_by: str | None
    deployed_at: datetime

    @property
    def label(self) -> str:
        """Name and version."""
        return f"{self.name} {self.version}"


@dataclass(frozen=True, slots=True)
class ContractSummary:
    """A contract in a list: its newest version, how many there are, and who uses any of them."""

    row: ContractRow
    used: UsageCount


@dataclass(frozen=True, slots=True)
class ContractDetail:
    """One version, what it says, its sisters newest first, and where it is used now.

    ``usages`` are those that mean this version today; ``text`` is the file.
    """

    row: ContractRow
    contract: Contract
    text: str
    versions: tuple[ContractRow, ...]
    usages: tuple[Usage, ...]

    @property
    def used(self) -> UsageCount:
        """How many models and live instances."""
        return count(self.usages)


def list_contracts(
    connection: sa.Connection, actor: Actor, *, text: str, all_versions: bool, window: Window
) -> Page[ContractSummary]:
    """One page of contracts by title; of each the newest version, or all."""
    matching = _ROWS.where(_contract.c.tenant_id == actor.tenant_id)
    if not all_versions:
        matching = matching.where(_IS_LATEST)
    if text:
        pattern = contains(text)
        texts = (_contract.c.title, _contract.c.name, _contract.c.owner)
        likes = (sa.func.lower(column).like(pattern, escape="\\") for column in texts)
        matching = matching.where(sa.or_(*likes))
    rows = connection.execute(
        matching.order_by(*_BY_NAME).limit(window.size + 1).offset(window.offset)
    )
    found = [_row(row) for row in rows]
    total = counted(connection, matching.with_only_columns(_contract.c.id), cap=COUNT_CAP)
    usages = list_usages(connection, actor.tenant_id, KIND, {row.name for row in found})
    names = {row.name for row in found} if all_versions else set()
    versions = _versions_by_name(connection, actor, names)
    summaries = [
        ContractSummary(row, count(_meaning(row, versions.get(row.name), usages))) for row in found
    ]
    return window.page(summaries, total)


def contract_detail(
    connection: sa.Connection, actor: Actor, name: str, version: str
) -> ContractDetail | None:
    """Everything about the newest version of *name* that begins with *version* (empty: any).

    ``None`` when there is none.

    Raises:
        VersionInvalid: *version* is none.
    """
    parts = parts_of(version) if version else ()
    versions = _versions_by_name(connection, actor, {name}).get(name, [])
    row = next((row for row in versions if row.version.begins_with(parts)), None)
    if row is None:
        return None
    content = connection.execute(
        sa.select(_contract.c.content).where(_contract.c.id == row.id)
    ).scalar_one()
    contract, problems = read_contract(content.encode())
    assert contract is not None, problems
    usages = list_usages(connection, actor.tenant_id, KIND, {row.name})
    meant = tuple(_meaning(row, versions, usages))
    return ContractDetail(row, contract, content, tuple(versions), meant)


def list_contract_secrets(connection: sa.Connection, tenant_id: str) -> dict[str, set[str]]:
    """Names of secrets, each with the labels of the contracts that refer to it."""
    columns = (_contract.c.name, _contract.c.major, _contract.c.minor, _contract.c.patch)
    wanted = sa.select(*columns, _contract.c.content).where(_contract.c.tenant_id == tenant_id)
    found: dict[str, set[str]] = {}
    for row in connection.execute(wanted):
        # Checked when it was deployed: nothing else of it is needed here.
        settings = json.loads(row.content).get("settings", {})
        label = f"{row.name} {Version(row.major, row.minor, row.patch)}"
        for name in names_in(settings):
            found.setdefault(name, set()).add(label)
    return found


def _meaning(
    row: ContractRow, versions: list[ContractRow] | None, usages: Iterable[Usage]
) -> list[Usage]:
    """The usages of *row*'s contract; among its *versions* those that mean exactly it today."""
    own = [usage for usage in usages if usage.name == row.name]
    return [usage for usage in own if versions is None or _meant(usage, versions) == row.id]


def _meant(usage: Usage, versions: list[ContractRow]) -> str:
    parts = parts_of(usage.asked) if usage.asked else ()
    return next((row.id for row in versions if row.version.begins_with(parts)), "")


def _versions_by_name(
    connection: sa.Connection, actor: Actor, names: set[str]
) -> dict[str, list[ContractRow]]:
    """All versions of contracts, newest first."""
    wanted = _ROWS.where(
        _contract.c.tenant_id == actor.tenant_id, _contract.c.name.in_(sorted(names))
    )
    found: dict[str, list[ContractRow]] = {}
    for row in connection.execute(wanted.order_by(*_NEWEST_FIRST)) if names else ():
        found.setdefault(row.name, []).append(_row(row))
    return found


def _row(row: AnyRow) -> ContractRow:
    return ContractRow(
        id=row.id,
        name=row.name,
        version=Version(row.major, row.minor, row.patch),
        title=row.title,
        owner=row.owner,
        connector=row.connector,
        lifecycle=Lifecycle(row.deprecated_at, row.sunset_at, row.successor),
        is_latest=bool(row.is_latest),
        deployed_by=row.deployer,
        deployed_at=row.deployed_at,
    )
