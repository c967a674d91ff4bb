"""Questions about contracts and secrets."""

from __future__ import annotations

from engine.actor import Actor
from engine.errors import NotFound
from engine.queries import contracts, secrets
from engine.queries.base import Reader
from engine.queries.connector_uses import Usage, list_usages
from engine.queries.contracts import ContractDetail, ContractSummary
from engine.queries.page import Page, Window
from engine.queries.secrets import SecretRow
from engine.services.secrets import Vault


class ContractReading(Reader):
    """Contracts, which everybody of the organisation may read; secrets by name, for admins."""

    vault: Vault

    def contracts(
        self,
        *,
        actor: Actor,
        text: str = "",
        all_versions: bool = False,
        page: int = 1,
        size: int = 50,
    ) -> Page[ContractSummary]:
        """Deployed contracts by title; *text* is part of the title, the name or the owner."""
        window = Window(page, size)
        with self.database.reading() as connection:
            return contracts.list_contracts(
                connection, actor, text=text, all_versions=all_versions, window=window
            )

    def contract(self, name: str, *, actor: Actor, version: str = "") -> ContractDetail:
        """The newest version of a contract that begins with *version*, and who uses it.

        Raises:
            NotFound: there is none.
            VersionInvalid: *version* is no version.
        """
        with self.database.reading() as connection:
            found = contracts.contract_detail(connection, actor, name, version)
        if found is None:
            raise NotFound("contract", f"{name}:{version}" if version else name)
        return found

    def secrets(self, *, actor: Actor) -> list[SecretRow]:
        """Every secret that is kept or referred to: its name, its place, its uses.

        Raises:
            Forbidden: the actor is no admin.
        """
        actor.require_admin("list", "secrets")
        kept = self.vault.list(actor.tenant_id)
        with self.database.reading() as connection:
            return secrets.list_secrets(connection, actor.tenant_id, kept)

    def secret_usages(self, name: str, *, actor: Actor) -> list[Usage]:
        """The elements of deployed models that refer to a secret.

        Raises:
            Forbidden: the actor is no admin.
        """
        actor.require_admin("list", "secrets")
        with self.database.reading() as connection:
            return list_usages(connection, actor.tenant_id, secrets.KIND, {name})
