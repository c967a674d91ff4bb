"""Deploy contracts: a version is what its owner says, and what it promises never changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from bpmn.model import Problem
from engine import tables
from engine.commands.contract_files import ContractFile
from engine.commands.transaction import Transaction
from engine.services.contracts import Contract, Lifecycle

_contract = tables.connector_contract
LIFECYCLE = (_contract.c.deprecated_at, _contract.c.sunset_at, _contract.c.successor)
"""What `lifecycle_of` reads of a row."""
_SAME = sa.select(_contract.c.id, _contract.c.digest, *LIFECYCLE).where(
    _contract.c.tenant_id == sa.bindparam("tenant"),
    _contract.c.name == sa.bindparam("name"),
    _contract.c.major == sa.bindparam("major"),
    _contract.c.minor == sa.bindparam("minor"),
    _contract.c.patch == sa.bindparam("patch"),
)
_SET_LIFECYCLE = (
    sa.update(_contract)
    .where(_contract.c.id == sa.bindparam("b_id"))
    .values(
        deprecated_at=sa.bindparam("deprecated"),
        sunset_at=sa.bindparam("sunset"),
        successor=sa.bindparam("next"),
    )
)


@dataclass(frozen=True, slots=True)
class DeployedContract:
    """A contract of a deployment; not ``is_new`` when that version was there already."""

    id: str
    name: str
    version: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class PlannedContract:
    """A contract, and what is stored of it already.

    Attributes:
        known_id: ``None`` when this version is new.
        lifecycle: how long it is to be used when all is deployed.
        is_moved: the file changes the lifecycle of the known version.
        is_other: the known version promises something else.
    """

    file: ContractFile
    contract: Contract
    lifecycle: Lifecycle
    known_id: str | None = None
    is_moved: bool = False
    is_other: bool = False

    @property
    def is_known(self) -> bool:
        """Whether there is nothing to do."""
        return self.known_id is not None and not self.is_moved


def plan_contracts(tx: Transaction, files: Iterable[ContractFile]) -> list[PlannedContract]:
    """Every contract of the files, held against what is deployed."""
    return [_plan(tx, file, file.contract) for file in files if file.contract is not None]


def _plan(tx: Transaction, file: ContractFile, contract: Contract) -> PlannedContract:
    version = contract.version
    values = {
        "tenant": tx.actor.tenant_id,
        "name": contract.name,
        "major": version.major,
        "minor": version.minor,
        "patch": version.patch,
    }
    row = tx.connection.execute(_SAME, values).one_or_none()
    if row is None:
        return PlannedContract(file, contract, contract.lifecycle)
    before = lifecycle_of(row)
    # A file that says nothing of its lifecycle leaves what was said by other means.
    after = before if contract.lifecycle == Lifecycle() else contract.lifecycle
    is_other = row.digest != contract.digest
    return PlannedContract(file, contract, after, row.id, after != before, is_other)


def lifecycle_of(row: sa.Row[*tuple[Any, ...]]) -> Lifecycle:
    """How long the contract of a row is to be used."""
    return Lifecycle(row.deprecated_at, row.sunset_at, row.successor)


def changed_contracts(planned: Iterable[PlannedContract]) -> Iterator[Problem]:
    """Versions that are deployed already and promise something else."""
    for plan in planned:
        if plan.is_other:
            yield Problem(
                "contract-changed",
                f"Version {plan.contract.version} of the contract {plan.contract.name!r} is "
                "deployed already, and says something else. What a version promises never changes.",
                "Give the file a new version: the first number where a caller must change too.",
                element_id="version",
                file=plan.file.name,
            )


def store_contracts(
    tx: Transaction, planned: Sequence[PlannedContract], deployment_id: str
) -> tuple[DeployedContract, ...]:
    """Store what is new, and what a file says anew about a version's lifecycle."""
    return tuple(_store(tx, plan, deployment_id) for plan in planned)


def known_contracts(planned: Iterable[PlannedContract]) -> tuple[DeployedContract, ...]:
    """What is deployed already."""
    return tuple(_deployed(plan, plan.known_id) for plan in planned if plan.known_id)


def _store(tx: Transaction, plan: PlannedContract, deployment_id: str) -> DeployedContract:
    if plan.known_id is not None:
        if plan.is_moved:
            set_lifecycle(tx, plan.known_id, plan.lifecycle)
        return _deployed(plan, plan.known_id)
    identity = tx.tools.ids.new(tx.now)
    contract = plan.contract
    tx.connection.execute(
        sa.insert(_contract),
        {
            "id": identity.id,
            "key": identity.key,
            "tenant_id": tx.actor.tenant_id,
            "name": contract.name,
            "major": contract.version.major,
            "minor": contract.version.minor,
            "patch": contract.version.patch,
            "title": contract.title or contract.name,
            "owner": contract.owner,
            "connector": contract.connector,
            "content": plan.file.text,
            "digest": contract.digest,
            "deprecated_at": plan.lifecycle.deprecated_at,
            "sunset_at": plan.lifecycle.sunset_at,
            "successor": plan.lifecycle.successor,
            "deployment_id": deployment_id,
            "deployed_by": tx.actor.id,
            "deployed_at": tx.now,
        },
    )
    return _deployed(plan, identity.id)


def set_lifecycle(tx: Transaction, contract_id: str, lifecycle: Lifecycle) -> None:
    """Say how long a deployed version is to be used."""
    tx.connection.execute(
        _SET_LIFECYCLE,
        {
            "b_id": contract_id,
            "deprecated": lifecycle.deprecated_at,
            "sunset": lifecycle.sunset_at,
            "next": lifecycle.successor,
        },
    )


def _deployed(plan: PlannedContract, contract_id: str) -> DeployedContract:
    is_new = plan.known_id is None
    return DeployedContract(contract_id, plan.contract.name, str(plan.contract.version), is_new)
