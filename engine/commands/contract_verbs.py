"""The verbs about contracts, as methods of `engine.core.Engine`; files of them are deployed."""

from __future__ import annotations

from engine.actor import Actor
from engine.commands import contracts
from engine.commands.doing import Doing
from engine.services.contracts import Lifecycle


class ContractVerbs(Doing):
    """Contracts; see `engine.commands.contracts` for what each verb may raise."""

    def deprecate_contract(self, contract_id: str, lifecycle: Lifecycle, *, actor: Actor) -> None:
        """Say how long a version is to be used: `contracts.deprecate_contract`."""
        self._do(actor, lambda tx: contracts.deprecate_contract(tx, contract_id, lifecycle))
