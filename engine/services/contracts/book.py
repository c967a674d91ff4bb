"""The deployed contracts: finds the version that a reference means."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

import sqlalchemy as sa

from engine import tables
from engine.services.contracts.bound import BoundContract
from engine.services.contracts.model import Contract
from engine.services.contracts.reading import read_contract
from engine.services.contracts.references import ReferenceInvalid, parse_reference
from engine.services.contracts.version import Version
from engine.services.failure import WorkFailure

_contract = tables.connector_contract
_VERSIONS = (
    sa.select(_contract.c.id, _contract.c.major, _contract.c.minor, _contract.c.patch)
    .where(
        _contract.c.tenant_id == sa.bindparam("tenant"),
        _contract.c.name == sa.bindparam("name"),
    )
    .order_by(_contract.c.major.desc(), _contract.c.minor.desc(), _contract.c.patch.desc())
)
_CONTENT = sa.select(_contract.c.content).where(_contract.c.id == sa.bindparam("id"))

KEPT = 500
"""Contracts that one process keeps read."""


class ContractMissing(WorkFailure):
    """No deployed contract is what a task names; trying again cannot help."""

    def __init__(self, reference: str, known: Iterable[str] = ()) -> None:
        versions = ", ".join(known)
        have = f" Deployed are its versions {versions}." if versions else ""
        super().__init__(
            f"No contract {reference!r} is deployed here.{have} Deploy it (laneway contract add), "
            "then retry.",
            is_final=True,
        )


@dataclass(slots=True)
class ContractBook:
    """Finds contracts for the workers; a version is read once, since it never changes.

    Args:
        reading: opens a transaction that only reads.
    """

    reading: Callable[[], AbstractContextManager[sa.Connection]]
    _read: dict[str, Contract] = field(default_factory=dict)

    def find(self, reference: str, tenant: str) -> BoundContract:
        """The contract that a task of *tenant* names, such as ``contract:credit-check:2``.

        Raises:
            ContractMissing: it is not deployed, or the text names none.
        """
        try:
            wanted = parse_reference(reference)
        except ReferenceInvalid as error:
            raise WorkFailure(str(error), is_final=True) from None
        with self.reading() as connection:
            rows = connection.execute(_VERSIONS, {"tenant": tenant, "name": wanted.name}).all()
            versions = [(row.id, Version(row.major, row.minor, row.patch)) for row in rows]
            for contract_id, version in versions:
                if version.begins_with(wanted.parts):
                    return BoundContract(self._contract(connection, contract_id))
        raise ContractMissing(str(wanted), [str(version) for _, version in versions])

    def _contract(self, connection: sa.Connection, contract_id: str) -> Contract:
        known = self._read.get(contract_id)
        if known is None:
            content = connection.execute(_CONTENT, {"id": contract_id}).scalar_one()
            known, problems = read_contract(content.encode())
            assert known is not None, problems
            if len(self._read) >= KEPT:
                self._read.clear()
            self._read[contract_id] = known
        return known
