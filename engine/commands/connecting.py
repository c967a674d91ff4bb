"""Puts together what calls other systems: connectors, governance, secrets, contracts, callbacks."""

from __future__ import annotations

from engine.commands.callbacks import KeptCallbacks
from engine.commands.transaction import Tools
from engine.services.connectors.base import Secrets
from engine.services.connectors.calling import Calls
from engine.services.connectors.governance import Governor
from engine.services.connectors.standard import standard_connectors
from engine.services.connectors.targets import Targets
from engine.services.contracts import ContractBook
from engine.settings import Settings
from engine.telemetry import metrics


def connect(settings: Settings, tools: Tools, vault: Secrets) -> Calls:
    """What makes the calls of an engine's service tasks.

    Raises:
        SettingInvalid: a file that a setting names cannot be read.
    """
    return Calls(
        connectors=standard_connectors(settings, vault),
        governor=Governor(
            Targets.read(settings.targets_file),
            clock=tools.clock,
            redis_url=settings.redis_url,
            observer=metrics.Calls(),
        ),
        secrets=vault,
        contracts=ContractBook(tools.database.reading),
        callbacks=KeptCallbacks(tools, settings.public_url) if settings.public_url else None,
        beans=tools.beans,
    )
