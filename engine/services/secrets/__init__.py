"""Secrets by reference: ``{{secrets.NAME}}`` in a diagram, the value only at the call.

A diagram, a contract, a process variable and the history hold the reference. The worker asks the
`Vault` right before it calls; a `Redactor` takes the value out of every text that the call leaves.
"""

from engine.services.secrets.encryption import Keys, SecretsKeyMissing
from engine.services.secrets.redaction import Redactor, hide_secrets
from engine.services.secrets.references import SecretNameInvalid, check_name, fill, names_in
from engine.services.secrets.sources import (
    Environment,
    Folder,
    Found,
    SecretMissing,
    Source,
    Table,
    variable_of,
)
from engine.services.secrets.vault import Vault

__all__ = [
    "Environment",
    "Folder",
    "Found",
    "Keys",
    "Redactor",
    "SecretMissing",
    "SecretNameInvalid",
    "SecretsKeyMissing",
    "Source",
    "Table",
    "Vault",
    "check_name",
    "fill",
    "hide_secrets",
    "names_in",
    "variable_of",
]
