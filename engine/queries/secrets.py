"""Secrets by name: where each is kept and who uses it. No query ever has a value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from engine.queries.connector_uses import Usage, UsageCount, count, list_usages
from engine.queries.contracts import list_contract_secrets
from engine.services.secrets import Found, variable_of

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

    A variable of the environment is listed under the names that refer to it, or else its own.

    Args:
        connection: open transaction.
        tenant_id: of the organisation.
        kept: what `Vault.list` says.
    """
    contracts = list_contract_secrets(connection, tenant_id)
    usages: dict[str, list[Usage]] = {}
    for usage in list_usages(connection, tenant_id, KIND):
        usages.setdefault(usage.name, []).append(usage)
    referred = {*usages, *contracts}
    meant: dict[str, list[str]] = {}
    for name in referred:
        meant.setdefault(variable_of(name), []).append(name)
    places: list[tuple[str, Found | None, bool]] = [
        (name, found, is_used)
        for found, is_used in kept
        for name in meant.get(found.variable, [found.name])
    ]
    places += [(name, None, True) for name in referred - {name for name, _, _ in places}]
    rows = [
        SecretRow(
            name,
            found,
            is_used,
            count(usages.get(name, ())),
            tuple(sorted(contracts.get(name, ()))),
        )
        for name, found, is_used in places
    ]
    return sorted(rows, key=lambda row: (row.name, not row.is_used))
