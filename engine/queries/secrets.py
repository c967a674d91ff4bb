"""Secrets by name: where each is kept and who uses it. No query ever has a value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from engine.queries.connector_uses import Usage, UsageCount, count, list_usages
from engine.queries.contracts import list_contract_secrets
from engine.services.secrets import Found

KIND = "secret"


@dataclass(frozen=True, slots=True)
class SecretRow:
    """A secret as lists show it.

    Attributes:
        found: where it is kept; ``None``: something refers to it, and it is nowhere.
        is_used: ``False``: another place has the same name and comes first.
        used: by models, by their live instances.
        contracts: labels of the contracts that refer to it, sorted.
    """

    name: str
    found: Found | None
    is_used: bool
    used: UsageCount
    contracts: tuple[str, ...] = ()


def list_secrets(
    connection: sa.Connection, tenant_id: str, kept: Sequence[tuple[Found, bool]]
) -> list[SecretRow]:
    """Every secret that the tenant has or refers to, by name.

    Args:
        connection: open transaction.
        tenant_id: of the organisation.
        kept: what `Vault.list` says.
    """
    contracts = list_contract_secrets(connection, tenant_id)
    usages: dict[str, list[Usage]] = {}
    for usage in list_usages(connection, tenant_id, KIND):
        usages.setdefault(usage.name, []).append(usage)
    missing = {*usages, *contracts} - {found.name for found, _ in kept}
    rows = [
        SecretRow(
            name,
            found,
            is_used,
            count(usages.get(name, ())),
            tuple(sorted(contracts.get(name, ()))),
        )
        for name, found, is_used in (
            *((found.name, found, is_used) for found, is_used in kept),
            *((name, None, True) for name in missing),
        )
    ]
    return sorted(rows, key=lambda row: (row.name, not row.is_used))
